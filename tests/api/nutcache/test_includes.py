"""`include` and `includes`: other entities beside the collection, each once."""

from __future__ import annotations

from typing import Any

import pytest

from invoices.models import Invoice
from partners.access import Actor
from partners.models import Business, Partner
from tests.api.nutcache.door import Door, ids, read, refusal
from tests.factories import (
    PartnerFactory,
    ProductFactory,
    ProjectFactory,
    TaxFactory,
    a_draft,
    a_line,
)

INVOICE_INCLUDES = (
    "organizations",
    "customers",
    "members",
    "invoice_details",
    "invoice_taxes",
)
KNOWN = {
    "invoices": INVOICE_INCLUDES,
    "customers": ("organizations", "countries", "currencies", "states", "taxes"),
    "organizations": ("countries", "states", "currencies"),
    "countries": ("currencies",),
    "states": ("countries",),
    "currencies": (),
    "members": (),
    "taxes": (),
    "items": (),
}


@pytest.fixture
def customer(business: Business) -> Partner:
    return PartnerFactory(
        business=business,
        billing_country="US",
        billing_province="NY",
        default_selling_currency="USD",
    )


@pytest.fixture
def invoices(api: Door, business: Business, customer: Partner) -> list[Invoice]:
    """Three drafts of one person to one customer, two taxed lines each."""
    by = Actor.member(api.member)
    tax, product = TaxFactory(business=business), ProductFactory(business=business)
    project = ProjectFactory(business=business)
    lines = [a_line(1, 10, tax=tax, product=product)] * 2
    return [
        a_draft(business, by=by, partner=customer, lines=lines, project=project)
        for _ in range(3)
    ]


def alone(api: Door, name: str, pk: Any) -> Any:
    """A document as its own path shows it."""
    return api.shown(f"{name}/{pk}")


def parts(api: Door, name: str, invoices: list[Invoice]) -> list[Any]:
    """The details or taxes of several invoices, each from its own path."""
    return [
        part for each in invoices for part in api.shown(f"invoices/{each.pk}/{name}")
    ]


@pytest.mark.parametrize("word", ["include", "includes"])
def test_all_five_are_beside_the_invoices(
    api: Door, invoices: list[Invoice], customer: Partner, word: str
) -> None:
    shown = read(api.get(f"invoices?{word}={','.join(INVOICE_INCLUDES)}"))
    expected = {
        "invoices": api.shown("invoices"),
        "organizations": alone(api, "organizations", api.business.pk),
        "customers": alone(api, "customers", customer.pk),
        "members": alone(api, "members", api.member.pk),
        "invoice_details": parts(api, "invoice_details", invoices),
        "invoice_taxes": parts(api, "invoice_taxes", invoices),
    }
    assert shown == expected
    assert list(shown) == list(expected)
    assert (len(shown["invoice_details"]), len(shown["invoice_taxes"])) == (6, 3)


def test_one_invoice_brings_only_what_is_its_own(
    api: Door, invoices: list[Invoice]
) -> None:
    first = invoices[0]
    words = "include=invoice_details&includes=invoice_taxes,customers"
    shown = read(api.get(f"invoices/{first.pk}?{words}"))
    assert list(shown) == ["invoices", "customers", "invoice_details", "invoice_taxes"]
    assert shown["invoice_details"] == parts(api, "invoice_details", [first])
    assert shown["invoice_taxes"] == parts(api, "invoice_taxes", [first])


def test_what_a_page_leaves_out_is_not_included(
    api: Door, business: Business, invoices: list[Invoice]
) -> None:
    other = a_draft(business)
    shown = read(api.get("invoices?limit=1&page=4&include=customers"))
    assert ids(shown["invoices"]) == [other.pk]
    assert ids(shown["customers"]) == [other.partner_id]
    assert read(api.get("invoices?page=99&include=customers,invoice_taxes")) == {
        "invoices": [],
        "customers": [],
        "invoice_taxes": [],
    }


def test_a_customer_brings_its_places_and_currency(
    api: Door, customer: Partner
) -> None:
    shown = read(
        api.get(f"customers/{customer.pk}?include={','.join(KNOWN['customers'])}")
    )
    assert shown == {
        "customers": alone(api, "customers", customer.pk),
        "organizations": alone(api, "organizations", api.business.pk),
        "countries": alone(api, "countries", 840),
        "currencies": alone(api, "currencies", 840),
        "states": alone(api, "states", int("USNY", 36)),
        "taxes": [],
    }


def test_an_organization_a_country_and_a_state_bring_theirs(api: Door) -> None:
    america = alone(api, "countries", 840)
    dollar = alone(api, "currencies", 840)
    organization = read(api.get("organizations?includes=countries,states,currencies"))
    assert organization["countries"] == america
    assert organization["currencies"] == dollar
    assert organization["states"] == []
    assert read(api.get("countries/840?includes=currencies"))["currencies"] == dollar
    pk = int("USNY", 36)
    assert read(api.get(f"states/{pk}?includes=countries"))["countries"] == america
    below = read(api.get("countries/840/states?includes=countries"))
    assert below["countries"] == america


def test_details_and_taxes_bring_what_they_point_to(
    api: Door, invoices: list[Invoice]
) -> None:
    first = invoices[0]
    own = alone(api, "invoices", first.pk)
    line = first.lines.first()
    assert line is not None
    details = read(
        api.get(f"invoices/{first.pk}/invoice_details?include=invoices,items")
    )
    assert details["invoices"] == own
    assert details["items"] == alone(api, "items", line.product_id)
    taxes = read(api.get(f"invoices/{first.pk}/invoice_taxes?include=taxes,invoices"))
    assert taxes["invoices"] == own
    assert taxes["taxes"] == alone(api, "taxes", line.tax_id)


def test_a_search_includes_too(api: Door, invoices: list[Invoice]) -> None:
    shown = read(api.send("POST", "invoices/filtered?include=members", {}))
    assert shown["members"] == alone(api, "members", api.member.pk)


@pytest.mark.parametrize("query", ["", "include=", "includes=,", "include=%20"])
def test_no_word_includes_nothing(api: Door, query: str) -> None:
    assert read(api.get(f"invoices?{query}")) == {"invoices": []}


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("word", ["projects", "nonsense", "payments", "Customers"])
def test_what_cannot_be_included_is_refused_by_name(
    api: Door, name: str, word: str
) -> None:
    known = KNOWN[name]
    can = f"use {', '.join(known)}" if known else "nothing can"
    message = f"{word} cannot be included in {name}: {can}."
    expected = refusal(400, "bad_request", message, "include")
    for query in (f"include={word}", f"includes={word}", f"include={word}&includes="):
        assert read(api.get(f"{name}?{query}"), 400) == expected
        response = api.send("POST", f"{name}/filtered?{query}", {})
        assert read(response, 400) == expected


def test_a_detail_s_project_cannot_be_included(
    api: Door, invoices: list[Invoice]
) -> None:
    path = f"invoices/{invoices[0].pk}/invoice_details?includes=projects"
    message = "projects cannot be included in invoice_details: use invoices, items."
    expected = refusal(400, "bad_request", message, "include")
    assert read(api.get(path), 400) == expected
