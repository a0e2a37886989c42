"""Posted documents become drafts, or are merged into those that are there.

The words that the books know change the books by the verbs of drafting; the whole
document, merged as the original's store merges, is kept beside them for the client.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

from invoices.api.cannlytics import documents
from invoices.api.cannlytics.documents import Row
from invoices.api.cannlytics.drafts import Desk, news
from invoices.api.cannlytics.errors import EntryRefused
from invoices.api.cannlytics.words import identity
from invoices.api.cannlytics.written import merged, read, write
from invoices.drafting import draft_invoice, revise_draft
from invoices.exceptions import ReferenceTaken, StaleDocument
from invoices.locking import lock_invoices
from invoices.models import Invoice
from partners.access import Actor
from partners.exceptions import BookError
from partners.models import Business

_ATTEMPTS = 3
_Result = TypeVar("_Result")


def post(
    business: Business,
    entries: Sequence[dict[str, Any]],
    *,
    by: Actor,
    today: datetime.date,
) -> None:
    """Create or change all these documents, or none.

    Raises what drafting, naming and finding projects raise, and Conflict for what
    this door does not change; for one of several inside EntryRefused.
    """
    _persistently(lambda: _Posting(Desk(business, by, today)).post_all(entries))


def delete(business: Business, entries: Sequence[dict[str, Any]], *, by: Actor) -> None:
    """Delete all the drafts that these entries name, or none; unknown ids are done.

    Raises NotADraft for anything but a draft, Invalid for an entry without an id.
    """
    _persistently(lambda: _delete_all(business, entries, by))


def _persistently(deed: Callable[[], _Result]) -> _Result:
    """In one transaction, and again where two arrays of documents crossed."""
    for _ in range(_ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return deed()
        except StaleDocument:
            continue
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    with transaction.atomic():
        return deed()


@contextmanager
def _entry(number: int, entries: Sequence[dict[str, Any]]) -> Iterator[None]:
    """Says of a refusal which one of several entries it is about."""
    try:
        yield
    except (BookError, ValidationError) as error:
        if len(entries) == 1 or isinstance(error, StaleDocument):
            raise
        name = entries[number].get("invoice_id")
        place = f"Entry {number + 1}" + (f" ({name})" if isinstance(name, str) else "")
        raise EntryRefused(place, error) from error


def _named(
    entries: Sequence[dict[str, Any]], *, checked: bool = True
) -> list[tuple[str, int]]:
    """The ids with the numbers of their entries, in an order that all callers share.

    Unchecked, a text that can be no id is one that no document has.
    """
    names = []
    for number, entry in enumerate(entries):
        with _entry(number, entries):
            name = entry.get("invoice_id")
            if checked or not isinstance(name, str) or not name:
                name = identity(name)
            names.append((name, number))
    return sorted(names)


def _delete_all(
    business: Business, entries: Sequence[dict[str, Any]], by: Actor
) -> None:
    gone = set()
    for name, number in _named(entries, checked=False):
        for invoice in documents.one_identified(business, name):
            if invoice.pk not in gone:
                with _entry(number, entries):
                    reason = entries[number].get("deletion_reason")
                    told = reason[:500] if isinstance(reason, str) else ""
                    invoice.delete(by=by, reason=told)
                gone.add(invoice.pk)


@dataclass(frozen=True, slots=True)
class _Posting:
    """One request's posting, within its transaction."""

    desk: Desk
    locked: dict[int, Invoice] = field(default_factory=dict)

    def post_all(self, entries: Sequence[dict[str, Any]]) -> None:
        names = _named(entries)
        self._lock([name for name, _ in names])
        for name, number in names:
            with _entry(number, entries):
                self._post(name, entries[number])

    def _lock(self, names: list[str]) -> None:
        business = self.desk.business
        found = documents.identified(business, names).values_list("pk", flat=True)
        pks = set(found) - self.locked.keys()
        if pks:
            self.locked.update(lock_invoices(business.pk, pks))

    def _post(self, name: str, posted: dict[str, Any]) -> None:
        row = self._row(name)
        if row is None:
            try:
                draft_invoice(self.desk.new(name, posted), by=self.desk.by)
            except ReferenceTaken:
                # Somebody else's request with this id was a moment earlier.
                row = self._row(name)
                if row is None:
                    raise
        if row is not None:
            self._merge(row, posted)

    def _row(self, name: str) -> Row | None:
        """The document with this id, as it is with its row locked."""
        found = documents.one_identified(self.desk.business, name)
        rows = documents.rows(found, self.desk.today)
        if rows and rows[0].pk not in self.locked:
            self._lock([name])
            rows = documents.rows(found, self.desk.today)
        return rows[0] if rows else None

    def _merge(self, row: Row, posted: dict[str, Any]) -> None:
        business, by = self.desk.business, self.desk.by
        invoice = self.locked[row.pk]
        different = news(posted, documents.truth(row), business, row.date)
        if not invoice.is_editable:
            if different or _adds(posted, row, business):
                invoice.must_be_editable()
            return
        whole = merged(read(row.client_document), posted)
        if different or write(whole) != row.client_document:
            changed = self.desk.changed(invoice, posted, whole, different)
            revise_draft(invoice, changed, by=by)


def _adds(posted: dict[str, Any], row: Row, business: Business) -> bool:
    """Whether words that the books do not know would change what the client reads.

    To post again what a final document says is no change; all else is one.
    """
    before, known = documents.shown(row, business), documents.truth(row)
    unknown = {word: posted[word] for word in posted if word not in known}
    return write(merged(before, unknown)) != write(before)
