"""`limit` and `page`, and the links before the collection."""

from __future__ import annotations

from typing import Any

import pytest

from partners.models import Business
from tests.api.nutcache.door import Door, ids, link, read, refusal, search
from tests.factories import PartnerFactory, a_draft, actor


@pytest.fixture
def seven(business: Business) -> list[int]:
    """Seven customers by name."""
    return [PartnerFactory(business=business, name=f"C{n}").pk for n in range(7)]


def links(api: Door, query: str) -> dict[str, str]:
    """The links' addresses by the end of their relation; only there if not empty."""
    shown = read(api.get(f"customers?{query}"))
    found = shown.get("links", [])
    before = ["links", "customers"] if found else ["customers"]
    assert list(shown)[: len(before)] == before
    assert [each["type"] for each in found] == ["GET"] * len(found)
    return {each["rel"].removeprefix("navigation-"): each["href"] for each in found}


@pytest.mark.parametrize(
    ("page", "rows", "previous", "following"),
    [
        (1, [0, 1, 2], None, 2),
        (2, [3, 4, 5], 1, 3),
        (3, [6], 2, None),
        (4, [], 3, None),
    ],
)
def test_pages_are_linked_to_those_that_there_are(
    *,
    api: Door,
    seven: list[int],
    page: int,
    rows: list[int],
    previous: int | None,
    following: int | None,
) -> None:
    expected = {
        name: f"customers?limit=3&page={number}"
        for name, number in (("previous", previous), ("next", following))
        if number
    }
    assert links(api, f"limit=3&page={page}") == expected
    shown = read(api.get(f"customers?limit=3&page={page}"))
    assert ids(shown["customers"]) == [seven[n] for n in rows]


def test_far_beyond_the_end_nothing_is_linked(api: Door, seven: list[int]) -> None:
    assert links(api, "limit=3&page=9") == {}
    assert links(api, "limit=100&page=10000000") == {}


def test_a_page_that_is_just_full_has_no_next(api: Door, seven: list[int]) -> None:
    assert links(api, "limit=7") == {}
    assert links(api, "limit=6") == {"next": "customers?limit=6&page=2"}
    assert links(api, "") == {}


def test_ten_are_shown_unless_told_and_a_hundred_at_most(
    api: Door, business: Business
) -> None:
    PartnerFactory.create_batch(101, business=business)
    assert len(read(api.get("customers"))["customers"]) == 10
    assert links(api, "") == {"next": "customers?limit=10&page=2"}
    assert len(read(api.get("customers?limit=100"))["customers"]) == 100
    assert links(api, "limit=100&page=2") == {"previous": "customers?limit=100&page=1"}


@pytest.mark.parametrize(
    ("name", "value", "most"),
    [
        *(("limit", value, 100) for value in ("0", "101", "-1", "x", "", "1.0", "٣")),
        *(("page", value, 10_000_000) for value in ("0", "10000001", "9" * 30, "+1")),
    ],
)
def test_a_page_that_cannot_be_is_refused(
    api: Door, name: str, value: str, most: int
) -> None:
    message = f"{name} must be a whole number from 1 to {most}."
    for path in ("customers", "currencies", "countries/840/states"):
        response = api.get(f"{path}?{name}={value}")
        assert read(response, 400) == refusal(400, "bad_request", message, name)


def test_links_keep_the_rest_of_the_query(api: Door, seven: list[int]) -> None:
    found = links(api, "include=countries,currencies&page=2&x=a%20%26b&limit=2")
    rest = "include=countries,currencies&x=a+%26b"
    assert found == {
        "previous": f"customers?limit=2&page=1&{rest}",
        "next": f"customers?limit=2&page=3&{rest}",
    }
    following = read(api.get(found["next"]))
    assert ids(following["customers"]) == seven[4:6]
    assert following["countries"]


def test_a_filtered_page_is_to_be_posted_again(api: Door, seven: list[int]) -> None:
    body: Any = search(("name", "gte", "C1"), sort=[("name", "desc")])
    first = read(api.send("POST", "customers/filtered?limit=4", body))
    following = link("customers/filtered?limit=4&page=2", "navigation-next", "POST")
    assert first["links"] == [following]
    assert ids(first["customers"]) == seven[:2:-1]
    second = read(api.send("POST", following["href"], body))
    assert ids(second["customers"]) == [seven[2], seven[1]]


def test_the_shared_path_links_to_the_dialect_s_own(
    api: Door, business: Business
) -> None:
    by = actor(business)
    for _ in range(2):
        a_draft(business, by=by)
    for path in ("/api/invoices", "/api/invoices/", "invoices/"):
        shown = read(api.get(f"{path}?limit=1"))
        assert shown["links"] == [link("invoices?limit=1&page=2", "navigation-next")]


def test_a_walk_through_the_pages_meets_every_row_once(
    api: Door, seven: list[int]
) -> None:
    href, met = "customers?limit=2", []
    while href:
        shown = read(api.get(href))
        met += ids(shown["customers"])
        href = links(api, href.partition("?")[2]).get("next", "")
    assert met == seven


def test_rows_of_the_same_date_are_told_apart_by_their_ids(
    api: Door, business: Business
) -> None:
    by = actor(business)
    drafts = [a_draft(business, by=by).pk for _ in range(5)]
    pages = [api.shown(f"invoices?limit=2&page={n}") for n in (1, 2, 3)]
    assert [pk for page in pages for pk in ids(page)] == drafts
