"""Closing the books through a day, and reopening them."""

from __future__ import annotations

import datetime

from django.db import transaction

from invoices.exceptions import BadDates
from invoices.models.event import Event
from invoices.models.period_exception import reason_given
from invoices.periods import check_day
from partners.access import Actor, Capability
from partners.exceptions import Conflict, Stale
from partners.models import Business


def close_books(
    business: Business,
    through: datetime.date | None,
    *,
    by: Actor,
    now: datetime.datetime,
    expected: datetime.date | None,
    reason: str = "",
) -> Business:
    """Let nothing dated through that day change; an earlier day, or None, reopens.

    `expected` is the closing day that the caller saw. Reopening needs a reason.
    It waits for the verbs under way in this business, which hold its row (see
    `invoices.locking`), and those that come later see the new day. Raises Stale,
    Conflict for the day that it is already, BadDates for a day to come, Invalid,
    NotAllowed.
    """
    by.require(Capability.SETTINGS, business.pk)
    if through is not None:
        check_day(through, "through")
        if through > business.today(now):
            raise BadDates("That day is still to come.", field="through")
    with transaction.atomic():
        fresh = Business.objects.select_for_update().get(pk=business.pk)
        before = fresh.closed_through
        if before != expected:
            raise Stale("Somebody else moved the closing day; look at it again.")
        if through == before:
            raise Conflict("The books are closed through that day already.")
        facts: dict[str, object] = {"through": through, "before": before}
        reopened = before is not None and (through is None or through < before)
        if reopened:
            facts["reason"] = reason_given(reason, "Say why the books are reopened.")
        Business.objects.filter(pk=business.pk).update(closed_through=through)
        verb = "books.reopened" if reopened else "books.closed"
        Event.record(fresh, verb, by=by, **facts)
    business.closed_through = through
    return business
