"""Closed periods: nothing dated inside one changes."""

from __future__ import annotations

import datetime

from invoices.exceptions import PeriodClosed


def check_period(closed_through: datetime.date | None, date: datetime.date) -> None:
    """Raise PeriodClosed where the date lies on or before the closing day."""
    if closed_through is not None and date <= closed_through:
        raise PeriodClosed(
            f"The books are closed through {closed_through}; {date} lies inside.",
            field="date",
        )
