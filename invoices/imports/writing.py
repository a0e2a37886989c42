"""Writing a chunk of documents into the books: one transaction, by COPY."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection, transaction

from invoices.imports.booking import LINE_COLUMNS, Booked
from invoices.imports.copying import columns_of, copy, text_of_row
from invoices.imports.links import Refusals, link
from invoices.locking import lock_books
from invoices.models import Event, Invoice, InvoiceLine, InvoiceTax, Product
from partners import history
from partners.imports.exceptions import Unusable
from partners.imports.job import Job
from partners.models import Change, Partner
from partners.models.change import Deed

_INVOICE_COLUMNS = columns_of(Invoice, pk=True)
_PARTNER_COLUMNS = columns_of(Partner, pk=True)
_PRODUCT_COLUMNS = columns_of(Product, pk=True)
_TAX_COLUMNS = columns_of(InvoiceTax, pk=False)
_EVENT_COLUMNS = columns_of(Event, pk=False)
_CHANGE_COLUMNS = columns_of(Change, pk=False)
_COPIED = (
    (Partner, _PARTNER_COLUMNS),
    (Product, _PRODUCT_COLUMNS),
    (Invoice, _INVOICE_COLUMNS),
    (InvoiceLine, LINE_COLUMNS),
    (InvoiceTax, _TAX_COLUMNS),
    (Event, _EVENT_COLUMNS),
    (Change, _CHANGE_COLUMNS),
)


@dataclass(slots=True)
class Batch:
    """What is written together; after `write` without the refused documents.

    `texts` are COPY's rows, made ahead unless links may still change the documents.
    """

    job: Job
    partners: list[Partner]
    products: list[Product]
    documents: list[Booked]
    texts: list[str] = field(default_factory=list)

    def prepare(self) -> Batch:
        """Make the texts, if that can be done without asking the books."""
        if not any(booked.document.credited_number for booked in self.documents):
            self.texts = _texts(self, [])
        return self


def write(batch: Batch) -> Refusals:
    """Write all of the batch or, where the database objects, nothing.

    Returns the credit notes that do not fit the invoices they name.
    """
    refused: Refusals = []
    with transaction.atomic():
        _must_be_closed_as_before(batch.job)
        if not batch.texts:
            refused, events = link(batch.job, batch.documents)
            dropped = {id(booked) for booked, _ in refused}
            kept = [booked for booked in batch.documents if id(booked) not in dropped]
            batch.documents = kept
            batch.texts = _texts(batch, events)
        for (model, columns), text in zip(_COPIED, batch.texts, strict=True):
            copy(model, columns, text)
    return refused


def _must_be_closed_as_before(job: Job) -> None:
    """Raise Unusable where the closing day moved since the documents were checked."""
    if lock_books(job.business.pk).closed_through != job.business.closed_through:
        raise Unusable(
            "The closing day of the books was moved meanwhile. What is booked stays; "
            "running the import again goes on."
        )


def write_first(batch: Batch) -> Refusals:
    """The same, and then measure the tables.

    The planner would otherwise know nothing of tables that were empty a moment ago,
    and might read all of a business's documents to look for a few numbers.
    """
    refused = write(batch)
    analyze()
    return refused


def _texts(batch: Batch, events: list[Event]) -> list[str]:
    """COPY's rows for each of `_COPIED`."""
    documents = batch.documents
    partners = [text_of_row(row, _PARTNER_COLUMNS) for row in batch.partners]
    products = [text_of_row(row, _PRODUCT_COLUMNS) for row in batch.products]
    invoices = [text_of_row(booked.invoice, _INVOICE_COLUMNS) for booked in documents]
    lines = [booked.lines for booked in documents]
    taxes = [
        text_of_row(row, _TAX_COLUMNS) for booked in documents for row in booked.taxes
    ]
    history = [_event(batch.job, booked) for booked in documents] + events
    told = [text_of_row(event, _EVENT_COLUMNS) for event in history]
    masters: list[Partner | Product] = [*batch.partners, *batch.products]
    changes = [text_of_row(_made(batch.job, row), _CHANGE_COLUMNS) for row in masters]
    tables = (partners, products, invoices, lines, taxes, told, changes)
    return ["".join(rows) for rows in tables]


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
        **booked.under,
    )


def _made(job: Job, row: Partner | Product) -> Change:
    """The history of what a document's row has made."""
    new = history.snapshot(row)
    return history.of(row, Deed.MADE, {}, new, by=job.by, at=job.now)


def analyze() -> None:
    """Tell the planner of the many new rows, instead of waiting for autovacuum."""
    with connection.cursor() as cursor:
        for model, _ in _COPIED:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"ANALYZE {table}")
