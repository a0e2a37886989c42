"""Reading the first sheet of an XLSX file as rows of text."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import IO, TYPE_CHECKING

import openpyxl

from partners.imports.exceptions import Unusable
from partners.imports.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

# A sheet is read as a stream, but its texts are a list that is held whole.
_MOST_TEXT = 64 << 20
_MOST_SHEET = 2 << 30
_TEXTS = "xl/sharedStrings.xml"


def open_sheet(name: str, raw: IO[bytes]) -> Table:
    """The rows of the first sheet. Raises Unusable for what is no such file.

    Sizes are checked before unpacking, so that a small file cannot fill the memory.
    """
    _check_size(name, raw)
    try:
        book = openpyxl.load_workbook(raw, read_only=True, data_only=True)
    except KeyError as error:
        raise Unusable(f"{name} is a ZIP archive, but no XLSX file.") from error
    sheet = book.worksheets[0]
    rows_claimed = sheet.max_row or 0
    # What the file claims of its size may be wrong, and would cut the rows off.
    sheet.reset_dimensions()
    lines = sheet.iter_rows(values_only=True)
    header = tuple(cell.strip() for cell in _texts(next(lines, ())))
    if not header:
        raise Unusable(f"{name} is empty: its first row must name the columns.")
    position = 1

    def rows() -> Iterator[Row]:
        nonlocal position
        for position, line in enumerate(lines, start=2):
            if cells := _texts(line):
                yield position, cells + [""] * (len(header) - len(cells))

    return Table(header, rows(), lambda: min(1.0, position / max(rows_claimed, 1)))


def _check_size(name: str, raw: IO[bytes]) -> None:
    with zipfile.ZipFile(raw) as parts:
        for part in parts.infolist():
            most = _MOST_TEXT if part.filename == _TEXTS else _MOST_SHEET
            if part.file_size > most:
                raise Unusable(
                    f"{name} unpacks to more than a file to import may "
                    f"({part.filename}): save it as CSV and import that."
                )
    raw.seek(0)


def _texts(line: Sequence[object]) -> list[str]:
    """The cells as text, without the empty ones at the end."""
    cells = [_text(value) for value in line]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(value: object) -> str:
    """A cell as a spreadsheet shows it: ISO dates, and 15 digits without an exponent."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}"
    return str(value)
