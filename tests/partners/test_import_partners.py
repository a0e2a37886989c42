"""import_partners: made or changed, by code or by name, and nothing by a bad row."""

from __future__ import annotations

import pytest
from django.core.management.base import CommandError
from django.db import connection

from partners.imports import job
from partners.models import Partner
from tests.books import contents, row
from tests.factories import BusinessFactory, PartnerFactory
from tests.importing import a_csv, an_xlsx, reported, run

HEADER = ["code", "name", "customer", "vendor", "email", "billing_addr_country_id"]


@pytest.fixture(autouse=True)
def _at_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_partners_are_made_with_all_their_columns(tmp_path, business):
    rows = [HEADER, ["C1", "Café Müller", "", "yes", "cafe@example.com", "DE"]]
    said = run("import_partners", a_csv(tmp_path / "p.csv", rows), business)
    assert said == [
        "1 rows read",
        "  1 imported",
        "  0 already in the books",
        "  0 refused",
        "1 partners made",
        "0 partners changed",
    ]
    made = Partner.objects.for_business(business).get()
    expected = PartnerFactory.build(
        business=BusinessFactory(),
        code="C1",
        name="Café Müller",
        is_vendor=True,
        email="cafe@example.com",
        billing_line1="",
        billing_city="",
    )
    expected.save()
    assert row(made) == row(expected)
    assert list(tmp_path.iterdir()) == [tmp_path / "p.csv"]


def test_a_known_partner_is_changed_by_what_the_row_says(tmp_path, business):
    by_code = PartnerFactory(business=business, code="C1", email="old@example.com")
    by_name = PartnerFactory(business=business, code="", name="Ann", is_customer=False)
    other = PartnerFactory(code="C1")
    before = row(other)
    rows = [
        HEADER,
        ["C1", "New name", "", "", "", ""],
        ["", "Ann", "", "", "ann@example.com", ""],
    ]
    said = run("import_partners", an_xlsx(tmp_path / "p.xlsx", rows), business)
    assert said[-1] == "2 partners changed"
    code, name = row(by_code), row(by_name)
    assert (code["name"], code["email"]) == ("New name", "old@example.com")
    assert (name["email"], name["is_customer"]) == ("ann@example.com", False)
    assert row(other) == before


def test_the_same_file_twice_changes_nothing(tmp_path, business):
    rows = [HEADER, *[[f"C{i}", f"Name {i}", "yes", "", "", ""] for i in range(700)]]
    file = a_csv(tmp_path / "p.csv.gz", rows)
    run("import_partners", file, business)
    before = contents()
    said = run("import_partners", file, business)
    assert said[1:3] == ["  0 imported", "  700 already in the books"]
    assert contents() == before


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path, business):
    file = a_csv(tmp_path / "p.csv", [HEADER, ["C1", "Ann", "", "", "", ""]])
    before = contents()
    said = run("import_partners", file, business, dry_run=True)
    assert said[4] == "1 partners made"
    assert said[-1] == "This was a dry run: nothing has been changed."
    assert contents() == before


def test_a_bad_row_is_reported_and_spoils_no_other(tmp_path, business):
    PartnerFactory.create_batch(2, business=business, name="Twin")
    rows = [
        HEADER,
        ["C1", "Ann", "", "", "", ""],
        ["C2", "=Bad", "", "", "no address", ""],
        ["C3", "Bob", "perhaps", "", "", ""],
        ["C1", "Ann again", "", "", "", ""],
        ["", "", "", "", "", ""],
        ["C4", "Short"],
        ["", "Twin", "", "", "", ""],
        ["C5", "x" * 201, "", "", "", ""],
        ["C6", "Cid", "", "", "", "Germany"],
        ["C7", "Dan", "", "", "", ""],
    ]
    said = run("import_partners", a_csv(tmp_path / "p.csv", rows), business)
    assert said[:4] == [
        "10 rows read",
        "  2 imported",
        "  0 already in the books",
        "  8 refused",
    ]
    report = tmp_path / f"import-errors-{business.slug}-p.csv"
    assert said[-1] == f"Refused rows: {report.name}"
    assert [line[:4] for line in reported(report)] == [
        ("7", "", "", ""),
        ("3", "C2", "email", "no address"),
        ("4", "C3", "customer", "perhaps"),
        ("5", "C1", "code", "C1"),
        ("6", "", "name", ""),
        ("8", "Twin", "name", "Twin"),
        ("9", "C5", "name", "x" * 201),
        ("10", "C6", "billing_addr_country_id", "Germany"),
    ]
    names = Partner.objects.for_business(business).exclude(name="Twin")
    assert set(names.values_list("name", flat=True)) == {"Ann", "Dan"}


def test_another_import_into_the_business_is_waited_for_and_then_refused(
    tmp_path, business, monkeypatch
):
    monkeypatch.setattr(job, "_PATIENCE", "10ms")
    file = a_csv(tmp_path / "p.csv", [HEADER, ["C1", "Ann", "", "", "", ""]])
    elsewhere = connection.get_new_connection(connection.get_connection_params())
    with elsewhere:
        elsewhere.execute(
            "SELECT pg_advisory_lock(hashtextextended(%s, 0))",
            [f"counterfoil import {business.pk}"],
        )
        with pytest.raises(CommandError, match="is running: wait"):
            run("import_partners", file, business)
    elsewhere.close()
    assert run("import_partners", file, business)[1] == "  1 imported"


def test_a_wrong_file_or_option_is_refused_and_changes_nothing(tmp_path, business):
    file = a_csv(tmp_path / "p.csv", [["Foo"], ["a"]])
    before = contents()
    for options, said in [
        ({}, "native needs name"),
        ({"mapping": "native"}, "no column name"),
        ({"mapping": "other"}, "no mapping other"),
    ]:
        with pytest.raises(CommandError, match=said):
            run("import_partners", file, business, **options)
    good = a_csv(tmp_path / "good.csv", [HEADER, ["C1", "Ann", "", "", "", ""]])
    with pytest.raises(CommandError, match="may not overwrite"):
        run("import_partners", good, business, report=good)
    with pytest.raises(CommandError, match="cannot be written"):
        run("import_partners", good, business, report=tmp_path / "no" / "r.csv")
    with pytest.raises(CommandError, match="No business has the slug"):
        run("import_partners", good, BusinessFactory.build(slug="none"))
    assert contents() == before
    assert file.read_text() == "Foo\na\n"
