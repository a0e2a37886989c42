"""One document again as a new draft, and last month's of a partner."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.duplicating import duplicate, from_last_month
from invoices.exceptions import BadLines, DuplicateBill, NotACustomer
from invoices.models import Bill, Invoice
from partners.access import Actor
from partners.exceptions import Invalid, NotAllowed
from partners.models import Business, Partner
from tests.admin_cast import books, said, signed_in, staff, url
from tests.books import history, parts, refused, row
from tests.factories import (
    NOW,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_bill,
    a_draft,
    a_line,
    actor,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db

ON = datetime.date(2026, 4, 2)


def test_a_document_becomes_a_new_draft_of_today_at_the_rates_of_today(
    business: Business, owner: Actor
) -> None:
    tax = TaxFactory(business=business, rate=10)
    old = an_issued_invoice(
        business,
        by=owner,
        number="INV-7",
        reference="web-7",
        memo="Rent for March",
        terms="14 days",
        discount_percent=Decimal(5),
        due_date=datetime.date(2026, 3, 24),
        lines=[a_line(2, 50, tax=tax), a_line(1, 10, description="Post")],
    )
    tax.components.get().rates.create(
        business=business, rate=20, valid_from=datetime.date(2026, 4, 1)
    )
    before = row(old)
    made = duplicate(old, by=owner, on=ON)
    assert row(old) == before
    assert (made.state, made.number, made.reference) == ("draft", "", "")
    assert (made.date, made.due_date) == (ON, datetime.date(2026, 4, 16))
    assert (made.memo, made.terms) == ("Rent for March", "14 days")
    columns = ("description", "quantity", "unit_price", "tax_id")
    assert parts(made, "lines", *columns) == parts(old, "lines", *columns)
    assert made.tax_total == Decimal(19)
    assert [verb for verb, _facts in history(made)] == [
        "invoice.drafted",
        "invoice.duplicated",
    ]
    assert history(made)[1][1] == {"made_from": "INV-7"}


def test_a_bill_is_duplicated_only_with_the_vendors_next_number(
    business: Business, owner: Actor
) -> None:
    old = a_bill(business, "V-1", by=owner, expected_total=Decimal(100))
    with refused(Invalid, "number"):
        duplicate(old, by=owner, on=ON)
    with refused(DuplicateBill):
        duplicate(old, by=owner, on=ON, number="v-1")
    made = duplicate(old, by=owner, on=ON, number="V-2")
    assert (made.state, made.number, made.expected_total) == ("received", "V-2", None)


def test_what_is_archived_is_refused_by_name(business: Business, owner: Actor) -> None:
    chair = ProductFactory(business=business, name="Chair", code="C")
    old = an_issued_invoice(business, by=owner, lines=[a_line(product=chair)])
    chair.archived_at = NOW
    chair.save()
    with refused(BadLines, "lines") as caught:
        duplicate(old, by=owner, on=ON)
    assert caught.value.message == "C Chair is archived: bring the product back first."
    Partner.objects.filter(pk=old.partner_id).update(archived_at=NOW)
    with refused(NotACustomer, "partner"):
        duplicate(Invoice.objects.get(pk=old.pk), by=owner, on=ON)
    viewer = actor(business, "viewer")
    with refused(NotAllowed):
        duplicate(old, by=viewer, on=ON)


def test_last_months_invoices_of_a_partner_become_one_draft(
    business: Business, owner: Actor
) -> None:
    partner = PartnerFactory(business=business)

    def invoice(day: str, words: str, **values: Any) -> Invoice:
        date = datetime.date.fromisoformat(day)
        lines = [a_line(1, 10, description=words)]
        values |= {"partner": partner, "date": date, "lines": lines, "by": owner}
        return an_issued_invoice(business, **values)

    invoice("2026-02-28", "February")
    first = invoice("2026-03-01", "March 1–15")
    invoice("2026-03-09", "Void").void(by=owner, reason="", now=NOW)
    invoice("2026-03-10", "Yen", currency="JPY", currency_rate=Decimal(1))
    last = invoice("2026-03-31", "March 16–31")
    invoice("2026-04-01", "April")
    a_draft(business, by=owner, date=datetime.date(2026, 3, 2))
    made = from_last_month(partner, by=owner, on=ON)
    assert parts(made, "lines", "description") == [("March 1–15",), ("March 16–31",)]
    assert (made.partner, made.date, made.total) == (partner, ON, 20)
    assert history(made)[1][1] == {"made_from": f"{first.number}, {last.number}"}
    other = PartnerFactory(business=business)
    with refused(Invalid, "partner"):
        from_last_month(other, by=owner, on=ON)


def test_documents_are_duplicated_from_their_pages() -> None:
    own, other = books(), books("Zebra")
    client = signed_in(staff(own.business))
    for document in (own.invoice, own.draft):
        page = client.post(url(document, "duplicate"), follow=True)
        assert said(page) == ["This is a new draft: look through it, then issue it."]
        assert page.context["original"].pk == Invoice.objects.latest("id").pk
    bill = Bill.objects.get(pk=own.bill.pk)
    page = client.post(url(bill, "duplicate"), follow=True)
    assert said(page) == ["Give the number that the vendor has put on the new bill."]
    client.post(url(bill, "duplicate"), {"number": "Next"})
    assert Bill.objects.latest("id").number == "Next"
    assert client.post(url(other.invoice, "duplicate")).status_code == 404
    viewer = signed_in(staff(own.business, "viewer"))
    before = Invoice.objects.count()
    page = viewer.post(url(own.invoice, "duplicate"), follow=True)
    assert "This needs the capability" in said(page)[0]
    assert Invoice.objects.count() == before


def test_last_month_is_taken_on_the_page_of_a_new_draft() -> None:
    own, other = books(), books("Zebra")
    client = signed_in(staff(own.business))
    address = url(Invoice, "from_last_month")
    assert address in client.get(url(Invoice, "add")).content.decode()
    today = own.business.today(datetime.datetime.now(datetime.UTC))
    date = today.replace(day=1) - datetime.timedelta(days=1)
    page = client.post(address, {"partner": own.partner.pk}, follow=True)
    assert said(page) == ["There was no invoice to Own Buyer last month."]
    by = actor(own.business)
    an_issued_invoice(own.business, by=by, partner=own.partner, date=date)
    page = client.post(address, {"partner": own.partner.pk}, follow=True)
    assert page.context["original"].date == today
    assert said(client.post(address, follow=True)) == ["Choose a partner first."]
    assert client.post(address, {"partner": other.partner.pk}).status_code == 404
    partner_page = client.get(url(own.partner, "change")).content.decode()
    assert "New invoice from last month…" in partner_page
