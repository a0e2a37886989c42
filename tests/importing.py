"""Files to import, made on the spot, and imports run as an operator runs them."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
from django.core.management import CommandError, call_command

from partners.models import Business

Cells = Sequence[Any]


def as_csv(rows: Sequence[Cells], delimiter: str = ",") -> str:
    """The rows, of which the first is the header, as the text of a CSV file."""
    text = StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def a_csv(
    path: Path, rows: Sequence[Cells], *, encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    """A CSV file, gzipped where the path ends in .gz."""
    data = as_csv(rows, delimiter).encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def an_xlsx(path: Path, rows: Sequence[Cells]) -> Path:
    """An XLSX file with the rows on its first sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.create_sheet("Notes").append(["not", "to", "be", "read"])
    book.save(path)
    return path


def run(command: str, file: Path, business: Business, **options: Any) -> list[str]:
    """Import a file; returns the lines of the summary after the first.

    An import of nothing but refusals ends with an error behind its summary.
    """
    said = StringIO()
    try:
        call_command(command, str(file), business=business.slug, stdout=said, **options)
    except CommandError as error:
        if "every row was refused" not in str(error):
            raise
    return said.getvalue().splitlines()[1:]


def reported(path: Path) -> list[tuple[str, ...]]:
    """The lines of a report: row, document, column, value, reason."""
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [tuple(line) for line in csv.reader(file)]
    assert lines[0] == ("row", "document", "column", "value", "reason")
    return lines[1:]
