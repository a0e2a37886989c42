"""`demo` makes believable books once, keeps them, and starts over when told."""

from __future__ import annotations

import io
import re
import shlex
import socket
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from config import demo_books
from invoices.models import Invoice, RecurringInvoice, ReminderRule
from invoices.querysets import Status
from invoices.recurrence import due
from invoices.reminding import due_reminders
from partners.models import Business, Partner
from payments.models import Payment
from payments.verifying import verify

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def elsewhere(settings: Any, tmp_path: Path) -> None:
    """The demo's keys are remembered in a folder of the test's own."""
    settings.VAR_DIR = tmp_path


def demo(**options: Any) -> str:
    """What the command prints without starting a server."""
    out = io.StringIO()
    call_command("demo", no_server=True, stdout=out, **options)
    return out.getvalue()


def test_the_demo_has_documents_in_every_state_and_its_books_agree() -> None:
    """Two businesses, partners in several countries, nothing that differs."""
    demo()
    assert Business.objects.count() == len(demo_books.SLUGS)
    countries = Partner.objects.values_list("billing_country", flat=True)
    assert set(countries) - {""} == {"GB", "DE", "US", "TH", "JP"}
    documents = Invoice.objects.with_status(timezone.now().date())
    found = {getattr(document, "status") for document in documents}  # noqa: B009
    assert found == {status.value for status in Status} - {"written_off"}
    assert documents.filter(kind="credit_note").count() == 1
    for business in Business.objects.all():
        assert not any(finding.wrong for finding in verify(business))


def test_its_papers_say_where_to_pay_in_the_customer_s_language() -> None:
    """Both businesses have settings, rules and schedules; nothing is due at once."""
    demo()
    printed = {
        invoice.partner.code: (invoice.printed["language"], invoice.printed["bank"])
        for invoice in Invoice.objects.sales().filter(state="issued")
    }
    languages = {code: language for code, (language, _) in printed.items()}
    assert languages == {
        "HARBOUR": "en",
        "RIVERSIDE": "en",
        "MOEBEL": "de",
        "CEDAR": "en",
        "SUSAN": "th",
        "KYOTO": "en",
    }
    assert printed["MOEBEL"][1]["iban"] == "GB82WEST12345698765432"
    assert printed["SUSAN"][1]["account"] == "123-4-56789-0"
    for business in Business.objects.all():
        today = business.today(timezone.now())
        assert RecurringInvoice.objects.for_business(business).exists()
        assert ReminderRule.objects.for_business(business).count() == 5
        assert due(business, today) == []
        assert due_reminders(business, today) == []


def test_running_it_again_keeps_the_data_and_the_keys() -> None:
    """Same rows, same keys."""
    first = demo()
    counts = Invoice.objects.count(), Payment.objects.count()
    second = demo()
    keys = re.compile(r"cf_[\w-]+")
    assert set(keys.findall(first)) == set(keys.findall(second))
    assert (Invoice.objects.count(), Payment.objects.count()) == counts


def test_its_curl_lines_answer() -> None:
    """Every GET that it prints, in each of the four dialects, is answered."""
    client = Client(SERVER_NAME="localhost")
    answers = []
    for line in re.findall(r"^ +(curl .*)$", demo(), re.MULTILINE):
        words = shlex.split(line)
        if "-d" in words:
            continue
        headers = dict(
            value.split(": ", 1) for option, value in pairwise(words) if option == "-H"
        )
        path = re.sub(r"^http://[^/]+", "", words[-1])
        answers.append(client.get(path, headers=headers).status_code)
    assert answers == [200] * 10


def test_reset_refuses_a_server_that_holds_other_books(settings: Any) -> None:
    """Other people's books are never deleted."""
    demo()
    Business.objects.create(slug="real", name="Real", currency="EUR")
    settings.DATABASES = {"default": {"NAME": "somebody's"}}
    with pytest.raises(CommandError, match="nothing has been deleted"):
        demo(reset=True)
    assert Business.objects.filter(slug="real").exists()


def test_a_port_in_use_is_named_before_anything_is_prepared() -> None:
    """The remedy is an option."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is in use"):
            call_command("demo", port=port)
    assert not Business.objects.exists()


def test_the_demo_is_refused_in_production(settings: Any) -> None:
    """Its password is public."""
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not for production"):
        demo()
    assert not Business.objects.exists()
