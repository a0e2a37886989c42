"""Payments in the admin: recorded, cancelled and taken off by verbs only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from invoices.models import Invoice
from payments.bank.accepting import undo
from payments.models import Allocation, BankLine, Payment
from tests.admin_cast import (
    Books,
    act,
    books,
    errors,
    everything,
    formset,
    said,
    signed_in,
    staff,
    url,
)
from tests.factories import (
    MembershipFactory,
    actor,
    an_approved_bill,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def owner(own: Books) -> Client:
    return signed_in(staff(own.business))


def posted(own: Books, *settles: tuple[Invoice, str], **values: Any) -> dict[str, Any]:
    parts = [{"invoice": invoice.pk, "amount": amount} for invoice, amount in settles]
    return {
        "business": own.business.pk,
        "direction": "in",
        "partner": own.partner.pk,
        "account": own.account.pk,
        "date": "2026-03-10",
        "currency": "USD",
        "currency_rate": "",
        "amount": "60",
        "method": "transfer",
        "reference": "R-1",
        "check_number": "",
        "invoice_number": "",
        "purchase_order": "",
        "purchase_order_line": "",
        "purchase_order_type": "",
        "project": "",
        "cost": "",
        "description": "",
        **formset("allocations", *parts),
        **values,
    }


def test_a_payment_is_recorded_with_what_it_settles(own: Books, owner: Client) -> None:
    second = an_issued_invoice(own.business, partner=own.partner)
    data = posted(own, (own.invoice, "40"), (second, "15.50"))
    response = owner.post(url(Payment, "add"), data)
    assert response.status_code == 302, errors(response)
    payment = Payment.objects.latest("id")
    assert (payment.amount, payment.unallocated) == (60, Decimal("4.50"))
    assert list(payment.allocations.values_list("invoice_id", "amount")) == [
        (own.invoice.pk, 40),
        (second.pk, Decimal("15.50")),
    ]
    own.invoice.refresh_from_db()
    assert own.invoice.balance == 60


def test_what_is_left_empty_settles_as_much_as_it_can(
    own: Books, owner: Client
) -> None:
    second = an_issued_invoice(own.business, partner=own.partner)
    data = posted(own, (own.invoice, ""), (second, "20"), amount="130")
    assert owner.post(url(Payment, "add"), data).status_code == 302
    payment = Payment.objects.latest("id")
    parts = payment.allocations.values_list("amount", flat=True)
    assert ([*map(int, parts)], payment.unallocated) == ([100, 20], 10)


def test_a_payment_may_settle_nothing_yet(own: Books, owner: Client) -> None:
    owner.post(url(Payment, "add"), posted(own, partner=""))
    payment = Payment.objects.latest("id")
    assert (payment.unallocated, payment.partner) == (60, None)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"amount": "5000"}, "5000.00 is more than the 100.00 open on {invoice}."),
        ({"amount": "-1"}, "The amount must be above zero."),
        ({"amount": "1.001"}, "USD has 2 decimals."),
        ({"currency": "XQQ"}, "XQQ is no currency code."),
        ({"direction": "out"}, "The money flows the other way."),
        ({"date": ""}, "This field is required."),
    ],
)
def test_what_the_books_refuse_is_shown_and_nothing_is_saved(
    own: Books, owner: Client, values: dict[str, str], message: str
) -> None:
    before = everything()
    amount = values.get("amount", "10")
    data = posted(own, (own.invoice, amount), **values)
    response = owner.post(url(Payment, "add"), data)
    assert message.format(invoice=own.invoice) in errors(response)
    assert everything() == before


def test_rows_of_another_business_are_refused_on_a_payment(
    own: Books, owner: Client
) -> None:
    other = books("Zebra")
    before = everything()
    forged = [
        posted(own, account=other.account.pk),
        posted(own, partner=other.partner.pk),
        posted(own, business=other.business.pk),
        posted(own, (other.invoice, "10")),
    ]
    for data in forged:
        response = owner.post(url(Payment, "add"), data)
        assert any("Select a valid choice" in text for text in errors(response)), data
    assert everything() == before


def test_a_payment_settles_no_document_of_ones_other_business(own: Books) -> None:
    second = books("Second")
    user = staff(own.business)
    MembershipFactory(business=second.business, user=user, role="owner")
    before = everything()
    response = signed_in(user).post(
        url(Payment, "add"), posted(own, (second.invoice, "10"))
    )
    assert errors(response) == ["This belongs to another business."]
    assert everything() == before


def test_a_recorded_payment_is_read_only(own: Books) -> None:
    client = signed_in(staff(is_superuser=True))
    page = client.get(url(own.payment, "change"))
    assert "_save" not in page.content.decode()
    shown = page.content.decode()
    assert "Payment recorded" in shown
    assert "payment.recorded" not in shown
    assert ".0000" not in shown
    before = everything()
    data = posted(own, amount="1")
    assert client.post(url(own.payment, "change"), data).status_code == 403
    deleted = client.post(url(own.payment, "delete"), {"post": "yes"})
    assert deleted.status_code == 403
    allocation = Allocation.objects.get()
    changed = client.post(url(allocation, "change"), {"amount": "1"})
    assert changed.status_code == 403
    assert client.post(url(Allocation, "add"), {}).status_code == 403
    assert everything() == before


def test_cancelling_reopens_the_documents_once_confirmed(
    own: Books, owner: Client
) -> None:
    asked = act(owner, "cancel", own.payment)
    assert "Cancel these payments?" in asked.content.decode()
    assert Payment.objects.standing().get() == own.payment
    own.payment.refresh_from_db()
    done = act(owner, "cancel", own.payment, confirmed="yes")
    assert "undo that match first" in said(done)[0]
    line = BankLine.objects.get(payment=own.payment)
    undo(line, by=actor(own.business), now=timezone.now())
    done = act(owner, "cancel", own.payment, confirmed="yes")
    assert said(done) == [f"Cancelled {own.payment}."]
    own.invoice.refresh_from_db()
    assert not Payment.objects.standing().exists()
    assert own.invoice.balance == own.invoice.total
    again = act(owner, "cancel", own.payment, confirmed="yes")
    assert said(again) == [f"{own.payment}: The payment has been cancelled."]


def test_a_payment_is_taken_off_a_document(own: Books, owner: Client) -> None:
    allocation = Allocation.objects.get()
    own.payment.refresh_from_db()
    done = act(owner, "unallocate", allocation, confirmed="yes")
    assert said(done) == [f"Took {own.payment} off {own.invoice}."]
    own.payment.refresh_from_db()
    assert (own.payment.unallocated, Allocation.objects.count()) == (10, 0)


def money_out(own: Books, bill: Invoice, *settles: Any, **values: Any) -> Any:
    out = {"direction": "out", "partner": bill.partner_id}
    return posted(own, *settles, **out | values)


def test_a_bill_is_paid_by_choosing_it_or_by_its_number(
    own: Books, owner: Client
) -> None:
    bill = an_approved_bill(own.business, number="F-1")
    chosen = money_out(own, bill, (bill, "40"), amount="40", reference="1")
    words = {"check_number": "77", "purchase_order": "PO", "purchase_order_line": "2"}
    words |= {"project": own.project.pk, "cost": own.cost.pk}
    named = money_out(own, bill, amount="75", reference="2", invoice_number="F-1")
    for data in (chosen, named | words):
        response = owner.post(url(Payment, "add"), data)
        assert response.status_code == 302, errors(response)
    bill.refresh_from_db()
    assert (bill.amount_paid, bill.balance) == (100, 0)
    payment = Payment.objects.latest("id")
    assert (payment.amount_allocated, payment.unallocated) == (60, 15)
    kept = {name: getattr(payment, name) for name in ("project_id", "cost_id")}
    assert kept == {"project_id": own.project.pk, "cost_id": own.cost.pk}
    assert (payment.check_number, payment.purchase_order_line) == ("77", "2")
    text = owner.get(url(payment, "change")).content.decode()
    assert "F-1" in text


def test_a_bill_that_waits_is_not_paid_here(own: Books, owner: Client) -> None:
    before = everything()
    response = owner.post(
        url(Payment, "add"), money_out(own, own.bill, (own.bill, "60"))
    )
    assert errors(response) == ["Own-B is not approved yet: it cannot be paid."]
    assert everything() == before


def test_a_reference_of_money_out_is_used_once(own: Books, owner: Client) -> None:
    data = money_out(own, own.bill)
    assert owner.post(url(Payment, "add"), data).status_code == 302
    before = everything()
    response = owner.post(url(Payment, "add"), data)
    assert errors(response) == ["The reference R-1 is taken."]
    assert everything() == before


@pytest.mark.parametrize("role", ["clerk", "approver", "viewer"])
def test_who_may_not_pay_sees_payments_but_changes_none(own: Books, role: str) -> None:
    client = signed_in(staff(own.business, role))
    before = everything()
    assert client.get(url(own.payment, "change")).status_code == 200
    assert client.post(url(Payment, "add"), posted(own)).status_code == 403
    act(client, "cancel", own.payment, confirmed="yes")
    act(client, "unallocate", Allocation.objects.get(), confirmed="yes")
    assert everything() == before


def test_a_form_that_is_sent_twice_records_one_payment(
    own: Books, owner: Client
) -> None:
    page = owner.get(url(Payment, "add"))
    data = posted(own, (own.invoice, "40")) | {"_once": page.context["once"]}
    assert owner.post(url(Payment, "add"), data).status_code == 302
    before = everything()
    again = owner.post(url(Payment, "add"), data)
    assert errors(again) == ["This form was saved already: look at the list."]
    assert everything() == before
    other = owner.get(url(Payment, "add")).context["once"]
    assert owner.post(url(Payment, "add"), data | {"_once": other}).status_code == 302
