"""Turns the database's unique constraints into the books' own refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import IntegrityError

from invoices.exceptions import NumberTaken, ReferenceTaken
from partners.constraints import broken_constraint

if TYPE_CHECKING:
    from invoices.models import Invoice


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
        if name.startswith("invoices_invoice_reference_taken"):
            raise ReferenceTaken(
                f"The reference {document.reference} is taken.", field="reference"
            ) from error
        raise
