"""Closed periods: nothing dated inside one changes."""

from __future__ import annotations

import datetime

from invoices.exceptions import BadDates, PeriodClosed

EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)


def check_day(date: datetime.date, field: str = "date") -> None:
    """Raise BadDates for a day that nobody means: what a wrong century looks like."""
    if date < EARLIEST:
        raise BadDates(f"The date lies before {EARLIEST}.", field=field)
    if date > LATEST:
        raise BadDates(f"The date lies after {LATEST}.", field=field)


def check_period(closed_through: datetime.date | None, date: datetime.date) -> None:
    """Raise PeriodClosed where the date lies on or before the closing day."""
    if closed_through is not None and date <= closed_through:
        raise PeriodClosed(
            f"The books are closed through {closed_through}; {date} lies inside.",
            field="date",
        )
