"""The job that works a run of drafts off."""

from __future__ import annotations

from procrastinate.contrib.django import app

from invoices.models import SendRun


@app.task(name="invoices.run", queue="runs")
def work_off(business_id: int, run_id: int) -> None:
    """Issue and send what is waiting in the run, one document at a time."""
    from invoices.send_runs import work

    work(business_id, run_id)


def queue_run(run: SendRun) -> None:
    """Have the run worked off once the surrounding transaction is committed."""
    work_off.configure(lock=f"run-{run.pk}").defer(
        business_id=run.business_id, run_id=run.pk
    )
