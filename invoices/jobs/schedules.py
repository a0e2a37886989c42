"""Hourly jobs: reminders and recurring invoices of every business."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from partners.access import Actor
from partners.models import Business


@app.periodic(cron="7 * * * *")
@app.task(name="invoices.remind_all", queue="schedules", queueing_lock="remind_all")
def remind_all(timestamp: int) -> None:
    """Have each business reminded separately, so that none waits for another's fault."""
    for pk in Business.objects.values_list("pk", flat=True).order_by("pk"):
        remind.configure(lock=f"remind-{pk}").defer(business_id=pk)


@app.task(name="invoices.remind", queue="schedules")
def remind(business_id: int) -> None:
    """Queue the reminders of one business that are due."""
    from invoices import reminding

    business = Business.objects.get(pk=business_id)
    operator = Actor.operator(business, "reminders")
    reminding.remind(business, now=timezone.now(), by=operator)
