"""Importing a file that somebody brought: tried out first, done once confirmed.

It is the importers of the commands that do it; here is who may, where the file is
meanwhile, and what is kept of the outcome.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from invoices import jobs
from invoices.imports.layout import LAYOUT as DOCUMENTS
from invoices.imports.products import LAYOUT as PRODUCTS
from invoices.imports.products import import_products
from invoices.imports.running import import_invoices
from invoices.models import Event, ImportRun
from invoices.models.import_run import ImportKind, ImportState
from partners.access import Actor, Capability
from partners.exceptions import Conflict, Invalid
from partners.imports import mapping
from partners.imports.exceptions import Unusable
from partners.imports.files import open_table
from partners.imports.going_over import (
    Asked,
    Book,
    Done,
    go_over,
    saying_what_stopped_it,
)
from partners.imports.mapping import Layout, Mapping
from partners.imports.partners import LAYOUT as PARTNERS
from partners.imports.partners import import_partners
from partners.imports.progress import Step
from partners.imports.report import Report
from partners.models import Business

MOST_BYTES = 50 * 1024 * 1024
AT_ONCE_BYTES = 256 * 1024
"""Files up to this size are gone over in the request; longer ones by a worker."""
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Importer:
    """What the rows of a file are, what books them, and who may have them booked.

    Issued documents come in with numbers and dates of another system. Whoever sets up
    how the books are kept may do that, not whoever writes invoices: `settings`.
    """

    layout: Layout
    book: Book
    needs: Capability


IMPORTERS = {
    ImportKind.PARTNERS: Importer(PARTNERS, import_partners, Capability.MASTER),
    ImportKind.PRODUCTS: Importer(PRODUCTS, import_products, Capability.MASTER),
    ImportKind.INVOICES: Importer(DOCUMENTS, import_invoices, Capability.SETTINGS),
}


def bring(
    business: Business,
    kind: ImportKind,
    upload: File[bytes],
    *,
    by: Actor,
    now: datetime.datetime,
    named: str = "",
    own: str = "",
) -> ImportRun:
    """Keep a file and have it tried out; nothing is imported yet.

    `named` is a shipped mapping, `own` the text of one's own. Raises Invalid for a file
    that is empty or larger than 50 MB and a mapping that cannot be, NotAllowed.
    """
    importer = IMPORTERS[kind]
    by.require(importer.needs, business.pk)
    if not upload.size:
        raise Invalid("The file is empty.", field="file")
    if upload.size > MOST_BYTES:
        limit = MOST_BYTES // 1024 // 1024
        raise Invalid(f"Use a file of at most {limit} MB.", field="file")
    try:
        _mapping(importer.layout, named, own)
    except Unusable as error:
        raise Invalid(str(error), field="own" if own else "named") from error
    run = ImportRun(
        business=business,
        kind=kind,
        user_id=by.user_id,
        actor=by.name,
        capabilities=sorted(by.capabilities),
        name=_plain_name(upload.name or ""),
        size=upload.size,
        mapping=named,
        mapping_text=own,
    )
    # The name in the storage says nothing, and nobody can guess it.
    run.file = default_storage.save(f"imports/{uuid.uuid4().hex}", upload)
    _begin(run, run.save, now)
    return run


def confirm(run: ImportRun, *, by: Actor, now: datetime.datetime) -> ImportRun:
    """Have it done. Raises Conflict unless it was tried out, NotAllowed."""
    by.require(IMPORTERS[ImportKind(run.kind)].needs, run.business_id)

    def begin() -> None:
        _take(run, ImportState.CHECKED, ImportState.RUNNING)
        run.actor, run.user_id, run.confirmed_at = by.name, by.user_id, now
        run.capabilities = sorted(by.capabilities)
        run.fraction = 0
        run.save()
        facts = {"kind": run.kind, "file": run.name, "rows": run.rows}
        Event.record(run, "import.confirmed", by=by, **facts)

    _begin(run, begin, now)
    return run


def drop(run: ImportRun, *, by: Actor, now: datetime.datetime) -> None:
    """Forget a file that was only tried out. Raises Conflict, NotAllowed."""
    by.require(IMPORTERS[ImportKind(run.kind)].needs, run.business_id)
    with transaction.atomic():
        _take(run, ImportState.CHECKED, ImportState.DROPPED)
        run.finished_at = now
        run.save()
    _forget_file(run)


def work(business_id: int, run_id: int, step: Step, now: datetime.datetime) -> None:
    """Try a file out, or import it, whichever is due; called again, it goes on.

    What is imported is not imported twice: a worker that dies loses nothing.
    """
    run = ImportRun.objects.for_business(business_id).filter(pk=run_id).first()
    if run is None or not run.is_busy:
        return
    trying = run.state == ImportState.CHECKING
    try:
        with _at_hand(run) as path:
            done = _go_over(run, path, step, now)
            _note(run, done, path)
    except Unusable as error:
        run.problem, run.state = str(error)[:2000], ImportState.FAILED
    else:
        run.state = ImportState.CHECKED if trying else ImportState.DONE
        run.fraction = 1
    if not trying or run.state == ImportState.FAILED:
        run.finished_at = now
    with transaction.atomic():
        run.save()
        if not trying:
            facts = {"state": run.state, "rows": run.rows_imported}
            Event.record(run, "import.finished", by=_actor(run), **facts)
    if run.is_over:
        _forget_file(run)


def progress(run: ImportRun, rows: int, fraction: float) -> None:
    """Write down how far a pass is."""
    found = ImportRun.objects.for_business(run.business_id).filter(pk=run.pk)
    found.update(rows=rows, fraction=fraction)


# --- steps ------------------------------------------------------------------------------


def _begin(run: ImportRun, write: Callable[[], None], now: datetime.datetime) -> None:
    """Write the row, and go over the file: at once if it is short, else by a job."""
    short = run.size <= AT_ONCE_BYTES
    with transaction.atomic():
        write()
        if not short:
            jobs.queue_import(run)
    if short:
        work(run.business_id, run.pk, lambda rows, fraction: None, now)
        run.refresh_from_db()


def _take(run: ImportRun, was: ImportState, now: ImportState) -> None:
    rows = ImportRun.objects.for_business(run.business_id).select_for_update()
    fresh = rows.get(pk=run.pk)
    if fresh.state != was:
        raise Conflict(f"This import is {fresh.state} already.")
    run.__dict__.update(fresh.__dict__)
    run.state = now


def _mapping(layout: Layout, named: str, own: str) -> Mapping | None:
    if own.strip():
        return mapping.read(own, layout)
    # Only a shipped one: a path is for operators.
    if named and named not in layout.shipped():
        raise Unusable(f"There is no mapping {named}.")
    return mapping.load(named, layout) if named else None


def _plain_name(name: str) -> str:
    plain = re.sub(r"[^\w.() -]", "_", Path(name).name).strip(" .")
    return plain[-100:] or "file"


@contextmanager
def _at_hand(run: ImportRun) -> Iterator[Path]:
    """The file as one of this machine, under its own name."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / run.name
        try:
            with default_storage.open(run.file) as kept, path.open("wb") as copy:
                copyfileobj(kept, copy)
        except FileNotFoundError as error:
            raise Unusable("The file is gone; bring it again.") from error
        yield path


