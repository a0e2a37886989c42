"""Reading: the client's own words, with the truth of the books in those they know."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from invoices.drafting import revise_draft
from invoices.models import Invoice
from invoices.models.project import Project
from invoices.redrafting import as_draft
from partners.access import Actor
from partners.models import Business
from tests.api.cannlytics.door import Door, read, text_of, unchanged
from tests.factories import (
    NOW,
    TODAY,
    PartnerFactory,
    TaxFactory,
    a_draft,
    a_line,
    a_payment,
    an_issued_invoice,
)


def revised(invoice: Invoice, by: Actor, **changes: Any) -> Invoice:
    """The draft changed at another door."""
    fresh = Invoice.objects.get(pk=invoice.pk)
    return revise_draft(fresh, replace(as_draft(fresh), **changes), by=by)


def test_a_document_made_elsewhere_shows_the_whole_field_model(
    api: Door, business: Business, owner: Actor
) -> None:
    susan = PartnerFactory(
        business=business,
        name="Susan",
        email="susan@example.com",
        billing_line1="1 Silom Road",
        billing_city="Bangkok",
        billing_province="BKK",
        billing_postal_code="10500",
    )
    project = Project.objects.create(business=business, code="P-9", name="Ninth")
    tax = TaxFactory(business=business, rate=7)
    draft = a_draft(
        business,
        by=owner,
        partner=susan,
        lines=[a_line(2, 10, tax=tax), a_line()],
        memo="Thank you",
        project=project,
    )
    expected = {
        "invoice_id": draft.public_id,
        "project_id": "P-9",
        "organization": "Susan",
        "billing_address": "1 Silom Road",
        "billing_city": "Bangkok",
        "billing_state": "BKK",
        "billing_zip_code": "10500",
        "billing_email": "susan@example.com",
        "amount": "121.40",
        "currency": "USD",
        "total": 121.4,
        "status": "unpaid",
        "due_at": "2026-04-09",
        "notes": "Thank you",
        "created_at": draft.created_at.isoformat(),
    }
    assert api.listed() == [expected]
    assert api.one(draft.public_id) == expected
    assert '"total":121.40,' in text_of(api.send("GET", draft.public_id))


def test_a_reference_names_a_document_before_anothers_public_id(
    api: Door, business: Business, owner: Actor
) -> None:
    first = a_draft(business, by=owner, reference="IV-1")
    second = a_draft(business, by=owner, reference=first.public_id)
    assert api.one("IV-1")["organization"] == first.partner.name
    assert api.one(first.public_id)["organization"] == second.partner.name
    assert api.one(second.public_id)["invoice_id"] == first.public_id


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("amount", '"350"'),
        ("amount", '"350.0"'),
        ("amount", "350"),
        ("amount", "350.00"),
        ("amount", "3.5e2"),
        ("total", '"350"'),
        ("total", "350.000"),
        ("currency", '"$"'),
        ("currency", '"USD"'),
        ("currency", "null"),
        ("due_at", '"07/01/2199"'),
        ("due_at", '"7/1/2199"'),
        ("due_at", '"2199-07-01"'),
        ("due_at", '"2199-07-01T10:00:00Z"'),
        ("due_at", '"2199-07-01 10:00:00.123"'),
        ("due_at", "null"),
        ("due_at", '""'),
        ("status", '"unpaid"'),
        ("status", '"Unpaid"'),
        ("notes", '"Thanks, ขอบคุณ"'),
        ("notes", "null"),
        ("project_id", '"project-1"'),
        ("project_id", '""'),
        ("organization", '"Acme"'),
        ("organization", "null"),
        ("x", "1e2"),
        ("x", "-0"),
        ("x", "0.10000000000000000000000000000000000000000001"),
        ("x", "123456789012345678901234567890"),
        ("x", '{"b":[1.0,null,true,{}],"a":{"z":"","y":[]}}'),
        ("billing_city", '{"any":"thing"}'),
        ("created_at", '"07/01/2021"'),
    ],
)
def test_what_is_still_true_comes_back_as_it_was_posted(
    api: Door, word: str, value: str
) -> None:
    amount = "" if word in ("amount", "total") else ',"amount":"350"'
    text = f'{{"z":1,"invoice_id":"A","{word}":{value}{amount},"b":2}}'
    assert text_of(api.post(text.encode())) == text
    assert text_of(api.send("GET", "A")) == text
    with unchanged():
        assert text_of(api.post(text.encode())) == text


@pytest.mark.parametrize(
    ("posted", "plain"),
    [
        ({"amount": "350"}, {"amount": "700.00"}),
        ({"amount": 350}, {"amount": 700.0}),
        ({"total": "350"}, {"total": 700.0}),
        ({"total": 350, "amount": "350"}, {"total": 700.0, "amount": "700.00"}),
        ({}, {"amount": "700.00"}),
    ],
)
def test_an_amount_changed_elsewhere_is_changed_here(
    api: Door, owner: Actor, posted: Any, plain: Any
) -> None:
    api.saved({"invoice_id": "A"} | posted)
    revised(Invoice.objects.get(), owner, lines=[a_line(2, 350)])
    assert api.one("A") == {"invoice_id": "A"} | plain
    revised(Invoice.objects.get(), owner, lines=[a_line(1, 350)])
    expected = posted or {"amount": "350.00"}
    assert api.one("A") == {"invoice_id": "A"} | expected


def test_every_known_word_changed_elsewhere_is_changed_here(
    api: Door, business: Business, owner: Actor
) -> None:
    document = {
        "invoice_id": "A",
        "project_id": "project-1",
        "organization": "Acme",
        "billing_address": "1 Main Street",
        "billing_city": "Springfield",
        "billing_state": "OR",
        "billing_zip_code": "97477",
        "billing_email": "ap@example.com",
        "amount": "350",
        "currency": "$",
        "status": "unpaid",
        "due_at": "01/01/2199",
        "notes": "Thanks",
        "mine": {"deep": 1},
    }
    api.saved(document)
    susan = PartnerFactory(business=business, name="Susan")
    revised(
        Invoice.objects.get(),
        owner,
        partner=susan,
        project=None,
        currency="EUR",
        currency_rate=Decimal(2),
        due_date=datetime.date(2198, 1, 1),
        memo="",
        reference="B",
        lines=[a_line(1, 1)],
    )
    assert api.one("B") == {
        "invoice_id": "B",
        "project_id": None,
        "organization": "Susan",
        "billing_address": "2 Market Square",
        "billing_city": "Hamburg",
        "billing_state": "",
        "billing_zip_code": "",
        "billing_email": "buyer@example.com",
        "amount": "1.00",
        "currency": "EUR",
        "status": "unpaid",
        "due_at": "2198-01-01",
        "notes": "",
        "mine": {"deep": 1},
    }
    assert api.one("A") is None


def test_known_words_that_were_not_posted_appear_when_there_is_news(
    api: Door, business: Business, owner: Actor
) -> None:
    api.saved({"invoice_id": "A"})
    assert api.one("A") == {"invoice_id": "A"}
    draft = revised(
        Invoice.objects.get(),
        owner,
        partner=PartnerFactory(business=business, name="Susan"),
        project=Project.objects.create(business=business, code="P", name="P"),
        currency="EUR",
        currency_rate=Decimal(2),
        due_date=datetime.date(2199, 1, 1),
        memo="Hello",
        lines=[a_line(1, 5)],
    )
    news = {
        "invoice_id": "A",
        "notes": "Hello",
        "project_id": "P",
        "organization": "Susan",
        "due_at": "2199-01-01",
        "currency": "EUR",
        "amount": "5.00",
    }
    assert api.one("A") == news
    draft.issue(by=owner, now=NOW)
    assert api.one("A") == news
    a_payment(business, draft, 5, by=owner)
    assert api.one("A") == news | {"status": "paid"}


def test_status_through_a_documents_life(
    api: Door, business: Business, owner: Actor
) -> None:
    def shown(document: Invoice) -> tuple[str, str]:
        one = api.one(document.public_id)
        return one["status"], one["amount"]

    overdue = an_issued_invoice(business, by=owner)
    assert shown(overdue) == ("unpaid", "100.00")
    a_payment(business, overdue, 40, by=owner)
    assert shown(overdue) == ("unpaid", "100.00")
    a_payment(business, Invoice.objects.get(pk=overdue.pk), 60, by=owner)
    assert shown(overdue) == ("paid", "100.00")
    void = an_issued_invoice(business, by=owner)
    void.void(by=owner, reason="Twice", now=NOW)
    assert shown(void) == ("void", "100.00")
    lost = an_issued_invoice(business, by=owner)
    lost.write_off(by=owner, reason="Gone")
    assert shown(lost) == ("written_off", "100.00")


def test_an_issued_documents_customer_is_as_it_was_issued(
    api: Door, business: Business, owner: Actor
) -> None:
    api.saved({"invoice_id": "A", "organization": "Acme", "billing_city": "Bath"})
    invoice = Invoice.objects.get()
    invoice.issue(by=owner, now=NOW)
    api.saved({"invoice_id": "B", "organization": "Acme", "billing_city": "Bristol"})
    assert api.one("A")["billing_city"] == "Bath"
    assert api.one("B")["billing_city"] == "Bristol"


def test_credit_notes_and_bills_are_not_seen(
    api: Door, business: Business, owner: Actor
) -> None:
    from invoices.crediting import credit
    from invoices.querysets import Direction

    issued = an_issued_invoice(business, by=owner)
    note = credit(issued, None, by=owner, now=NOW, date=TODAY, reason="Back")
    vendor = PartnerFactory(business=business, is_vendor=True)
    bill = a_draft(
        business,
        by=owner,
        partner=vendor,
        direction=Direction.RECEIVED,
        number="V-1",
        reference="BILL",
    )
    assert api.ids() == [issued.public_id]
    for hidden in (note.public_id, bill.public_id, "BILL"):
        assert api.one(hidden) is None
        with unchanged():
            assert read(api.delete(None, hidden)) == {"success": True, "data": []}


def test_an_amount_has_its_currencys_decimals(
    api: Door, business: Business, owner: Actor
) -> None:
    for currency, plain in (("JPY", "3"), ("KWD", "3.000"), ("EUR", "3.00")):
        draft = a_draft(
            business,
            by=owner,
            currency=currency,
            currency_rate=Decimal(1) / 8,
            lines=[a_line(1, 3)],
        )
        response = api.send("GET", draft.public_id)
        assert api.one(draft.public_id)["amount"] == plain
        assert f'"total":{plain},' in text_of(response)
        assert json.loads(text_of(response))["currency"] == currency
