"""The papers of record: made once from the frozen document, then only read.

A file is written by whoever needs it first, which is the job that follows issuing
(`invoices.jobs`) unless somebody looks sooner. Its bytes are the same either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from invoices.documents.reading import facts_of
from invoices.exceptions import NoEInvoice, NotIssued
from invoices.models import DocumentFile, DocumentSettings, Event, Invoice
from invoices.models.document_file import FileKind
from invoices.querysets import Direction, State
from partners.access import Actor

if TYPE_CHECKING:
    from invoices.einvoice.checking import Problem

# Printing and checking load large libraries, which most requests never need.


def pdf_of(invoice: Invoice) -> DocumentFile:
    """The document's PDF, made and kept if it is not there; one query if it is.

    Raises NotIssued for a draft and for what was received.
    """
    return _kept(invoice, FileKind.PDF) or _make(invoice)[FileKind.PDF]


def ubl_of(invoice: Invoice) -> DocumentFile:
    """The document's e-invoice as UBL.

    Raises NotIssued, and NoEInvoice with the reasons where it cannot be one.
    """
    kept = _kept(invoice, FileKind.UBL)
    if kept:
        return kept
    pdf = pdf_of(invoice)
    if pdf.problems:
        raise NoEInvoice(_sentence(pdf.problems), problems=pdf.problems)
    found = _kept(invoice, FileKind.UBL)
    assert found is not None  # noqa: S101 - written together with the PDF
    return found


def demand_einvoice(invoice: Invoice, settings: DocumentSettings | None) -> None:
    """Raise NoEInvoice where the business demands one and the document cannot be one.

    For a document frozen in memory, its parts in the database; it need not have its
    number yet, so that nobody waits for the series meanwhile.
    """
    if settings is None or not settings.requires_einvoice:
        return
    from invoices.einvoice.checking import make

    number, invoice.number = invoice.number, invoice.number or "1"
    try:
        problems = make(facts_of(invoice)).problems
    finally:
        invoice.number = number
    if problems:
        told = [_told(problem) for problem in problems]
        raise NoEInvoice(_sentence(told), problems=told)


def file_name(number: str) -> str:
    """A file's name without its ending: letters, digits, dots and dashes."""
    kept = "".join(c if c.isalnum() or c in ".-_" else "-" for c in number)
    return kept.strip(".-")[:100] or "document"


def _kept(invoice: Invoice, kind: FileKind) -> DocumentFile | None:
    files = DocumentFile.objects.for_business(invoice.business_id)
    return files.filter(invoice_id=invoice.pk, kind=kind).first()


def _make(invoice: Invoice) -> dict[str, DocumentFile]:
    """Print and keep; of two who do so at once, both find the first one's."""
    if invoice.state == State.DRAFT or invoice.direction != Direction.ISSUED:
        raise NotIssued(f"{invoice} is {invoice.state}: there is no paper of it yet.")
    from invoices.documents.printing import print_document
    from invoices.einvoice.checking import make

    facts = facts_of(invoice)
    einvoice = make(facts)
    name = file_name(facts.number)
    common = {"business_id": invoice.business_id, "invoice_id": invoice.pk}
    common["partner_id"] = invoice.partner_id
    rows = [
        DocumentFile.holding(
            print_document(facts, einvoice.cii),
            kind=FileKind.PDF,
            name=f"{name}.pdf",
            problems=[_told(problem) for problem in einvoice.problems],
            **common,
        )
    ]
    if not einvoice.problems:
        rows.append(
            DocumentFile.holding(
                einvoice.ubl, kind=FileKind.UBL, name=f"{name}.xml", **common
            )
        )
    return _keep(invoice, rows)


def _keep(invoice: Invoice, made: list[DocumentFile]) -> dict[str, DocumentFile]:
    with transaction.atomic():
        # Whoever else prints it now waits here, and then finds these.
        invoice.lock()
        files = DocumentFile.objects.for_business(invoice.business_id)
        kept = files.filter(invoice_id=invoice.pk, kind__in=[row.kind for row in made])
        found = {file.kind: file for file in kept}
        if FileKind.PDF not in found:
            DocumentFile.objects.bulk_create(made)
            hashes = {row.kind: row.sha256 for row in made}
            operator = Actor.operator(invoice.business, "counterfoil")
            Event.record(invoice, "document.stored", by=operator, **hashes)
            found = {file.kind: file for file in made}
    return found


def _told(problem: Problem) -> dict[str, str]:
    return {"rule": problem.rule, "message": problem.message}


def _sentence(problems: Sequence[dict[str, str]]) -> str:
    reasons = " ".join(problem["message"] for problem in problems)
    return f"It cannot be an e-invoice. {reasons}"
