"""Addresses and forms of the admin that no page of ours makes: refused, never a fault."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from invoices.models import CustomerLink, Invoice, Product, RecurringInvoice
from partners.models import ApiKey, Partner
from payments.models import Payment
from tests.admin_cast import Books, act, books, said, signed_in, staff, url
from tests.books import contents
from tests.factories import BusinessFactory, an_issued_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def owner(own: Books) -> Client:
    return signed_in(staff(own.business))


def test_no_list_is_filtered_by_a_secret_or_by_a_pattern(
    own: Books, owner: Client
) -> None:
    asked = {
        CustomerLink: ["token__startswith=A", "token=A"],
        ApiKey: ["digest__startswith=a", "digest=a"],
        Partner: ["name__regex=(", "name__trigram_similar=a", "id__range=1"],
        Invoice: ["number__regex=[", "partner__name__contains=O"],
    }
    for model, queries in asked.items():
        for query in queries:
            for end in ("", "&_export=csv"):
                answer = owner.get(f"{url(model, 'changelist')}?{query}{end}")
                assert answer.status_code == 400, query
    usual = f"?balance__gt=0&due_date__lt=2026-12-01&state__exact=issued&_p={own}"
    assert owner.get(url(Invoice, "changelist") + usual).status_code in {200, 302}


def test_what_is_no_key_chooses_nothing(own: Books, owner: Client) -> None:
    for model, field in (
        (Invoice, "partner"),
        (Payment, "account"),
        (RecurringInvoice, "partner"),
        (ApiKey, "business"),
        (Product, "selling_tax"),
    ):
        for text in ("abc", "1.5", "9" * 5000, "-1"):
            page = owner.get(url(model, "add"), {field: text})
            assert page.status_code == 200, (model, text[:5])
    before = contents()
    data = {"business": own.business.pk, "partner": "9" * 5000, "currency": "x"}
    assert owner.post(url(Invoice, "add"), data).status_code == 200
    assert contents() == before


def test_texts_and_numbers_that_are_none_are_refused(own: Books, owner: Client) -> None:
    before = contents()
    forms = [
        (url(Invoice, "changelist"), {"action": "void", "reason": "a\0b"}),
        (url(Invoice, "add"), {"discount_percent": "sNaN"}),
        (url(Payment, "add"), {"amount": "sNaN"}),
    ]
    for where, data in forms:
        assert owner.post(where, data).status_code in {200, 400}, where
    term = {"app_label": "invoices", "model_name": "invoiceline", "term": "\0"}
    found = owner.get(reverse("admin:autocomplete"), term | {"field_name": "product"})
    assert found.status_code == 400
    assert contents() == before


def test_no_payment_is_recorded_without_an_account_for_it() -> None:
    business = BusinessFactory()
    invoice = an_issued_invoice(business)
    client = signed_in(staff(business, "accountant"))
    for given in ({}, {"confirmed": "yes", "choice": "1"}):
        [told] = said(act(client, "record_payments", invoice, **given))
        assert told.startswith("No account may take these payments")
    assert not Payment.objects.exists()
