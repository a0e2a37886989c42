"""Filtered searches find what a plain reading of the shown documents finds."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoices.api.nutcache.entities import ENTITIES
from partners.access import Actor
from partners.models import Business
from tests.api.nutcache.door import Door, only, read, search
from tests.api.nutcache.oracle import Number, directions, finds, in_order, rules
from tests.factories import (
    NOW,
    MembershipFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_component,
    a_draft,
    a_line,
    a_payment,
    an_issued_invoice,
)

EXAMPLES = 60
ODD = ("50% off", "a_b", "back\\slash", "it's", 'quo"te', "Été", "ÉTÉ", "ab", "AB", "-")


@pytest.fixture
def books(api: Door, business: Business) -> int:
    """Documents that differ in everything that rules may ask; an invoice's id."""
    by = Actor.member(api.member)
    MembershipFactory(business=business, role="clerk", active=False)
    taxes = [
        TaxFactory(business=business, code=code, name=code, tax_number=number)
        for code, number in (("VAT_1", "N%1"), ("vat 2", ""), ("QST", "n"))
    ]
    a_component(taxes[2], Decimal("9.975"), position=5, compound=True)
    products = [
        ProductFactory(business=business, name=word, description=word, code=word)
        for word in ODD[:4]
    ]
    customers = [
        PartnerFactory(
            business=business,
            name=word,
            code=f"{word}-{n}",
            phone=word if n % 2 else "",
            billing_country=("DE", "US", "", "CA")[n % 4],
            billing_province=("Hesse", "NY", "", "Quebec")[n % 4],
            default_selling_currency=("EUR", "", "XYZ")[n % 3],
        )
        for n, word in enumerate(ODD)
    ]
    for n, customer in enumerate(customers):
        drafted = a_draft(
            business,
            by=by,
            partner=customer,
            date=datetime.date(2026, 3, 8 + n % 4),
            lines=[a_line(1 + n % 3, 10 + n % 2, tax=taxes[n % 3])],
            memo=ODD[-n],
            number=f"N{n}" if n % 2 else "",
            description="" if n % 3 else ODD[n],
        )
        if n % 4:
            drafted.issue(by=by, now=NOW)
        if n % 4 == 2:
            a_payment(business, drafted, 5 if n > 4 else drafted.total, by=by)
        if n % 4 == 3:
            drafted.void(by=by, reason="x", now=NOW)
    lines = [
        a_line(n, 10, tax=taxes[n % 3], product=products[n], description=ODD[n])
        for n in range(1, 4)
    ]
    return an_issued_invoice(
        business, by=by, partner=customers[0], lines=[*lines, a_line("0.5", 3)]
    ).pk


PATHS = {
    "invoices": "invoices",
    "invoice_details": "invoices/{0}/invoice_details",
    "invoice_taxes": "invoices/{0}/invoice_taxes",
    "customers": "customers",
    "organizations": "organizations",
    "members": "members",
    "taxes": "taxes",
    "items": "items",
    "currencies": "currencies",
    "countries": "countries",
    "states": "countries/840/states",
}


def everything(api: Door, path: str) -> list[dict[str, Any]]:
    """All documents of a path."""
    found: list[dict[str, Any]] = []
    for page in range(1, 9):
        found += api.shown(f"{path}?limit=100&page={page}")
    return found


def encoded(body: Any) -> bytes:
    """JSON with the digits of numbers as they are."""
    numbers: list[str] = []

    def mark(value: Any) -> str:
        assert isinstance(value, Number)
        numbers.append(format(value.value, "f"))
        return f"@{len(numbers) - 1}@"

    text = json.dumps(body, default=mark)
    for place, number in enumerate(numbers):
        text = text.replace(f'"@{place}@"', number)
    return text.encode()


def test_there_is_an_oracle_for_every_kind_of_document() -> None:
    assert PATHS.keys() == ENTITIES.keys()


@pytest.mark.parametrize("name", PATHS)
def test_rules_find_what_a_plain_reading_finds(
    api: Door, books: int, name: str
) -> None:
    path = PATHS[name].format(books)
    documents = everything(api, path)
    kinds = {prop: kind.value for prop, kind in ENTITIES[name].kinds().items()}
    sorts = st.lists(st.tuples(st.sampled_from(sorted(kinds)), directions), max_size=3)
    searches = st.tuples(st.lists(rules(documents, kinds), max_size=2), sorts)

    @given(asked=searches)
    @settings(max_examples=EXAMPLES, suppress_health_check=[*HealthCheck])
    def check(asked: Any) -> None:
        drawn, sort = asked
        body = search(*(each.rule() for each in drawn), sort=sort)
        found = only(api.send("POST", f"{path}/filtered?limit=100", encoded(body)))
        expected = [
            document
            for document in documents
            if all(finds(each, document, kinds[each.name]) for each in drawn)
        ]
        if sort and "id" in kinds:
            expected.sort(key=lambda each: each["id"])
        assert found == in_order(expected, sort)[:100]

    check()


