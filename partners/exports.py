"""Tables as files: CSV that streams, and XLSX; harmless in every spreadsheet.

A text that a spreadsheet could take for a formula gets an apostrophe before it in CSV;
in XLSX every text is marked as text. Numbers stay numbers, negative ones too.
"""

from __future__ import annotations

import csv
import datetime
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from partners.exceptions import Invalid
from partners.tables import Column, Kind, Table, places_of

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576
"""What a sheet of XLSX holds, the row of headings included."""

_MOST_TEXT = 32_767
_MOST_DIGITS = 15  # what a spreadsheet's numbers hold exactly
_FIRST_DAY = datetime.date(1900, 3, 1)  # before it spreadsheets disagree
_PER_CHUNK = 500
_ROWS_OF_WIDTH = 200
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"

# A cell begins where the text does, and where a reader that takes another separator for
# the file's, or no quotes, would begin one. Then what it may skip; then the formula.
_SKIPPED = "(?:[^\\S\\t\\r\\n]|[\"'\u200b-\u200f\u2060\ufeff])*"
_FORMULA = re.compile(
    rf"^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?={_SKIPPED}[=+\-@＝＋－＠])"
)
# What XML cannot hold, and what XLSX would read as an escaped letter.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

_DATE, _MOMENT, _COUNT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "#,##0"


class TooManyRows(Invalid):
    """More rows than a sheet of XLSX holds."""

    code = "too_many_rows"


def csv_response(table: Table, name: str) -> StreamingHttpResponse:
    """The table as a CSV file to save: RFC 4180 in UTF-8, with a byte order mark.

    Headings and rows alone, without totals, so that what adds up a column is right. It
    streams, so the rows are read after this returns.
    """
    return StreamingHttpResponse(
        csv_chunks(table),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": _saved_as(name, "csv")},
    )


def xlsx_response(table: Table, name: str) -> FileResponse:
    """The table as an XLSX file to save, written to disk first, then streamed.

    Raises TooManyRows.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write_xlsx(table, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    response = FileResponse(file, content_type=XLSX_TYPE)
    response["Content-Disposition"] = _saved_as(name, "xlsx")
    return response


def file_name(name: str, ending: str) -> str:
    """A name that every file system takes: lower-case letters, digits and dashes."""
    return f"{slugify(name)[:100].strip('-_') or 'table'}.{ending}"


def _saved_as(name: str, ending: str) -> str:
    header = content_disposition_header(True, file_name(name, ending))
    return header or "attachment"


# --- CSV --------------------------------------------------------------------------------


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def csv_chunks(table: Table) -> Iterator[bytes]:
    """The bytes of the CSV file, some hundred rows at a time."""
    writer = csv.writer(_Echo())
    places = table.currency_places()
    heading = [_csv_text(str(column.label)) for column in table.columns]
    yield f"{_BOM}{writer.writerow(heading)}".encode()
    lines = (writer.writerow(_csv_row(row, places)) for row in table.rows)
    while chunk := "".join(islice(lines, _PER_CHUNK)):
        yield chunk.encode("utf-8", "replace")


def _csv_row(row: Sequence[object], places: Sequence[int | None]) -> list[str]:
    return [
        _csv_cell(value, "" if place is None else str(row[place] or ""))
        for value, place in zip(row, places, strict=True)
    ]


def _csv_cell(value: object, currency: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return _plain(value, currency)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime.datetime):
        return _in_utc(value).isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return _csv_text(str(value))


def _csv_text(text: str) -> str:
    return _FORMULA.sub("'", text)


def _plain(number: Decimal, currency: str) -> str:
    return f"{number:.{places_of(number, currency)}f}" if currency else f"{number:f}"


def _in_utc(moment: datetime.datetime) -> datetime.datetime:
    """The moment without its zone, which no spreadsheet has."""
    return moment.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)


# --- XLSX -------------------------------------------------------------------------------


def write_xlsx(table: Table, file: IO[bytes]) -> None:
    """Write the table as an XLSX workbook: the rows and totals, and a sheet of notes.

    The rows go through temporary files, never through memory. A number of more than 15
    digits, which a spreadsheet would round, and a date before March 1900 are written as
    text; a longer text than a cell holds is cut. Raises TooManyRows.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(table.title))
    try:
        _fill(sheet, table)
    except BaseException:
        with suppress(Exception):
            sheet.close()
            sheet._writer.cleanup()  # noqa: SLF001 - else it stays until we end
        raise
    if table.notes:
        about = book.create_sheet(_sheet_title(_("About")))
        about.column_dimensions["A"].width = 100
        for line in (table.title, *table.notes):
            about.append([_text_cell(about, str(line))])
    book.save(file)


