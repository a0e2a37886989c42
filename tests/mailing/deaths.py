"""Workers killed at every point of the talk at once, and what the next one does."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from invoices import jobs
from invoices.models import Delivery
from tests.mailing import workers
from tests.mailing.catcher import POINTS, Catcher, Session
from tests.mailing.faults import again, long_ago, with_paper
from tests.mailing.mails import a_delivery

SURELY_NOT_TAKEN = ("banner", "ehlo", "mail", "rcpt", "data")
"""A worker that dies here loses no time of a person's."""


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


def kill_after_the_answer(business: Any) -> tuple[Delivery, Catcher]:
    """Kill a worker that has its answer and cannot write it down."""
    [delivery] = queued(business, 1)
    with Catcher() as catcher:
        with (
            workers.running(catcher.port, "--queues", "mail") as worker,
            transaction.atomic(),
        ):
            # Whoever concludes a delivery locks its document first.
            delivery.invoice.lock()
            while not catcher.taken:
                assert worker.poll() is None
                time.sleep(0.02)
            worker.kill()
            worker.wait()
        long_ago(delivery)
        workers.work_off_everything(catcher.port)
    return again(delivery), catcher
