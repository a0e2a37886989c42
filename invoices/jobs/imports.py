"""The job that goes over a file that somebody brought."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from procrastinate.contrib.django import app

from invoices.models import ImportRun

_SECONDS = 1.0


@app.task(name="invoices.import", queue="imports")
def go_over(business_id: int, run_id: int) -> None:
    """Try the file out, or import it; whichever is due."""
    from django.utils import timezone

    from invoices.importing import work

    with _told(business_id, run_id) as far:
        work(business_id, run_id, far.step, timezone.now())


def queue_import(run: ImportRun) -> None:
    """Have the file gone over once the surrounding transaction is committed."""
    go_over.configure(lock=f"import-{run.business_id}").defer(
        business_id=run.business_id, run_id=run.pk
    )


class _Far:
    """How far the pass is, for another thread to write down."""

    def __init__(self) -> None:
        self.rows, self.fraction = 0, 0.0

    def step(self, rows: int, fraction: float) -> None:
        """Remember it."""
        self.rows, self.fraction = rows, fraction


@contextmanager
def _told(business_id: int, run_id: int) -> Iterator[_Far]:
    """Write the progress down each second, on a connection of its own.

    What a pass itself writes is seen by nobody before its transaction ends, and of a
    dry run by nobody ever.
    """
    far, over = _Far(), threading.Event()

    def tell() -> None:
        from django.db import connection

        from invoices.importing import progress

        run = ImportRun(pk=run_id, business_id=business_id)
        try:
            while not over.wait(_SECONDS):
                progress(run, far.rows, far.fraction)
        finally:
            connection.close()

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield far
    finally:
        over.set()
        thread.join()
