"""Workers killed at every point of the talk at once, and what the next one does."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from invoices import delivering, jobs
from invoices.models import Delivery
from tests.mailing import workers
from tests.mailing.catcher import POINTS, Catcher, Session, at
from tests.mailing.faults import (
    again,
    due_now,
    long_ago,
    mail_settings,
    with_paper,
)
from tests.mailing.mails import a_delivery


@dataclass
class Death:
    """One delivery whose worker was killed at a point."""

    point: str
    before: str
    after: str
    taken: int


def hold_each_somewhere(point: str, session: Session) -> str:
    """The first connection stops at the first point, the second at the second, …"""
    number = session.number - 1
    return "hold" if number < len(POINTS) and POINTS[number] == point else "ok"


def queued(business: Any, count: int) -> list[Delivery]:
    """So many deliveries with their jobs, committed."""
    with transaction.atomic():
        found = [
            a_delivery(business, with_paper(business), attempt_key=f"k{n}")
            for n in range(count)
        ]
        jobs.queue_deliveries(found)
    return found


def kill_everywhere(business: Any) -> tuple[list[Death], Catcher]:
    """Kill one worker that holds a delivery at every point; let another clean up."""
    deliveries = queued(business, len(POINTS))
    with Catcher(hold_each_somewhere) as catcher:
        options = ("--queues", "mail", "--concurrency", str(len(POINTS)))
        with workers.running(catcher.port, *options) as worker:
            catcher.wait_held(*POINTS, seconds=60)
            worker.kill()
            worker.wait()
        before = {one.pk: again(one).state for one in deliveries}
        for delivery in deliveries:
            long_ago(delivery)
        catcher.release.set()
        workers.work_off_everything(catcher.port)
    mails: Counter[str] = catcher.mails()
    return [
        Death(
            "offered" if before[one.pk] == "offered" else "claimed",
            before[one.pk],
            again(one).state,
            mails[one.public_id],
        )
        for one in deliveries
    ], catcher


def _until(happened: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for it, but not for ever."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.02)


def kill_after_the_answer(business: Any) -> tuple[Delivery, Catcher]:
    """Kill a worker that has its answer and cannot write it down."""
    [delivery] = queued(business, 1)
    with Catcher(at("content", "hold")) as catcher:
        with workers.running(catcher.port, "--queues", "mail") as worker:
            catcher.wait_held("content", seconds=60)
            with transaction.atomic():
                # Whoever concludes a delivery locks its document first.
                delivery.invoice.lock()
                catcher.release.set()
                _until(lambda: bool(catcher.taken))
                worker.kill()
                worker.wait()
        long_ago(delivery)
        workers.work_off_everything(catcher.port)
    return again(delivery), catcher


CUTS = {
    "banner": "queued",
    "ehlo": "queued",
    "mail": "queued",
    "rcpt": "queued",
    "data": "queued",
    "content": "sent",
    "answer": "sent",
}
"""What a mail is when the database connection was cut at a point of its talk.

What was not offered cannot be, and is queued again over a new connection; what was
offered has its answer, which is written over a new one.
"""


class InThread:
    """`work_off` in a thread whose database connection can be cut."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery, self.pid = delivery, 0
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = cursor.fetchone()[0]
            delivering.work_off(self.delivery.business_id, self.delivery.pk)
        finally:
            connection.close()

    def cut(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [self.pid])


def cut_database(business: Any, point: str) -> Death:
    """Cut the worker's database connection at a point; then let it work again."""
    delivery = a_delivery(business, with_paper(business))
    waiting = {"EMAIL_TIMEOUT": 20, "MAIL_ANSWER_SECONDS": 20}
    with Catcher(at(point, "hold")) as catcher, mail_settings(catcher.port, **waiting):
        work = InThread(delivery)
        catcher.wait_held(point)
        work.cut()
        catcher.release.set()
        work.thread.join(30)
    before = again(delivery).state
    with Catcher() as healthy, mail_settings(healthy.port):
        due_now(delivery)
        delivering.work_off(business.pk, delivery.pk)
    taken = len(catcher.taken) + len(healthy.taken)
    return Death(point, before, again(delivery).state, taken)
