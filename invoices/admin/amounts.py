"""Amounts as people type them when they search: in English, German or Swiss writing."""

from __future__ import annotations

import re
from decimal import Decimal

_BEYOND = Decimal(10) ** 15
_CURRENCY = re.compile(r"^[A-Za-z]{3}\s+|\s*(?:[A-Za-z]{3}|[€$£¥฿])$|^[€$£¥฿]")
_BETWEEN_THOUSANDS = re.compile("[\\s'’]")


def amounts_of(text: str) -> list[Decimal]:
    """The amounts that the text may be, at most two; none for words.

    `3,774.00` and `3.774,00` are one amount; `1.234` may be two: with three decimals
    or with a sign between thousands.
    """
    plain = _BETWEEN_THOUSANDS.sub("", _CURRENCY.sub("", text.strip()))
    found = []
    for point, group in (".", ","), (",", "."):
        if amount := _read(plain, point, group):
            found.append(amount)
    return list(dict.fromkeys(found))


def _read(text: str, point: str, group: str) -> Decimal | None:
    """The amount, if the signs stand where this writing has them."""
    grouped = rf"(?:[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+|[0-9]{{1,15}})"
    shape = rf"-?{grouped}(?:{re.escape(point)}[0-9]{{1,6}})?"
    if not re.fullmatch(shape, text):
        return None
    amount = abs(Decimal(text.replace(group, "").replace(point, ".")))
    return amount if 0 < amount < _BEYOND else None
