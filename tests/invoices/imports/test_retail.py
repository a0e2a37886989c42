"""A real wholesaler's year: the beginning of it, where the data is at hand."""

from __future__ import annotations

import csv
import gzip
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path

import pytest
from django.db.models import Sum

from invoices.models import Invoice, InvoiceLine
from invoices.querysets import Kind
from partners.models import Partner
from tests.factories import BusinessFactory
from tests.importing import a_csv, reported, run

FILE = Path(__file__).resolve().parents[4] / "shared/data/online_retail.csv.gz"
ROWS = 8000

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE.name} is not at hand"),
]


@pytest.fixture(scope="module")
def beginning():
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as lines:
        return list(islice(csv.reader(lines), ROWS + 1))


def amount(row) -> Decimal:
    exact = Decimal(row[3]) * Decimal(row[5])
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_rows_documents_and_sums_are_those_of_the_file(tmp_path, beginning):
    business = BusinessFactory(currency="GBP")
    file = a_csv(tmp_path / "retail.csv", beginning)
    report = tmp_path / "report.csv"
    said = run("import_invoices", file, business, report=report)
    refused = {int(line[0]) for line in reported(report)}
    booked = {
        number: row
        for number, row in enumerate(beginning[1:], start=2)
        if number not in refused
    }
    assert said[:4] == [
        f"{ROWS:,} rows read",
        f"  {len(booked):,} imported",
        "  0 already in the books",
        f"  {len(refused):,} refused",
    ]
    assert all(Decimal(beginning[number - 1][5]) == 0 for number in refused)
    documents = Invoice.objects.for_business(business)
    lines = InvoiceLine.objects.for_business(business)
    assert lines.count() == len(booked)
    numbers = {row[0] for row in booked.values()}
    assert set(documents.values_list("number", flat=True)) == numbers
    notes = documents.filter(kind=Kind.CREDIT_NOTE)
    assert set(notes.values_list("number", flat=True)) == {
        number for number in numbers if number.startswith("C")
    }
    sums = [
        lines.filter(invoice__kind=kind).aggregate(sum=Sum("amount"))["sum"] or 0
        for kind in (Kind.INVOICE, Kind.CREDIT_NOTE)
    ]
    assert sums[0] - sums[1] == sum(map(amount, booked.values()))
    codes = {row[6].removesuffix(".0") for row in booked.values()}
    partners = Partner.objects.for_business(business)
    assert set(partners.values_list("code", flat=True)) == codes
    assert partners.get(code="").name == "Cash sales"
