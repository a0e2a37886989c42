"""The cast at the Finario door: our business with an investment, and a stranger's."""

from __future__ import annotations

import pytest

from invoices.models import Account, Cost, Project
from partners.models import Business, Partner
from tests.api.finario.door import Door
from tests.api.finario.rows import a_vendor
from tests.factories import (
    AccountFactory,
    BusinessFactory,
    ProjectFactory,
    a_cost,
    a_key,
)


@pytest.fixture
def business(db: None) -> Business:
    """A business in New York, five hours behind in winter, as on the page."""
    return BusinessFactory(time_zone="America/New_York")


@pytest.fixture
def api(business: Business) -> Door:
    """The owner's key at the door of `business`."""
    return Door(business, a_key(business))


@pytest.fixture
def vendor(business: Business) -> Partner:
    """Someone who sends us invoices."""
    return a_vendor(business, code="TIMBER", name="Timber & Co.")


@pytest.fixture
def project(business: Business) -> Project:
    """An open investment."""
    return ProjectFactory(business=business, code="WORKSHOP", name="Workshop")


@pytest.fixture
def cost(project: Project, vendor: Partner) -> Cost:
    """The vendor's only cost in it."""
    return a_cost(
        project.business, project=project, unique_cost_id="saw-2026", vendor=vendor
    )


@pytest.fixture
def bank(business: Business) -> Account:
    """An account that payments may use."""
    return AccountFactory(business=business, code="1000", name="Bank")


@pytest.fixture
def stranger(db: None) -> Door:
    """Another business's owner at their own door."""
    other = BusinessFactory()
    return Door(other, a_key(other))
