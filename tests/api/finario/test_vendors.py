"""Vendors as documented in §3.3 of the contract."""

from __future__ import annotations

from typing import Any

import pytest

from partners.models import Partner
from tests.api.finario.door import (
    BLANK,
    INVALID,
    TAKEN,
    empty,
    ids,
    read,
    text_of,
    unchanged,
    wrong,
)
from tests.api.finario.rows import a_vendor
from tests.books import row
from tests.factories import NOW, PartnerFactory

FULL = {
    "name": "Timber & Co.",
    "vendor_id": "TIM",
    "external_ids": ["ERP-9", "old 7"],
    "phone_number": "+1 212 555 0100",
    "web_address": "https://timber.example",
    "address": "1 Mill Street",
    "city": "New York",
    "state": "NY",
    "postal_code": "10001",
    "country_code": "us",
    "contact_name": "Tim Burr",
    "contact_email": "tim@timber.example",
    "notes": "Delivers on Mondays",
}
STORED = {
    "name": "Timber & Co.",
    "code": "TIM",
    "is_vendor": True,
    "is_customer": False,
    "phone": "+1 212 555 0100",
    "website": "https://timber.example",
    "vendor_line1": "1 Mill Street",
    "vendor_city": "New York",
    "vendor_province": "NY",
    "vendor_postal_code": "10001",
    "vendor_country": "US",
    "contact_name": "Tim Burr",
    "email": "tim@timber.example",
    "note": "Delivers on Mondays",
}


def stored(vendor: Partner, names: Any = STORED) -> dict[str, Any]:
    columns = row(vendor)
    return {name: columns[name] for name in names}


@pytest.mark.parametrize("form", ["", ".json", "/"])
def test_a_vendor_is_created_and_listed(api, business, form) -> None:
    created = read(api.post(f"vendors{form}", FULL), 201)
    vendor = Partner.objects.get()
    assert stored(vendor) == STORED
    expected = {
        "name": "Timber & Co.",
        "id": vendor.public_id,
        "vendor_id": "TIM",
        "external_ids": ["TIM", "ERP-9", "old 7"],
    }
    assert created == expected
    assert read(api.get(f"vendors{form}")) == [expected]


def test_a_form_does_as_well(api) -> None:
    created = read(
        api.form("POST", "vendors", {"name": "A", "external_ids[]": ["x", "y"]}), 201
    )
    assert created["external_ids"] == ["a", "x", "y"]


@pytest.mark.parametrize("blank", [{}, {"vendor_id": ""}, {"vendor_id": None}])
def test_without_a_vendor_id_the_name_makes_one(api, blank) -> None:
    created = read(api.post("vendors", {"name": "Acme & Söhne Ltd."} | blank), 201)
    assert created["vendor_id"] == "acme-söhne-ltd"


def test_vendors_are_listed_by_name_without_customers_and_archived_ones(
    api, business
) -> None:
    b, a = a_vendor(business, name="B"), a_vendor(business, name="A", code="")
    PartnerFactory(business=business)
    a_vendor(business, archived_at=NOW)
    assert ids(api.get("vendors")) == [a.public_id, b.public_id]
    first = read(api.get("vendors"))[0]
    # A vendor without a code goes by the id.
    assert (first["vendor_id"], first["external_ids"]) == (a.public_id, [a.public_id])


@pytest.mark.parametrize("body", [{}, {"name": None}, {"name": " "}])
def test_a_name_is_required(api, business, vendor, body) -> None:
    with unchanged():
        assert read(api.post("vendors", body), 422) == wrong(name=BLANK)
        assert read(api.put("vendors/TIMBER", body), 422) == wrong(name=BLANK)
        assert read(api.put("vendors/NEW.json", body), 422) == wrong(name=BLANK)
        assert read(api.post("vendors/NEW", body), 422) == wrong(name=BLANK)


def test_a_vendor_id_that_is_taken_is_a_short_name(api, vendor) -> None:
    with unchanged():
        posted = {"name": "Other", "vendor_id": "TIMBER"}
        assert read(api.post("vendors", posted), 422) == wrong(short_name=TAKEN)
    a_vendor(vendor.business, code="STEEL")
    with unchanged():
        answer = api.put("vendors/STEEL", posted)
        assert read(answer, 422) == wrong(short_name=TAKEN)


