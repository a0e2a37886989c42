"""The job that looks after jobs."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

SILENT_SECONDS = 60


@app.periodic(cron="* * * * *")
@app.task(
    name="invoices.revive_jobs",
    queue="upkeep",
    queueing_lock="revive_jobs",
    pass_context=True,
)
async def revive_jobs(context: JobContext, timestamp: int) -> None:
    """Put back the jobs of workers that died: every job of ours may run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await manager.retry_job(job)
