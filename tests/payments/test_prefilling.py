"""A payment that is begun from a document's page knows what it is to settle."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from invoices.models import DocumentSettings
from payments.models import Payment
from tests.admin_cast import books, formset, said, signed_in, staff, url
from tests.factories import AccountFactory, a_draft, an_approved_bill

pytestmark = pytest.mark.django_db


def test_the_form_of_a_payment_begins_with_what_is_open_on_the_document() -> None:
    own, other = books(), books("Zebra")
    client = signed_in(staff(own.business))
    page = client.get(url(own.invoice, "change")).content.decode()
    address = f"{url(Payment, 'add')}?document={own.invoice.pk}"
    assert f'href="{address}"' in page
    form = client.get(address).context["adminform"].form
    begun = {name: form.initial[name] for name in _BEGUN}
    assert begun == {
        "business": own.business.pk,
        "direction": "in",
        "partner": own.partner.pk,
        "account": own.account.pk,
        "currency": "USD",
        "amount": Decimal(100),
    }
    shown = client.get(address).context["inline_admin_formsets"][0].formset
    [line] = shown.forms
    assert line.initial == {"invoice": own.invoice.pk}
    # Part of it, as the form is sent.
    data: dict[str, Any] = begun | {"date": "2026-03-10", "amount": "40"}
    data |= formset("allocations", {"invoice": own.invoice.pk, "amount": ""})
    saved = client.post(address, data | {"_save": "Save"}, follow=True)
    assert saved.redirect_chain == [(url(own.invoice, "change"), 302)]
    assert said(saved) == [f"Recorded 40.00 USD for {own.invoice}."]
    own.invoice.refresh_from_db()
    assert (own.invoice.amount_paid, own.invoice.balance) == (50, 60)
    for stranger in (other.invoice.pk, a_draft(own.business).pk, "x", 2**70):
        empty = client.get(f"{url(Payment, 'add')}?document={stranger}")
        assert "amount" not in empty.context["adminform"].form.initial


_BEGUN = ("business", "direction", "partner", "account", "currency", "amount")


def test_money_goes_out_for_a_bill_from_the_account_that_the_papers_name() -> None:
    own = books()
    AccountFactory(business=own.business, payment_account=True)
    named = AccountFactory(business=own.business, iban="DE89370400440532013000")
    DocumentSettings.objects.filter(business=own.business).update(iban=named.iban)
    bill = an_approved_bill(own.business, number="V-8")
    client = signed_in(staff(own.business))
    page = client.get(f"{url(Payment, 'add')}?document={bill.pk}")
    begun = page.context["adminform"].form.initial
    assert (begun["direction"], begun["account"]) == ("out", named.pk)
