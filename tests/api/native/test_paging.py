"""Page numbers, keyset paging, and the headers that tell of both."""

from __future__ import annotations

import base64
import datetime
from decimal import Decimal

import pytest

from invoices.api.native import paging
from invoices.api.native.filters import orderings
from invoices.models import Invoice
from partners.access import Actor
from partners.models import Business, Partner
from tests.api.native.door import Door, ids, links, read, wrong
from tests.factories import (
    AccountFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_draft,
    a_line,
    a_payment,
)


@pytest.fixture
def twelve(business: Business, owner: Actor, customer: Partner) -> list[Invoice]:
    """Drafts with many ties: in date, due date, total, and numbers left empty."""
    first = datetime.date(2026, 1, 1)
    return [
        a_draft(
            business,
            by=owner,
            partner=customer,
            date=first + datetime.timedelta(days=n % 3),
            due_date=first + datetime.timedelta(days=10 + n % 4),
            number=f"N{n}" if n % 2 else "",
            lines=[a_line(1, Decimal(n % 5) + Decimal("0.5"))],
        )
        for n in range(12)
    ]


def walk(api: Door, path: str) -> list[list[str]]:
    """The ids of every page, by following `next`."""
    pages = []
    while path:
        response = api.get(path)
        pages.append(ids(response))
        path = links(response).get("next", "")
    return pages


def test_pages_are_counted_from_nought(api: Door, twelve: list[Invoice]) -> None:
    everything = ids(api.get("invoices"))
    pages = [ids(api.get(f"invoices?per_page=5&page={n}")) for n in range(4)]
    assert pages == [everything[:5], everything[5:10], everything[10:], []]


def test_page_headers_point_to_the_neighbours_and_keep_the_filters(
    api: Door, twelve: list[Invoice]
) -> None:
    query = "from_date=2026-01-01&status=draft&per_page=5"
    here = f"{api.root}/invoices"
    escaped = query.replace(",", "%2C")

    def found(page: int) -> dict[str, str]:
        return links(api.get(f"invoices?{query}&page={page}"))

    first = f"{here}?{escaped}&page=0"
    second = f"{here}?{escaped}&page=1"
    third = f"{here}?{escaped}&page=2"
    assert found(0) == {"first": first, "next": second}
    assert found(1) == {"first": first, "prev": first, "next": third}
    assert found(2) == {"first": first, "prev": second}


def test_a_link_repeats_what_was_given_twice(api: Door, twelve: list[Invoice]) -> None:
    response = api.get("invoices/?x=%C3%A9&x=2&per_page=11")
    after = links(response)["next"]
    assert after.startswith(f"{api.root}/invoices/?x=%C3%A9&x=2&per_page=11&after=")
    assert len(ids(api.get(after))) == 1


@pytest.mark.parametrize("ordering", orderings("invoice_no"))
@pytest.mark.parametrize("per_page", [1, 5, 12])
def test_a_keyset_walk_meets_every_row_once_in_every_order(
    api: Door, twelve: list[Invoice], ordering: str, per_page: int
) -> None:
    everything = ids(api.get(f"invoices?ordering={ordering}"))
    assert len(set(everything)) == 12
    pages = walk(api, f"invoices?ordering={ordering}&per_page={per_page}")
    assert [row for page in pages for row in page] == everything
    assert {len(page) for page in pages[:-1]} <= {per_page}


def test_a_keyset_walk_is_not_disturbed_by_rows_behind_it(
    api: Door, business: Business, twelve: list[Invoice]
) -> None:
    first = api.get("invoices?per_page=6")
    before = datetime.date(2025, 1, 1)
    a_draft(business, date=before, due_date=before)
    everything = ids(api.get("invoices"))
    assert ids(first) + ids(api.get(links(first)["next"])) == everything[1:]


@pytest.mark.parametrize("per_page", [2, 3])
def test_every_list_can_be_walked(
    api: Door, business: Business, twelve: list[Invoice], per_page: int
) -> None:
    for factory in (PartnerFactory, ProductFactory):
        factory.create_batch(5, business=business, name="The same")
    AccountFactory.create_batch(4, business=business)
    AccountFactory.create_batch(3, business=business, code="")
    TaxFactory.create_batch(5, business=business)
    bank = AccountFactory(business=business)
    for _ in range(5):
        a_payment(business, None, 1, account=bank)
    doors = ["partners", "products", "accounts", "taxes", "inc_payments"]
    for door in doors:
        everything = ids(api.get(door))
        assert len(everything) >= 5
        pages = walk(api, f"{door}?per_page={per_page}")
        assert [row for page in pages for row in page] == everything


def count(api: Door, query: str) -> tuple[str | None, str | None]:
    """What the headers say of the list's length."""
    response = api.get(f"invoices?{query}")
    return response.get("X-Total-Count"), response.get("X-Total-Count-Relation")


def test_the_count_is_exact_up_to_a_limit(
    api: Door, twelve: list[Invoice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "COUNTED", 6)
    assert count(api, "per_page=1&page=0") == ("6", "at-least")
    assert count(api, "per_page=1&page=11") == ("6", "at-least")
    one_day = "from_date=2026-01-02&to_date=2026-01-02"
    assert count(api, f"per_page=1&page=0&{one_day}") == ("4", "exact")
    monkeypatch.setattr(paging, "COUNTED", 12)
    assert count(api, "per_page=1&page=3") == ("12", "exact")


def test_who_follows_next_is_not_made_to_wait_for_a_count(
    api: Door, twelve: list[Invoice]
) -> None:
    first = api.get("invoices?per_page=10")
    second = api.get(links(first)["next"])
    assert "X-Total-Count" not in first
    assert "X-Total-Count" not in second
    assert "Link" not in second
    assert count(api, "per_page=12") == ("12", "exact")


def test_a_hundred_rows_unless_told(api: Door, business: Business) -> None:
    PartnerFactory.create_batch(101, business=business)
    response = api.get("partners")
    assert len(ids(response)) == 100
    assert len(ids(api.get(links(response)["next"]))) == 1
    assert len(ids(api.get("partners?page=1"))) == 1


def place(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(raw).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%00",
        "%F0%9F%92%A9",
        place("1"),
        place("1 "),
        place(" 2026-01-01"),
        place("one 2026-01-01"),
        place("1 2026-13-01"),
        place("1 10000-01-01"),
        place(f"{1 << 63} 2026-01-01"),
        place(f"{'9' * 5000} 2026-01-01"),
        place(b"1 \xff"),
        place("[1, 2]"),
    ],
)
def test_a_place_that_was_never_given_out_is_refused(api: Door, cursor: str) -> None:
    expected = wrong("after", "Use the value from the Link header.")
    assert read(api.get(f"invoices?after={cursor}"), 400) == expected


@pytest.mark.parametrize("value", ["1e999999", "NaN", "x", "", "1.23456"])
def test_a_place_beyond_any_total_is_refused(api: Door, value: str) -> None:
    expected = wrong("after", "Use the value from the Link header.")
    query = f"invoices?ordering=total&after={place(f'1 {value}')}"
    assert read(api.get(query), 400) == expected
