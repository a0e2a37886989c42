"""The search of the whole admin: numbers, words, partners, references, amounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.dataclasses import SearchResult

from invoices.admin.amounts import amounts_of
from invoices.admin.display import status_words, words
from invoices.admin.standing import today
from invoices.models import Invoice
from invoices.querysets import Direction
from partners.admin_access import chosen_business, own_businesses
from partners.models import Business, Partner
from payments.models import Payment

_EACH, _MOST_BUSINESSES, _LONGEST = 10, 20, 200


def find(request: HttpRequest, text: str) -> list[SearchResult]:
    """Documents, partners and payments that the words or the amount name.

    Looks into the chosen business, else into the first twenty of the person's, ten
    rows of a kind in each; five statements a business, all by indexes but the names
    of partners.
    """
    text = text.replace("\0", "").strip()[:_LONGEST]
    if not text:
        return []
    chosen = chosen_business(request)
    businesses = [chosen] if chosen else own_businesses(request)[:_MOST_BUSINESSES]
    several = len(businesses) > 1
    return [
        result
        for business in businesses
        for result in _in_business(request, business, text, several)
    ]


def _in_business(
    request: HttpRequest, business: Business, text: str, several: bool
) -> Iterator[SearchResult]:
    where = f" · {business}" if several else ""
    amounts = amounts_of(text)
    rows = Invoice.objects.with_status(today(request)).select_related("partner")
    found = {
        row.pk: row for row in rows.matching(business, text).order_by("-id")[:_EACH]
    }
    if amounts:
        same = rows.for_business(business).filter(total__in=amounts).order_by("-id")
        found |= {row.pk: row for row in same[:_EACH]}
    yield from (_document(row, where) for row in found.values())
    named = Partner.objects.for_business(business).filter(
        Q(name__icontains=text) | Q(code__istartswith=text) | Q(email__istartswith=text)
    )
    yield from (_partner(row, where) for row in named.order_by("name")[:_EACH])
    paid = Payment.objects.for_business(business).select_related("partner")
    if amounts:
        paid = paid.filter(amount__in=amounts)
    else:
        paid = paid.filter(reference=text).exclude(reference="")
    yield from (_payment(row, where) for row in paid.order_by("-id")[:_EACH])


def _document(row: Any, where: str) -> SearchResult:
    issued = row.direction == Direction.ISSUED
    status, total = status_words(row.status), words(row.total, row.currency)
    return SearchResult(
        title=str(row),
        description=f"{row.partner.name} · {total} · {status}{where}",
        link=_page("invoices_invoice" if issued else "invoices_bill", row.pk),
        icon="receipt_long" if issued else "request_quote",
    )


def _partner(row: Partner, where: str) -> SearchResult:
    kinds = {_("customer"): row.is_customer, _("vendor"): row.is_vendor}
    what = " · ".join(word for word, is_one in kinds.items() if is_one)
    return SearchResult(
        row.name, what + where, _page("partners_partner", row.pk), "groups"
    )


def _payment(row: Payment, where: str) -> SearchResult:
    what = f"{_('payment')} · {row.partner or '–'} · {row.date}{where}"
    title = words(row.amount, row.currency)
    return SearchResult(title, what, _page("payments_payment", row.pk), "payments")


def _page(model: str, pk: int) -> str:
    return reverse(f"admin:{model}_change", args=[pk])
