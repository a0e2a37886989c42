"""Runs in many hands: each draft sent once, and a worker that dies leaves no half."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from django.db import DatabaseError, connection, connections

from invoices import send_runs
from invoices.models import Delivery, Invoice, SendRunItem
from invoices.sending import send
from tests.concurrency.racing import Gate, race, tell
from tests.factories import NOW, BusinessFactory, PartnerFactory, a_draft, actor

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS, DRAFTS = 4, 24


@pytest.fixture
def business():
    return BusinessFactory()


@pytest.fixture
def run(business):
    by, partner = actor(business), PartnerFactory(business=business)
    drafts = [a_draft(business, by=by, partner=partner) for _ in range(DRAFTS)]
    return send_runs.start(business, drafts, by=by, now=NOW, key=uuid.uuid4())


def states(run) -> dict[str, int]:
    items = SendRunItem.objects.for_business(run.business_id).filter(run=run)
    found = list(items.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def mails(run) -> int:
    return Delivery.objects.for_business(run.business_id).count()


def together(run) -> None:
    race(*[[lambda: send_runs.work(run.business_id, run.pk)]] * WORKERS)


def test_workers_share_a_run_and_send_each_draft_once(run):
    together(run)
    assert states(run) == {"done": DRAFTS}
    assert mails(run) == DRAFTS
    numbers = Invoice.objects.for_business(run.business_id).order_by("number")
    found = [number[-5:] for number in numbers.values_list("number", flat=True)]
    assert found == [f"{n:05}" for n in range(1, DRAFTS + 1)]
    assert send_runs.progress(run).finished


def test_a_draft_sent_with_one_key_in_many_hands_is_sent_once(business):
    """Nobody is told that it is no draft: all but the first find its mails."""
    by = actor(business)
    pk = a_draft(business, by=by).pk
    drafts = [Invoice.objects.get(pk=pk) for _ in range(WORKERS)]
    sends = [partial(send, draft, by=by, now=NOW, key="once") for draft in drafts]
    found = race(*[[deed] for deed in sends])
    [mail] = Delivery.objects.for_business(business)
    assert found == [[mail]] * WORKERS


def test_without_the_lock_what_was_sent_is_reported_as_refused(run, monkeypatch):
    """The control: whoever comes second to a document overwrites its outcome."""
    gate = Gate(WORKERS)
    query = type(SendRunItem.objects.for_business(run.business_id))
    monkeypatch.setattr(query, "select_for_update", lambda self, **_: self)
    real = send_runs._send

    def held(*args):
        gate.wait()
        return real(*args)

    monkeypatch.setattr(send_runs, "_send", held)
    together(run)
    tell(f"without the lock: {states(run)}, {mails(run)} mails")
    assert mails(run) == DRAFTS
    assert states(run).get("refused", 0) > 0


def test_a_connection_lost_in_the_middle_leaves_the_draft_untouched(run, monkeypatch):
    real = send_runs._send
    served = []

    def dying(*args):
        real(*args)
        served.append(1)
        if len(served) == 3:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                [pid] = cursor.fetchone()
            end(pid)

    monkeypatch.setattr(send_runs, "_send", dying)
    with pytest.raises(DatabaseError):
        send_runs.work(run.business_id, run.pk)
    connections.close_all()
    assert (states(run), mails(run)) == ({"done": 2, "waiting": DRAFTS - 2}, 2)
    issued = Invoice.objects.for_business(run.business_id).filter(state="issued")
    assert issued.count() == 2
    send_runs.work(run.business_id, run.pk)
    assert (states(run), mails(run)) == ({"done": DRAFTS}, DRAFTS)


def end(pid: int) -> None:
    """Take that connection away, from another one."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
