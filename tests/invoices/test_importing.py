"""Files that are brought to the admin: tried out, confirmed, gone over once."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices import importing
from invoices.importing import bring, confirm, drop, work
from invoices.models import Event, ImportRun, Invoice, Product
from invoices.models.import_run import ImportKind
from partners.exceptions import Conflict, Invalid, NotAllowed
from partners.models import Business, Change, Partner
from tests.admin_cast import signed_in, staff
from tests.books import contents, refused
from tests.factories import NOW, BusinessFactory, PartnerFactory, actor
from tests.importing import as_csv

PEOPLE = as_csv(
    [
        ["code", "name", "email", "shoes"],
        ["A", "Ann", "ann@example.com", "42"],
        ["B", "Bob", "no address", "43"],
        ["C", "=cmd", "", "44"],
        ["D", "Dora", "dora@example.com", "45"],
    ]
)
BILLS = as_csv(
    [
        ["invoice_no", "date", "customer", "description", "quantity", "unit_price"],
        ["X-1", "2026-01-05", "Ann", "Work", "2", "50"],
        ["X-2", "2026-01-06", "Ann", "Work", "two", "50"],
    ]
)


@pytest.fixture(autouse=True)
def storage(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "imports"


def a_file(text: str = PEOPLE, name: str = "people.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def counts(run: ImportRun) -> tuple[str, int, int, int, int]:
    return (
        run.state,
        run.rows,
        run.rows_imported,
        run.rows_known,
        run.rows_refused,
    )


def in_books() -> dict[str, object]:
    """All that is in the books, but the runs themselves."""
    return {k: v for k, v in contents().items() if k != "invoices.ImportRun"}


# --- the deed ------------------------------------------------------------------------


def test_a_file_is_tried_out_then_imported_once(business, owner, storage):
    PartnerFactory(business=business, code="D", name="Dora", email="dora@example.com")
    before = in_books()
    run = bring(business, ImportKind.PARTNERS, a_file(), by=owner, now=NOW)
    assert in_books() == before
    assert counts(run) == ("checked", 4, 2, 1, 1)
    assert (run.mapping, run.unread, run.name) == ("native", ["shoes"], "people.csv")
    assert run.made == {"partners made": 2, "partners changed": 0}
    assert run.sample["rows"][0][:3] == ["2", "A", "Ann"]
    with default_storage.open(run.report, "r") as report:
        _, (row, document, column, value, _) = csv.reader(report)
    assert (row, document, column, value) == ("3", "B", "email", "no address")
    assert sorted(path.name for path in storage.iterdir()) == sorted(
        Path(name).name for name in (run.file, run.report)
    )

    confirm(run, by=owner, now=NOW)
    assert counts(run) == ("done", 4, 2, 1, 1)
    names = Partner.objects.for_business(business).order_by("code")
    assert list(names.values_list("name", flat=True)) == ["Ann", "=cmd", "Dora"]
    made = Change.objects.for_business(business).filter(deed="made")
    assert [change.actor for change in made] == [owner.name] * 2
    assert [path.name for path in storage.iterdir()] == [Path(run.report).name]
    assert not run.file
    with refused(Conflict):
        confirm(run, by=owner, now=NOW)
    events = Event.objects.about(run).values_list("verb", "actor")
    assert list(events) == [
        ("import.confirmed", owner.name),
        ("import.finished", owner.name),
    ]
    again = bring(business, ImportKind.PARTNERS, a_file(), by=owner, now=NOW)
    assert counts(again) == ("checked", 4, 0, 3, 1)


def test_a_dropped_file_is_gone(business, owner, storage):
    run = bring(business, ImportKind.PARTNERS, a_file(), by=owner, now=NOW)
    drop(run, by=owner, now=NOW)
    assert run.state == "dropped"
    assert not default_storage.exists(run.file or "imports/x")
    with refused(Conflict):
        confirm(run, by=owner, now=NOW)


def test_issued_documents_come_in_for_those_who_keep_the_books(business, owner):
    clerk, bookkeeper = actor(business, "clerk"), actor(business, "accountant")
    file = a_file(BILLS, "bills.csv")
    with refused(NotAllowed):
        bring(business, ImportKind.INVOICES, file, by=clerk, now=NOW)
    run = bring(business, ImportKind.INVOICES, file, by=bookkeeper, now=NOW)
    assert counts(run) == ("checked", 2, 1, 0, 1)
    assert run.amounts == {"USD": "100.00"}
    with refused(NotAllowed):
        confirm(run, by=clerk, now=NOW)
    confirm(run, by=bookkeeper, now=NOW)
    [invoice] = Invoice.objects.for_business(business)
    assert (invoice.number, invoice.state) == ("X-1", "issued")
    assert Event.objects.about(invoice).get().actor == bookkeeper.name


@pytest.mark.parametrize(
    ("file", "given", "field"),
    [
        (a_file(""), {}, "file"),
        (a_file(), {"named": "/etc/passwd"}, "named"),
        (a_file(), {"own": "{not json"}, "own"),
        (a_file(), {"own": '{"columns": {"shoe": "shoes"}}'}, "own"),
    ],
)
def test_what_cannot_be_tried_out_is_not_kept(business, owner, file, given, field):
    storage = Path(default_storage.path("imports"))
    with refused(Invalid, field):
        bring(business, ImportKind.PARTNERS, file, by=owner, now=NOW, **given)
    assert not storage.exists()


def test_a_file_too_large_is_refused(business, owner, monkeypatch):
    monkeypatch.setattr(importing, "MOST_BYTES", 10)
    with refused(Invalid, "file"):
        bring(business, ImportKind.PARTNERS, a_file(), by=owner, now=NOW)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("Foo\n1\n", "No shipped mapping fits"), ("PK\x03\x04rubbish", "")],
)
def test_a_file_that_cannot_be_read_says_so_and_is_not_kept(
    business, owner, storage, text, problem
):
    before = in_books()
    run = bring(business, ImportKind.PARTNERS, a_file(text), by=owner, now=NOW)
    assert run.state == "failed"
    assert problem in run.problem
    assert "/tmp" not in run.problem
    assert list(storage.iterdir()) == []
    assert in_books() == before


def test_ones_own_mapping_may_be_json(business, owner):
    own = '{"columns": {"name": "Firma"}, "defaults": {"is_vendor": "yes"}}'
    file = a_file("Firma\nAnn\n")
    run = bring(business, ImportKind.PARTNERS, file, by=owner, now=NOW, own=own)
    confirm(run, by=owner, now=NOW)
    [partner] = Partner.objects.for_business(business)
    assert (partner.name, partner.is_vendor) == ("Ann", True)


def test_a_long_file_waits_for_a_worker_and_may_be_gone_over_twice(
    business, owner, monkeypatch
):
    monkeypatch.setattr(importing, "AT_ONCE_BYTES", 10)
    run = bring(
        business, ImportKind.PRODUCTS, a_file("name,sell\nSaw,no\n"), by=owner, now=NOW
    )
    assert counts(run) == ("checking", 0, 0, 0, 0)
    steps: list[float] = []

    def go_over() -> None:
        work(business.pk, run.pk, lambda rows, fraction: steps.append(fraction), NOW)
        run.refresh_from_db()

    go_over()
    assert counts(run) == ("checked", 1, 1, 0, 0)
    assert not Product.objects.exists()
    go_over()  # nothing is due
    confirm(run, by=owner, now=NOW)
    go_over()
    assert counts(run) == ("done", 1, 1, 0, 0)
    assert Product.objects.for_business(business).count() == 1
    assert steps
    queued = ProcrastinateJob.objects.filter(task_name="invoices.import")
    args = {"business_id": business.pk, "run_id": run.pk}
    assert [job.args for job in queued] == [args, args]


# --- the pages --------------------------------------------------------------------------


def brought(client: Client, **changes: object):
    data = {"kind": "partners", "file": a_file(), **changes}
    return client.post(reverse("admin:imports"), data, follow=True)


def test_the_pages_try_out_confirm_and_keep_the_report(business):
    clerk = signed_in(staff(business, "clerk"))
    page = brought(clerk)
    run = ImportRun.objects.get()
    assert page.redirect_chain == [(reverse("admin:import_run", args=[run.pk]), 302)]
    text = page.content.decode()
    for words in ("Nothing has been imported yet", "no address", "Import 3 rows"):
        assert words in text
    assert not Partner.objects.exists()
    done = clerk.post(page.request["PATH_INFO"], {"action": "confirm"}, follow=True)
    assert "Nothing has been imported yet" not in done.content.decode()
    assert Partner.objects.for_business(business).count() == 3
    report = clerk.get(reverse("admin:import_report", args=[run.pk]))
    assert report["Content-Disposition"].startswith("attachment")
    assert b"no address" in b"".join(report)
    again = clerk.post(page.request["PATH_INFO"], {"action": "drop"}, follow=True)
    assert [str(m) for m in again.context["messages"]] == [
        "This import is done already."
    ]
    wrong = brought(clerk, kind="invoices").context["form"].errors
    assert list(wrong) == ["kind"]
    wrong = brought(clerk, file=a_file(""), own="x = [").context["form"].errors
    assert list(wrong) == ["file"]


def test_nobody_sees_what_another_business_brought(business):
    other: Business = BusinessFactory()
    run = bring(other, ImportKind.PARTNERS, a_file(), by=actor(other), now=NOW)
    clerk = signed_in(staff(business, "clerk"))
    for name in ("import_run", "import_report"):
        where = reverse(f"admin:{name}", args=[run.pk])
        assert clerk.get(where).status_code == 404
    assert clerk.get(reverse("admin:import_run", args=[2**70])).status_code == 404
    page = clerk.post(reverse("admin:import_run", args=[run.pk]), {"action": "confirm"})
    assert page.status_code == 404
    viewer = signed_in(staff(business, "viewer"))
    assert viewer.get(reverse("admin:imports")).status_code == 403
