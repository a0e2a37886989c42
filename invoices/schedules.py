"""The dates of a schedule; pure arithmetic."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

_WEEK = datetime.timedelta(days=7)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Schedule:
    """A first date and the step to the next: `interval` weeks, months, quarters, years.

    It ends after `until` or with the `count`-th document, whichever comes first.
    """

    starts_on: datetime.date
    every: str
    interval: int = 1
    until: datetime.date | None = None
    count: int | None = None

    def date(self, place: int) -> datetime.date:
        """The date at this place, the first at 0; a day that a month lacks is its last.

        Counted from the start each time, so that the 31st comes back after February.
        Raises OverflowError after the year 9999.
        """
        if self.every == "week":
            return self.starts_on + place * self.interval * _WEEK
        months = place * self.interval * _MONTHS[self.every]
        year, month = divmod(
            self.starts_on.year * 12 + self.starts_on.month - 1 + months, 12
        )
        if year > datetime.MAXYEAR:
            raise OverflowError("The calendar ends with the year 9999.")
        last = calendar.monthrange(year, month + 1)[1]
        return datetime.date(year, month + 1, min(self.starts_on.day, last))

    def place(self, on: datetime.date) -> int:
        """The first place whose date is not before that day."""
        days = (on - self.starts_on).days
        if days <= 0:
            return 0
        shortest = 7 if self.every == "week" else 28 * _MONTHS[self.every]
        longest = 7 if self.every == "week" else 31 * _MONTHS[self.every]
        place = days // (longest * self.interval)
        for after in range(place, days // (shortest * self.interval) + 2):
            if self.date(after) >= on:
                return after
        raise AssertionError("the steps are no longer than the longest")

    def through(
        self, day: datetime.date, place: int, made: int
    ) -> Iterator[datetime.date]:
        """The dates from this place through that day, `made` documents being made."""
        while (on := self.upcoming(place, made)) is not None and on <= day:
            yield on
            place, made = place + 1, made + 1

    def upcoming(self, place: int, made: int) -> datetime.date | None:
        """The date at this place, or None where the schedule has ended before it."""
        if self.count is not None and made >= self.count:
            return None
        try:
            on = self.date(place)
        except OverflowError:
            return None
        return None if self.until is not None and on > self.until else on
