"""Deeds done at the same time, each in a thread with a connection of its own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError, connection, models

from invoices.models import Invoice
from partners.exceptions import BookError
from payments.verifying import Finding, verify

Deed = Callable[[], object]
Outcome = object | BookError | DatabaseError


class Gate:
    """Lets nobody through before all have come; a thread passes it freely afterwards.

    A control puts it between reading and writing, so that the race is certain.
    """

    def __init__(self, threads: int) -> None:
        self._barrier = threading.Barrier(threads, timeout=30)
        self._passed = threading.local()

    def wait(self) -> None:
        if not getattr(self._passed, "once", False):
            self._passed.once = True
            self._barrier.wait()


def race(*runners: Sequence[Deed]) -> list[Outcome]:
    """Each runner's deeds in order, all runners at once; what every deed came to.

    A refusal or a database error is an outcome like any other.
    """
    start = threading.Barrier(len(runners), timeout=30)

    def run(deeds: Sequence[Deed]) -> list[Outcome]:
        try:
            connection.ensure_connection()
            start.wait()
            return [_outcome(deed) for deed in deeds]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runners)) as pool:
        return [outcome for done in pool.map(run, runners) for outcome in done]


def _outcome(deed: Deed) -> Outcome:
    try:
        return deed()
    except (BookError, DatabaseError) as error:
        return error


def refusals(outcomes: Iterable[Outcome]) -> list[str]:
    """The names of what was raised, sorted."""
    errors = (BookError, DatabaseError)
    return sorted(type(one).__name__ for one in outcomes if isinstance(one, errors))


def tell(text: str) -> None:
    """Say what a race came to; `pytest -s` shows it."""
    sys.stdout.write(f"\n{text}\n")


def dealt(deeds: Sequence[Deed], threads: int) -> list[Sequence[Deed]]:
    """The deeds handed out to so many threads."""
    return [deeds[n::threads] for n in range(threads)]


def unlocked(business_id: int, pks: Iterable[int]) -> dict[int, Invoice]:
    """What `lock_invoices` does, without the lock."""
    found: models.QuerySet[Invoice] = models.QuerySet(Invoice)
    found = found.filter(business_id=business_id, pk__in=set(pks))
    return {one.pk: one for one in found.select_related("business", "partner")}


def disagreements(business) -> list[Finding]:
    """What the books' own proof finds wrong."""
    return [finding for finding in verify(business) if finding.wrong]
