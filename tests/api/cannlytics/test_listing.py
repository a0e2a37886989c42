"""The list: its order, its limit, and which documents it has."""

from __future__ import annotations

from typing import Any

import pytest

from invoices.models import Invoice
from partners.access import Actor
from partners.models import Business
from tests.api.cannlytics.door import Door, read, refusal
from tests.factories import NOW, PartnerFactory, a_draft, a_line, a_payment

DOCUMENTS: list[dict[str, Any]] = [
    {"invoice_id": "b", "amount": "9", "rank": 2, "notes": "z", "any": [1]},
    {"invoice_id": "C", "amount": "10", "rank": 10, "any": {"a": 1}},
    {"invoice_id": "a", "amount": "100", "rank": -1, "any": "1"},
    {"invoice_id": "ä", "total": 1, "rank": None, "any": True},
    {"invoice_id": "10", "project_id": "P", "organization": "Acme"},
    {"invoice_id": "9", "organization": "Beta", "billing_city": "Rome"},
    {"invoice_id": "8", "billing_city": "Zug", "currency": "$"},
]


@pytest.fixture
def documents(api: Door) -> None:
    api.saved(DOCUMENTS)


@pytest.mark.usefixtures("documents")
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, "10 8 9 C a b ä"),
        ({"desc": "true"}, "10 8 9 C a b ä"),
        ({"limit": "2"}, "10 8"),
        ({"limit": ""}, "10 8 9 C a b ä"),
        ({"limit": "2147483647"}, "10 8 9 C a b ä"),
        ({"order_by": "invoice_id", "desc": "1"}, "ä b a C 9 8 10"),
        ({"order_by": "amount"}, "10 8 9 ä b C a"),
        ({"order_by": "total", "limit": "3"}, "10 8 9"),
        ({"order_by": "total", "limit": "3", "desc": "true"}, "a C b"),
        ({"order_by": "rank"}, "ä a b C"),
        ({"order_by": "rank", "desc": "false"}, "C b a ä"),
        ({"order_by": "rank", "desc": ""}, "ä a b C"),
        ({"order_by": "any"}, "a ä b C"),
        ({"order_by": "notes"}, "b"),
        ({"order_by": "project_id"}, "10"),
        ({"order_by": "organization"}, "10 9"),
        ({"order_by": "billing_city"}, "9 8"),
        ({"order_by": "billing_city", "desc": "x"}, "8 9"),
        ({"order_by": "status"}, "10 8 9 C a b ä"),
        ({"order_by": "currency"}, "10 8 9 C a b ä"),
        ({"order_by": "due_at"}, "10 8 9 C a b ä"),
        ({"order_by": "nothing has this"}, ""),
        ({"order_by": "'; DROP TABLE invoices_invoice; --"}, ""),
        ({"order_by": "0"}, ""),
        ({"order_by": "a%sb"}, ""),
        ({"order_by": "created_at"}, ""),
        ({"items": "b"}, "b"),
        ({"items": "b,9,none"}, "9 b"),
        ({"items": ["b", "9,a"], "order_by": "amount"}, "9 b a"),
        ({"items": ""}, "10 8 9 C a b ä"),
        ({"items": "none"}, ""),
        ({"items": "a\0"}, ""),
        ({"unknown": "word", "q": "x"}, "10 8 9 C a b ä"),
    ],
)
def test_the_list_is_as_asked_for(api: Door, query: Any, ids: str) -> None:
    assert api.ids(**query) == ids.split()


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "x", "²", "2147483648", "9" * 30])
def test_a_limit_is_a_whole_number_above_0(api: Door, limit: str) -> None:
    response = api.send("GET", query={"limit": limit})
    assert read(response, 400) == refusal("limit: Use a whole number above 0.")


def test_no_field_has_a_nul_in_its_name(api: Door) -> None:
    response = api.send("GET", query={"order_by": "a\0"})
    expected = refusal("order_by: The name of a field has no NUL in it.")
    assert read(response, 400) == expected


def test_a_thousand_are_shown_unless_told_otherwise(api: Door) -> None:
    for start in (0, 500):
        api.saved([{"invoice_id": f"{start + n:05}"} for n in range(500)])
    api.saved({"invoice_id": "99999"})
    assert api.ids() == [f"{n:05}" for n in range(1000)]
    assert len(api.ids(limit=1001)) == 1001


def test_documents_made_elsewhere_are_ordered_by_their_truth(
    api: Door, business: Business, owner: Actor
) -> None:
    zoe, adam = (
        PartnerFactory(business=business, name=name, billing_city=city)
        for name, city in (("Zoe", "Aix"), ("Adam", "Zug"))
    )
    draft = a_draft(business, by=owner, partner=adam, lines=[a_line(1, 7)])
    paid = a_draft(business, by=owner, partner=zoe, lines=[a_line(1, 5)])
    paid.issue(by=owner, now=NOW)
    a_payment(business, Invoice.objects.get(pk=paid.pk), 5, by=owner)
    zoe.name, zoe.billing_city = "Aaron", "Zzz"
    zoe.save()
    orders = {
        "organization": [draft, paid],
        "billing_city": [paid, draft],
        "status": [paid, draft],
        "amount": [paid, draft],
        "created_at": [draft, paid],
        "invoice_id": sorted([draft, paid], key=lambda one: one.public_id),
        "rank": [],
    }
    for field, expected in orders.items():
        ids = [one.public_id for one in expected]
        assert api.ids(order_by=field) == ids, field
        assert api.ids(order_by=field, desc="yes") == ids[::-1], field
    assert api.ids(items=draft.public_id) == [draft.public_id]


def test_another_organizations_documents_are_not_listed(
    api: Door, stranger: Door
) -> None:
    stranger.saved({"invoice_id": "THEIRS", "x": 1})
    api.saved({"invoice_id": "OURS", "x": 1})
    assert api.ids() == api.ids(order_by="x") == ["OURS"]
    assert api.ids(items="THEIRS,OURS") == ["OURS"]
    assert stranger.ids() == ["THEIRS"]
