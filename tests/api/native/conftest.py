"""The cast at the native door: our business with its rows, and a stranger's."""

from __future__ import annotations

import pytest

from invoices.models import Account, Product, Tax
from partners.models import Business, Partner
from tests.api.native.door import Door
from tests.factories import (
    AccountFactory,
    BusinessFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_key,
)


@pytest.fixture
def api(business: Business) -> Door:
    """The owner's key at the door of `business`."""
    return Door(business, a_key(business))


@pytest.fixture
def customer(business: Business) -> Partner:
    """A customer with both lines of an address."""
    return PartnerFactory(
        business=business, name="Susan", code="SU", billing_line2="Second floor"
    )


@pytest.fixture
def product(business: Business) -> Product:
    """Something sold."""
    return ProductFactory(business=business, name="Pancake", code="PAN")


@pytest.fixture
def tax(business: Business) -> Tax:
    """7 percent."""
    return TaxFactory(business=business, code="VAT-7", name="VAT 7 %", rate=7)


@pytest.fixture
def bank(business: Business) -> Account:
    """An account that payments may use."""
    return AccountFactory(business=business, code="BANK", name="Bank")


@pytest.fixture
def stranger(db: None) -> Door:
    """Another business's owner at their own door."""
    other = BusinessFactory()
    return Door(other, a_key(other))
