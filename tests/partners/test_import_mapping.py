"""Mapping files: what they may say, and how they are laid onto a file's columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from partners.imports import mapping, partners
from partners.imports.binding import Binding
from partners.imports.exceptions import Unusable
from partners.imports.mapping import Layout, Rule
from partners.imports.report import safe_cell

MAPPINGS = Path(mapping.__file__).parent / "mappings"
LAYOUT = Layout(
    fields=dict.fromkeys(["code", "name", "country", "size"], ""),
    required=("name",),
    mappings=MAPPINGS,
    rules={
        "mode": Rule("loose", "", ("loose", "strict")),
        "days": Rule(0, ""),
    },
)
GOOD = """
[columns]
name = "Customer"
[optional_columns]
code = "No."
country = "Land"
size = "Size"
[defaults]
name = "Customer {code}"
[values.country]
"EIRE" = "IE"
[endings]
code = [".0"]
[formats]
decimal = ","
[rules]
days = 30
"""


def load(tmp_path, text):
    file = tmp_path / "own.toml"
    file.write_text(text)
    return mapping.load(str(file), LAYOUT)


def test_cells_are_found_translated_and_filled_in(tmp_path):
    binding = Binding(load(tmp_path, GOOD), ["customer", "Other", "LAND", "No."])
    rows = [
        binding.pick(row)
        for row in (["Ann", "?", " EIRE ", "7.0"], ["", "", "DE", "8"])
    ]
    assert binding.column(rows, "name") == ["Ann", "Customer 8"]
    assert binding.column(rows, "code") == ["7", "8"]
    assert binding.column(rows, "country") == ["IE", "DE"]
    assert binding.column(rows, "size") == ["", ""]
    assert binding.unread == ["Other"]
    assert binding.column_of("name") == "Customer"
    assert str(binding.number("1,50")) == "1.50"
    assert binding.mapping.rules == {"mode": "loose", "days": 30}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[columns]", "[colums]"), "“colums” is none of the tables"),
        (('code = "No."', 'cod = "No."'), "unknown field “cod”"),
        (('code = "No."', "code = 3"), "“code” in [optional_columns]"),
        (('name = "Customer"\n', ""), "must say which column is “name”"),
        (("days = 30", 'days = "30"'), "“days” is a whole number"),
        (("days = 30", "days = -1"), "“days” is not below 0"),
        (("days = 30", 'mode = "lax"'), "“mode” is one of loose, strict"),
        (("days = 30", "weeks = 4"), "not “weeks”"),
        (('decimal = ","', 'decimal = "·"'), "a point or a comma"),
        (('decimal = ","', 'dates = "%d"'), "“dates” as it stands"),
        (('[".0"]', '".0"'), "“code” in [endings]"),
        (('"IE"', "3"), "[values.country]"),
        (("[columns]", "columns"), "cannot be read"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_place(tmp_path, change, said):
    text = GOOD.replace('name = "Customer {code}"', 'size = "S"').replace(*change)
    with pytest.raises(Unusable) as caught:
        load(tmp_path, text)
    assert said in str(caught.value)


def test_an_unknown_mapping_is_refused_naming_the_shipped_ones():
    with pytest.raises(Unusable, match=r"no mapping nativ: .* one of native"):
        mapping.load("nativ", LAYOUT)


def test_columns_that_are_missing_or_there_twice_are_refused(tmp_path):
    wanted = load(tmp_path, GOOD)
    with pytest.raises(Unusable, match="no column Customer"):
        Binding(wanted, ["Name"])
    with pytest.raises(Unusable, match="the column Customer 2 times"):
        Binding(wanted, ["Customer", "customer"])


def test_a_file_that_no_shipped_mapping_fits_is_refused():
    with pytest.raises(Unusable, match="native needs name"):
        mapping.fitting(["Foo", "Bar"], partners.LAYOUT)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_report_holds_no_formulas(text):
    assert safe_cell(text) == f"'{text}"
    assert safe_cell(f"a{text}") == f"a{text}"
