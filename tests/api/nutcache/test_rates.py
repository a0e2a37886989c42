"""How many calls are allowed, and when there may be one again."""

from __future__ import annotations

import pytest

from config.settings import NUTCACHE_RATES
from invoices.api.nutcache import throttling
from partners.models import Business
from tests.api.nutcache.door import Door, credential, read, refusal

DOCUMENTED = [(5, 1), (200, 60), (20_000, 86_400)]


class Clock:
    """Time that passes when it is told to."""

    def __init__(self, now: float) -> None:
        self.now = now

    def time(self) -> float:
        """Seconds since 1970."""
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """Stands at the beginning of a day."""
    clock = Clock(86_400 * 20_000)
    monkeypatch.setattr(throttling, "time", clock)
    return clock


def statuses(door: Door, calls: int) -> list[int]:
    """What so many calls are answered with."""
    return [door.get("currencies/840").status_code for _ in range(calls)]


def test_the_documented_rates_are_the_usual_ones() -> None:
    assert NUTCACHE_RATES == DOCUMENTED


def test_five_calls_a_second(settings, api: Door, clock: Clock) -> None:
    settings.NUTCACHE_RATES = DOCUMENTED
    clock.now += 0.25
    assert statuses(api, 5) == [200] * 5
    response = api.get("currencies/840")
    message = "Request was throttled. Expected available in 1 second."
    assert read(response, 429) == refusal(429, "throttled", message)
    assert response["Retry-After"] == "1"
    clock.now += 0.7
    assert statuses(api, 1) == [429]
    clock.now += 0.05
    assert statuses(api, 6) == [200] * 5 + [429]


def test_retry_after_is_when_the_last_full_window_ends(
    settings, api: Door, clock: Clock
) -> None:
    settings.NUTCACHE_RATES = [(2, 1), (4, 60), (6, 86_400)]
    clock.now += 10
    assert statuses(api, 3) == [200, 200, 429]
    clock.now += 1.5
    assert statuses(api, 2) == [200, 200], "refused calls are not counted"
    response = api.get("currencies/840")
    assert (response.status_code, response["Retry-After"]) == (429, "49")
    clock.now += int(response["Retry-After"])
    assert statuses(api, 2) == [200, 200]
    response = api.get("currencies/840")
    assert (response.status_code, response["Retry-After"]) == (429, "86340")
    clock.now += int(response["Retry-After"])
    assert statuses(api, 1) == [200]


def test_each_key_has_its_own_rate(
    settings, api: Door, business: Business, clock: Clock
) -> None:
    settings.NUTCACHE_RATES = [(1, 60)]
    colleague = Door(business)
    assert statuses(api, 2) == [200, 429]
    assert statuses(colleague, 2) == [200, 429]


def test_every_way_of_calling_counts_and_bad_credentials_do_not(
    settings, api: Door, clock: Clock
) -> None:
    settings.NUTCACHE_RATES = [(3, 60)]
    wrong = credential(api.key, api.member.user.email, "wrong")
    for _ in range(5):
        assert api.get("invoices", headers={"Authorization": wrong}).status_code == 401
    assert api.get("/api/invoices").status_code == 200
    assert api.send("POST", "customers/filtered", {}).status_code == 200
    assert api.send("DELETE", "invoices/1").status_code == 405
    assert api.get("organizations").status_code == 429


def test_without_rates_nothing_is_counted(settings, api: Door) -> None:
    settings.NUTCACHE_RATES = []
    assert statuses(api, 12) == [200] * 12


def test_a_rate_of_no_calls_allows_none(settings, api: Door, clock: Clock) -> None:
    settings.NUTCACHE_RATES = [(0, 10)]
    response = api.get("currencies/840")
    assert (response.status_code, response["Retry-After"]) == (429, "10")
