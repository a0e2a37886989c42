"""The report of an import: rows that were refused, for a spreadsheet, and the counts."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING

from partners.imports.exceptions import Unusable

if TYPE_CHECKING:
    from _csv import Writer

_HEADER = ("row", "document", "column", "value", "reason")
# A spreadsheet would take a cell that begins so for a formula and run it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was not imported, and why.

    `group` is the reason without the row's own words, for counting.
    """

    row: int
    document: str
    reason: str
    group: str
    column: str = ""
    value: str = ""


class Report:
    """A CSV file of refusals, begun with the first of them.

    Without a refusal a file is written only if `always`, so that an older report of
    that name does not mislead.
    """

    def __init__(self, path: Path, *, always: bool, inputs: list[Path]) -> None:
        """Raises Unusable where the report would overwrite one of the inputs."""
        if any(_is_same(path, other) for other in inputs):
            raise Unusable(f"The report may not overwrite {path}: name another file.")
        self.path = path
        self.written = False
        self._file: IO[str] | None = None
        self._rows: Writer | None = None
        if always:
            self._open()

    def add(self, refusal: Refusal) -> None:
        """Write one line."""
        rows = self._rows or self._open()
        cells = (refusal.document, refusal.column, refusal.value, refusal.reason)
        rows.writerow([refusal.row, *map(safe_cell, cells)])

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()

    def _open(self) -> Writer:
        try:
            # With a byte order mark, without which Excel takes it for Windows-1252.
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise Unusable(
                f"The report {self.path} cannot be written: {error}."
            ) from error
        self._rows = csv.writer(self._file)
        self._rows.writerow(_HEADER)
        self.written = True
        return self._rows


def _is_same(path: Path, other: Path) -> bool:
    return path.exists() and other.exists() and path.samefile(other)


def safe_cell(text: str) -> str:
    """The text, with a leading ' where a spreadsheet would see a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


@dataclass
class Summary:
    """The counts of one import: its rows are the sum of the three kinds of rows."""

    rows: int = 0
    rows_imported: int = 0
    rows_known: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    amounts: dict[str, Decimal] = field(default_factory=dict)

    @property
    def rows_refused(self) -> int:
        """The rows in the report."""
        return self.refused.total()

    def lines(self) -> list[str]:
        """The summary in words."""
        said = [
            f"{self.rows:,} rows read",
            f"  {self.rows_imported:,} imported",
            f"  {self.rows_known:,} already in the books",
            f"  {self.rows_refused:,} refused",
        ]
        said += [f"    {count:,} {why}" for why, count in self.refused.most_common()]
        said += [f"{count:,} {what}" for what, count in self.made.items()]
        said += [
            f"{amount:,} {currency} sum of the line amounts, credit notes taken off"
            for currency, amount in sorted(self.amounts.items())
        ]
        return said
