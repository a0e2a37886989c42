"""Periods of a report: those people name, and how days are grouped."""

from __future__ import annotations

import datetime
from enum import StrEnum

from django.db.models.functions import TruncMonth, TruncQuarter, TruncYear

FIRST, LAST = datetime.date(1970, 1, 1), datetime.date(2100, 12, 31)
"""The days that a report may be about."""

_DAY = datetime.timedelta(days=1)


class By(StrEnum):
    """How long each row's period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {By.MONTH: 1, By.QUARTER: 3, By.YEAR: 12}


class Period(StrEnum):
    """Days that people name by where they stand today."""

    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"

    def days(self, today: datetime.date) -> tuple[datetime.date, datetime.date]:
        """The first and the last day."""
        length = _MONTHS[By(self.partition("_")[2])]
        month = (today.month - 1) // length * length
        start = _month(today.year, month)
        if self.startswith("last"):
            start = _month(today.year, month - length)
        return start, _month(start.year, start.month - 1 + length) - _DAY


START_OF = {By.MONTH: TruncMonth, By.QUARTER: TruncQuarter, By.YEAR: TruncYear}
"""What gives, in SQL, the first day of the period in which a day is."""


def named(start: datetime.date, by: By) -> str:
    """What the period that begins on a day is called: `2026-03`, `2026-Q1`, `2026`."""
    if by is By.MONTH:
        return f"{start:%Y-%m}"
    return f"{start:%Y}" if by is By.YEAR else f"{start:%Y}-Q{(start.month + 2) // 3}"


def end_of(start: datetime.date, by: By) -> datetime.date:
    """The last day of the period that begins on a day."""
    return _month(start.year, start.month - 1 + _MONTHS[by]) - _DAY


def _month(year: int, month: int) -> datetime.date:
    """The first day of a month counted from 0, in a year before or after too."""
    return datetime.date(year + month // 12, month % 12 + 1, 1)
