"""Turning the text of a cell into a number, a date or a word; pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from partners.imports.exceptions import BadCell

_REMEMBERED = 1 << 14
_TRUE = frozenset({"1", "true", "yes", "y", "t", "x"})
_FALSE = frozenset({"0", "false", "no", "n", "f"})


def number_reader(decimal_mark: str) -> Callable[[str], Decimal]:
    """A reader of plain numbers with this decimal mark; it raises BadCell.

    No thousands separators and no exponents: both would have to be guessed at.
    """
    number = re.compile(rf"[+-]?\d+(?:{re.escape(decimal_mark)}\d+)?", re.ASCII)
    example = f"1234{decimal_mark}50"

    @lru_cache(_REMEMBERED)
    def read(text: str) -> Decimal:
        if not number.fullmatch(text):
            problem = "is not a number" if text else "is empty"
            raise BadCell(f"{problem}; write it as {example}")
        return Decimal(text.replace(decimal_mark, "."))

    return read


def moment_reader(formats: Sequence[str]) -> Callable[[str], datetime.datetime]:
    """A reader of dates, with or without a time, in these formats or else in ISO's.

    It raises BadCell. A date without a time is the beginning of the day.
    """
    wanted = " or ".join([*formats, "2024-12-31"])

    @lru_cache(_REMEMBERED)
    def read(text: str) -> datetime.datetime:
        for form in formats:
            try:
                return datetime.datetime.strptime(text, form)  # noqa: DTZ007 - a wall clock
            except ValueError:
                continue
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:
            problem = "is not a date" if text else "is empty"
            raise BadCell(f"{problem}; write it as {wanted}") from None

    return read


def boolean(text: str) -> bool:
    """Yes or no in the spellings of spreadsheets. Raises BadCell."""
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadCell("is neither yes nor no")


def cleaner(endings: Sequence[str], words: Mapping[str, str]) -> Callable[[str], str]:
    """What makes a cell's text plain: no space around, no ending, translated."""
    if not endings and not words:
        return str.strip

    @lru_cache(_REMEMBERED)
    def clean(text: str) -> str:
        text = text.strip()
        for ending in endings:
            text = text.removesuffix(ending)
        return words.get(text, text)

    return clean
