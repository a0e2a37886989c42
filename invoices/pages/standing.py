"""How a document stands on the business's own day, and the word for it."""

from __future__ import annotations

import datetime
from decimal import Decimal

from invoices.models import Invoice
from invoices.querysets import Kind, State, Status, status_case


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
        return "Credit note"
    if status == Status.PAID and is_credited(invoice):
        return "Credited"
    return status.value.replace("_", " ").capitalize()


def is_credited(invoice: Invoice) -> bool:
    """Whether credit notes alone settled it."""
    return bool(invoice.total) and invoice.credit_applied == invoice.total


def open_of(invoice: Invoice) -> Decimal | None:
    """What is still open; None where nobody owes anything."""
    owed = invoice.state in {State.ISSUED, State.WRITTEN_OFF}
    return invoice.balance if owed else None
