"""Every list of the admin as CSV and XLSX: what is in it, and for whom."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.models import Invoice, Product, WebhookEndpoint
from partners import admin_exports, exports
from partners.admin_base import BusinessRowAdmin
from partners.models import ApiKey, Partner, User
from tests.admin_cast import STRANGER, books, said, signed_in, staff, url
from tests.factories import (
    NOW,
    BusinessFactory,
    MembershipFactory,
    PartnerFactory,
    ProductFactory,
    a_line,
    actor,
    an_issued_invoice,
)


@pytest.fixture
def client(business) -> Any:
    return signed_in(staff(business))


def export(client: Any, model: Any, form: str = "csv", **asked: Any) -> Any:
    return client.get(url(model, "changelist"), {**asked, "_export": form})


def lines(response: Any) -> list[list[str]]:
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_list_is_exported_as_it_is_filtered_and_sorted(business, client) -> None:
    by = actor(business)
    name = "=HYPERLINK(1) and a name that is longer than a list can show"
    ada = PartnerFactory(business=business, name=name)
    many = [
        an_issued_invoice(
            business, by=by, partner=ada, currency=currency, lines=[a_line(1, amount)],
            currency_rate=Decimal(1),
        )
        for currency, amount in (("USD", "10.5"), ("JPY", 700), ("USD", 20))
    ]  # fmt: skip
    an_issued_invoice(business, by=by).void(by=by, reason="Wrong", now=NOW)
    response = export(client, Invoice, status="overdue", p="7")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="invoices-20' in response["Content-Disposition"]
    heading, *rows = lines(response)
    assert heading[:4] == ["Invoice", "Status", "Partner", "Date"]
    assert [heading[5:9], heading[9]] == [
        ["Total", "Total: currency", "Open", "Open: currency"],
        "Kind",
    ]
    found = [[row[0], row[2], *row[5:9]] for row in rows]
    assert found == [
        [many[2].number, f"'{name}", "20.00", "USD", "20.00", "USD"],
        [many[1].number, f"'{name}", "700", "JPY", "700", "JPY"],
        [many[0].number, f"'{name}", "10.50", "USD", "10.50", "USD"],
    ]
    assert len(lines(export(client, Invoice))) == 5
    sheet = openpyxl.load_workbook(
        io.BytesIO(export(client, Invoice, "xlsx", status="overdue").getvalue())
    ).worksheets[0]
    assert [sheet["C2"].value, sheet["C2"].data_type] == [name, "s"]
    assert [sheet["D2"].is_date, sheet["F3"].value] == [True, 700]
    assert [sheet["F2"].number_format, sheet["F3"].number_format] == [
        "#,##0.00",
        "#,##0",
    ]
    nothing = export(client, Invoice, status="overdue", date__gte="2030-01-01")
    assert lines(nothing) == [heading]


def test_the_page_of_a_list_offers_its_files(business, client) -> None:
    PartnerFactory(business=business, name="Ada")
    page = client.get(url(Partner, "changelist"), {"q": "Ada", "p": "1"})
    html = page.content.decode()
    for form in ("csv", "xlsx"):
        address = f"?q=Ada&amp;_export={form}"
        assert f'href="{address}"' in html
    assert len(lines(export(client, Partner, q="Ada"))) == 2
    assert len(lines(export(client, Partner, q="Zoe"))) == 1


@pytest.mark.django_db
def test_every_list_is_exported_without_strangers_rows_and_secrets() -> None:
    own, _ = books(), books(STRANGER)
    client = signed_in(User.objects.get(memberships__business=own.business))
    User.objects.filter(memberships__business=own.business).update(is_staff=True)
    secrets = set(ApiKey.objects.values_list("digest", flat=True)) | {"whsec_"}
    lists = [
        model
        for model, one in admin.site._registry.items()
        if isinstance(one, BusinessRowAdmin)
    ]
    filled = 0
    for model in lists:
        rows = lines(export(client, model))
        assert len({len(row) for row in rows}) == 1, model
        text = str(rows)
        assert STRANGER not in text
        assert "<" not in text.replace("<span", "<"), (model, text)
        assert not any(secret in text for secret in secrets)
        filled += len(rows) > 1
    assert filled > 25


def test_only_the_chosen_businesss_rows_are_exported(business) -> None:
    user = staff(business)
    other = BusinessFactory()
    MembershipFactory(business=other, user=user)
    for one in (business, other):
        PartnerFactory(business=one)
    client = signed_in(user)
    assert len(lines(export(client, Partner))) == 3
    client.post("/admin/business/", {"business": business.pk})
    assert len(lines(export(client, Partner))) == 2


def test_exporting_needs_what_looking_needs(business) -> None:
    viewer, nobody = (signed_in(staff(business, role="viewer")), signed_in(staff()))
    assert export(viewer, WebhookEndpoint).status_code == 403
    assert export(nobody, Partner).status_code == 403
    anonymous = type(viewer)()
    assert export(anonymous, Partner).status_code == 302


def test_what_there_is_not_leads_back_to_the_list(
    business, client, monkeypatch
) -> None:
    where = url(Partner, "changelist")
    assert export(client, Partner, "pdf", q="x")["Location"] == f"{where}?q=x"
    assert export(client, Invoice, kind__exact="\0").status_code in (302, 400)
    assert export(client, Invoice, partner__email="x").status_code == 400
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    PartnerFactory.create_batch(2, business=business)
    refused = client.get(where, {"_export": "xlsx"}, follow=True)
    assert "A sheet of XLSX holds 2 rows" in said(refused)[0]


def test_exports_cost_the_same_queries_however_many_rows(
    business, client, monkeypatch
) -> None:
    monkeypatch.setattr(admin_exports, "_LOOKED_AT", 1)
    by = actor(business)

    def queries(model: Any) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            lines(export(client, model))
        return len(caught)

    an_issued_invoice(business, by=by)
    ProductFactory(business=business)
    models = (Invoice, Partner, Product)
    before = [queries(model) for model in models]
    for _ in range(3):
        an_issued_invoice(business, by=by)
        ProductFactory(business=business)
    assert [queries(model) for model in models] == before
