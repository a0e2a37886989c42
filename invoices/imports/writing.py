"""Writing a chunk of documents into the books: one transaction, by COPY."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from invoices.imports.booking import LINE_COLUMNS, Booked
from invoices.imports.copying import columns_of, copy, text_of_row
from invoices.imports.links import Refusals, link
from invoices.models import Event, Invoice, InvoiceLine, InvoiceTax, Product
from partners.imports.job import Job
from partners.models import Partner

_INVOICE_COLUMNS = columns_of(Invoice, pk=True)
_TAX_COLUMNS = columns_of(InvoiceTax, pk=False)
_EVENT_COLUMNS = columns_of(Event, pk=False)
_TABLES = (Partner, Product, Invoice, InvoiceLine, InvoiceTax, Event)


@dataclass(slots=True)
class Batch:
    """What is written together; after `write` without the refused documents."""

    job: Job
    partners: list[Partner]
    products: list[Product]
    documents: list[Booked]


def write(batch: Batch) -> Refusals:
    """Write all of the batch or, where the database objects, nothing.

    Returns the credit notes that do not fit the invoices they name.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The checks of foreign keys keep the plan that they begin with. In an
            # empty table that would be reading all of it, for every row to come.
            cursor.execute("SET LOCAL enable_seqscan = off")
        Partner.objects.bulk_create(batch.partners)
        Product.objects.bulk_create(batch.products)
        refused, events = link(batch.job, batch.documents)
        if refused:
            dropped = {id(booked) for booked, _ in refused}
            batch.documents = [
                booked for booked in batch.documents if id(booked) not in dropped
            ]
        _copy(batch, events)
    return refused


def _copy(batch: Batch, events: list[Event]) -> None:
    documents = batch.documents
    rows = [text_of_row(booked.invoice, _INVOICE_COLUMNS) for booked in documents]
    copy(Invoice, _INVOICE_COLUMNS, rows)
    copy(InvoiceLine, LINE_COLUMNS, [booked.lines for booked in documents])
    taxes = [
        text_of_row(row, _TAX_COLUMNS) for booked in documents for row in booked.taxes
    ]
    copy(InvoiceTax, _TAX_COLUMNS, taxes)
    history = [_event(batch.job, booked) for booked in documents] + events
    copy(
        Event, _EVENT_COLUMNS, [text_of_row(event, _EVENT_COLUMNS) for event in history]
    )


def _event(job: Job, booked: Booked) -> Event:
    rows = booked.document.rows
    return Event.of(
        booked.invoice,
        "invoice.imported",
        by=job.by,
        at=job.now,
        file=job.file_name,
        rows=rows.span(),
        fingerprint=booked.document.fingerprint,
        **booked.invoice.facts(),
    )


def analyze() -> None:
    """Tell the planner of the many new rows, instead of waiting for autovacuum."""
    with connection.cursor() as cursor:
        for model in _TABLES:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"ANALYZE {table}")
