"""Opening a file of rows: CSV, plain or gzipped, in any of three encodings, or XLSX.

A CSV file is read twice: first all of it as bytes, which finds a damaged archive and
the encoding before anything is booked, then row by row. Neither keeps it in memory.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import IO, cast
from xml.etree.ElementTree import ParseError

from openpyxl.utils.exceptions import InvalidFileException

from partners.imports import xlsx
from partners.imports.exceptions import Unusable
from partners.imports.table import Row, Table

_BLOCK = 1 << 20
_LONGEST_LINE = 4 << 20
_DELIMITERS = (",", ";", "\t")
_GUESSES = ("utf-8-sig", "cp1252")
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_DAMAGE = (
    EOFError,
    zlib.error,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    ParseError,
    InvalidFileException,
)


@contextmanager
def open_table(
    path: Path, *, encoding: str = "", delimiter: str = ""
) -> Iterator[Table]:
    """The rows of a file, whatever its kind; blank rows are passed over.

    The kind is told by the content, not by the name. Raises Unusable, also while the
    rows are read, where there is no such file, where it is damaged or empty, or where
    its characters make no sense.
    """
    if not path.is_file():
        raise Unusable(f"{path} is no file: give a CSV (or .csv.gz) or XLSX file.")
    with ExitStack() as open_files:
        with _saying_what_is_wrong(path.name):
            raw = open_files.enter_context(path.open("rb"))
            start = raw.read(4)
            raw.seek(0)
            if start.startswith(_ZIP):
                table = xlsx.open_sheet(path.name, raw)
            else:
                zipped = start.startswith(_GZIP)
                table = _open_csv(path, raw, zipped, encoding, delimiter)
        yield replace(table, rows=_watched(path.name, table.rows))


@contextmanager
def _saying_what_is_wrong(name: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise Unusable(f"{name} is damaged: {error}.") from error
    except OSError as error:
        raise Unusable(f"{name} cannot be read: {error.strerror or error}.") from error


def _watched(name: str, rows: Iterator[Row]) -> Iterator[Row]:
    with _saying_what_is_wrong(name):
        yield from rows


def _open_csv(
    path: Path, raw: IO[bytes], zipped: bool, encoding: str, delimiter: str
) -> Table:
    opened = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if zipped else raw
    encoding = _encoding_of(path.name, opened, encoding)
    opened.seek(0)
    text = io.TextIOWrapper(opened, encoding, newline="")
    first = text.readline()
    if not first.strip():
        raise Unusable(f"{path.name} is empty: its first line must name the columns.")
    lines = csv.reader(
        chain([first], text), delimiter=delimiter or _delimiter_of(first)
    )
    # A byte order mark is left where the encoding was named as plain UTF-8.
    header = tuple(name.strip("\ufeff \t") for name in next(lines))
    size = path.stat().st_size

    def fraction_read() -> float:
        # Naming `text` keeps it alive: its end would close the file below it.
        return 1.0 if text.closed else raw.tell() / size

    return Table(header, _csv_rows(path.name, lines), fraction_read)


def _csv_rows(name: str, lines: Iterator[list[str]]) -> Iterator[Row]:
    number = 1
    try:
        for number, cells in enumerate(lines, start=2):
            if cells:
                yield number, cells
    except csv.Error as error:
        raise Unusable(
            f"{name} cannot be read as CSV after row {number} ({error}): look for a "
            "quotation mark that is not closed. Mend it and run the import again; "
            "what has been booked is not booked twice."
        ) from error


def _delimiter_of(header: str) -> str:
    """The one of the three that cuts the header into most columns."""

    def cells(delimiter: str) -> int:
        return len(next(csv.reader([header], delimiter=delimiter)))

    return max(_DELIMITERS, key=cells)


def _encoding_of(name: str, opened: IO[bytes], wanted: str) -> str:
    """The wanted encoding, or the first guess, in which the whole file makes sense."""
    problems = []
    for encoding in [wanted] if wanted else _GUESSES:
        problem = _problem_with(opened, encoding)
        if not problem:
            return encoding
        problems.append(problem)
    raise Unusable(
        f"{name} does not look like a CSV file: {'; '.join(dict.fromkeys(problems))}. Save it as “CSV UTF-8” "
        "or name its encoding with --encoding."
    )


def _problem_with(opened: IO[bytes], encoding: str) -> str:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        return f"there is no encoding {encoding}"
    opened.seek(0)
    line = 0
    try:
        while block := opened.read(_BLOCK):
            text = decoder.decode(block)
            if "\0" in text:
                return "it holds null characters, as UTF-16 and binary files do"
            line = len(text) - text.rfind("\n") - 1 + (line if "\n" not in text else 0)
            if line > _LONGEST_LINE:
                return "a line of it is longer than four million characters"
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return f"it is not {encoding.removesuffix('-sig')} ({error.reason})"
    return ""
