"""Picks up what workers left behind: those that died, and jobs that were lost."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices import jobs
from invoices.delivering import LOST_AFTER, record_outcome
from invoices.mailing.outcomes import Fate, Outcome
from invoices.models import Delivery
from invoices.models.delivery import UNDER_WAY, DeliveryState
from partners.models import Business

_DIED = "The worker ended before it had offered the mail."
_NOBODY_KNOWS = (
    "The worker ended after it had offered the mail; the server may have taken it."
)
_GRACE = datetime.timedelta(seconds=30)


@dataclass(slots=True)
class Swept:
    """How many deliveries were given back, are to be asked about, got a new job."""

    given_back: int = 0
    asked_about: int = 0
    queued: int = 0


def sweep(now: datetime.datetime) -> Swept:
    """Decide about deliveries whose worker died, and queue those without a job.

    What was only claimed is tried again; what was offered is uncertain. Two sweeps at
    once, or a worker that comes back, change each row once. One query where there is
    nothing to do.
    """
    swept = Swept()
    # The one question asked of all businesses: its index holds only what is under way.
    rows = Delivery.objects.filter(state__in=list(UNDER_WAY), try_after__lte=now)
    pks = rows.order_by().values_list("business_id", flat=True).distinct()
    for business in Business.objects.filter(pk__in=list(pks)).order_by("id"):
        _sweep(business, now, swept)
    return swept


def _sweep(business: Business, now: datetime.datetime, swept: Swept) -> None:
    rows = Delivery.objects.for_business(business).select_related(
        "business", "partner", "invoice"
    )
    lost = rows.filter(changed_at__lt=now - LOST_AFTER)
    for delivery in lost.filter(state=DeliveryState.CLAIMED):
        swept.given_back += record_outcome(delivery, Outcome(Fate.TEMPORARY, _DIED))
    for delivery in lost.filter(state=DeliveryState.OFFERED):
        outcome = Outcome(Fate.UNCERTAIN, _NOBODY_KNOWS)
        swept.asked_about += record_outcome(delivery, outcome)
    due = rows.filter(state=DeliveryState.QUEUED, try_after__lte=now - _GRACE)
    swept.queued += _queue_those_without_job(list(due))


def _queue_those_without_job(due: list[Delivery]) -> int:
    waiting = ProcrastinateJob.objects.filter(
        task_name="invoices.deliver",
        status="todo",
        args__delivery_id__in=[delivery.pk for delivery in due],
    )
    with transaction.atomic():
        known = set(waiting.values_list("args__delivery_id", flat=True))
        forgotten = [delivery for delivery in due if delivery.pk not in known]
        jobs.queue_deliveries(forgotten)
    return len(forgotten)