def test_a_customers_code_is_taken_too(api, business) -> None:
    PartnerFactory(business=business, code="C")
    with unchanged():
        answer = api.put("vendors/C", {"name": "x"})
        assert read(answer, 422) == wrong(short_name=TAKEN)


@pytest.mark.parametrize("taken", ["TIMBER", "ERP-9"])
def test_an_external_id_of_another_vendor_is_taken(api, vendor, taken) -> None:
    vendor.aliases.create(business=vendor.business, value="ERP-9")
    with unchanged():
        posted = {"name": "Other", "external_ids": ["new", taken]}
        assert read(api.post("vendors", posted), 422) == wrong(external_ids=TAKEN)


@pytest.mark.parametrize("by", ["public_id", "code", "alias"])
def test_put_changes_what_is_given(api, by) -> None:
    read(api.post("vendors", FULL), 201)
    vendor = Partner.objects.get()
    name = "ERP-9" if by == "alias" else getattr(vendor, by)
    body = {"name": "Timber", "city": "", "external_ids": ["ERP-9", "new"]}
    empty(api.put(f"vendors/{name}.json", body))
    expected = STORED | {"name": "Timber", "vendor_city": ""}
    assert stored(Partner.objects.get()) == expected
    assert read(api.get("vendors"))[0]["external_ids"] == ["TIM", "ERP-9", "new"]
    empty(api.put(f"vendors/{name}", {"name": "Timber"}))  # the others stay
    assert read(api.get("vendors"))[0]["external_ids"] == ["TIM", "ERP-9", "new"]


def test_put_of_the_same_writes_nothing(api) -> None:
    empty(api.put("vendors/TIM", FULL))
    with unchanged():
        empty(api.put("vendors/TIM", FULL))
        empty(api.put("vendors/TIM", {"name": FULL["name"]}))


def test_put_of_an_unknown_id_creates_with_it(api) -> None:
    empty(api.put("vendors/NEW%201.json", {"name": "New"}))
    assert read(api.get("vendors"))[0]["vendor_id"] == "NEW 1"


def test_put_can_give_another_vendor_id(api, vendor) -> None:
    empty(api.put("vendors/TIMBER", {"name": "T", "vendor_id": "T2"}))
    vendor.refresh_from_db()
    assert (vendor.name, vendor.code) == ("T", "T2")


def test_the_older_post_answers_where_it_is(api) -> None:
    for _ in range(2):
        answer = api.post("vendors/NEW", {"name": "New"})
        assert read(answer, 201)["vendor_id"] == "NEW"
        assert answer["Location"] == "http://testserver/api/vendor/NEW"
    assert Partner.objects.count() == 1


def test_what_cannot_be_a_vendor(api) -> None:
    cases: dict[str, tuple[Any, str]] = {
        "name": ("x" * 201, "is too long (maximum is 200 characters)"),
        "vendor_id": ("x" * 61, "is too long (maximum is 60 characters)"),
        "city": (["x"], "is invalid"),
        "country_code": ("USA", "is too long (maximum is 2 characters)"),
        "external_ids": ("x", "is invalid"),
    }
    body = {name: value for name, (value, _) in cases.items()}
    expected = wrong(**{name: [message] for name, (_, message) in cases.items()})
    with unchanged():
        assert read(api.post("vendors", FULL | body), 422) == expected
        one = api.post("vendors", {"name": "x", "contact_email": "nobody"})
        message = "Enter a valid email address."
        assert read(one, 422) == wrong(contact_email=[message])
        one = api.post("vendors", {"name": "x", "country_code": "1!"})
        message = "Use an ISO 3166 code such as DE."
        assert read(one, 422) == wrong(country_code=[message])
        one = api.post("vendors", {"name": "x", "external_ids": [None, {}, ""]})
        expected = {"errors": {"external_ids": [*BLANK, *INVALID]}}
        assert read(one, 422) == expected
        long = api.put(f"vendors/{'x' * 61}", {"name": "x"})
        message = "is too long (maximum is 60 characters)"
        assert read(long, 422) == wrong(short_name=[message])


def test_there_is_neither_one_nor_delete(api, vendor) -> None:
    with unchanged():
        for method in ("GET", "DELETE", "PATCH"):
            answer = api.send(method, "vendors/TIMBER")
            message = f'Method \\"{method}\\" not allowed.'
            assert answer.status_code == 405
            assert text_of(answer) == f'{{"success":false,"message":"{message}"}}'
            assert answer["Allow"] == "POST, PUT, OPTIONS"
