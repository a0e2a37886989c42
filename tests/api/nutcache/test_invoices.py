"""What an invoice says at each step of its life, and what its details point to."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.crediting import credit
from invoices.models import Invoice
from partners.access import Actor
from partners.models import Business, Membership
from tests.api.nutcache.door import Door, ids, link
from tests.factories import (
    NOW,
    TODAY,
    PartnerFactory,
    ProductFactory,
    ProjectFactory,
    a_bill,
    a_draft,
    a_line,
    a_payment,
    actor,
    an_issued_invoice,
)

LONG_AGO = datetime.date(2020, 1, 1)


def standing(api: Door, invoice: Invoice) -> tuple[Any, ...]:
    """Status, total, paid and balance as shown."""
    [shown] = api.shown(f"invoices/{invoice.pk}")
    names = ("status", "total", "paid_to_date", "balance")
    return tuple(shown[name] for name in names)


def test_every_step_of_a_life_has_its_number(
    api: Door, business: Business, owner: Actor
) -> None:
    drafted = a_draft(business, by=owner)
    assert standing(api, drafted) == (0, 100, 0, 100)
    issued = drafted.issue(by=owner, now=NOW)
    assert standing(api, issued) == (1, 100, 0, 100)
    a_payment(business, issued, 30, by=owner)
    assert standing(api, issued) == (3, 100, 30, 70)
    credit(issued, {1: Decimal("0.2")}, by=owner, now=NOW, date=TODAY, reason="x")
    assert standing(api, issued) == (3, 100, 50, 50)
    issued.refresh_from_db()
    a_payment(business, issued, 50, by=owner)
    assert standing(api, issued) == (4, 100, 100, 0)


def test_what_the_customer_says_has_its_numbers(
    api: Door, business: Business, owner: Actor
) -> None:
    issued = an_issued_invoice(business, by=owner)
    issued.record_view(NOW)
    assert standing(api, issued) == (2, 100, 0, 100)
    issued.dispute("Never ordered", by=owner, now=NOW)
    assert standing(api, issued) == (5, 100, 0, 100)
    a_payment(business, issued, 30, by=owner)
    assert standing(api, issued) == (5, 100, 30, 70)
    issued.settle_dispute(by=owner)
    assert standing(api, issued) == (3, 100, 30, 70)
    issued.dispute("Too much", by=owner, now=NOW)
    issued.refresh_from_db()
    a_payment(business, issued, 70, by=owner)
    assert standing(api, issued) == (4, 100, 100, 0)


def test_viewed_and_disputed_invoices_are_found_by_their_numbers(
    api: Door, business: Business, owner: Actor
) -> None:
    viewed, disputed, _ = (an_issued_invoice(business, by=owner) for _ in range(3))
    viewed.record_view(NOW)
    disputed.record_view(NOW)
    disputed.dispute("Never ordered", by=owner, now=NOW)
    for number, invoice in ((2, viewed), (5, disputed)):
        assert ids(api.found("invoices", ("status", "eq", number))) == [invoice.pk]


def test_what_is_overdue_stands_as_if_it_were_not(
    api: Door, business: Business, owner: Actor
) -> None:
    dates = {"date": LONG_AGO, "due_date": LONG_AGO}
    untouched = an_issued_invoice(business, by=owner, **dates)
    partly = an_issued_invoice(business, by=owner, **dates)
    a_payment(business, partly, 30, by=owner)
    assert standing(api, untouched) == (1, 100, 0, 100)
    assert standing(api, partly) == (3, 100, 30, 70)


def test_nothing_is_owed_on_what_is_void_and_nobody_asks_for_what_is_written_off(
    api: Door, business: Business, owner: Actor
) -> None:
    void = an_issued_invoice(business, by=owner)
    void.void(by=owner, reason="x", now=NOW)
    lost = an_issued_invoice(business, by=owner)
    a_payment(business, lost, 30, by=owner)
    lost.write_off(by=owner, reason="x")
    assert standing(api, void) == (6, 100, 0, 0)
    assert standing(api, lost) == (6, 100, 30, 70)


def test_only_invoices_that_the_business_issues_are_shown(
    api: Door, business: Business, owner: Actor
) -> None:
    issued = an_issued_invoice(business, by=owner)
    note = credit(issued, None, by=owner, now=NOW, date=TODAY, reason="x")
    bill = a_bill(business, by=owner)
    assert ids(api.shown("invoices")) == [issued.pk]
    for other in (note, bill):
        for path in ("", "/invoice_details", "/invoice_taxes"):
            assert api.get(f"invoices/{other.pk}{path}").status_code == 404


def test_a_draft_says_what_the_record_says_and_an_issued_one_what_it_said(
    api: Door, business: Business, owner: Actor
) -> None:
    partner = PartnerFactory(
        business=business,
        name="Old",
        contact_name="Olga",
        tax_number="DE1",
        phone="1",
        billing_line1="1 Way",
        billing_line2="Floor 2",
        billing_province="Hesse",
        billing_postal_code="1000",
    )
    drafted = a_draft(business, by=owner, partner=partner)
    issued = an_issued_invoice(business, by=owner, partner=partner)
    before = {
        "customer_name": "Old",
        "customer_address": "1 Way\nFloor 2",
        "customer_city": "Hamburg",
        "customer_contact": "Olga",
        "customer_country": "Germany",
        "customer_email": "buyer@example.com",
        "customer_legal_notice": "DE1",
        "customer_phone": "1",
        "customer_phone_mobile": None,
        "customer_postal_zip_code": "1000",
        "customer_province_state": "Hesse",
    }
    assert said(api, drafted) == before
    assert said(api, issued) == before
    partner.name, partner.billing_line1, partner.billing_country = "New", "", ""
    partner.save()
    now = {
        "customer_name": "New",
        "customer_address": "Floor 2",
        "customer_country": None,
    }
    assert said(api, drafted) == before | now
    assert said(api, issued) == before


def said(api: Door, invoice: Invoice) -> dict[str, Any]:
    """The customer as the invoice shows it."""
    [shown] = api.shown(f"invoices/{invoice.pk}")
    return {name: shown[name] for name in shown if name.startswith("customer_")}


def test_texts_of_the_document_have_their_attributes(
    api: Door, business: Business
) -> None:
    texts = {"description": "Work", "terms": "Soon", "purchase_order": "PO 1"}
    drafted = a_draft(business, memo="Thanks", **texts)
    [shown] = api.shown(f"invoices/{drafted.pk}")
    assert {name: shown[name] for name in texts} == texts
    assert shown["notes"] == "Thanks"
    assert shown["invoice_number"] is None


def test_responsible_is_a_member_of_this_organization_or_nobody(
    api: Door, business: Business, stranger: Door
) -> None:
    by = actor(business)
    drafted = a_draft(business, by=by)
    own = Membership.objects.get(user=by.user_id)
    elsewhere = Membership.objects.create(
        business=stranger.business, user=own.user, role="owner"
    )
    [shown] = api.shown(f"invoices/{drafted.pk}")
    assert shown["responsible"] == own.pk != elsewhere.pk
    imported = a_draft(business, by=Actor.operator(business, "import"))
    [shown] = api.shown(f"invoices/{imported.pk}")
    assert shown["responsible"] is None


def test_a_detail_points_to_its_item_and_project(api: Door, business: Business) -> None:
    product = ProductFactory(business=business)
    project = ProjectFactory(business=business)
    line = a_line("1.5", "2.345678", product=product, description="")
    drafted = a_draft(business, project=project, lines=[line])
    [shown] = api.shown(f"invoices/{drafted.pk}/invoice_details")
    assert shown["item"] == product.pk
    assert shown["project"] == project.pk
    assert shown["quantity"] == Decimal("1.5")
    assert shown["price"] == Decimal("2.345678")
    assert shown["total_price"] == Decimal("3.52")
    assert shown["links"] == [
        link(f"projects/{project.pk}", "projects"),
        link(f"invoices/{drafted.pk}", "invoices"),
    ]


@pytest.mark.parametrize(
    ("currency", "amount"), [("JPY", "3"), ("USD", "3.33"), ("KWD", "3.333")]
)
def test_amounts_have_the_decimals_of_their_currency(
    api: Door, business: Business, currency: str, amount: str
) -> None:
    lines = [a_line(1, "3.3333")]
    drafted = a_draft(
        business, currency=currency, currency_rate=Decimal(1), lines=lines
    )
    text = api.get(f"invoices/{drafted.pk}").content.decode()
    assert f'"total":{amount},' in text
    assert f'"balance":{amount},' in text