def _fill(sheet: Any, table: Table) -> None:
    rows = iter(table.rows)
    first = list(islice(rows, _ROWS_OF_WIDTH))
    _set_widths(sheet, table, [*first, *table.totals])
    sheet.freeze_panes = "A2"
    heading = [_text_cell(sheet, str(column.label)) for column in table.columns]
    sheet.append([_bold(cell) for cell in heading])
    cells = _Cells(sheet, table)
    most = MOST_ROWS - 1 - len(table.totals)
    for count, row in enumerate(chain(first, rows), start=1):
        if count > most:
            raise TooManyRows(
                _(
                    "A sheet of XLSX holds %(most)s rows, and here are more: "
                    "take CSV, or ask for less."
                )
                % {"most": f"{MOST_ROWS:,}"}
            )
        sheet.append(cells.of(row))
    for row in table.totals:
        sheet.append([_bold(cell) for cell in cells.of(row)])


class _Cells:
    """Makes the cells of rows, one after the other."""

    def __init__(self, sheet: Any, table: Table) -> None:
        self._sheet = sheet
        self._columns = list(zip(table.columns, table.currency_places(), strict=True))

    def of(self, row: Sequence[object]) -> list[Any]:
        """One cell for each value."""
        return [
            self._cell(value, column, "" if place is None else str(row[place] or ""))
            for value, (column, place) in zip(row, self._columns, strict=True)
        ]

    def _cell(self, value: object, column: Column, currency: str) -> Any:
        if value is None or value == "":
            return WriteOnlyCell(self._sheet)
        if isinstance(value, datetime.datetime):
            value = _in_utc(value)
        if not _fits_a_cell(value):
            return _text_cell(self._sheet, _csv_cell(value, currency))
        if not isinstance(value, bool | int | Decimal | datetime.date):
            return _text_cell(self._sheet, str(value))
        cell = WriteOnlyCell(self._sheet, value)
        if isinstance(value, datetime.date):
            moment = isinstance(value, datetime.datetime)
            cell.number_format = _MOMENT if moment else _DATE
        elif column.kind == Kind.MONEY and isinstance(value, Decimal):
            places = places_of(value, currency)
            cell.number_format = f"#,##0.{'0' * places}".rstrip(".")
        elif column.kind == Kind.COUNT:
            cell.number_format = _COUNT
        return cell


def _fits_a_cell(value: object) -> bool:
    """Whether a spreadsheet holds the number or date as it is; true for all else."""
    if isinstance(value, bool):
        return True
    if isinstance(value, int | Decimal):
        return (
            len(f"{Decimal(value):f}".strip("-").replace(".", "").strip("0"))
            <= _MOST_DIGITS
        )
    if isinstance(value, datetime.datetime):
        return value.date() >= _FIRST_DAY
    return not isinstance(value, datetime.date) or value >= _FIRST_DAY


def _text_cell(sheet: Any, text: str) -> Any:
    """A cell that is text, whatever it says."""
    cell = WriteOnlyCell(sheet, _xlsx_text(text))
    cell.data_type = "s"
    if _FORMULA.search(text):
        cell.quotePrefix = True
    return cell


def _xlsx_text(text: str) -> str:
    text = _ESCAPE.sub("_x005F_", _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))
    units = text.encode("utf-16-le")
    if len(units) <= _MOST_TEXT * 2:
        return text
    return units[: (_MOST_TEXT - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _bold(cell: Any) -> Any:
    cell.font = Font(bold=True)
    if cell.data_type == "s":
        cell.alignment = Alignment(vertical="top")
    return cell


def _set_widths(sheet: Any, table: Table, rows: Sequence[Sequence[object]]) -> None:
    """Columns as wide as what stands in the first rows, within reason."""
    for place, column in enumerate(table.columns):
        longest = max((len(str(row[place] or "")) for row in rows), default=0)
        width = min(max(longest, len(str(column.label)), 8), 60) + 2
        sheet.column_dimensions[get_column_letter(place + 1)].width = width


def _sheet_title(title: str) -> str:
    """What a sheet may be called: 31 characters, none of []:*?/\\."""
    return re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", str(title)).strip(" '")[:31] or "Table"
