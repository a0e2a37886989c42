"""The page's invoice, as the page prints it, from both requests that it prints."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest

from invoices.models import Invoice, Tax
from partners.access import Actor
from partners.models import Business
from tests.api.nutcache.door import Door, ids, link, read
from tests.factories import (
    BusinessFactory,
    PartnerFactory,
    TaxFactory,
    a_component,
    a_draft,
    a_line,
    a_payment,
    an_issued_invoice,
)

DAY = datetime.date(2018, 4, 18)


@pytest.fixture
def business(db: None) -> Business:
    return BusinessFactory(currency="CAD", country="CA")


@pytest.fixture
def customer(business: Business) -> Any:
    return PartnerFactory(
        business=business,
        name="Sample client",
        contact_name="Sample contact name",
        email="143222@example.com",
        phone="123-456-7890",
        billing_line1="",
        billing_city="",
        billing_country="CA",
    )


@pytest.fixture
def hst(business: Business) -> Tax:
    return TaxFactory(business=business, code="HST", rate=13)


@pytest.fixture
def quebec(business: Business) -> Tax:
    """One tax of two parts, as the contract's tax 376."""
    tax = TaxFactory(business=business, code="QST", rate=Decimal("9.975"))
    second = a_component(tax, Decimal(5), position=2)
    second.code = "GST"
    second.save()
    return tax


@pytest.fixture
def invoice(
    api: Door, business: Business, customer: Any, hst: Tax, quebec: Tax
) -> Invoice:
    """1312.00 before taxes, 13.79 of taxes, 100.00 paid."""
    by = Actor.member(api.member)
    lines = [
        a_line(1, 60, tax=hst),
        a_line(1, 40, tax=quebec, description="Administration - taxable"),
        a_line(1, 1212),
    ]
    issued = an_issued_invoice(
        business,
        by=by,
        partner=customer,
        number="0005",
        date=DAY,
        due_date=DAY,
        lines=lines,
    )
    a_payment(business, issued, 100, by=by)
    return issued


def page_document(invoice: Invoice, responsible: int) -> dict[str, Any]:
    """The page's document with our ids."""
    organization, customer = invoice.business_id, invoice.partner_id
    return {
        "type": "invoices",
        "id": invoice.pk,
        "invoice_number": "0005",
        "customer_name": "Sample client",
        "balance": Decimal("1225.7900"),
        "paid_to_date": Decimal("100.0000"),
        "organization": organization,
        "customer": customer,
        "customer_address": None,
        "customer_city": None,
        "customer_contact": "Sample contact name",
        "customer_country": "Canada",
        "customer_email": "143222@example.com",
        "customer_legal_notice": None,
        "customer_phone": "123-456-7890",
        "customer_phone_mobile": None,
        "customer_postal_zip_code": None,
        "customer_province_state": None,
        "custom_title": None,
        "description": None,
        "due_date": "2018-04-18T00:00:00",
        "estimate": None,
        "invoice_date": "2018-04-18T00:00:00",
        "notes": None,
        "terms": None,
        "purchase_order": None,
        "responsible": responsible,
        "status": 3,
        "taxes_amount": Decimal("13.7900"),
        "total": Decimal("1325.7900"),
        "total_amount_before_taxes": Decimal("1312.0000"),
        "links": [
            link(f"organizations/{organization}", "organizations"),
            link(f"customers/{customer}", "customers"),
            link(f"invoices/{invoice.pk}", "self"),
        ],
    }


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("root", ["/webapi", "/api"])
@pytest.mark.parametrize("one", [True, False])
def test_the_page_s_requests_answer_with_the_page_s_document(
    api: Door, invoice: Invoice, root: str, one: bool, slash: str
) -> None:
    path = f"{root}/invoices/{invoice.pk}" if one else f"{root}/invoices"
    shown = read(api.get(f"{path}{slash}"))
    expected = page_document(invoice, api.member.pk)
    assert shown == {"invoices": [expected]}
    assert list(shown["invoices"][0]) == list(expected), "in the page's order"
    assert list(shown["invoices"][0]["links"][0]) == ["href", "rel", "type"]


def test_amounts_are_numbers_with_all_their_digits(api: Door, invoice: Invoice) -> None:
    text = api.get(f"invoices/{invoice.pk}").content.decode()
    for part in ('"balance":1225.79,', '"paid_to_date":100,', '"taxes_amount":13.79,'):
        assert part in text.replace("100.00,", "100,")
    assert json.loads(text)


def test_a_tax_of_two_parts_is_two_rows_of_one_tax(
    api: Door, invoice: Invoice, hst: Tax, quebec: Tax
) -> None:
    def row(total: str, code: str, rate: str, place: int, tax: Tax) -> dict[str, Any]:
        return {
            "type": "invoice_taxes",
            "total": Decimal(total),
            "code": code,
            "compound": False,
            "identification": None,
            "rate": Decimal(rate),
            "sequence_number": place,
            "invoice": invoice.pk,
            "links": [link(f"invoices/{invoice.pk}", "invoices")],
            "tax": tax.pk,
        }

    shown = api.shown(f"invoices/{invoice.pk}/invoice_taxes")
    expected = [
        row("7.8000", "HST", "0.130000", 1, hst),
        row("3.9900", "QST", "0.099750", 1, quebec),
        row("2.0000", "GST", "0.050000", 2, quebec),
    ]
    assert shown == expected
    assert list(shown[0]) == list(expected[0])
    assert sum(each["total"] for each in shown) == Decimal("13.79")


def test_details_are_the_lines(api: Door, invoice: Invoice, quebec: Tax) -> None:
    _, second, _ = invoice.lines.order_by("position")
    shown = api.shown(f"invoices/{invoice.pk}/invoice_details")
    expected = {
        "type": "invoice_details",
        "id": second.pk,
        "description": "Administration - taxable",
        "quantity": 1,
        "price": 40,
        "total_price": 40,
        "invoice_detail_type": 0,
        "project": None,
        "links": [link(f"invoices/{invoice.pk}", "invoices")],
        "item": None,
        "tax": quebec.pk,
        "invoice": invoice.pk,
    }
    assert shown[1] == expected
    assert list(shown[1]) == list(expected)
    assert ids(shown) == [line.pk for line in invoice.lines.order_by("position")]


def test_the_contract_s_second_example_adds_up(
    api: Door, business: Business, hst: Tax
) -> None:
    three = TaxFactory(business=business, rate=3)
    drafted = a_draft(business, lines=[a_line(1, 50, tax=three)], number="0002")
    [shown] = api.shown(f"invoices/{drafted.pk}")
    names = ("balance", "total", "taxes_amount", "total_amount_before_taxes", "status")
    assert [shown[name] for name in names] == [
        Decimal("51.5"),
        Decimal("51.5"),
        Decimal("1.5"),
        50,
        0,
    ]
    assert shown["invoice_number"] == "0002"
