"""Schedules worked by many at once: each period is made once."""

from __future__ import annotations

import pytest

from invoices import recurrence
from invoices.models import Invoice, RecurringInvoice, RecurringPeriod
from invoices.recurrence import make_due
from tests.concurrency.racing import Gate, disagreements, race, refusals, tell
from tests.factories import NOW
from tests.recurring.test_saving import a_template

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 4


def worked_by_many(business) -> list[object]:
    return race(*[[lambda: make_due(business, now=NOW)]] * THREADS)


def test_many_workers_make_each_period_once(business, owner):
    for n in range(3):
        a_template(business, owner, every="week", name=f"{n}", makes="issue")

    outcomes = worked_by_many(business)

    assert refusals(outcomes) == []
    periods = RecurringPeriod.objects.for_business(business)
    keys = list(periods.values_list("recurring_id", "number"))
    assert len(keys) == len(set(keys)) == 3 * 6
    assert Invoice.objects.for_business(business).count() == 3 * 6
    assert not RecurringInvoice.objects.exclude(made=6).exists()
    assert disagreements(business) == []


def test_without_the_lock_only_the_row_of_the_period_stands_in_the_way(
    business, owner, monkeypatch
):
    """The control: all read the template before one writes it."""
    a_template(business, owner, every="week", makes="issue")
    gate = Gate(THREADS)

    def unlocked(recurring):
        rows = RecurringInvoice.objects.for_business(recurring.business_id)
        row = rows.select_related("business", "partner").get(pk=recurring.pk)
        gate.wait()
        return row

    monkeypatch.setattr(recurrence, "_locked", unlocked)
    stopped = refusals(worked_by_many(business))
    assert len(stopped) >= THREADS - 1
    assert set(stopped) <= {"IntegrityError", "OperationalError"}
    tell(f"recurring, control: {len(stopped)} of {THREADS} workers fell over")
