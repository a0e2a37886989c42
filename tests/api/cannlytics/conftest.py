"""The cast at the Cannlytics door."""

from __future__ import annotations

import pytest

from partners.models import Business
from tests.api.cannlytics.door import Door
from tests.factories import BusinessFactory, a_key


@pytest.fixture
def business(db: None) -> Business:
    """The seed page's organization."""
    return BusinessFactory(slug="test-company")


@pytest.fixture
def api(business: Business) -> Door:
    """The owner's key at the door of `business`."""
    return Door(business, a_key(business))


@pytest.fixture
def stranger(db: None) -> Door:
    """Another business's owner at their own door."""
    other = BusinessFactory()
    return Door(other, a_key(other))
