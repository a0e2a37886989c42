"""Customers, organizations, members, taxes and items, each as a whole document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from partners.models import Business
from tests.api.nutcache.door import Door, ids, link
from tests.factories import (
    MembershipFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_component,
)


def same(api: Door, name: str, expected: dict[str, Any]) -> None:
    """One document, in the list and alone, in this order."""
    for path in (name, f"{name}/{expected['id']}"):
        [shown] = api.shown(path)
        assert shown == expected
        assert list(shown) == list(expected)


def test_a_customer(api: Door, business: Business) -> None:
    row = PartnerFactory(
        business=business,
        name="Client #1",
        email="xhb@example.com",
        contact_name="Daron D Barrett",
        tax_number="987654321",
        phone="434-378-0004",
        billing_line1="4992 Worley Avenue",
        billing_city="Richmond",
        billing_province="VA",
        billing_postal_code="23223",
        billing_country="US",
        default_selling_currency="USD",
    )
    PartnerFactory(business=business, is_customer=False, is_vendor=True)
    state = int("USVA", 36)
    expected = {
        "type": "customers",
        "id": row.pk,
        "organization": business.pk,
        "name": "Client #1",
        "status": 0,
        "links": [
            link(f"organizations/{business.pk}", "organizations"),
            link("countries/840", "countries"),
            link(f"states/{state}", "states"),
            link(f"customers/{row.pk}", "self"),
        ],
        "email": "xhb@example.com",
        "contact": "Daron D Barrett",
        "address": "4992 Worley Avenue",
        "city": "Richmond",
        "zip_code": "23223",
        "phone": "434-378-0004",
        "mobile_phone": None,
        "country": 840,
        "state": state,
        "legal_notice": "987654321",
        "communication_culture_code": None,
        "tax": None,
        "currency": 840,
    }
    same(api, "customers", expected)
    row.billing_province = "Virginia"
    row.save()
    same(api, "customers", expected)


def test_a_customer_of_whom_little_is_known(api: Door, business: Business) -> None:
    row = PartnerFactory(
        business=business,
        name="Client #2",
        email="",
        billing_line1="",
        billing_city="",
        billing_province="Nowhere",
        billing_country="",
        archived_at=timezone.now(),
    )
    blank = ("email", "contact", "address", "city", "zip_code", "phone")
    more = ("mobile_phone", "country", "state", "legal_notice")
    last = ("communication_culture_code", "tax", "currency")
    same(
        api,
        "customers",
        {
            "type": "customers",
            "id": row.pk,
            "organization": business.pk,
            "name": "Client #2",
            "status": 1,
            "links": [
                link(f"organizations/{business.pk}", "organizations"),
                link(f"customers/{row.pk}", "self"),
            ],
            **dict.fromkeys((*blank, *more, *last)),
        },
    )


def test_the_organization(api: Door, business: Business) -> None:
    MembershipFactory(business=business, active=False)
    same(
        api,
        "organizations",
        {
            "type": "organizations",
            "id": business.pk,
            "guid": str(business.guid),
            "name": business.name,
            "email": "books@example.com",
            "address": "1 Ledger Street",
            "city": "Springfield",
            "zip_code": None,
            "phone": None,
            "country": 840,
            "state": None,
            "currency": 840,
            "website": None,
            "logo_url": None,
            "last_activity_date": None,
            "notification_count": 0,
            "is_owner": True,
            "is_demo": False,
            "status": 0,
            "date_format": 2,
            "time_format": 1,
            "time_span_format": 0,
            "time_rounding": 0,
            "time_rounding_minutes": 0,
            "time_tracking_type": 0,
            "active_user_count": 1,
            "links": [
                link("countries/840", "countries"),
                link("currencies/840", "currencies"),
                link(f"organizations/{business.pk}", "self"),
            ],
        },
    )


def test_who_is_no_owner_is_told_so(business: Business) -> None:
    [shown] = Door(business, role="viewer").shown("organizations")
    assert shown["is_owner"] is False


def test_an_organization_in_a_state(api: Door, business: Business) -> None:
    business.country, business.province = "CA", "QC"
    business.save()
    [shown] = api.shown("organizations")
    state = int("CAQC", 36)
    assert (shown["country"], shown["state"], shown["date_format"]) == (124, state, 0)
    assert link(f"states/{state}", "states") in shown["links"]


def test_members(api: Door, business: Business) -> None:
    left = MembershipFactory(business=business, role="clerk", active=False)

    def expected(member: Any, role: str, status: int) -> dict[str, Any]:
        return {
            "type": "members",
            "id": member.pk,
            "organization": business.pk,
            "name": member.user.name,
            "email": member.user.email,
            "role": role,
            "status": status,
            "links": [
                link(f"organizations/{business.pk}", "organizations"),
                link(f"members/{member.pk}", "self"),
            ],
        }

    both = [expected(api.member, "owner", 0), expected(left, "clerk", 1)]
    assert api.shown("members") == both
    assert api.shown(f"members/{left.pk}") == both[1:]


def test_a_tax(api: Door, business: Business) -> None:
    row = TaxFactory(business=business, code="QST", name="Quebec", tax_number="N 1")
    a_component(row, Decimal("9.975"), position=7, compound=True)
    same(
        api,
        "taxes",
        {
            "type": "taxes",
            "id": row.pk,
            "organization": business.pk,
            "code": "QST",
            "name": "Quebec",
            "identification": "N 1",
            "components": [
                {
                    "code": "QST",
                    "compound": False,
                    "rate": Decimal("0.1"),
                    "sequence_number": 1,
                },
                {
                    "code": "QST-7",
                    "compound": True,
                    "rate": Decimal("0.09975"),
                    "sequence_number": 2,
                },
            ],
            "links": [
                link(f"organizations/{business.pk}", "organizations"),
                link(f"taxes/{row.pk}", "self"),
            ],
        },
    )


def test_a_tax_without_rates_has_no_components(api: Door, business: Business) -> None:
    TaxFactory(business=business, rate=0)
    [shown] = api.shown("taxes")
    assert shown["components"] == []


def test_an_item(api: Door, business: Business) -> None:
    tax = TaxFactory(business=business)
    row = ProductFactory(
        business=business,
        name="Stool",
        code="OAK",
        description="Of oak",
        selling_price=Decimal("14.355"),
        selling_tax=tax,
    )
    ProductFactory(
        business=business, sell=False, selling_price=None, buying_price=1, buy=True
    )
    expected = {
        "type": "items",
        "id": row.pk,
        "organization": business.pk,
        "code": "OAK",
        "name": "Stool",
        "description": "Of oak",
        "price": Decimal("14.355"),
        "currency": 840,
        "tax": tax.pk,
        "status": 0,
        "links": [
            link(f"organizations/{business.pk}", "organizations"),
            link(f"items/{row.pk}", "self"),
        ],
    }
    same(api, "items", expected)
    row.archived_at = timezone.now()
    row.save()
    same(api, "items", expected | {"status": 1})


def test_lists_are_in_the_order_of_names_and_codes(
    api: Door, business: Business
) -> None:
    for factory, path, name in (
        (PartnerFactory, "customers", "name"),
        (ProductFactory, "items", "name"),
        (TaxFactory, "taxes", "code"),
    ):
        rows = [factory(business=business, **{name: word}) for word in "cab"]
        assert ids(api.shown(path)) == [rows[n].pk for n in (1, 2, 0)]
