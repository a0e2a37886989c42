"""Addresses as a postman of the country reads them."""

from __future__ import annotations

from .facts import Language, Party
from .numbers import locale

# Elsewhere the postal code stands before the city.
_CITY_FIRST = frozenset(
    (
        *("AE", "AU", "BD", "BR", "CA", "CN", "EG", "GB", "GH", "HK", "ID", "IE"),
        *("IN", "JP", "KE", "KR", "LK", "MY", "NG", "NP", "NZ", "PH", "PK", "SA"),
        *("SG", "TH", "TW", "US", "VN", "ZA"),
    )
)


def address(party: Party, home: str, language: Language) -> list[str]:
    """Return the lines below a name; the country where it differs from `home`."""
    abroad = party.country if party.country != home else ""
    lines = [party.line1, party.line2, _place(party), country(abroad, language)]
    return [line for line in lines if line.strip()]


def country(code: str, language: Language) -> str:
    """Return a country's name in a language, or the code that nobody knows."""
    return str(locale(language).territories.get(code.upper(), code))


def _place(party: Party) -> str:
    if party.country in _CITY_FIRST:
        region = _spaced(party.province, party.postal_code)
        return ", ".join(filter(str.strip, (party.city, region)))
    return ", ".join(
        filter(str.strip, (_spaced(party.postal_code, party.city), party.province))
    )


def _spaced(*parts: str) -> str:
    return " ".join(part for part in parts if part.strip())
