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


@app.periodic(cron="12 * * * *")
@app.task(name="invoices.make_all", queue="schedules", queueing_lock="make_all")
def make_all(timestamp: int) -> None:
    """Have each business's recurring invoices made separately."""
    for pk in Business.objects.values_list("pk", flat=True).order_by("pk"):
        make_due.configure(lock=f"recurring-{pk}").defer(business_id=pk)


@app.task(name="invoices.make_due", queue="schedules")
def make_due(business_id: int) -> None:
    """Make the recurring invoices of one business that are due."""
    from invoices import recurrence

    business = Business.objects.get(pk=business_id)
    recurrence.make_due(business, now=timezone.now())
