"""What every test shares; the database itself comes from pytest-django."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from partners.access import Actor
from partners.models import Business

# CI draws the same examples each time, so that red means a change; a developer's
# machine looks for new ones.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture
def business(db) -> Business:
    """A business with US dollars as its base currency."""
    from tests.factories import BusinessFactory

    return BusinessFactory()


@pytest.fixture
def owner(business) -> Actor:
    """Someone who may do everything in it."""
    from tests.factories import actor

    return actor(business)
