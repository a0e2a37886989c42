"""The pages of reports and their files: who sees them, and what bad questions get."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from invoices.models import Invoice
from partners.models import Business, Partner
from payments.admin import reports
from payments.reports.catalogue import REPORTS
from tests.admin_cast import signed_in, staff
from tests.factories import (
    TODAY,
    BusinessFactory,
    PartnerFactory,
    a_line,
    an_issued_invoice,
)

MARCH = {"since": "2026-03-01", "until": "2026-03-31"}


@pytest.fixture
def books(business, owner) -> Business:
    """A customer whose name is a formula, and a stranger in other books."""
    ada = PartnerFactory(business=business, name="=1+1", code="A")
    an_issued_invoice(business, by=owner, partner=ada, lines=[a_line(2, 50)])
    zebra = BusinessFactory(name="Zebra")
    an_issued_invoice(zebra, partner=PartnerFactory(business=zebra, name="Zebra"))
    return business


@pytest.fixture
def viewer(books) -> Any:
    return signed_in(staff(books, role="viewer"))


def ask(client: Any, name: str, given: dict[str, Any] | None = None) -> Any:
    return client.get(reverse(f"admin:{REPORTS[name].page}"), given or {})


def rows(response: Any) -> list[list[str]]:
    """What the table of a page says, row by row."""
    html = response.content.decode()
    found = re.search('<table class="listing report">(.*?)</table>', html, re.DOTALL)
    assert found, html
    cells = [
        re.findall("<t[hd].*?</t[hd]>", row, re.DOTALL)
        for row in found[1].split("<tr>")
    ]
    return [
        [unescape(" ".join(strip_tags(c).split())) for c in row] for row in cells[1:]
    ]


def said(response: Any) -> list[str]:
    """What is wrong with the question."""
    html = response.content.decode()
    found = re.findall('<p class="ill"[^>]*role="alert">(.*?)</p>', html)
    return [unescape(text) for text in found]


def test_the_list_leads_to_every_report_and_each_opens(viewer, books) -> None:
    page = viewer.get(reverse("admin:reports"))
    html = page.content.decode()
    for name, report in REPORTS.items():
        assert f'href="/admin/reports/{name}/"' in html
        response = ask(viewer, name)
        assert response.status_code == 200
        assert str(report.title) in response.content.decode()
        assert "Zebra" not in response.content.decode()
        assert said(response) == []


def test_a_page_shows_the_table_with_what_proves_it(viewer, books) -> None:
    response = ask(viewer, "sales-by-partner", MARCH)
    figures = ["100.00 USD", "0.00 USD", "100.00 USD"]
    assert rows(response) == [
        ["Partner Code", "Invoices", "Credit notes", "Net", "Tax", "Gross"],
        ["=1+1 A", "1", "0", *figures],
        ["Total", "1", "0", *figures],
    ]
    ada = Partner.objects.get(code="A")
    html = unescape(response.content.decode())
    for link in (
        "?partner__id__exact=", f"/admin/reports/statement/?partner={ada.public_id}"
    ):  # fmt: skip
        address = re.search(f'href="([^"]*{re.escape(link)}[^"]*)"', html)
        assert address
        proof = viewer.get(address[1])
        number = Invoice.objects.get(partner=ada).number
        assert (proof.status_code, number in proof.content.decode()) == (200, True)
    assert rows(ask(viewer, "tax", MARCH))[1][:3] == ["Sales", "2026-03", "No tax"]
    nothing = ask(viewer, "tax", {"period": "last_year"})
    assert "Nothing to report" in nothing.content.decode()


def test_files_are_of_the_same_question(viewer, books) -> None:
    given = {**MARCH, "format": "csv"}
    response = ask(viewer, "sales-by-partner", given)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    named = f"{books.slug}-sales-by-partner-2026-03-01-2026-03-31"
    assert response["Content-Disposition"] == f'attachment; filename="{named}.csv"'
    text = response.getvalue().decode("utf-8-sig")
    assert [row[:6] for row in csv.reader(io.StringIO(text))][1:] == [
        ["'=1+1", "A", "1", "0", "USD", "100.00"]
    ]
    response = ask(viewer, "sales-by-partner", {**MARCH, "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    bad = ask(viewer, "sales-by-partner", {**given, "since": "9999-01-01"})
    assert (bad.status_code, len(said(bad))) == (400, 1)


def test_a_long_report_shows_its_first_rows_and_says_so(
    viewer, books, monkeypatch
) -> None:
    monkeypatch.setattr(reports, "MOST_SHOWN", 1)
    response = ask(viewer, "journal", {"period": "this_month"})
    assert len(rows(response)) == 2
    assert "The first 1 rows are shown" in response.content.decode()
    whole = ask(viewer, "journal", {"period": "this_month", "format": "csv"})
    assert len(whole.getvalue().splitlines()) == 3


@pytest.mark.parametrize(
    ("name", "given", "errors"),
    [
        ("tax", {"since": "9999-12-31", "until": "9999-12-31"}, ["Write a", "Write a"]),
        ("tax", {"since": "0000", "until": "31.12.2026"}, ["Write a", "Write a"]),
        ("tax", {"since": "2026-02-30", "until": ""}, ["Write a", "This field is"]),
        ("tax", {"since": "2026-03-02", "until": "2026-03-01"}, ["It would end"]),
        ("tax", {"period": "soon"}, ["Select a valid choice", "This field", "This field"]),
        ("tax", {"by": "week"}, ["Select a valid choice"]),
        ("statement", {"partner": ""}, ["This field is required."]),
        ("statement", {"partner": "nobody"}, ["The business has no such partner."]),
        ("statement", {"partner": "9" * 40}, ["The business has no such partner."]),
        ("statement", {"partner": "A", "currency": "XQX"}, ["This is no ISO 4217"]),
        ("statement", {"partner": "A", "currency": "EURO"}, ["Ensure this value has"]),
        ("aging", {"as_of": "9999-12-31"}, ["Write a day"]),
        ("aging", {"side": "everybody"}, ["Select a valid choice"]),
        ("journal", {"actor": "x" * 300}, ["Ensure this value has at most 254"]),
    ],
)  # fmt: skip
def test_a_bad_question_is_told_at_its_field(viewer, name, given, errors) -> None:
    response = ask(viewer, name, given)
    assert response.status_code == 200
    found = said(response)
    assert len(found) == len(errors), found
    for text, beginning in zip(found, errors, strict=True):
        assert text.startswith(beginning)


def test_another_businesss_partner_is_nobody(viewer) -> None:
    stranger = Partner.objects.get(name="Zebra")
    for word in (stranger.pk, stranger.public_id, stranger.code):
        response = ask(viewer, "statement", {"partner": word, **MARCH})
        assert said(response) == ["The business has no such partner."]
        assert "Zebra" not in response.content.decode()


def test_several_currencies_ask_for_one(viewer, books, owner) -> None:
    ada = Partner.objects.get(code="A")
    more = {"currency": "EUR", "date": TODAY}
    an_issued_invoice(books, by=owner, partner=ada, currency_rate=Decimal(1), **more)
    response = ask(viewer, "statement", {"partner": ada.pk, **MARCH})
    assert said(response) == ["Choose one of EUR, USD."]
    given = {"partner": ada.pk, "currency": "eur", **MARCH}
    found = rows(ask(viewer, "statement", given))
    assert found[0] == ["Date", "What", "Number", "Amount", "Balance"]
    assert found[-1][-1] == "100.00 EUR"
    sold = rows(ask(viewer, "sales-by-partner", MARCH))
    assert sold[0][3:] == [
        "Net Net in base currency",
        "Tax",
        "Gross Gross in base currency",
    ]
    assert sold[1][3:] == ["100.00 EUR 100.00 USD", "0.00 EUR", "100.00 EUR 100.00 USD"]
    chosen = ask(viewer, "statement", {**given, "partner": "A"}).content.decode()
    assert f'<option value="{ada.pk}" selected>' in chosen


def test_strangers_get_no_report(books) -> None:
    for name in REPORTS:
        anonymous = ask(signed_in(staff()), name, {**MARCH, "format": "csv"})
        assert "=1+1" not in anonymous.content.decode()
