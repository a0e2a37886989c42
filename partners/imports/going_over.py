"""One pass of an import over a file: for the commands and for the pages alike."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    transaction,
)
from psycopg.errors import CheckViolation

from partners.access import Actor
from partners.imports import mapping
from partners.imports.binding import Binding
from partners.imports.exceptions import Unusable
from partners.imports.files import open_table
from partners.imports.job import Job, alone_in
from partners.imports.mapping import Layout, Mapping
from partners.imports.progress import Step
from partners.imports.report import Report, Summary
from partners.models import Business

Book = Callable[[Job], None]
"""What puts a job's rows into the books. It may raise Unusable."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What to go over, for whom; without a mapping the one that fits is taken."""

    business: Business
    path: Path
    layout: Layout
    report: Report
    step: Step
    by: Actor
    now: datetime.datetime
    mapping: Mapping | None = None
    encoding: str = ""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What a pass came to: the job with its counts, by which mapping, in what time."""

    job: Job
    mapping: Mapping
    seconds: float


def go_over(asked: Asked, book: Book) -> Done:
    """Book every row that can be; a dry run undoes it all. Raises Unusable."""
    chosen = asked.mapping
    delimiter = chosen.delimiter if chosen else ""
    with (
        closing(asked.report),
        open_table(asked.path, encoding=asked.encoding, delimiter=delimiter) as table,
    ):
        chosen = chosen or mapping.fitting(table.header, asked.layout)
        job = Job(
            business=asked.business,
            file_name=asked.path.name,
            table=table,
            binding=Binding(chosen, table.header),
            report=asked.report,
            summary=Summary(),
            step=asked.step,
            by=asked.by,
            now=asked.now,
        )
        began = time.monotonic()
        with alone_in(asked.business):
            _book(job, book, dry_run=asked.dry_run)
        return Done(job, chosen, time.monotonic() - began)


def _book(job: Job, book: Book, *, dry_run: bool) -> None:
    if not dry_run:
        book(job)
        return
    with transaction.atomic():
        book(job)
        transaction.set_rollback(True)


@contextmanager
def saying_what_stopped_it() -> Iterator[None]:
    """Turn what the database may raise into Unusable, which says the remedy."""
    try:
        yield
    except IntegrityError as error:
        if isinstance(error.__cause__, CheckViolation):
            raise Unusable(
                f"A row breaks a rule of the books: {error.__cause__.diag.message_primary}. "
                "What was booked before it stays."
            ) from error
        raise Unusable(
            f"Somebody else changed these books at the same time ({error}). "
            "Run the import again: what is booked is not booked twice."
        ) from error
    except (OperationalError, InterfaceError) as error:
        raise Unusable(
            f"The database cannot be reached any more ({error}). What is booked "
            "stays; running the import again goes on."
        ) from error
