"""The words of a mail: a business's template, or ours, filled with the facts."""

from __future__ import annotations

from typing import NamedTuple

from invoices.models import Invoice
from invoices.models.mail_template import Purpose


class Words(NamedTuple):
    """A subject of one line and paragraphs of plain text."""

    subject: str
    body: str


def composed(
    invoice: Invoice,
    purpose: Purpose,
    *,
    language: str,
    url: str,
    subject: str = "",
    body: str = "",
) -> Words:
    """The words for a document, with every placeholder filled."""
    return Words(subject or f"Invoice {invoice.number}", body or url)
