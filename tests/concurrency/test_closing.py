"""Closing the books while documents are being issued: nothing slips in afterwards."""

from __future__ import annotations

import threading

import pytest

from invoices import locking
from invoices.closing import close_books
from invoices.models import Event
from partners.models import Business
from tests.concurrency.racing import dealt, race, refusals, tell
from tests.factories import NOW, TODAY, a_draft

pytestmark = pytest.mark.django_db(transaction=True)


def closing(business, by):
    return close_books(business, TODAY, by=by, now=NOW, expected=None)


def issued_after_closing(business) -> int:
    """Documents issued once the books were closed; history is written in order."""
    events = Event.objects.for_business(business)
    [end] = events.filter(verb="books.closed").values_list("pk", flat=True)
    return events.filter(verb="invoice.issued", pk__gt=end).count()


def test_what_is_issued_while_the_books_close_is_issued_before(business, owner):
    partner = a_draft(business, by=owner).partner
    drafts = [a_draft(business, by=owner, partner=partner) for _ in range(40)]
    for draft in drafts:
        draft.business = Business.objects.get(pk=business.pk)  # as each request has it
    some = threading.Semaphore(0)

    def issue(one) -> None:
        one.issue(by=owner, now=NOW)
        some.release()

    def close() -> None:
        for _ in range(10):
            some.acquire(timeout=30)
        closing(business, owner)

    deeds = [lambda one=one: issue(one) for one in drafts]
    outcomes = race(*dealt(deeds, 3), [close])

    late = refusals(outcomes)
    assert set(late) <= {"PeriodClosed"}
    assert issued_after_closing(business) == 0
    issued = Event.objects.for_business(business).filter(verb="invoice.issued").count()
    assert issued >= 10
    assert issued + len(late) == 40
    tell(f"closing: {issued} issued before, {len(late)} refused, 0 in between")


def test_without_the_lock_a_document_slips_into_closed_books(
    business, owner, monkeypatch
):
    """The control: the closing day is read, and the books close meanwhile."""
    draft = a_draft(business, by=owner)
    has_read, is_closed = threading.Event(), threading.Event()

    def unlocked(business_id: int) -> Business:
        found = Business.objects.get(pk=business_id)
        has_read.set()
        is_closed.wait(30)
        return found

    def close() -> None:
        has_read.wait(30)
        closing(business, owner)
        is_closed.set()

    monkeypatch.setattr(locking, "lock_books", unlocked)
    outcomes = race([lambda: draft.issue(by=owner, now=NOW)], [close])

    assert refusals(outcomes) == []
    assert issued_after_closing(business) == 1
