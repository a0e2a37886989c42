"""How many calls a key may make: the documented rates, in fixed windows of time.

Counters are in Django's default cache, which lives in one process: several processes
need a shared one (`CACHES`), else each of them allows the whole rate.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from partners.credentials import Credential


class KeyThrottle(BaseThrottle):
    """Refuses a call where any of `NUTCACHE_RATES` is used up; refused ones are free."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether the key's call is within all rates; counts it if so."""
        if not isinstance(request.auth, Credential):
            return True
        now, key_id = time.time(), request.auth.key_id
        windows = [
            (f"nutcache:{key_id}:{seconds}:{int(now // seconds)}", calls, seconds)
            for calls, seconds in settings.NUTCACHE_RATES
        ]
        used = cache.get_many([name for name, _, _ in windows])
        full = [each for each in windows if used.get(each[0], 0) >= each[1]]
        if not full:
            full = [each for each in windows if _counted(each[0], each[2]) > each[1]]
        waits = [seconds - now % seconds for _, _, seconds in full]
        self.seconds = max(waits, default=0)
        return not full

    def wait(self) -> float:
        """Seconds until every window that is full has ended."""
        return self.seconds


def _counted(name: str, seconds: int) -> int:
    """How many calls there are in the window, with this one."""
    cache.add(name, 0, seconds + 1)
    try:
        return cache.incr(name)
    except ValueError:  # it ended in between, so this call is its successor's first
        cache.set(name, 1, seconds + 1)
        return 1
