"""One run of an import: what it reads, where it says what, and its lock."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import DatabaseError, OperationalError, connection, transaction

from partners.access import Actor
from partners.imports.binding import Binding
from partners.imports.exceptions import Unusable
from partners.imports.progress import Step
from partners.imports.report import Refusal, Report, Summary
from partners.imports.table import Table
from partners.models import Business

_PATIENCE = "20s"


@dataclass(frozen=True, kw_only=True)
class Job:
    """Everything that one run works with; `summary` and `report` fill as it goes."""

    business: Business
    file_name: str
    table: Table
    binding: Binding
    report: Report
    summary: Summary
    step: Step
    by: Actor
    now: datetime.datetime

    def refuse(self, refusal: Refusal) -> None:
        """Report one row and count it."""
        self.report.add(refusal)
        self.summary.refused[refusal.group] += 1

    def proceed(self) -> None:
        """Show how far the reading is."""
        self.step(self.summary.rows, self.table.fraction_read())


@contextmanager
def alone_in(business: Business) -> Iterator[None]:
    """Keep other imports out of one business; Unusable where one does not end soon.

    The lock is the connection's: it lasts until the server is done with everything
    that a killed import had sent, so that the next one sees all of its rows.
    """
    key = f"counterfoil import {business.pk}"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_PATIENCE])
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
    except OperationalError as error:
        raise Unusable(
            f"Another import into {business.slug} is running: wait until it has ended."
        ) from error
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])
