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
from tests.admin_cast import books, everything, formset, said, signed_in, staff, url
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


def test_last_months_lines_join_what_is_typed_and_nothing_is_saved() -> None:
    own, other = books(), books("Zebra")
    client = signed_in(staff(own.business))
    page = url(Invoice, "add")
    assert 'name="_last_month"' in client.get(page).content.decode()
    today = own.business.today(datetime.datetime.now(datetime.UTC))
    date = today.replace(day=1) - datetime.timedelta(days=1)
    head = {"business": own.business.pk, "kind": "invoice", "memo": "Mine"}
    head |= {"date": today, "due_date": today, "currency": "USD", "_last_month": "1"}
    head |= {"discount_percent": "0"}
    typed = [{}, {"description": "Typed", "quantity": "2", "unit_price": ""}]
    blank = {"product": "", "description": "", "unit_price": "", "tax": ""}
    parts = formset("lines", *(blank | {"quantity": ""} | row for row in typed))

    def asked(**values: Any) -> Any:
        before = everything()
        answer = client.post(page, head | parts | values)
        assert everything() == before
        assert answer.status_code == 200
        return answer

    def lines(answer: Any) -> list[Any]:
        [part] = answer.context["inline_admin_formsets"]
        rows = [form for form in part.formset.forms if form["description"].value()]
        return [(r["description"].value(), r["quantity"].value()) for r in rows]

    mine = [("Typed", "2")]
    for partner, told in (
        ("", "Choose a partner first."),
        (other.partner.pk, "Choose a partner first."),
        (own.partner.pk, "There was no invoice to Own Buyer last month."),
    ):
        answer = asked(partner=partner)
        form = answer.context["adminform"].form
        assert told in form.errors["partner"], form.errors
        assert lines(answer) == mine
        assert form["memo"].value() == "Mine"
    made = {"by": actor(own.business), "partner": own.partner, "date": date}
    lines_of = [a_line(3, 10, description="Again", tax=own.tax)]
    an_issued_invoice(own.business, lines=lines_of, discount_percent=Decimal(5), **made)
    answer = asked(partner=own.partner.pk)
    assert lines(answer) == [*mine, ("Again", "3")]
    assert "Own-VAT" in answer.content.decode()
    foreign = asked(partner=own.partner.pk, currency="EUR")
    refusal = foreign.context["adminform"].form.errors["currency"]
    assert refusal == ["Last month’s lines are in USD."]
    assert lines(foreign) == mine
    empty = asked(partner=own.partner.pk, currency="", **formset("lines", blank))
    form = empty.context["adminform"].form
    values = [form[name].value() for name in ("currency", "discount_percent", "memo")]
    assert (lines(empty), values) == ([("Again", "3")], ["USD", "5", "Mine"])
    assert not form.errors
