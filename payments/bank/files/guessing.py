"""Guessing how a bank's CSV file is to be read, for a person to look at and correct."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from invoices.models import Account
from partners.imports.cells import moment_reader
from partners.imports.exceptions import BadCell
from payments.bank.files.amounts import decimal_mark_of
from payments.bank.files.headings import HEADINGS
from payments.bank.files.kinds import decoded, encoding_of
from payments.bank.files.layouts import DATE_FORMATS, DELIMITERS, FIELDS
from payments.models import CsvLayout

_LOOKED_AT = 250
_MOST_BEFORE = 50
_UNIT = re.compile(r"\s*[(\[](?:[A-Z]{3}|[€$£¥])[)\]]\s*$")
"""The currency behind a heading: Betrag (GBP)."""


@dataclass(frozen=True, slots=True)
class Guess:
    """An unsaved layout, the columns there are, and what a person should look at."""

    layout: CsvLayout
    header: tuple[str, ...]
    doubts: tuple[str, ...]


def guess_layout(content: bytes, account: Account) -> Guess:
    """How this CSV file of the account seems to be written.

    Where nothing is recognised the layout has no columns and the doubts say so.
    Raises BadStatement only for what is no text.
    """
    encoding = encoding_of(content)
    text = decoded(content, encoding, "The file")[: 1 << 20]
    delimiter, lines = _delimiter_of(text)
    at, columns = _header_of(lines)
    header = tuple(lines[at]) if lines else ()
    below = [row for row in lines[at + 1 :] if len(row) >= len(header)]
    dates, doubts = _dates_of(_cells(below, header, columns, "date"))
    mark = _mark_of(below, header, columns) or ("," if delimiter == ";" else ".")
    layout = CsvLayout(
        business_id=account.business_id,
        account=account,
        currency="",
        delimiter=delimiter,
        encoding=encoding,
        decimal_mark=mark,
        date_format=dates,
        lines_before=at,
        columns=columns,
    )
    return Guess(layout, header, (*_missing(columns), *doubts))


def _missing(columns: dict[str, str]) -> list[str]:
    doubts = []
    if "date" not in columns:
        doubts.append("No column was recognised as the date.")
    if "amount" not in columns and "credit" not in columns:
        doubts.append("No column was recognised as the amount.")
    return doubts


def _delimiter_of(text: str) -> tuple[str, list[list[str]]]:
    """The delimiter by which most rows have equally many, and many, cells."""

    def rows(delimiter: str) -> list[list[str]]:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        found: list[list[str]] = []
        try:
            for cells in lines:
                found.append([cell.strip() for cell in cells])
                if len(found) >= _LOOKED_AT:
                    break
        except csv.Error:
            pass
        return found

    def score(found: list[list[str]]) -> int:
        widths = [len(cells) for cells in found if len(cells) > 1]
        common = max(set(widths), key=widths.count, default=1)
        return widths.count(common) * (common - 1)

    cut = {delimiter: rows(delimiter) for delimiter in DELIMITERS}
    best = max(cut, key=lambda delimiter: score(cut[delimiter]))
    return best, cut[best]


def _header_of(lines: Sequence[Sequence[str]]) -> tuple[int, dict[str, str]]:
    """The row in which most headings are known, and what they are."""
    found = [(_columns_of(cells), -at) for at, cells in enumerate(lines[:_MOST_BEFORE])]
    if not found:
        return 0, {}
    columns, at = max(found, key=lambda pair: (len(pair[0]), pair[1]))
    return -at, columns


def _columns_of(cells: Sequence[str]) -> dict[str, str]:
    """Each field's column: by the first of its names that the row has."""
    there: dict[str, str] = {}
    for cell in cells:
        there.setdefault(_folded(cell), cell)
    for cell in cells:
        there.setdefault(_folded(_UNIT.sub("", cell)), cell)
    columns = {}
    for name in FIELDS:
        match = next((h for h in HEADINGS[name] if there.get(h)), None)
        if match:
            columns[name] = there[match]
            there = {h: cell for h, cell in there.items() if cell != columns[name]}
    if "amount" in columns:
        columns.pop("credit", None)
        columns.pop("debit", None)
    return columns


def _folded(heading: str) -> str:
    return re.sub(r"[\W_]+", " ", heading.casefold()).strip()


def _cells(
    rows: Sequence[Sequence[str]],
    header: Sequence[str],
    columns: dict[str, str],
    name: str,
) -> list[str]:
    if name not in columns:
        return []
    place = header.index(columns[name])
    return [row[place] for row in rows if row[place]]


def _mark_of(
    rows: Sequence[Sequence[str]], header: Sequence[str], columns: dict[str, str]
) -> str:
    names = ("amount", "credit", "debit")
    return decimal_mark_of([c for n in names for c in _cells(rows, header, columns, n)])


def _dates_of(cells: Sequence[str]) -> tuple[str, list[str]]:
    """The first format in which most cells are dates; a doubt where another one is as
    good, or none."""
    fitting = {form: _dates_in(form, cells) for form in DATE_FORMATS}
    best = max(fitting, key=lambda form: fitting[form])
    if not fitting[best]:
        return best, ["The dates are in no format that was recognised."]
    swapped = best.replace("%d", "%x").replace("%m", "%d").replace("%x", "%m")
    if swapped != best and fitting.get(swapped) == fitting[best]:
        return best, ["Day and month could be the other way round."]
    return best, []


def _dates_in(form: str, cells: Sequence[str]) -> int:
    """How many cells are dates in this very format, not in ISO's besides."""
    read = moment_reader([form])
    iso = form.startswith("%Y")
    return sum(
        _is_date(cell, read) for cell in cells if iso or not re.match(r"\d{4}", cell)
    )


def _is_date(cell: str, read: Callable[[str], datetime.datetime]) -> bool:
    try:
        return 1970 <= read(cell).year < 2100
    except BadCell:
        return False
