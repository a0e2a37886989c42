"""Closed periods: nothing dated inside one changes, unless a named exception says so."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import timezone

from invoices.exceptions import BadDates, PeriodClosed

if TYPE_CHECKING:
    from invoices.models.period_exception import PeriodException
    from partners.models import Business

EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)

Facts = dict[str, object]
"""What the event of a deed has to tell of the exception that it was done under."""


def check_day(date: datetime.date, field: str = "date") -> None:
    """Raise BadDates for a day that nobody means: what a wrong century looks like."""
    if date < EARLIEST:
        raise BadDates(f"The date lies before {EARLIEST}.", field=field)
    if date > LATEST:
        raise BadDates(f"The date lies after {LATEST}.", field=field)


def check_period(
    business: Business,
    date: datetime.date,
    allowed: Sequence[PeriodException] | None = None,
) -> Facts:
    """The facts to tell where the books are open on that day; they are mostly none.

    Raises PeriodClosed for a day on or before the closing day that no exception opens.
    Only for such a day are the exceptions looked up, one query; `allowed` has them for
    a caller who cannot ask.
    """
    closed_through = business.closed_through
    if closed_through is None or date > closed_through:
        return {}
    if allowed is None:
        allowed = in_force(business.pk)
    for exception in allowed:
        if exception.from_day <= date <= exception.to_day:
            return {"period_exception": exception.pk}
    raise PeriodClosed(
        f"The books are closed through {closed_through}; {date} lies inside.",
        field="date",
    )


def in_force(
    business_id: int, at: datetime.datetime | None = None
) -> Sequence[PeriodException]:
    """The exceptions that count now (or at that moment), oldest first; one query."""
    from invoices.models.period_exception import PeriodException

    granted = PeriodException.objects.for_business(business_id)
    valid = granted.filter(revoked_at=None, valid_until__gt=at or timezone.now())
    return list(valid.order_by("id"))
