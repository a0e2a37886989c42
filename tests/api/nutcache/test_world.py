"""Currencies, countries and states: ISO's codes, CLDR's names, the same for all."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.api.nutcache import world
from invoices.api.nutcache.documents import Reference
from tests.api.nutcache.door import Door, link, read

LOCALES = (
    "enus",
    "frfr",
    "frca",
    "ruru",
    "ptbr",
    "plpl",
    "itit",
    "eses",
    "esus",
    "dede",
)


def names(*words: str) -> dict[str, str]:
    """The names in the contract's order."""
    return {f"name_{locale}": word for locale, word in zip(LOCALES, words, strict=True)}


def test_a_currency(api: Door) -> None:
    shown = read(api.get("currencies/840"))
    dollar = names(
        "US Dollar",
        "dollar des États-Unis",
        "dollar des États-Unis",
        "доллар США",
        "Dólar americano",
        "dolar amerykański",
        "dollaro statunitense",
        "dólar estadounidense",
        "dólar estadounidense",
        "US-Dollar",
    )
    expected = {"type": "currencies", "id": 840, "code": "USD", "decimal_count": 2}
    assert shown == {"currencies": [expected | dollar]}
    assert list(shown["currencies"][0]) == list(expected | dollar)


def test_a_country(api: Door) -> None:
    america = names(
        "United States",
        "États-Unis",
        "États-Unis",
        "Соединенные Штаты",
        "Estados Unidos",
        "Stany Zjednoczone",
        "Stati Uniti",
        "Estados Unidos",
        "Estados Unidos",
        "Vereinigte Staaten",
    )
    expected = {
        "type": "countries",
        "id": 840,
        "code": "USA",
        "short_code": "US",
        "currency": 840,
        "date_format": 2,
        "time_format": 1,
        **america,
        "links": [link("countries/840", "self")],
    }
    shown = read(api.get("countries/840"))
    assert shown == {"countries": [expected]}
    assert list(shown["countries"][0]) == list(expected)


def test_a_state(api: Door) -> None:
    pk = int("USNY", 36)
    expected = {
        "type": "states",
        "id": pk,
        "country": 840,
        "code": "US_NY",
        **names(*["New York"] * 10),
        "links": [link("countries/840", "countries")],
    }
    shown = read(api.get(f"states/{pk}"))
    assert shown == {"states": [expected]}
    assert list(shown["states"][0]) == list(expected)


def test_a_country_s_states_in_pages_as_documented(api: Door) -> None:
    shown = read(api.get("countries/840/states?limit=10&page=2"))
    assert shown["links"] == [
        link("countries/840/states?limit=10&page=1", "navigation-previous"),
        link("countries/840/states?limit=10&page=3", "navigation-next"),
    ]
    assert len(shown["states"]) == 10
    assert {each["country"] for each in shown["states"]} == {840}
    assert read(api.get("countries/10/states"))["states"] == []
    assert api.get("countries/841/states").status_code == 404


def test_a_country_s_states_can_be_filtered(api: Door) -> None:
    found = api.found("countries/840/states", ("name_enus", "sw", "new "))
    assert [each["code"] for each in found] == ["US_NH", "US_NJ", "US_NM", "US_NY"]


@pytest.mark.parametrize("entity", [world.CURRENCIES, world.COUNTRIES, world.STATES])
def test_every_id_is_there_once_and_finds_its_document(
    api: Door, entity: Reference
) -> None:
    rows = entity.values()
    assert len({row["id"] for row in rows}) == len(rows) > 150
    assert all(row.keys() == entity.kinds().keys() for row in rows)
    assert all(row["name_enus"] for row in rows)
    for row in rows[:: len(rows) // 5]:
        assert api.shown(f"{entity.name}/{row['id']}")[0]["id"] == row["id"]


def test_a_country_has_one_english_name() -> None:
    told = {each["short_code"]: each["name_enus"] for each in world.COUNTRIES.values()}
    assert world.english_names() == told


def test_the_formats_are_those_of_the_country() -> None:
    by_code = world.date_formats()
    assert {code: by_code[code] for code in ("US", "CA", "DE", "FR", "NL", "AQ")} == {
        "US": 2,
        "CA": 0,
        "DE": 5,
        "FR": 4,
        "NL": 3,
        "AQ": 0,
    }
    assert (world.time_formats()["US"], world.time_formats()["DE"]) == (1, 0)
    assert set(by_code.values()) <= set(range(6))


def test_none_of_them_needs_an_organization_or_a_query_of_its_own(api: Door) -> None:
    for name in ("currencies", "countries", "states", "countries/840/states"):
        with CaptureQueriesContext(connection) as queries:
            answer = api.get(f"{name}?limit=100", headers={"OrganizationGuid": None})
        assert read(answer)
        assert len(queries) == 2, "who asks: the key and the password"