@pytest.mark.parametrize("name", PATHS)
def test_every_property_takes_every_operator_of_its_type(
    api: Door, books: int, name: str
) -> None:
    path = PATHS[name].format(books)
    documents = everything(api, path)
    values: dict[str, Any] = {
        "string": "a",
        "number": 1,
        "decimal": 1,
        "datetime": "2026-03-10",
        "boolean": True,
    }
    for prop, kind in ENTITIES[name].kinds().items():
        blank = [each for each in documents if each[prop] is None]
        assert api.found(path, (prop, "eq", None)) == blank[:100]
        for word in ("asc", "DESC"):
            assert read(
                api.send("POST", f"{path}/filtered", search(sort=[(prop, word)]))
            )
        assert (
            api.found(path, (prop, "eq", values[kind]))
            == [
                each
                for each in documents
                if each[prop] in (values[kind], "2026-03-10T00:00:00")
            ][:100]
        )


def test_percent_and_underscore_stand_for_themselves(api: Door, books: int) -> None:
    def names(operator: str, value: str) -> list[str]:
        found = api.found("customers", ("name", operator, value))
        return [each["name"] for each in found]

    assert names("ct", "%") == ["50% off"]
    assert names("ct", "_") == ["a_b"]
    assert names("ct", "\\") == ["back\\slash"]
    assert names("sw", "a_") == ["a_b"]
    assert names("ew", "_b") == ["a_b"]
    assert names("sw", "%") == names("ew", "%") == names("ct", "a%b") == []
    assert len(names("ct", "")) == len(ODD)


def test_case_counts_for_eq_and_for_nothing_else(api: Door, books: int) -> None:
    def names(operator: str, value: str) -> set[str]:
        found = api.found("customers", ("name", operator, value))
        return {each["name"] for each in found}

    assert names("eq", "ab") == {"ab"}
    assert names("sw", "aB") == {"ab", "AB"}
    assert names("ct", "été") == {"Été", "ÉTÉ"}


INJECTIONS = (
    "'; DROP TABLE invoices_invoice; --",
    "' OR 1=1 --",
    "1) OR (1=1",
    "%' OR '%'='",
    "\\'; --",
    "%s %(name)s {0} $1 :x ?",
    "{{7*7}}",
    "\" ->> 'a",
)


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_looks_like_sql_is_only_text(api: Door, books: int, text: str) -> None:
    from tests.books import contents

    before = contents()
    for prop in ("customer_name", "customer_country", "notes", "invoice_number"):
        for operator in ("eq", "ct", "sw", "ew"):
            assert api.found("invoices", (prop, operator, text)) == []
    for body in (
        search((text, "eq", 1)),
        search(("id", text, 1)),
        search(sort=[(text, "asc")]),
        search(sort=[("id", text)]),
    ):
        assert api.send("POST", "invoices/filtered", body).status_code == 400
    assert contents() == before


@pytest.mark.parametrize("digits", [19, 28, 29, 30])
def test_a_number_of_many_digits_finds_nothing(
    api: Door, books: int, digits: int
) -> None:
    for prop in ("id", "organization", "status", "total"):
        assert api.found("invoices", (prop, "eq", int("1" * digits))) == []


def test_many_rules_all_hold(api: Door, books: int) -> None:
    rules_ = [("id", "gte", 0)] * 49
    assert len(api.found("invoices", *rules_, ("id", "eq", books))) == 1
    assert api.found("invoices", *rules_, ("id", "lt", 0)) == []


def test_no_rule_finds_all_in_the_usual_order(api: Door, books: int) -> None:
    usual = api.shown("invoices?limit=100")
    none: list[Any] = [{}, {"filter_rules": []}, {"sorting_rules": []}, search(), None]
    for body in none:
        path = "invoices/filtered?limit=100"
        assert only(api.send("POST", path, body)) == usual


def test_dates_are_compared_as_moments(api: Door, books: int) -> None:
    def days(operator: str, value: str) -> set[str]:
        found = api.found("invoices", ("invoice_date", operator, value))
        return {each["invoice_date"][8:10] for each in found}

    assert days("eq", "2026-03-10") == days("eq", "2026-03-10T01:00:00+01") == {"10"}
    assert days("eq", "2026-03-10T00:00:01") == set()
    assert days("gt", "2026-03-10") == {"11"}
    assert days("gt", "2026-03-09T23:59:59") == {"10", "11"}
    assert days("gte", "2026-03-10T00:01") == {"11"}
    assert days("lt", "2026-03-09T00:00:01Z") == {"08", "09"}
    assert days("lte", "2026-03-09T05:29:00+05:30") == {"08"}
    assert days("lte", "2026-03-09T05:30:00+0530") == {"08", "09"}
