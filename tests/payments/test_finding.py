"""The search of the whole admin finds what a person remembers, in their business."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from invoices.admin.amounts import amounts_of
from tests.admin_cast import Books, books, signed_in, staff, url
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


def found(client: Client, text: str) -> dict[str, str]:
    """The titles that were found, and where each leads."""
    answer = client.get(reverse("admin:search"), {"s": text, "extended": "1"})
    assert answer.status_code == 200
    return {result.title: result.link for result in answer.context["results"]}


def test_numbers_partners_references_and_amounts_are_found(own: Books) -> None:
    client = signed_in(staff(own.business, "viewer"))
    invoice = str(own.invoice)
    assert found(client, invoice) == {invoice: url(own.invoice, "change")}
    assert found(client, "Own-I") == {invoice: url(own.invoice, "change")}
    assert found(client, "own buy")["Own Buyer"] == url(own.partner, "change")
    amount = f"{own.invoice.total:,.2f}"
    assert invoice in found(client, amount)
    assert str(own.bill) in found(client, "Own-B")
    assert found(client, "10.00")["10.00 USD"] == url(own.payment, "change")
    assert found(client, "nothing like it") == found(client, " ") == {}


def test_only_the_persons_businesses_are_searched_and_of_them_the_chosen(
    own: Books,
) -> None:
    other, stranger = books("Second"), books("Zebra")
    user = staff(own.business, "viewer")
    MembershipFactory(business=other.business, user=user, role="viewer")
    client = signed_in(user)

    def partners() -> set[str]:
        return {title for title in found(client, "Buyer") if "Buyer" in title}

    assert partners() == {"Own Buyer", "Second Buyer"}
    choice: dict[str, Any] = {"business": other.business.pk, "next": "/admin/"}
    assert client.post(reverse("admin:switch"), choice).status_code == 302
    assert partners() == {"Second Buyer"}
    choice["business"] = stranger.business.pk
    assert client.post(reverse("admin:switch"), choice).status_code == 403
    assert partners() == {"Second Buyer"}
    client.post(reverse("admin:switch"), {"business": "", "next": "//evil.example"})
    assert partners() == {"Own Buyer", "Second Buyer"}


def test_a_rows_page_of_another_own_business_goes_there(own: Books) -> None:
    other = books("Second")
    user = staff(own.business)
    MembershipFactory(business=other.business, user=user, role="viewer")
    client = signed_in(user)
    client.post(reverse("admin:switch"), {"business": own.business.pk})
    page = client.get(url(other.invoice, "change"))
    assert page.status_code == 200
    assert [str(one) for one in page.context["messages"]] == [
        f"You are now working for {other.business}."
    ]
    listed = client.get(url(type(other.invoice), "changelist"))
    assert {row.business_id for row in listed.context["cl"].result_list} == {
        other.business.pk
    }


def test_only_the_admin_has_the_policy_that_its_theme_needs(own: Books) -> None:
    client = signed_in(staff(own.business))
    inside = client.get("/admin/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in inside
    assert "style-src 'self' 'unsafe-inline'" in inside
    pages = [client.get(path) for path in ("/send/", "/docs/", "/nowhere/")]
    for outside in [*pages, Client().get("/sign-in/")]:
        assert "unsafe" not in outside["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("3,774.00", ["3774.00"]),
        ("3.774,00", ["3774.00"]),
        ("3774,00 EUR", ["3774.00"]),
        ("€ 1'234.50", ["1234.50"]),
        ("1.234", ["1.234", "1234"]),
        ("1,234", ["1234", "1.234"]),
        ("12", ["12"]),
        ("-12.5", ["12.5"]),
        ("1.2.3", []),
        ("1,23,456.00", []),
        ("0", []),
        ("INV-12", []),
        ("9" * 40, []),
    ],
)
def test_amounts_are_read_in_every_writing(text: str, amounts: list[str]) -> None:
    assert amounts_of(text) == [Decimal(amount) for amount in amounts]


def test_a_list_of_documents_finds_amounts_as_they_are_shown(own: Books) -> None:
    client = signed_in(staff(own.business, "viewer"))
    total = f"{own.invoice.total:,.2f}"
    german = total.translate(str.maketrans(",.", ".,"))
    for text in (total, german):
        answer = client.get(url(type(own.invoice), "changelist"), {"q": text})
        assert own.invoice in answer.context["cl"].result_list
    answer = client.get(url(type(own.invoice), "changelist"), {"q": "987,654.32"})
    assert list(answer.context["cl"].result_list) == []


def test_a_page_that_is_not_there_shows_the_last_and_says_so(own: Books) -> None:
    client = signed_in(staff(own.business, "viewer"))
    answer = client.get(url(type(own.invoice), "changelist"), {"p": "10000"})
    assert answer.status_code == 200
    assert "There is no page 10,000; this is page 1." in answer.text
    assert own.invoice in answer.context["cl"].result_list


def test_pages_say_where_they_stand_and_open_to_the_keyboard(own: Books) -> None:
    client = signed_in(staff(own.business, "clerk"))
    page = client.get(url(type(own.invoice), "add")).text
    for part in (
        '<a href="#content" class="skip">Skip to the content</a>',
        "Sell</span>",
        "New invoice</span>",
        'aria-expanded="true"',
        'data-placeholder="Number, partner, amount…"',
    ):
        assert part in page
    assert page.index('class="skip"') < page.index("nav-sidebar")
    assert "<button" in page
    listed = client.get(url(type(own.invoice), "changelist")).text
    assert '<button type="button" aria-controls="changelist-filter"' in listed
