"""Credit notes that say which invoice they credit."""

from __future__ import annotations

from collections.abc import Sequence

from invoices.imports.booking import Booked
from invoices.imports.refusals import Problem, Refused
from invoices.locking import lock_invoices
from invoices.models import Event, Invoice
from invoices.querysets import Direction, Kind, State
from partners.imports.job import Job

Refusals = list[tuple[Booked, Refused]]


def link(job: Job, chunk: Sequence[Booked]) -> tuple[Refusals, list[Event]]:
    """Set a chunk's linked notes against their invoices, which are locked.

    To be called in the chunk's transaction, before its rows are written: the
    invoices are in the books or stand before the note in the chunk. Returns the notes
    that cannot be booked so, and the events of the invoices.
    """
    notes = [booked for booked in chunk if booked.document.credited_number]
    if not notes:
        return [], []
    invoices = _in_books(job, {note.document.credited_number for note in notes})
    refused: Refusals = []
    events: list[Event] = []
    for booked in chunk:
        number = booked.document.credited_number
        if not number:
            if booked.invoice.number:
                invoices[booked.invoice.number] = booked.invoice
            continue
        if problem := _problem(booked.invoice, invoices.get(number)):
            refused.append((booked, Refused(Problem(problem, 0, "credited_number"))))
            continue
        events.append(_credit(job, booked.invoice, invoices[number]))
    return refused, events


def _in_books(job: Job, numbers: set[str]) -> dict[str, Invoice]:
    found = Invoice.objects.for_business(job.business).filter(
        direction=Direction.ISSUED, number__in=numbers
    )
    pks = found.order_by().values_list("pk", flat=True)
    locked = lock_invoices(job.business.pk, pks)
    return {invoice.number: invoice for invoice in locked.values()}


def _problem(note: Invoice, invoice: Invoice | None) -> str:
    """Why the note cannot credit this invoice; empty where it can."""
    if invoice is None:
        return "is not in the books; its rows must come before this credit note's"
    if note.kind != Kind.CREDIT_NOTE or invoice.kind != Kind.INVOICE:
        return "only a credit note credits, and only an invoice is credited"
    if State.ISSUED not in (note.state, invoice.state) or note.state != invoice.state:
        return "both the credit note and its invoice must be issued"
    if (note.partner_id, note.currency) != (invoice.partner_id, invoice.currency):
        return "the invoice has another customer or currency"
    if note.date < invoice.date:
        return "the credit note lies before its invoice's date"
    if note.total > invoice.total - invoice.amount_credited:
        return "the credit note exceeds what is left of the invoice"
    return ""


def _credit(job: Job, note: Invoice, invoice: Invoice) -> Event:
    note.credited_invoice = invoice
    invoice.apply_credit(note)
    facts = {"credit_note": note.number, "total": note.total}
    return Event.of(invoice, "invoice.credited", by=job.by, at=job.now, **facts)
