"""Reading rows from files: kinds, encodings, delimiters, and files that will not do."""

from __future__ import annotations

import datetime
import gzip
import zipfile
from pathlib import Path

import pytest

from partners.imports import xlsx
from partners.imports.exceptions import Unusable
from partners.imports.files import open_table
from tests.importing import Cells, a_csv, an_xlsx, as_csv

ROWS = [
    ["name", "city", "sum"],
    ["Café Müller", "Köln", "1.50"],
    ["Tea, Ltd", "Two\nlines", ""],
]
READ = [(2, ["Café Müller", "Köln", "1.50"]), (3, ["Tea, Ltd", "Two\nlines", ""])]


def read(path, **options):
    with open_table(path, **options) as table:
        assert table.header == ("name", "city", "sum")
        rows = [(number, list(cells)) for number, cells in table.rows]
        assert table.fraction_read() == 1.0
    return rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("name", ["file.csv", "file.csv.gz", "no-suffix"])
def test_the_encoding_and_the_kind_are_recognised(tmp_path, encoding, name):
    assert read(a_csv(tmp_path / name, ROWS, encoding=encoding)) == READ


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_header(tmp_path, delimiter):
    assert read(a_csv(tmp_path / "file.csv", ROWS, delimiter=delimiter)) == READ


def test_another_encoding_can_be_named(tmp_path):
    file = a_csv(tmp_path / "file.csv", ROWS, encoding="utf-16")
    assert read(file, encoding="utf-16") == READ
    file = a_csv(tmp_path / "file.csv", ROWS, encoding="utf-8-sig")
    assert read(file, encoding="utf-8") == READ


def test_a_late_character_decides_the_encoding_of_the_whole_file(tmp_path):
    rows = [["name"], *[["plain"]] * 200_000, ["Café"]]
    with open_table(a_csv(tmp_path / "file.csv", rows, encoding="cp1252")) as table:
        *_, (number, cells) = table.rows
    assert (number, list(cells)) == (200_002, ["Café"])


def test_blank_rows_are_passed_over_and_counted_as_a_spreadsheet_counts(tmp_path):
    file = tmp_path / "file.csv"
    file.write_text("name,city,sum\n\na,b,c\n\n\nd,e,f\n")
    assert read(file) == [(3, ["a", "b", "c"]), (6, ["d", "e", "f"])]


def test_xlsx_cells_become_the_texts_that_a_csv_would_have(tmp_path):
    moment = datetime.datetime(2011, 12, 9, 12, 50)  # noqa: DTZ001 - as Excel has it
    rows: list[Cells] = [
        ["name", "city", "sum"],
        ["Café", None, 0.1 + 0.2],
        [None, None, None],
        [17850.0, moment, 1e-7],
        ["short"],
    ]
    assert read(an_xlsx(tmp_path / "file.xlsx", rows)) == [
        (2, ["Café", "", "0.3"]),
        (4, ["17850", "2011-12-09 12:50:00", "0.0000001"]),
        (5, ["short", "", ""]),
    ]


def refused(path: Path, **options):
    with pytest.raises(Unusable) as caught, open_table(path, **options) as table:
        list(table.rows)
    return str(caught.value)


def test_what_is_no_file_of_rows_is_refused(tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("\n")
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(as_csv(ROWS * 1000).encode())[:-20])
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as parts:
        parts.writestr("a.txt", "a")
    half = tmp_path / "half.xlsx"
    half.write_bytes(an_xlsx(tmp_path / "whole.xlsx", ROWS).read_bytes()[:3000])
    image = tmp_path / "image.csv"
    image.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    endless = tmp_path / "endless.csv"
    endless.write_text("name\n" + "x" * (6 << 20))
    assert "no file" in refused(tmp_path)
    assert "no file" in refused(tmp_path / "missing.csv")
    assert "is empty" in refused(empty)
    assert "damaged" in refused(broken)
    assert "no XLSX file" in refused(archive)
    assert "damaged" in refused(half)
    assert "null characters" in refused(image)
    assert "longer than four million" in refused(endless)
    assert "is empty" in refused(an_xlsx(tmp_path / "none.xlsx", []))


def test_a_wrong_encoding_is_refused_with_the_remedy(tmp_path):
    file = a_csv(tmp_path / "file.csv", ROWS, encoding="cp1252")
    assert "it is not utf-8" in refused(file, encoding="utf-8")
    assert "no encoding klingon" in refused(file, encoding="klingon")


def test_a_quotation_mark_that_is_not_closed_stops_the_reading(tmp_path):
    file = tmp_path / "file.csv"
    file.write_text('name,city\na,b\n"c,d\n' + "e,f\n" * 100_000)
    assert "after row 2" in refused(file)


def test_a_small_xlsx_that_unpacks_to_too_much_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "_MOST_SHEET", 10_000)
    rows = [["name"], *[["same"]] * 5000]
    assert "unpacks to more" in refused(an_xlsx(tmp_path / "bomb.xlsx", rows))
