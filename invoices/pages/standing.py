"""How a document stands on the business's own day, and the word for it."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.models import Invoice
from invoices.querysets import Kind, State, Status, status_case

_WORDS = {
    Status.DRAFT: gettext_lazy("Draft"),
    Status.ISSUED: gettext_lazy("Issued"),
    Status.PARTLY_PAID: gettext_lazy("Partly paid"),
    Status.PAID: gettext_lazy("Paid"),
    Status.OVERDUE: gettext_lazy("Overdue"),
    Status.VOID: gettext_lazy("Void"),
    Status.WRITTEN_OFF: gettext_lazy("Written off"),
    Status.RECEIVED: gettext_lazy("Received"),
    Status.APPROVED: gettext_lazy("Approved"),
    Status.CANCELLED: gettext_lazy("Cancelled"),
}


def status_of(invoice: Invoice, now: datetime.datetime) -> Status:
    """The document's status where its business is; one query."""
    today = invoice.business.today(now)
    rows = Invoice.objects.for_business(invoice.business_id).filter(pk=invoice.pk)
    return Status(rows.annotate(word=status_case(today)).values_list("word")[0][0])


def word_of(invoice: Invoice, status: Status) -> str:
    """How it stands, as a badge says it to the people of the business.

    A credit note is not paid or overdue; who owed nothing but what was credited has
    not paid either.
    """
    if invoice.kind == Kind.CREDIT_NOTE and invoice.state == State.ISSUED:
        return _("Credit note")
    if status == Status.PAID and is_credited(invoice):
        return _("Credited")
    return str(_WORDS[status])


def class_of(invoice: Invoice, status: Status) -> str:
    """What that badge is coloured by; nothing for a credit note."""
    if invoice.kind == Kind.CREDIT_NOTE and invoice.state == State.ISSUED:
        return ""
    credited = status == Status.PAID and is_credited(invoice)
    return "credited" if credited else status.value


def is_credited(invoice: Invoice) -> bool:
    """Whether credit notes alone settled it."""
    return bool(invoice.total) and invoice.credit_applied == invoice.total


def open_of(invoice: Invoice) -> Decimal | None:
    """What is still open; None where nobody owes anything."""
    owed = invoice.state in {State.ISSUED, State.WRITTEN_OFF}
    return invoice.balance if owed else None
