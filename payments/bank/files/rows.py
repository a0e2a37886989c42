"""A CSV file cut into rows, and its header found among them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from payments.bank.files.kinds import ENCODINGS, decoded
from payments.bank.files.layouts import DELIMITERS
from payments.bank.files.movement import MOST_MOVEMENTS
from payments.exceptions import BadStatement
from payments.models import CsvLayout

_MOST_BEFORE = 50


@dataclass(frozen=True, slots=True)
class Rows:
    """The header's names, and the rows below it with their numbers in a spreadsheet."""

    header: tuple[str, ...]
    before: int
    rows: Sequence[tuple[int, list[str]]]

    def places(self, columns: dict[str, str], name: str) -> dict[str, int]:
        """Where each field's column stands. Raises BadStatement for a column that is
        missing or stands there twice."""
        there = [heading.casefold() for heading in self.header]
        places = {}
        for field, column in columns.items():
            count = there.count(column.strip().casefold())
            if count != 1:
                problem = f"{count} times" if count else "not at all"
                raise BadStatement(
                    f"{name} has the column “{column}” {problem}. Its columns are "
                    f"{', '.join(filter(None, self.header))}. Correct the layout.",
                    field="columns",
                )
            places[field] = there.index(column.strip().casefold())
        return places


def cut(content: bytes, layout: CsvLayout, name: str) -> Rows:
    """The rows of a CSV file; blank ones are passed over.

    The header is looked for in the first fifty rows, because banks put more or fewer
    lines before it; where it is not found it is where the layout says. Raises
    BadStatement.
    """
    text = decoded(content, layout.encoding, name)
    lines = _lines(text, layout.delimiter, name)
    at = _header_at(lines, layout)
    if at >= len(lines) or not any(lines[at]):
        raise BadStatement(
            f"{name} has no header in line {at + 1}: say how many lines stand before "
            "the names of the columns.",
            field="lines_before",
        )
    below = lines[at + 1 :]
    rows = [(number, cells) for number, cells in enumerate(below, at + 2) if any(cells)]
    if not rows:
        raise BadStatement(
            f"{name} has a header and no rows: choose a period with movements.",
            field="file",
        )
    return Rows(tuple(lines[at]), at, rows)


def header_of(content: bytes, layout: CsvLayout, name: str) -> tuple[str, ...]:
    """The columns that a file has by this layout; none where it cannot be cut."""
    if layout.delimiter not in DELIMITERS or layout.encoding not in ENCODINGS:
        return ()
    try:
        return cut(content, layout, name).header
    except BadStatement:
        return ()


def _lines(text: str, delimiter: str, name: str) -> list[list[str]]:
    """All rows, blank ones too, without the space around cells."""
    found = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            found.append([cell.strip() for cell in cells])
            if len(found) > MOST_MOVEMENTS + _MOST_BEFORE:
                raise BadStatement(
                    f"{name} has more than {MOST_MOVEMENTS:,} rows: export shorter "
                    "periods.",
                    field="file",
                )
    except csv.Error as error:
        raise BadStatement(
            f"{name} cannot be read as CSV after row {len(found)} ({error}): look for "
            "a quotation mark that is not closed.",
            field="file",
        ) from error
    return found


def _header_at(lines: Sequence[Sequence[str]], layout: CsvLayout) -> int:
    wanted = {str(column).strip().casefold() for column in layout.columns.values()}
    for at, cells in enumerate(lines[:_MOST_BEFORE]):
        if wanted and wanted <= _folded(cells):
            return at
    return layout.lines_before


def _folded(cells: Iterable[str]) -> set[str]:
    return {cell.casefold() for cell in cells}
