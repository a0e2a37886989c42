"""Workers and connections that die: no mail twice, none lost."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices import delivering
from invoices.models import Delivery
from invoices.sweeping import sweep
from tests.concurrency.racing import Gate, race, tell
from tests.factories import BusinessFactory
from tests.mailing import workers
from tests.mailing.catcher import Catcher, at
from tests.mailing.deaths import (
    CUTS,
    InThread,
    cut_database,
    kill_after_the_answer,
    kill_everywhere,
    queued,
)
from tests.mailing.faults import (
    again,
    decided,
    long_ago,
    mail_settings,
    with_paper,
)
from tests.mailing.mails import a_delivery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def business(transactional_db):
    with connection.cursor() as cursor:
        # Not a table of Django's, so no test empties it.
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    return BusinessFactory()


def test_a_worker_killed_at_every_point_sends_nothing_twice_and_loses_nothing(business):
    deaths, _ = kill_everywhere(business)
    for death in deaths:
        tell(f"{death.before:10} {death.after:10} taken {death.taken}")
    assert Counter((death.before, death.after) for death in deaths) == {
        # banner, ehlo, mail, rcpt, data: surely not taken, so sent by the next.
        ("claimed", "sent"): 5,
        # content, answer: a person is asked.
        ("offered", "uncertain"): 2,
    }
    assert {death.taken for death in deaths if death.after == "sent"} == {1}
    assert max(death.taken for death in deaths) == 1


def test_a_worker_killed_with_the_answer_in_its_hand_is_asked_about(business):
    delivery, catcher = kill_after_the_answer(business)
    assert (delivery.state, delivery.attempts, len(catcher.taken)) == (
        "uncertain",
        1,
        1,
    )
    assert decided(delivery, arrived=True).state == "sent"
    assert again(delivery).invoice.sent_at is not None


def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_hand(business):
    [delivery] = queued(business, 1)
    with (
        Catcher(at("data", "hold")) as catcher,
        workers.running(catcher.port) as worker,
    ):
        catcher.wait_held("data")
        worker.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        catcher.release.set()
        assert worker.wait(30) == 0
    assert (again(delivery).state, len(catcher.taken)) == ("sent", 1)
    mail_jobs = ProcrastinateJob.objects.filter(task_name="invoices.deliver")
    assert not mail_jobs.exists()


@pytest.mark.parametrize("point", CUTS)
def test_a_dropped_database_connection_costs_no_mail_and_doubles_none(business, point):
    death = cut_database(business, point)
    assert (death.before, death.after, death.taken) == (CUTS[point], "sent", 1)


def test_a_worker_that_comes_back_after_its_claim_was_given_away_sends_nothing(
    business,
):
    delivery = a_delivery(business, with_paper(business))
    with (
        Catcher(at("rcpt", "hold")) as catcher,
        mail_settings(catcher.port, EMAIL_TIMEOUT=20),
    ):
        work = InThread(delivery)
        catcher.wait_held("rcpt")
        long_ago(delivery)
        sweep(timezone.now())
        with Catcher() as other, mail_settings(other.port):
            delivering.work_off(business.pk, delivery.pk)
        catcher.release.set()
        work.thread.join(30)
    assert (again(delivery).state, len(other.taken), len(catcher.taken)) == (
        "sent",
        1,
        0,
    )


def test_two_workers_racing_for_fifty_deliveries_send_each_once(business):
    deliveries = [
        a_delivery(business, with_paper(business), attempt_key=f"k{n}")
        for n in range(50)
    ]
    deeds = [
        lambda one=one: delivering.work_off(business.pk, one.pk) for one in deliveries
    ]
    with Catcher() as catcher, mail_settings(catcher.port, EMAIL_TIMEOUT=20):
        outcomes = race(deeds, deeds)
    assert set(outcomes) == {None}
    assert catcher.mails() == {one.public_id: 1 for one in deliveries}
    assert {again(one).state for one in deliveries} == {"sent"}
    tell(f"race: {len(deliveries)} deliveries, 2 workers, {len(catcher.taken)} mails")


def test_without_the_condition_in_the_claim_both_send(business, monkeypatch):
    """The control: reading the state, then writing it."""
    delivery = a_delivery(business, with_paper(business))
    gate = Gate(2)

    def read_then_write(business_id: int, delivery_id: int) -> Delivery | None:
        row = Delivery.objects.for_business(business_id).get(pk=delivery_id)
        if row.state != "queued":
            return None
        gate.wait()
        row.state, row.attempts = "claimed", row.attempts + 1
        row.save()
        gate_after.wait()
        return row

    gate_after = threading.Barrier(2, timeout=30)
    monkeypatch.setattr(delivering, "_claim", read_then_write)
    # The second condition, of the offer, is left out as well.
    monkeypatch.setattr(delivering, "_offer", lambda row: None)
    deed = [lambda: delivering.work_off(business.pk, delivery.pk)]
    with Catcher() as catcher, mail_settings(catcher.port, EMAIL_TIMEOUT=20):
        race(deed, deed)
    assert catcher.mails() == {delivery.public_id: 2}
    tell("control: 1 delivery, 2 workers without the condition, 2 mails")


def test_the_offer_is_a_second_condition_behind_the_claim(business, monkeypatch):
    """Even if two had claimed one row, only one of them offers it."""
    delivery = a_delivery(business, with_paper(business))
    gate = threading.Barrier(2, timeout=30)

    def both_claim(business_id: int, delivery_id: int) -> Delivery | None:
        rows = Delivery.objects.for_business(business_id).filter(pk=delivery_id)
        gate.wait()
        rows.filter(state="queued").update(state="claimed", attempts=1)
        return rows.get()

    monkeypatch.setattr(delivering, "_claim", both_claim)
    deed = [lambda: delivering.work_off(business.pk, delivery.pk)]
    with Catcher() as catcher, mail_settings(catcher.port, EMAIL_TIMEOUT=20):
        race(deed, deed)
    assert catcher.mails() == {delivery.public_id: 1}
