"""Amounts as banks write them: thousands separators, signs before or behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache

from invoices import money
from partners.imports.exceptions import BadCell

_MINUS = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\u00a0": " ", "\u202f": " ", "\u2019": "'"}
)
_SYMBOL = re.compile(r"^([+-]?)\s*[€$£¥]\s*|\s*[€$£¥]$")
_OTHER = {",": ".", ".": ","}


def amount_reader(decimal_mark: str, currency: str) -> Callable[[str], Decimal]:
    """A reader of amounts with this decimal mark, in whole units of the currency.

    Groups of three digits may be parted by the other mark, a space or an apostrophe;
    the sign stands before or behind. It raises BadCell, also for more decimals than
    the currency has and for what no book can hold.
    """
    other = re.escape(_OTHER[decimal_mark])
    shape = re.compile(
        rf"([+-]?)\s*(\d+|\d{{1,3}}(?:([{other} '])\d{{3}})(?:\3\d{{3}})*)"
        rf"(?:{re.escape(decimal_mark)}(\d+))?\s*([+-]?)",
        re.ASCII,
    )
    example = f"1234{decimal_mark}50"

    @lru_cache(1 << 14)
    def read(text: str) -> Decimal:
        if not text:
            raise BadCell("is empty; write the amount of the row")
        found = shape.fullmatch(_bare(text, currency))
        if not found or (found[1] and found[5]):
            raise BadCell(f"is not an amount; write it as {example}")
        digits = re.sub(r"\D", "", found[2])
        amount = Decimal(f"{found[1] or found[5]}{digits}.{found[4] or 0}")
        return bookable(amount, currency)

    return read


def bookable(amount: Decimal, currency: str) -> Decimal:
    """The amount in the decimals of its currency. Raises BadCell."""
    places = money.exponent(currency)
    if abs(amount) >= money.MAX_AMOUNT:
        raise BadCell(f"is too large; an amount stays below {money.MAX_AMOUNT:,}")
    if not money.fits(amount, places):
        raise BadCell(f"has too many decimals; {currency} has {places}")
    return money.rounded(amount, currency)


def _bare(text: str, currency: str) -> str:
    """Without the currency's sign or code."""
    text = text.translate(_MINUS).strip()
    text = text.removesuffix(currency).removeprefix(currency).strip()
    return _SYMBOL.sub(r"\1", text)


_TAIL = re.compile(r"([.,])(\d{1,2})\D*$")


def decimal_mark_of(cells: Sequence[str]) -> str:
    """The mark that stands before the last one or two digits, or "" where none does."""
    marks = [found[1] for cell in cells if (found := _TAIL.search(cell))]
    return max(set(marks), key=marks.count) if marks else ""
