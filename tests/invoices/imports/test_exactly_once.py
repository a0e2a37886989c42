"""However often an import is run, dry or cut short: the rows are there once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import connection

from invoices.imports import grouping
from invoices.models import Event, Invoice, InvoiceLine, Product
from partners.models import Business, Partner
from tests.books import contents
from tests.factories import BusinessFactory
from tests.importing import a_csv, run

HEADER = ["invoice_no", "date", "customer", "product", "quantity", "unit_price", "kind"]
ROOT = Path(__file__).resolve().parents[3]
KILLS = 5
# An import in a process of its own, into the database of this test.
CHILD = """
import sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from django.core.management import call_command
from invoices.imports import grouping
grouping.CHUNK_ROWS = 50
call_command("import_invoices", sys.argv[2], business=sys.argv[3], report=sys.argv[4])
"""


def rows(documents: int):
    """Documents of one to five lines, some of them bad, with recurring customers."""
    yield HEADER
    for i in range(documents):
        kind = "credit_note" if i % 7 == 0 else "invoice"
        for j in range(i % 5 + 1):
            price = "bad" if i % 50 == 3 and not j else f"{i % 97}.{j}5"
            customer, product = f"Customer {i % 41}", f"P{(i * j) % 211}"
            yield [f"N{i}", "2024-05-06", customer, product, j + 1, price, kind]


def books_of(business: Business) -> dict[str, Any]:
    """All that an import writes, by names instead of keys, in order."""
    lines = InvoiceLine.objects.for_business(business).order_by(
        "invoice_id", "position"
    )
    invoices = Invoice.objects.for_business(business).order_by("pk")
    events = Event.objects.for_business(business).order_by("subject_id", "pk")
    return {
        "partners": list(
            Partner.objects.for_business(business).order_by("pk").values_list("name")
        ),
        "products": list(
            Product.objects.for_business(business)
            .order_by("pk")
            .values_list("code", "name", "selling_price")
        ),
        "invoices": list(
            invoices.values_list(
                "number", "kind", "partner__name", "total", "balance", "issued_at"
            )
        ),
        "lines": list(
            lines.values_list(
                "invoice__number", "position", "product__code", "quantity", "total"
            )
        ),
        "events": list(events.values_list("verb", "facts")),
    }


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(tmp_path, business, monkeypatch):
    monkeypatch.setattr(grouping, "CHUNK_ROWS", 50)
    file = a_csv(tmp_path / "f.csv.gz", list(rows(200)))
    first = run("import_invoices", file, business)
    before = contents()
    second = run("import_invoices", file, business)
    assert contents() == before
    assert first[:4] == [
        "600 rows read",
        "  584 imported",
        "  0 already in the books",
        "  16 refused",
    ]
    assert second[1:4] == [
        "  0 imported",
        "  584 already in the books",
        "  16 refused",
    ]
    assert (
        first[4]
        == second[4]
        == "    16 unit_price is not a number; write it as 1234.50"
    )


@pytest.mark.django_db
def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path, business, monkeypatch):
    monkeypatch.setattr(grouping, "CHUNK_ROWS", 50)
    file = a_csv(tmp_path / "f.csv", list(rows(100)))
    before = contents()
    dry = run("import_invoices", file, business, dry_run=True)
    assert contents() == before
    assert dry[-1] == "This was a dry run: nothing has been changed."
    assert dry[:-1] == run("import_invoices", file, business)


@pytest.mark.django_db
def test_a_longer_file_adds_what_is_new(tmp_path, business):
    run("import_invoices", a_csv(tmp_path / "f.csv", list(rows(60))), business)
    said = run("import_invoices", a_csv(tmp_path / "f.csv", list(rows(100))), business)
    other = BusinessFactory()
    run("import_invoices", a_csv(tmp_path / "f.csv", list(rows(100))), other)
    assert said[2] == "  172 already in the books"
    assert Invoice.objects.for_business(business).count() == 98
    assert books_of(business)["invoices"] == books_of(other)["invoices"]


@pytest.mark.django_db
def test_a_number_taken_during_the_import_stops_it_with_the_remedy(
    tmp_path, business, monkeypatch
):
    from invoices.imports.lookups import Lookups

    file = a_csv(tmp_path / "f.csv", list(rows(20)))
    run("import_invoices", file, business)
    before = contents()
    # As if the rows had come from elsewhere after the question was answered.
    monkeypatch.setattr(Lookups, "_taken", lambda self, wanted: {})
    with pytest.raises(CommandError, match="at the same time"):
        run("import_invoices", file, business)
    assert contents() == before


def start(file: Path, business: Business) -> subprocess.Popen[bytes]:
    report = file.with_name("report.csv")
    database = connection.settings_dict["NAME"]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, database, file, business.slug, report],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_again_and_again_ends_with_the_rows_of_an_undisturbed_one(
    tmp_path,
):
    file = a_csv(tmp_path / "f.csv", list(rows(2500)))
    killed, undisturbed = BusinessFactory(), BusinessFactory()
    done = Invoice.objects.for_business(killed)
    for kill in range(KILLS):
        enough = 50 + kill * 400
        child = start(file, killed)
        while child.poll() is None and done.count() < enough:
            pass
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    assert 0 < done.count() < 2450
    assert start(file, killed).wait() == 0
    assert start(file, undisturbed).wait() == 0
    assert done.count() == 2450
    assert books_of(killed) == books_of(undisturbed)
