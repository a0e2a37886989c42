"""Facts into PDF: PDF/A-3a and PDF/UA-1, equal facts into equal bytes."""

from __future__ import annotations

import datetime

from . import hybrid, typesetting
from .facts import DocumentFacts, ReminderFacts, StatementFacts
from .letterhead import Sheet
from .letters import reminder_sheet, statement_sheet
from .sheets import document_sheet

Facts = DocumentFacts | ReminderFacts | StatementFacts


def print_document(facts: DocumentFacts, xml: bytes = b"") -> bytes:
    """Return an invoice or a credit note; with `xml`, as Factur-X (EN 16931).

    Whatever the names hold, a paper results. Raises UnicodeDecodeError where `xml` is
    not UTF-8.
    """
    moment = int(facts.issued_at.timestamp())
    made = typesetting.pdf(document_sheet(facts), moment, xml)
    return hybrid.marked(made) if xml else made


def print_reminder(facts: ReminderFacts) -> bytes:
    """Return the letter that asks for open documents."""
    return typesetting.pdf(reminder_sheet(facts), _midnight(facts.date))


def print_statement(facts: StatementFacts) -> bytes:
    """Return the statement of account."""
    return typesetting.pdf(statement_sheet(facts), _midnight(facts.until))


def sheet(facts: Facts) -> Sheet:
    """Return the text of any paper, as its template places it."""
    if isinstance(facts, DocumentFacts):
        return document_sheet(facts)
    if isinstance(facts, ReminderFacts):
        return reminder_sheet(facts)
    return statement_sheet(facts)


def _midnight(on: datetime.date) -> int:
    return int(
        datetime.datetime(on.year, on.month, on.day, tzinfo=datetime.UTC).timestamp()
    )
