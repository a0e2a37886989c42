"""What people trying the whole thing ran into, so that nobody does again."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from invoices.models import ExchangeRate, Product
from partners.models import Business, Partner, User
from tests.factories import (
    NOW,
    TODAY,
    ProductFactory,
    a_draft,
    a_key,
    a_line,
    actor,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(business: Business) -> Client:
    """A client with an owner's key."""
    bearer = f"Bearer {a_key(business)}"
    return Client(SERVER_NAME="localhost", headers={"Authorization": bearer})


@pytest.mark.parametrize(
    ("command", "text", "model"),
    [
        ("import_partners", "name,code\nGood One,G1\n,X\n", Partner),
        (
            "import_products",
            "name,code,default_selling_price\n,K1,5\nGood One,G1,5\n",
            Product,
        ),
    ],
)
def test_a_row_without_a_name_keeps_no_other_back(
    business: Business, tmp_path: Path, command: str, text: str, model: type
) -> None:
    """The row is refused by its column, the good one is booked."""
    file, report = tmp_path / "rows.csv", tmp_path / "refused.csv"
    file.write_text(text)
    out = io.StringIO()
    call_command(
        command, str(file), business=business.slug, report=str(report), stdout=out
    )
    assert list(model.objects.values_list("code", flat=True)) == ["G1"]  # type: ignore[attr-defined]
    assert "name" in report.read_text()
    assert "1 refused" in out.getvalue()


def test_an_import_of_nothing_but_refusals_ends_with_an_error(
    business: Business, tmp_path: Path
) -> None:
    """So that a job does not take it for success."""
    file = tmp_path / "rows.csv"
    file.write_text("name,code\n,X\n")
    with pytest.raises(CommandError, match="every row was refused"):
        call_command(
            "import_partners",
            str(file),
            business=business.slug,
            report=str(tmp_path / "refused.csv"),
            stdout=io.StringIO(),
        )


def test_nothing_is_due_on_a_void_invoice(business: Business, api: Client) -> None:
    """The total stays, because number and content do."""
    invoice = an_issued_invoice(business)
    invoice.void(by=actor(business), reason="", now=NOW)
    path = f"/businesses/{business.public_id}/invoices/{invoice.public_id}/"
    shown = json.loads(api.get(path).content)
    assert (shown["status"], shown["total"], shown["due_amount"]) == ("Void", 100, 0)


def test_a_changed_currency_does_not_keep_the_old_ones_rate(
    business: Business, api: Client
) -> None:
    """It is looked up; without one the change is refused."""
    product = ProductFactory(business=business)
    draft = a_draft(business, lines=[a_line(product=product)])
    path = f"/businesses/{business.public_id}/invoices/{draft.public_id}/"
    body = json.dumps({"currency": {"code": "EUR"}})
    refused = api.patch(path, body, content_type="application/json")
    assert refused.status_code == 400
    assert "currency_rate" in json.loads(refused.content)["apierror"]["fields"]
    ExchangeRate.objects.create(
        business=business, currency="EUR", date=TODAY, rate=Decimal("1.1"), source="ECB"
    )
    changed = api.patch(path, body, content_type="application/json")
    assert json.loads(changed.content)["currency_rate"] == 1.1


def test_a_mistyped_verb_is_a_json_404(business: Business, api: Client) -> None:
    """No page about CSRF."""
    answer = api.post(f"/businesses/{business.public_id}/invoices/x/send_it/")
    assert answer.status_code == 404
    assert "apierror" in json.loads(answer.content)


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("?date__year=99999", None),
        ("", {"action": "issue", "_selected_action": "abc"}),
    ],
)
def test_a_tampered_admin_list_is_a_400(
    business: Business, query: str, form: dict[str, str] | None
) -> None:
    """No fault of the server."""
    staff = User.objects.create_superuser("root@example.com", "password")
    client = Client(SERVER_NAME="localhost")
    client.force_login(staff)
    path = f"/admin/invoices/invoice/{query}"
    answer = client.get(path) if form is None else client.post(path, form)
    assert answer.status_code == 400


def test_the_front_page_leads_to_the_admin() -> None:
    """There is no other page yet."""
    answer = Client(SERVER_NAME="localhost").get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
