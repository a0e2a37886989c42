"""Importing documents: one thread reads and computes, another keeps the database busy.

The two work on the same connection, so everything is in one place: a chunk is one
transaction with its partners, products, lines and events, and a dry run is a
transaction around all of them. What is asked of the books for a chunk is asked before
the chunk ahead of it is written; `Known` and `Booking` remember what is on its way.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections

from invoices import money
from invoices.imports.booking import AlreadyBooked, Booked, Booking
from invoices.imports.grouping import Grouping, Rows
from invoices.imports.known import Found, Known
from invoices.imports.links import Refusals
from invoices.imports.lookups import Lookups
from invoices.imports.reading import Document, Reader
from invoices.imports.refusals import Refused, from_books, refusals
from invoices.imports.writing import Batch, analyze, write, write_first
from invoices.models import DocumentSettings, Tax
from invoices.querysets import Kind
from partners.exceptions import BookError
from partners.imports.exceptions import Unusable
from partners.imports.job import Job

_Answer = TypeVar("_Answer")
_MOST_ASKED = 2
_MOST_WAITING = 2
_LONGEST_SOURCE = 40
_TURN = 0.0002  # seconds
_OBJECTS = 100_000
_SETTINGS = (
    # The checks of foreign keys keep the plan that they begin with. In an empty table
    # that would be reading all of it, for every row to come.
    "enable_seqscan",
    # A chunk lost to a power cut is imported when the command is run again.
    "synchronous_commit",
)


def import_invoices(job: Job) -> None:
    """Put the documents of the job's file into the books. Raises Unusable."""
    rules = job.binding.mapping.rules
    if rules["arrive_as"] == "issued" and rules["numbers"] != "keep":
        raise Unusable("Issued documents have numbers: only drafts leave them out.")
    names = "invoices", "credit notes", "lines", "new partners", "new products"
    job.summary.made.update(dict.fromkeys(names, 0))
    with _hurried(), _database_thread() as thread:
        _Run(job, thread).run()
    # Its commit waits for the disk, which makes all before it durable.
    analyze()


class _Thread:
    """Does one thing after the other; nothing more once one has failed."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._failed = threading.Event()

    def ask(self, deed: Callable[..., _Answer], *args: Any) -> Future[_Answer]:
        """Do this after all that has been asked before."""
        return self._pool.submit(self._do, deed, *args)

    def _do(self, deed: Callable[..., _Answer], *args: Any) -> _Answer:
        if self._failed.is_set():
            raise RuntimeError("The import has failed before.")
        try:
            return deed(*args)
        except BaseException:
            self._failed.set()
            raise


@contextmanager
def _database_thread() -> Iterator[_Thread]:
    """A thread that uses this thread's connection, which must leave it alone."""
    wrapper = connections[DEFAULT_DB_ALIAS]

    def adopt() -> None:
        connections[DEFAULT_DB_ALIAS] = wrapper

    connection.inc_thread_sharing()
    pool = ThreadPoolExecutor(max_workers=1, initializer=adopt)
    try:
        with _interpreter_for_two():
            yield _Thread(pool)
    finally:
        pool.shutdown(cancel_futures=True)
        connection.dec_thread_sharing()


@contextmanager
def _interpreter_for_two() -> Iterator[None]:
    """Settings of Python that suit two busy threads and many short-lived objects."""
    turn, thresholds = sys.getswitchinterval(), gc.get_threshold()
    # Else the thread would wait for the end of the other's turn after each of its
    # many short statements, with the database idle.
    sys.setswitchinterval(_TURN)
    # Hardly anything here is a cycle; looking for them would take a tenth of the time.
    gc.set_threshold(_OBJECTS)
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        gc.set_threshold(*thresholds)


@contextmanager
def _hurried() -> Iterator[None]:
    """Settings of the connection that suit many rows."""
    for name in _SETTINGS:
        _execute(f"SET {name} = off")
    try:
        yield
    finally:
        # Where the transaction is broken, its end resets them as well.
        with suppress(DatabaseError):
            for name in _SETTINGS:
                _execute(f"RESET {name}")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


class _Run:
    """One pass over one file."""

    def __init__(self, job: Job, thread: _Thread) -> None:
        self.job, self.thread = job, thread
        taxes = list(Tax.objects.for_business(job.business))
        settings = DocumentSettings.of(job.business)
        self.known = Known(job.business.currency, taxes, settings)
        source = job.binding.mapping.name[:_LONGEST_SOURCE]
        self.reader = Reader(job.binding, job.business)
        self.booking = Booking(job, self.known, source)
        self.lookups = Lookups(job.business, self.known.taxes, source)
        self.writing: deque[tuple[Batch, Future[Refusals]]] = deque()
        self.has_written = False

    def run(self) -> None:
        """Read, ask, book and write, each a step ahead of the next."""
        asked: deque[tuple[list[Document], Future[Found]]] = deque()
        for rows in Grouping(self.job).chunks():
            documents = self._read(rows)
            wanted = self.known.wanted(documents)
            asked.append((documents, self.thread.ask(self.lookups.answer, wanted)))
            if len(asked) > _MOST_ASKED:
                self._book(*asked.popleft())
        while asked:
            self._book(*asked.popleft())
        while self.writing:
            self._settle(*self.writing.popleft())
        self.job.proceed()

    def _read(self, chunk: list[Rows]) -> list[Document]:
        documents = []
        for rows in chunk:
            try:
                documents.append(self.reader.read(rows))
            except Refused as refusal:
                self._refuse(rows, refusal)
        return documents

    def _book(self, documents: list[Document], answer: Future[Found]) -> None:
        self.booking.begin_chunk(answer.result())
        booked = [done for document in documents if (done := self._try(document))]
        masters = self.booking.masters
        new = masters.new_partners, masters.new_products
        batch = Batch(self.job, *new, booked).prepare()
        while len(self.writing) >= _MOST_WAITING:
            self._settle(*self.writing.popleft())
        deed = write if self.has_written else write_first
        self.has_written = True
        self.writing.append((batch, self.thread.ask(deed, batch)))

    def _try(self, document: Document) -> Booked | None:
        try:
            return self.booking.book(document)
        except AlreadyBooked:
            self.job.summary.rows_known += len(document.rows.numbers)
        except Refused as refusal:
            self._refuse(document.rows, refusal)
        except BookError as error:
            self._refuse(document.rows, from_books(error, self.job.binding))
        return None

    def _settle(self, batch: Batch, written: Future[Refusals]) -> None:
        """Count what a written chunk has brought."""
        refused = written.result()
        for booked, refusal in refused:
            self._refuse(booked.document.rows, refusal)
        made = self.job.summary.made
        made["new partners"] += len(batch.partners)
        made["new products"] += len(batch.products)
        for booked in batch.documents:
            self._count(booked)

    def _count(self, booked: Booked) -> None:
        summary, invoice = self.job.summary, booked.invoice
        rows = len(booked.document.rows.numbers)
        credit = invoice.kind == Kind.CREDIT_NOTE
        summary.rows_imported += rows
        summary.made["lines"] += rows
        summary.made["credit notes" if credit else "invoices"] += 1
        count = money.subtract if credit else money.add
        before = summary.amounts.get(invoice.currency, Decimal(0))
        summary.amounts[invoice.currency] = count(before, invoice.line_total)

    def _refuse(self, rows: Rows, refusal: Refused) -> None:
        self.booking.forget(rows.key)
        for line in refusals(rows, refusal.problems, self.job.binding):
            self.job.refuse(line)
