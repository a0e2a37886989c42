"""The cast at the Nutcache door."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from partners.models import Business
from tests.api.nutcache.door import Door
from tests.factories import BusinessFactory


@pytest.fixture(autouse=True)
def no_rates(settings):
    """Calls are not counted, but in the tests of counting; nothing is remembered."""
    settings.NUTCACHE_RATES = []
    cache.clear()


@pytest.fixture
def api(business: Business) -> Door:
    """An owner of `business` at the door."""
    return Door(business)


@pytest.fixture
def stranger(db: None) -> Door:
    """An owner of another business at their own door."""
    return Door(BusinessFactory())
