"""The command `report`: the same tables, to read or as files."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from partners.models import Business
from payments.reports.catalogue import REPORTS
from tests.factories import (
    TODAY,
    BusinessFactory,
    PartnerFactory,
    a_line,
    an_issued_invoice,
)


@pytest.fixture
def books(business, owner) -> Business:
    partner = PartnerFactory(business=business, name="=Ada", code="A", is_customer=True)
    lines = [a_line(2, 50)]
    an_issued_invoice(business, by=owner, partner=partner, lines=lines)
    PartnerFactory(business=BusinessFactory(), code="ZEBRA")
    return business


def said(business: Any, name: str, *options: Any) -> str:
    out = io.StringIO()
    call_command("report", name, "--business", business.slug, *options, stdout=out)
    return out.getvalue()


DAYS = ("--since", "2026-03-01", "--until", "2026-03-31")


def test_every_report_is_printed_and_taught(books, capsys) -> None:
    for name, report in REPORTS.items():
        asked = ["--partner", "A"] if name == "statement" else []
        days = ["--as-of", TODAY] if name == "aging" else DAYS
        printed = said(books, name, *days, *asked)
        for column in report.make(books, _question(books, name)).columns[:1]:
            assert str(column.label) in printed
    with pytest.raises(SystemExit):
        call_command("report", "--help")
    taught = capsys.readouterr().out
    for name, report in REPORTS.items():
        assert f"\n  {name}: {report.says}\n" in taught
    assert "--by        One row for each: month | quarter | year" in taught


def _question(business: Business, name: str) -> Any:
    given = {"partner": "A"} if name == "statement" else {}
    form = REPORTS[name].form(given, business=business, today=TODAY)
    assert form.is_valid(), form.errors
    return form.asked()


def test_a_table_is_for_reading(books) -> None:
    lines = [
        line.split() for line in said(books, "sales-by-partner", *DAYS).split("\n")
    ]
    assert ["Sales", "by", "partner,", "2026-03-01", "–", "2026-03-31"] in lines
    assert ["=Ada", "A", "1", "0", "USD", *["100.00", "0.00", "100.00"], "USD"] in [
        line[:9] for line in lines
    ]


def test_files_are_written(books, tmp_path) -> None:
    target = tmp_path / "sales.csv"
    assert said(books, "sales-by-product", *DAYS, "--output", target) == ""
    assert target.read_text("utf-8-sig").splitlines() == [
        ",".join(
            [
                "Product,Code,Quantity,Invoices,Credit notes,Currency,Net,Tax,Gross",
                "Base currency,Net in base currency,Gross in base currency,Product ID",
            ]
        ),
        "Without product,,2,1,0,USD,100.00,0.00,100.00,USD,100.00,100.00,",
    ]
    printed = said(books, "sales-by-partner", *DAYS, "--format", "csv")
    assert printed.splitlines()[1].startswith("'=Ada,A,1,0,USD,100.00")
    target = tmp_path / "sales.xlsx"
    said(books, "sales-by-partner", *DAYS, "--output", target)
    sheet = openpyxl.load_workbook(target).worksheets[0]
    assert [row[:6] for row in sheet.iter_rows(values_only=True)][1:] == [
        ("=Ada", "A", 1, 0, "USD", 100),
        ("Total", None, 1, 0, "USD", 100),
    ]
    assert sheet["A2"].data_type == "s"
    target = tmp_path / "tax.txt"
    said(books, "tax", *DAYS, "--output", target)
    assert "Total of sales" in target.read_text()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("tax", ["--since", "9999-01-01", "--until", "9999-12-31"], "--since: Write a"),
        ("tax", ["--since", "2026-03-02", "--until", "2026-03-01"], "--until: It would"),
        ("tax", ["--since", "2026-03-02"], "--until: This field is required."),
        ("tax", ["--period", "soon"], "--period: Select a valid choice"),
        ("tax", ["--by", "week"], "--by: Select a valid choice"),
        ("tax", ["--partner", "A"], "does not ask for --partner; it asks for --period"),
        ("statement", [], "--partner: This field is required."),
        ("statement", ["--partner", "ZEBRA"], "--partner: The business has no such"),
        ("statement", ["--partner", "A", "--currency", "XQX"], "--currency: This is no"),
        ("aging", ["--as-of", "soon"], "--as-of: Write a day between 1970 and 2100"),
        ("aging", ["--format", "xlsx"], "name it with --output"),
        ("aging", ["--output", "/dev/null/x.csv"], "cannot be written"),
        ("wages", [], "invalid choice: 'wages'"),
    ],
)  # fmt: skip
def test_a_bad_question_is_refused_at_its_option(books, name, options, message) -> None:
    with pytest.raises(CommandError, match=message):
        said(books, name, *options)
