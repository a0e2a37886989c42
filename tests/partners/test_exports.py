"""Files of tables: what is written is read back, and nothing in them is a formula."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import tempfile
import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from partners import exports
from partners.tables import Column, Kind, Table, shown

COLUMNS = [
    Column("name", "Name"),
    Column("date", "Date", Kind.DATE),
    Column("at", "At (UTC)", Kind.MOMENT),
    Column("total", "Total", Kind.MONEY),
    Column("currency", "Currency"),
    Column("quantity", "Quantity", Kind.NUMBER),
    Column("rate", "Rate in %", Kind.PERCENT),
    Column("count", "Documents", Kind.COUNT),
    Column("open", "Open", Kind.BOOLEAN),
]
DAY = datetime.date(2026, 3, 10)
MOMENT = datetime.datetime(2026, 3, 10, 12, 30, 5, 999, tzinfo=datetime.UTC)
ROWS: list[tuple[Any, ...]] = [
    ("Ärzte", DAY, MOMENT, Decimal(-5), "EUR", Decimal("1.250"), Decimal(19), 3, True),
    ("=1+1", None, None, Decimal("7.000"), "JPY", Decimal(2), Decimal("7.7"), 0, False),
    ("-5", DAY, MOMENT, Decimal("1.2345"), "BHD", None, None, None, None),
]
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4).filter(
    lambda number: len(f"{number:f}".strip("-").replace(".", "")) <= 15
)


def a_table(rows: Any = ROWS, **more: Any) -> Table:
    return Table("Sales / März", COLUMNS, rows, **more)


def texts(*lines: str) -> Table:
    return Table("Texts", [Column("text", "Text")], [(line,) for line in lines])


def read_csv(table: Table) -> list[list[str]]:
    raw = b"".join(exports.csv_chunks(table))
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def read_xlsx(table: Table) -> Any:
    file = io.BytesIO()
    exports.write_xlsx(table, file)
    return openpyxl.load_workbook(file)


def cells_of(table: Table) -> list[tuple[Any, ...]]:
    return list(read_xlsx(table).worksheets[0].iter_rows(values_only=True))


def test_a_csv_file_says_each_cell_plainly() -> None:
    response = exports.csv_response(a_table(), "Sales März 2026/../x")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    said = 'attachment; filename="sales-marz-2026x.csv"'
    assert response["Content-Disposition"] == said
    assert response.getvalue().decode() == (
        "\ufeffName,Date,At (UTC),Total,Currency,Quantity,Rate in %,Documents,Open\r\n"
        "Ärzte,2026-03-10,2026-03-10 12:30:05,-5.00,EUR,1.250,19,3,yes\r\n"
        "'=1+1,,,7,JPY,2,7.7,0,no\r\n"
        "'-5,2026-03-10,2026-03-10 12:30:05,1.2345,BHD,,,,\r\n"
    )


def test_an_xlsx_file_has_numbers_dates_and_texts() -> None:
    total = ("Total", None, None, Decimal(2), "EUR", *[None] * 4)
    response = exports.xlsx_response(a_table(totals=[total], notes=["=Drafts"]), "")
    assert response["Content-Disposition"] == 'attachment; filename="table.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
    sheet, about = book.worksheets
    at = MOMENT.replace(tzinfo=None, microsecond=0)
    day = datetime.datetime(2026, 3, 10)  # noqa: DTZ001 - a sheet's dates have no zone
    assert list(sheet.iter_rows(values_only=True)) == [
        tuple(column.label for column in COLUMNS),
        ("Ärzte", day, at, -5, "EUR", 1.25, 19, 3, True),
        ("=1+1", None, None, 7, "JPY", 2, 7.7, 0, False),
        ("-5", day, at, 1.2345, "BHD", *[None] * 4),
        ("Total", None, None, 2, "EUR", *[None] * 4),
    ]
    formats = [[cell.number_format for cell in row][1:4] for row in sheet["A2:D5"]]
    assert formats == [
        ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "#,##0.00"],
        ["General", "General", "#,##0"],
        ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "#,##0.0000"],
        ["General", "General", "#,##0.00"],
    ]
    assert [cell.data_type for cell in sheet["A"]] == ["s"] * 5
    assert [cell.font.bold for cell in sheet["A"]] == [True, False, False, False, True]
    assert (sheet.title, sheet.freeze_panes) == ("Sales   März", "A2")
    assert [cell.value for cell in about["A"]] == ["Sales / März", "=Drafts"]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\r\n=1", "'\r\n'=1"),
        (" \u00a0=1", "' \u00a0=1"),
        ("\"'=1", "'\"'=1"),
        ("\u200b＝1", "'\u200b＝1"),
        ("a;=1", "a;'=1"),
        ("one\r\n- two", "one\r\n'- two"),
        ("A-B, c=d; e", "A-B, c=d; e"),
        ("", ""),
    ],
)
def test_a_formula_is_defused_wherever_a_reader_may_begin_a_cell(text, safe) -> None:
    assert read_csv(texts(text))[1:] == [[safe]]
    cell = read_xlsx(texts(text, "x")).worksheets[0]["A2"]
    assert (cell.value or "", cell.data_type == "f") == (text, False)
    assert cell.quotePrefix == (safe != text)


@settings(max_examples=50)
@given(st.text(max_size=40), NUMBERS, st.integers(-(10**14), 10**14))
@example("#N/A", Decimal(0), 0)
@example("_x0041_ \ud800\ufffe\x01", Decimal("-0.0001"), 1)
def test_what_is_written_is_read_back(text: str, number: Decimal, count: int) -> None:
    columns = [*COLUMNS[3:5], Column("text", "Text"), Column("n", "N", Kind.COUNT)]
    table = Table("T", columns, [(number, "EUR", text, count)])
    amount, currency, said, counted = read_csv(table)[1]
    assert (Decimal(amount), currency, int(counted)) == (number, "EUR", count)
    plain = text.encode("utf-8", "replace").decode()
    assert said.replace("'", "") == plain.replace("'", "")
    assert not said.startswith(("=", "+", "-", "@", "\t", "\r"))
    amount, currency, said, counted = cells_of(table)[1]
    assert (Decimal(str(amount)), currency, counted) == (number, "EUR", count)
    kept = "".join(c if c.isprintable() or c in "\t\n\r" else "" for c in text)
    read = unescape(said or "")
    assert "".join(c if c.isprintable() or c in "\t\n\r" else "" for c in read).replace(
        "\ufffd", ""
    ) == kept.replace("\ufffd", "")


def test_what_a_sheet_cannot_hold_is_written_as_text_or_cut() -> None:
    row = (
        "x" * 40_000,
        datetime.date(1850, 1, 1),
        MOMENT.replace(year=1),
        Decimal("1234567890123.4567"),
        "CLF",
        Decimal(10) ** 18,
        Decimal(1) / 3,
        10**16 + 1,
        None,
    )
    read = cells_of(a_table([row]))[1]
    assert read == (
        "x" * 32_766 + "…",
        "1850-01-01",
        "0001-03-10 12:30:05",
        "1234567890123.4567",
        "CLF",
        10**18,
        "0.3333333333333333333333333333",
        "10000000000000001",
        None,
    )


def test_more_rows_than_a_sheet_holds_are_refused_and_leave_no_file(
    monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(exports, "MOST_ROWS", 4)
    assert len(cells_of(a_table())) == 4
    with pytest.raises(exports.TooManyRows, match="holds 4 rows"):
        exports.xlsx_response(a_table([*ROWS, ROWS[0]]), "long")
    assert list(Path(tmp_path).iterdir()) == []


def test_long_files_do_not_fill_the_memory() -> None:
    def peak(count: int) -> int:
        rows = itertools.islice(itertools.cycle(ROWS), count)
        tracemalloc.start()
        for chunk in exports.csv_chunks(a_table(rows)):
            assert len(chunk) < 100_000
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(5_000) < 2 * peak(1_000) + 50_000


def test_cells_are_shown_to_people() -> None:
    assert [shown(value) for value in ROWS[0]] == [
        "Ärzte", "2026-03-10", "2026-03-10 12:30:05", "-5", "EUR", "1.25", "19",
        "3", "yes",
    ]  # fmt: skip
    assert shown(Decimal("-1234567.5"), "EUR") == "-1,234,567.50"
    assert [shown(value) for value in (None, False, 1234)] == ["", "no", "1,234"]


def test_money_without_its_currency_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        Table("T", [Column("total", "Total", Kind.MONEY)], []).currency_places()
