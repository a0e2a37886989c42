"""Currencies, countries and states: the same for everybody.

Codes and numbers are ISO's, by pycountry; names, formats and legal tender are those of
Unicode's CLDR, by Babel. `moneyed` also knows currencies that are no more, with numbers
that others have got since, so it cannot tell a currency by its number.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pycountry
from babel import Locale, UnknownLocaleError
from babel.core import get_global

from invoices.api.nutcache.documents import (
    Attribute,
    Document,
    Include,
    Kind,
    Reference,
)
from invoices.money import exponent

LOCALES = {
    "enus": "en_US",
    "frfr": "fr_FR",
    "frca": "fr_CA",
    "ruru": "ru_RU",
    "ptbr": "pt_BR",
    "plpl": "pl_PL",
    "itit": "it_IT",
    "eses": "es_ES",
    "esus": "es_US",
    "dede": "de_DE",
}
_NAMES = tuple(Attribute(f"name_{word}", Kind.TEXT) for word in LOCALES)


def _names(table: str, code: str, other: str) -> dict[str, str]:
    """Names in all languages: the English one, or else `other`, where there is none."""
    english = getattr(Locale.parse("en_US"), table).get(code, other)
    return {
        f"name_{word}": getattr(Locale.parse(locale), table).get(code, english)
        for word, locale in LOCALES.items()
    }


# --- currencies -----------------------------------------------------------------------


@cache
def currency_ids() -> dict[str, int]:
    """Ids by ISO 4217 code."""
    return {each.alpha_3: int(each.numeric) for each in pycountry.currencies}


@cache
def _currencies() -> list[dict[str, Any]]:
    """By code."""
    found = sorted(pycountry.currencies, key=lambda each: each.alpha_3)
    return [
        {
            "id": int(each.numeric),
            "code": each.alpha_3,
            "decimal_count": exponent(each.alpha_3),
            **_names("currencies", each.alpha_3, each.name),
        }
        for each in found
    ]


CURRENCIES = Reference(
    name="currencies",
    worldwide=True,
    attributes=(
        Attribute("id", Kind.NUMBER),
        Attribute("code", Kind.TEXT),
        Attribute("decimal_count", Kind.NUMBER),
        *_NAMES,
    ),
    values=_currencies,
)


# --- countries ------------------------------------------------------------------------


@cache
def country_ids() -> dict[str, int]:
    """Ids by ISO 3166 code of two letters."""
    return {each.alpha_2: int(each.numeric) for each in pycountry.countries}


@cache
def english_names() -> dict[str, str]:
    """English names by the code of two letters, as customers' addresses have them."""
    names = Locale.parse("en_US").territories
    found = [each.alpha_2 for each in pycountry.countries if each.alpha_2 in names]
    return {code: names[code] for code in found}


@cache
def date_formats() -> dict[str, int]:
    """The numbers of the usual date formats, by country."""
    return {each["short_code"]: each["date_format"] for each in _countries()}


@cache
def time_formats() -> dict[str, int]:
    """The numbers of the usual time formats, by country."""
    return {each["short_code"]: each["time_format"] for each in _countries()}


@cache
def _countries() -> list[dict[str, Any]]:
    """By code of three letters."""
    found = sorted(pycountry.countries, key=lambda each: each.alpha_3)
    return [
        {
            "id": int(each.numeric),
            "code": each.alpha_3,
            "short_code": each.alpha_2,
            "currency": _tender(each.alpha_2),
            **_formats(each.alpha_2),
            **_names("territories", each.alpha_2, each.name),
        }
        for each in found
    ]


def _tender(country: str) -> int | None:
    """The currency that is legal tender today, the first where there are several."""
    rows = get_global("territory_currencies").get(country, [])
    found = [code for code, _, end, tender in rows if end is None and tender]
    return currency_ids().get(found[0]) if found else None


def _formats(country: str) -> dict[str, int]:
    """The contract's numbers of what is usual there; ISO's where nothing is known."""
    try:
        locale = Locale.parse(f"und_{country}")
    except UnknownLocaleError:
        return {"date_format": 0, "time_format": 0}
    date = locale.date_formats["short"].pattern
    return {
        "date_format": _date_format(date),
        "time_format": int("a" in locale.time_formats["short"].pattern),
    }


def _date_format(pattern: str) -> int:
    """0 ISO, 1 and 2 month first, 3 to 5 day first: with dashes, slashes, dots."""
    if pattern.startswith("M"):
        return 1 if "-" in pattern else 2
    if not pattern.startswith("d"):
        return 0
    return 3 if "-" in pattern else 5 if "." in pattern else 4


def _to_itself(document: Document) -> list[tuple[str, str]]:
    return [(f"countries/{document['id']}", "self")]


COUNTRIES = Reference(
    name="countries",
    worldwide=True,
    attributes=(
        Attribute("id", Kind.NUMBER),
        Attribute("code", Kind.TEXT),
        Attribute("short_code", Kind.TEXT),
        Attribute("currency", Kind.NUMBER),
        Attribute("date_format", Kind.NUMBER),
        Attribute("time_format", Kind.NUMBER),
        *_NAMES,
    ),
    links=_to_itself,
    links_after="name_dede",
    includes=(Include("currencies", by="currency"),),
    values=_countries,
)


# --- states ---------------------------------------------------------------------------


@cache
def state_ids() -> dict[str, int]:
    """Ids by `US|NY` and `US|New York`, which an address may have."""
    found = {}
    for each in pycountry.subdivisions:
        country, _, code = each.code.partition("-")
        found[f"{country}|{each.name}"] = _state_id(each.code)
        found[f"{country}|{code}"] = _state_id(each.code)
    return found


def _state_id(code: str) -> int:
    """The code as a number in base 36, which every code is once."""
    return int(code.replace("-", ""), 36)


@cache
def _states() -> list[dict[str, Any]]:
    """By code."""
    found = sorted(pycountry.subdivisions, key=lambda each: each.code)
    return [
        {
            "id": _state_id(each.code),
            "country": country_ids()[each.country_code],
            "code": each.code.replace("-", "_"),
            **{f"name_{word}": each.name for word in LOCALES},
        }
        for each in found
    ]


def _to_country(document: Document) -> list[tuple[str, str]]:
    return [(f"countries/{document['country']}", "countries")]


STATES = Reference(
    name="states",
    worldwide=True,
    attributes=(
        Attribute("id", Kind.NUMBER),
        Attribute("country", Kind.NUMBER),
        Attribute("code", Kind.TEXT),
        *_NAMES,
    ),
    links=_to_country,
    links_after="name_dede",
    includes=(Include("countries", by="country"),),
    values=_states,
)