def _go_over(run: ImportRun, path: Path, step: Step, now: datetime.datetime) -> Done:
    importer = IMPORTERS[ImportKind(run.kind)]
    asked = Asked(
        business=run.business,
        path=path,
        layout=importer.layout,
        report=Report(path.parent / "report", always=False, inputs=[path]),
        step=step,
        by=_actor(run),
        now=now,
        mapping=_mapping(importer.layout, run.mapping, run.mapping_text),
        dry_run=run.state == ImportState.CHECKING,
    )
    with saying_what_stopped_it():
        return go_over(asked, importer.book)


def _actor(run: ImportRun) -> Actor:
    capabilities = frozenset(Capability(word) for word in run.capabilities)
    return Actor(run.business_id, run.user_id, run.actor, capabilities)


def _note(run: ImportRun, done: Done, path: Path) -> None:
    """Keep the counts, the first rows and the report of a pass."""
    summary = done.job.summary
    run.rows, run.rows_imported = summary.rows, summary.rows_imported
    run.rows_known, run.rows_refused = summary.rows_known, summary.rows_refused
    run.made, run.reasons = dict(summary.made), dict(summary.refused.most_common(50))
    run.amounts = {currency: str(sum_) for currency, sum_ in summary.amounts.items()}
    run.unread = done.job.binding.unread
    if not run.mapping_text:
        run.mapping = done.mapping.name
    run.sample = _sample(done, path)
    if run.report:
        default_storage.delete(run.report)
        run.report = ""
    if done.job.report.written:
        with done.job.report.path.open("rb") as file:
            run.report = default_storage.save(
                f"imports/{uuid.uuid4().hex}.csv", File(file)
            )


def _sample(done: Done, path: Path) -> dict[str, Any]:
    """The first rows as they are read: by field, with defaults and words of ours."""
    binding = done.job.binding
    layout, rows = done.mapping.layout, []
    fields = [
        n for n in layout.fields if n in binding.fields or n in done.mapping.defaults
    ]
    with open_table(path, delimiter=done.mapping.delimiter) as table:
        for number, cells in table.rows:
            if len(cells) == binding.width:
                picked = binding.pick(cells)
                texts = [binding.text(picked, name)[:200] for name in fields]
                rows.append([str(number), *texts])
            if len(rows) == _SAMPLE:
                break
    return {"fields": fields, "rows": rows}


def _forget_file(run: ImportRun) -> None:
    if run.file:
        default_storage.delete(run.file)
        ImportRun.objects.for_business(run.business_id).filter(pk=run.pk).update(
            file=""
        )
        run.file = ""
