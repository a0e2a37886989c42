"""What the form of a new payment begins with where it is to settle a document."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from invoices.models import Account, DocumentSettings, Invoice
from invoices.querysets import BINDING, Direction, Kind, State
from partners.admin_access import visible_rows
from payments.models import PaymentDirection

_MOST_ACCOUNTS = 200


def document_to_pay(request: HttpRequest) -> Invoice | None:
    """The document that `?document=` names: one that the person sees and that is open."""
    found = document_named(request) if request.method == "GET" else None
    # What was written off may still be paid.
    owed = (*BINDING, State.WRITTEN_OFF)
    payable = found and found.state in owed and found.balance > 0
    return found if payable else None


def document_named(request: HttpRequest) -> Invoice | None:
    """The document that `?document=` names, if the person sees it."""
    key = request.GET.get("document", "")
    if not key.isdecimal() or len(key) > 18:
        return None
    rows = visible_rows(Invoice, request).select_related("business")
    found: Invoice | None = rows.filter(pk=key).first()
    return found


def payment_of(document: Invoice) -> dict[str, Any]:
    """A payment of all that is open, in the document's currency; two queries."""
    issued = document.direction == Direction.ISSUED
    money_in = issued == (document.kind == Kind.INVOICE)
    return {
        "business": document.business_id,
        "direction": PaymentDirection.IN if money_in else PaymentDirection.OUT,
        "partner": document.partner_id,
        "account": _account(document),
        "date": document.business.today(timezone.now()),
        "currency": document.currency,
        "amount": document.balance,
        "purchase_order": document.purchase_order,
        "project": document.project_id,
    }


def _account(document: Invoice) -> int | None:
    """The account whose IBAN the papers name, or else the only one for payments."""
    usable = Account.objects.for_business(document.business_id)
    payable = list(usable.filter(payment_account=True).order_by("id")[:_MOST_ACCOUNTS])
    settings = DocumentSettings.of(document.business_id)
    named = [row for row in payable if row.iban and row.iban == settings.iban]
    if named or len(payable) == 1:
        return (named or payable)[0].pk
    return None
