"""The dates of schedules, against the calendar itself."""

from __future__ import annotations

import calendar
import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.schedules import Schedule

D = datetime.date
STARTS = st.dates(D(1990, 1, 1), D(2060, 12, 31))
PLACES = st.integers(0, 400)
SCHEDULES = st.builds(
    Schedule,
    starts_on=STARTS,
    every=st.sampled_from(["week", "month", "quarter", "year"]),
    interval=st.integers(1, 13),
)
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@given(SCHEDULES, PLACES)
def test_the_dates_rise_from_the_start(schedule, place):
    assert schedule.date(0) == schedule.starts_on
    assert schedule.date(place) < schedule.date(place + 1)


@given(SCHEDULES, PLACES)
def test_every_date_is_the_start_s_day_or_the_month_s_last(schedule, place):
    on = schedule.date(place)
    if schedule.every == "week":
        assert (on - schedule.starts_on).days == 7 * schedule.interval * place
        return
    passed = (on.year - schedule.starts_on.year) * 12
    passed += on.month - schedule.starts_on.month
    assert passed == place * schedule.interval * MONTHS[schedule.every]
    last = calendar.monthrange(on.year, on.month)[1]
    assert on.day == min(schedule.starts_on.day, last)


@given(SCHEDULES, PLACES)
def test_a_place_is_found_by_its_date(schedule, place):
    assert schedule.place(schedule.date(place)) == place
    day = datetime.timedelta(days=1)
    assert schedule.place(schedule.date(place) + day) == place + 1
    assert schedule.place(schedule.starts_on - day) == 0


def dates(*args, count=6, **kwargs) -> list[D]:
    schedule = Schedule(*args, **kwargs)
    return [schedule.date(place) for place in range(count)]


def test_the_31st_is_the_last_day_of_each_month():
    assert dates(D(2026, 1, 31), "month") == [
        D(2026, 1, 31),
        D(2026, 2, 28),
        D(2026, 3, 31),
        D(2026, 4, 30),
        D(2026, 5, 31),
        D(2026, 6, 30),
    ]


def test_the_29th_of_february_is_the_28th_but_every_four_years():
    found = dates(D(2024, 2, 29), "year", count=5)
    assert [on.day for on in found] == [29, 28, 28, 28, 29]
    assert {on.month for on in found} == {2}


def test_quarters_and_fortnights():
    assert dates(D(2025, 11, 30), "quarter", count=3) == [
        D(2025, 11, 30),
        D(2026, 2, 28),
        D(2026, 5, 30),
    ]
    assert dates(D(2026, 1, 5), "week", 2, count=3) == [
        D(2026, 1, 5),
        D(2026, 1, 19),
        D(2026, 2, 2),
    ]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({}, 100),
        ({"count": 3}, 3),
        ({"until": D(2026, 3, 31)}, 3),
        ({"until": D(2026, 3, 30)}, 2),
        ({"until": D(2026, 3, 31), "count": 2}, 2),
    ],
)
def test_it_ends_by_date_or_by_count(ends, expected):
    schedule = Schedule(D(2026, 1, 31), "month", 1, **ends)
    made = 0
    while made < 100 and schedule.upcoming(made, made):
        made += 1
    assert made == expected


def test_it_ends_with_the_calendar():
    schedule = Schedule(D(9999, 1, 31), "year")
    assert schedule.upcoming(0, 0) == D(9999, 1, 31)
    assert schedule.upcoming(1, 1) is None
    assert Schedule(D(9999, 12, 28), "week").upcoming(1, 1) is None


def test_no_month_is_left_out():
    found = dates(D(2026, 1, 31), "month", count=60)
    months = [(on.year * 12 + on.month) for on in found]
    assert all(later - sooner == 1 for sooner, later in pairwise(months))
