"""What a paper calls a tax: as the business wrote it, but "VAT" in the reader's words."""

from __future__ import annotations

import re
from decimal import Decimal

from . import numbers
from .facts import Language
from .printable import one_line

# The first stands for the others where the reader knows none of them.
_VAT: dict[Language, tuple[str, ...]] = {
    "en": ("VAT", "Value added tax"),
    "de": ("USt.", "MwSt.", "Umsatzsteuer", "Mehrwertsteuer"),
    "fr": ("TVA", "Taxe sur la valeur ajoutée"),
    "th": ("ภาษีมูลค่าเพิ่ม",),
}
_RATE = re.compile(r"\s*\(?(\d+(?:[.,]\d+)?)\s*%\)?$")


def tax_name(name: str, rate: Decimal, language: Language) -> str:
    """Return a tax's name with its rate, unless the name says the rate already.

    A name that only means VAT in another of our languages is translated; every other
    name stays: a GST is no VAT to those who pay it.
    """
    shown = one_line(name)
    written = numbers.percent(rate, language)
    bare = _without(rate, shown)
    if _plain(bare) in _elsewhere(language):
        return f"{_VAT[language][0]} {written}"
    return shown if bare != shown or _says(rate, shown) else f"{shown} {written}"


def _elsewhere(language: Language) -> set[str]:
    own = {_plain(word) for word in _VAT[language]}
    return {_plain(word) for words in _VAT.values() for word in words} - own


def _without(rate: Decimal, name: str) -> str:
    """Return a name without the rate at its end, where that is the tax's."""
    found = _RATE.search(name)
    if found and Decimal(found[1].replace(",", ".")) == rate:
        return name[: found.start()]
    return name


def _says(rate: Decimal, name: str) -> bool:
    digits = numbers.quantity(rate, "en")
    return f"{digits}%" in "".join(name.split()).replace(",", ".")


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace(".", "").replace("-", " ").split())
