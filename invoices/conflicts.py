"""Turns the database's unique constraints into the books' own refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import IntegrityError

from invoices.exceptions import DuplicateBill, NumberTaken, ReferenceTaken
from invoices.querysets import Direction, State
from partners.constraints import broken_constraint

if TYPE_CHECKING:
    from invoices.models import Invoice

_REFERENCE_TAKEN = (
    "invoices_invoice_reference_taken",
    "invoices_invoice_vendors_reference_taken",
)


def check_bill_number(bill: Invoice) -> None:
    """Raise DuplicateBill where the vendor's number stands in the books already.

    The unique constraint leaves out bills with a reason, in either order; this does
    not. One query, none for what is no bill or has a reason of its own.
    """
    if bill.direction != Direction.RECEIVED or bill.duplicate_reason:
        return
    booked = type(bill).objects.of(bill.partner).received()
    same = booked.filter(kind=bill.kind, number__iexact=bill.number)
    same = same.exclude(pk=bill.pk)
    if same.exclude(state=State.CANCELLED).exists():
        raise _duplicate(bill)


def _duplicate(bill: Invoice) -> DuplicateBill:
    return DuplicateBill(
        f"{bill.partner}'s number {bill.number} is booked already; "
        "say why it is booked once more, if it is meant.",
        field="number",
    )


@contextmanager
def refusing_duplicates(document: Invoice) -> Iterator[None]:
    """Wrap a verb's transaction: a taken number or reference becomes our refusal."""
    try:
        yield
    except IntegrityError as error:
        name = broken_constraint(error)
        if name.startswith("invoices_invoice_number_taken"):
            raise NumberTaken(
                f"The number {document.number} is taken.", field="number"
            ) from error
        if name.startswith("invoices_invoice_vendors_number_taken"):
            raise _duplicate(document) from error
        if name.startswith(_REFERENCE_TAKEN):
            raise ReferenceTaken(
                f"The reference {document.reference} is taken.", field="reference"
            ) from error
        raise
