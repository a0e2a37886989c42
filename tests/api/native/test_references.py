"""The caller's businesses, currencies and countries."""

from __future__ import annotations

import pytest

from tests.api.native.door import Door, read, refusal, wrong


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_key_opens_its_own_business(api: Door, stranger: Door, slash: str) -> None:
    mine = api.business
    assert read(api.get(f"/businesses{slash}")) == [
        {"id": mine.public_id, "name": mine.name, "slug": mine.slug}
    ]


@pytest.mark.parametrize("slash", ["", "/"])
def test_currencies_of_the_world_and_of_a_country(api: Door, slash: str) -> None:
    everywhere = read(api.get(f"/currencies{slash}"))
    assert [row["code"] for row in everywhere] == sorted(
        row["code"] for row in everywhere
    )
    baht = {"code": "THB", "symbol": "THB", "country": "TH"}
    assert baht in everywhere
    assert {"code": "EUR", "symbol": "€", "country": ""} in everywhere
    assert read(api.get(f"/countries/TH/currencies{slash}")) == [baht]
    euro = {"code": "EUR", "symbol": "€", "country": "DE"}
    assert read(api.get(f"/countries/DE/currencies{slash}")) == [euro]


@pytest.mark.parametrize("code", ["XX", "th", "THA", "%00", "%F0%9F%92%A9"])
def test_an_unknown_country_has_no_currencies(api: Door, code: str) -> None:
    expected = refusal(404, "not_found", "There is nothing here with this id.")
    assert read(api.get(f"/countries/{code}/currencies"), 404) == expected


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "Thailand"),
        ("?locale=en", "Thailand"),
        ("?locale=th", "ไทย"),
        ("?locale=zh", "泰國"),
        ("?locale=zh_CN", "泰国"),
    ],
)
def test_countries_in_the_contracts_languages(api: Door, query: str, name: str) -> None:
    countries = read(api.get(f"/countries/{query}"))
    assert {"code": "TH", "name": name} in countries
    assert len(countries) > 200


def test_a_country_is_found_by_its_name(api: Door) -> None:
    thailand = [{"code": "TH", "name": "Thailand"}]
    assert read(api.get("/countries?locale=en&name=Thailand")) == thailand
    assert read(api.get("/countries/?name=thailand")) == thailand
    assert read(api.get("/countries?name=Thailand&locale=th")) == []
    assert read(api.get("/countries?name=%00")) == []


@pytest.mark.parametrize("locale", ["de", "", "%00", "zh_cn"])
def test_an_unknown_language_is_refused(api: Door, locale: str) -> None:
    expected = wrong("locale", "Use one of en, th, zh, zh_CN.")
    assert read(api.get(f"/countries?locale={locale}"), 400) == expected
