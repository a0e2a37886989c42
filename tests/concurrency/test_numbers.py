"""Numbers given out to many at once: each once, and none left out."""

from __future__ import annotations

import threading

import pytest

from invoices.models import Event, Invoice, NumberSequence
from tests.concurrency.racing import Gate, dealt, disagreements, race, refusals, tell
from tests.factories import NOW, TODAY, BusinessFactory, a_draft, actor

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def drafts_of(business, by, count: int) -> list[Invoice]:
    first = a_draft(business, by=by)
    others = [a_draft(business, by=by, partner=first.partner) for _ in range(count - 1)]
    return [first, *others]


def issues(drafts: list[Invoice], by) -> list:
    return [lambda one=one: one.issue(by=by, now=NOW).number for one in drafts]


def test_eight_times_fifty_issues_count_from_1_to_400(business, owner):
    drafts = drafts_of(business, owner, 400)

    numbers = race(*dealt(issues(drafts, owner), THREADS))

    assert sorted(map(str, numbers)) == [f"INV-2026-{n:05}" for n in range(1, 401)]
    stored = Invoice.objects.for_business(business).values_list("number", flat=True)
    assert sorted(stored) == sorted(map(str, numbers))
    assert NumberSequence.objects.for_business(business).get().last == 400
    issued = Event.objects.for_business(business).filter(verb="invoice.issued")
    assert issued.count() == 400
    assert disagreements(business) == []
    tell(f"numbers: {len(numbers)} issues by {THREADS} threads, no gap, no double")


def test_without_the_lock_the_same_number_is_given_out_twice(
    business, owner, monkeypatch
):
    """The control: reading the counter, then writing it."""
    given: list[int] = []
    gate, mutex = Gate(THREADS), threading.Lock()

    def read_then_write(cls, business_id: int, series: str, period: str) -> int:
        counter = cls.objects.filter(
            business_id=business_id, series=series, period=period
        )
        seq = counter.values_list("last", flat=True)[0] + 1
        gate.wait()
        counter.update(last=seq)
        with mutex:
            given.append(seq)
        return seq

    NumberSequence.objects.create(
        business=business, series="invoice", period=f"{TODAY:%Y}"
    )
    monkeypatch.setattr(NumberSequence, "_advance", classmethod(read_then_write))
    drafts = drafts_of(business, owner, THREADS * 10)

    race(*dealt(issues(drafts, owner), THREADS))

    doubles = len(given) - len(set(given))
    assert doubles >= THREADS - 1
    tell(f"numbers, control: {len(given)} numbers given out, {doubles} doubles")


def test_one_draft_is_issued_by_one_of_many(business, owner):
    draft = a_draft(business, by=owner)
    copies = [Invoice.objects.get(pk=draft.pk) for _ in range(THREADS)]
    outcomes = race(*dealt(issues(copies, owner), THREADS))
    assert refusals(outcomes) == ["NotADraft"] * (THREADS - 1)
    assert "INV-2026-00001" in outcomes
    assert NumberSequence.objects.for_business(business).get().last == 1


def test_two_businesses_do_not_wait_for_each_other_s_numbers(business, owner):
    other = BusinessFactory()
    by = actor(other)
    deeds = [
        issues(drafts_of(business, owner, 10), owner),
        issues(drafts_of(other, by, 10), by),
    ]
    outcomes = race(*deeds)
    expected = [f"INV-2026-{n:05}" for n in range(1, 11)]
    assert outcomes == expected + expected


def test_a_client_s_number_and_the_series_never_meet_twice(business, owner):
    """Whoever comes second is refused or passed over; nobody sees a database error."""
    drafts = drafts_of(business, owner, 20)
    partner = drafts[0].partner
    rivals = [
        lambda n=n: (
            a_draft(
                business, by=owner, partner=partner, number=f"INV-2026-{n:05}"
            ).number
        )
        for n in range(1, 21)
    ]
    outcomes = race(issues(drafts, owner), rivals)
    assert set(refusals(outcomes)) <= {"NumberTaken"}
    numbers = Invoice.objects.for_business(business).exclude(number="")
    taken = list(numbers.values_list("number", flat=True))
    assert len(taken) == len(set(taken)) == 40 - len(refusals(outcomes))
