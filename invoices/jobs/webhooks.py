"""Jobs that post messages to endpoints."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from invoices.models import WebhookMessage


@app.task(name="invoices.post", queue="webhooks")
def post(business_id: int, message_id: int) -> None:
    """Post one message, if it is due and nobody else has it."""
    from invoices.webhooks.working import work_off

    work_off(business_id, message_id, now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="invoices.post_forgotten", queue="webhooks", queueing_lock="forgotten")
def post_forgotten(timestamp: int) -> None:
    """Have those posted whose own job was lost with its worker."""
    from invoices.webhooks.working import forgotten

    queue_messages(forgotten(timezone.now()))


def queue_messages(rows: Sequence[WebhookMessage]) -> None:
    """Have these posted once the surrounding transaction is committed."""
    wanted: list[JSONDict] = [
        {"business_id": row.business_id, "message_id": row.pk} for row in rows
    ]
    if wanted:
        post.batch_defer(*wanted)


def queue_again(message: WebhookMessage, at: datetime.datetime) -> None:
    """Have it posted at that moment, once the transaction is committed."""
    post.configure(schedule_at=at).defer(
        business_id=message.business_id, message_id=message.pk
    )
