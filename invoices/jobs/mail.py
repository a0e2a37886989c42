"""Jobs that take deliveries to the mail server."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from invoices.models import Delivery


@app.task(name="invoices.deliver", queue="mail")
def deliver(business_id: int, delivery_id: int) -> None:
    """Work one delivery off, if it is due and nobody else has it."""
    from invoices.delivering import work_off

    work_off(business_id, delivery_id)


@app.periodic(cron="* * * * *")
@app.task(name="invoices.sweep_mail", queue="mail", queueing_lock="sweep_mail")
def sweep_mail(timestamp: int) -> None:
    """Pick up what dead workers left behind."""
    from invoices.sweeping import sweep

    sweep(timezone.now())


def queue_deliveries(
    rows: Sequence[Delivery], *, at: datetime.datetime | None = None
) -> None:
    """Have these worked off after the surrounding transaction, and not before `at`."""
    keys: list[dict[str, Any]] = [
        {"business_id": row.business_id, "delivery_id": row.pk} for row in rows
    ]
    if keys:
        deliver.configure(schedule_at=at).batch_defer(*keys)
