"""Runs the jobs: fetched by one connection, done in threads with their own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections
from django.db.models import Q
from django.utils import timezone
from procrastinate import App
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from psycopg import Error as PsycopgError

from invoices.jobs.upkeep import SILENT_SECONDS

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Shift:
    """One worker's shift; `stop` ends it after the jobs in hand."""

    concurrency: int = 4
    queues: Sequence[str] | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Take no more jobs."""
        self.stopping.set()


async def work(shift: Shift) -> None:
    """Work until stopped, through every loss of the database."""
    pause = _FIRST_PAUSE
    while not shift.stopping.is_set():
        try:
            await _until_stopped(shift)
        except (ConnectorException, PsycopgError, OSError) as error:
            logger.warning("The worker lost the database: %s", error)
        if not shift.stopping.is_set():
            await sync_to_async(connections.close_all)()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(shift.stopping.wait(), pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


async def work_once(shift: Shift) -> None:
    """Work off what is due, and what that makes due, then return."""
    while not shift.stopping.is_set():
        async with _opened() as jobs:
            await _revive(jobs)
            await jobs.run_worker_async(**_options(shift, wait=False))
        if not await sync_to_async(_due)(shift.queues):
            return


def run(shift: Shift, *, once: bool) -> None:
    """Run the shift in this thread until it ends, by itself or by SIGTERM or SIGINT."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(shift.concurrency))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, shift.stop)
        await (work_once(shift) if once else work(shift))

    asyncio.run(main())


async def _until_stopped(shift: Shift) -> None:
    async with _opened() as jobs:
        await _revive(jobs)
        options = _options(shift, wait=True)
        working = asyncio.create_task(jobs.run_worker_async(**options))
        stopping = asyncio.create_task(shift.stopping.wait())
        done, _ = await asyncio.wait(
            {working, stopping}, return_when=asyncio.FIRST_COMPLETED
        )
        stopping.cancel()
        if working not in done:
            # It finishes what it has in hand.
            working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working


@contextlib.asynccontextmanager
async def _opened() -> AsyncIterator[App]:
    """The jobs' app on a connection of its own, to fetch and listen.

    The tasks keep Django's connection: what they queue is queued with their own
    transaction, not before it.
    """
    connector = app.connector
    assert isinstance(connector, DjangoConnector)  # noqa: S101 - the only one we use
    own = await sync_to_async(connector.get_worker_connector)()
    jobs = app.with_connector(own)
    async with jobs.open_async():
        yield jobs


async def _revive(jobs: App) -> None:
    """Put back what workers had in hand that died."""
    manager = jobs.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await manager.retry_job(job)


def _options(shift: Shift, *, wait: bool) -> WorkerOptions:
    options: WorkerOptions = {
        "wait": wait,
        "concurrency": shift.concurrency,
        "delete_jobs": "always",
        "install_signal_handlers": False,
    }
    if shift.queues:
        options["queues"] = list(shift.queues)
    return options


def _due(queues: Sequence[str] | None) -> bool:
    """Whether a job could be fetched now."""
    close_old_connections()
    now = timezone.now()
    due = ProcrastinateJob.objects.filter(
        Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=now), status="todo"
    )
    if queues:
        due = due.filter(queue_name__in=list(queues))
    held = ProcrastinateJob.objects.filter(status="doing", lock__isnull=False)
    return due.exclude(lock__in=held.values("lock")).exists()
