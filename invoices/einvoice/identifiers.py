"""A party's and a bank's numbers, sorted into what EN 16931 calls them."""

from __future__ import annotations

import re
from functools import cache

import pycountry

_FILLING = re.compile(r"[\s.\-–/]")
_VAT_NUMBER = re.compile(r"[A-Z]{2}(?=[A-Z]*[0-9])[A-Z0-9]{2,13}", re.ASCII)
# Greece and Northern Ireland have a prefix of their own.
_OTHER_PREFIXES = frozenset({"EL", "XI"})


def vat_number(text: str) -> str:
    """The VAT identifier without filling characters; empty where it is none.

    One starts with a country's code (BR-CO-09) and has a digit after it.
    """
    squeezed = squeeze(text)
    if _VAT_NUMBER.fullmatch(squeezed) and squeezed[:2] in _prefixes():
        return squeezed
    return ""


def squeeze(text: str) -> str:
    """In capitals, without the spaces, dots, dashes and strokes people put between."""
    return _FILLING.sub("", text).upper()


@cache
def _prefixes() -> frozenset[str]:
    return _OTHER_PREFIXES | {each.alpha_2 for each in pycountry.countries}
