"""Paying bills: only approved ones, never more than is open, by whoever may."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from invoices.assigning import assign
from invoices.crediting import credit
from invoices.exceptions import (
    CurrencyMismatch,
    ExceedsOpen,
    NotApproved,
    NotIssued,
    NotReceived,
    ReferenceTaken,
    StaleDocument,
    TotalDiffers,
)
from invoices.models import Invoice, TaxRate
from invoices.querysets import Kind, Status
from partners.access import Actor, Capability
from partners.exceptions import NotAllowed
from payments.exceptions import BadPayment
from payments.models import Allocation, Payment
from payments.paying import pay_bill, record_vendor_payment
from payments.recording import allocate, cancel_payment, record_payment
from tests.books import history, money_of, refused, row
from tests.concurrency.racing import disagreements
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    BusinessFactory,
    MembershipFactory,
    PartnerFactory,
    TaxFactory,
    a_bill,
    a_cost,
    a_line,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
    payment_of,
)


def money_out(business, amount: Any, **values: Any):
    """A payment to a vendor, as a door hands it in."""
    return payment_of(business, amount, **({"direction": "out"} | values))


def settled(payment: Payment) -> Any:
    found = Allocation.objects.for_business(payment.business_id).filter(payment=payment)
    return dict(found.values_list("invoice_id", "amount"))


def standing(bill: Invoice) -> Any:
    """Its status today, and what is open."""
    found = Invoice.objects.for_business(bill.business_id).with_status(TODAY)
    return vars(found.get(pk=bill.pk))["status"], money_of(bill)["balance"]


# --- one bill -----------------------------------------------------------------------------


def test_an_approved_bill_is_paid_in_parts(business, owner):
    bill = an_approved_bill(business, by=owner)
    bank = AccountFactory(business=business)
    draft = money_out(
        business,
        40,
        account=bank,
        partner=bill.partner,
        reference="T-1",
        check_number="77",
        purchase_order="PO",
        purchase_order_line="1",
        purchase_order_type="open",
    )

    payment = pay_bill(bill, draft, by=owner, now=NOW)

    assert row(payment) == {
        "direction": "out",
        "partner_id": bill.partner_id,
        "account_id": bank.pk,
        "date": TODAY,
        "currency": "USD",
        "currency_rate": 1,
        "amount": 40,
        "amount_allocated": 40,
        "amount_refunded": 0,
        "unallocated": 0,
        "method": "",
        "reference": "T-1",
        "check_number": "77",
        "invoice_number": "",
        "purchase_order": "PO",
        "purchase_order_line": "1",
        "purchase_order_type": "open",
        "project_id": None,
        "cost_id": None,
        "description": "",
        "refund_of_id": None,
        "version": 2,
        "cancelled_at": None,
    }
    assert settled(payment) == {bill.pk: 40}
    assert standing(bill) == (Status.PARTLY_PAID, 60)
    pay_bill(bill, money_out(business, 60, account=bank), by=owner, now=NOW)
    assert standing(bill) == (Status.PAID, 0)
    assert [verb for verb, _ in history(bill)] == [
        "invoice.drafted",
        "invoice.approved",
        "invoice.payment_applied",
        "invoice.paid",
    ]
    assert disagreements(business) == []


def test_paying_a_bill_that_waits_approves_it_first(business, owner):
    bill = a_bill(business, by=owner)
    payment = pay_bill(bill, money_out(business, 100), by=owner, now=NOW)
    assert settled(payment) == {bill.pk: 100}
    stored = row(bill)
    assert (stored["state"], stored["issued_at"]) == ("approved", NOW)
    assert [verb for verb, _ in history(bill)] == [
        "invoice.drafted",
        "invoice.approved",
        "invoice.paid",
    ]


def test_who_may_not_approve_pays_nothing_that_waits(business, owner):
    bill = a_bill(business, by=owner)
    draft = money_out(business, 100)
    accountant = actor(business, "accountant")
    with refused(NotAllowed) as caught:
        pay_bill(bill, draft, by=accountant, now=NOW)
    assert caught.value.facts == {"capability": "approve"}


def test_who_may_approve_but_not_pay_leaves_the_bill_waiting(business, owner):
    bill = a_bill(business, by=owner)
    draft = money_out(business, 100)
    approver = actor(business, "approver")
    with refused(NotAllowed) as caught:
        pay_bill(bill, draft, by=approver, now=NOW)
    assert caught.value.facts == {"capability": "pay"}


def test_what_is_refused_later_undoes_the_approval(business, owner):
    bill = a_bill(business, by=owner)
    bank = AccountFactory(business=business)
    other = PartnerFactory(business=business)
    for kind, draft in {
        ExceedsOpen: money_out(business, 101, account=bank),
        BadPayment: money_out(business, 100, account=bank, partner=other),
        CurrencyMismatch: money_out(
            business, 100, account=bank, currency="EUR", currency_rate=Decimal(1)
        ),
    }.items():
        with refused(kind):
            pay_bill(bill, draft, by=owner, now=NOW)


def test_a_bill_that_cannot_be_approved_is_not_paid(business, owner):
    vat = TaxFactory(business=business, rate=19)
    bill = a_bill(
        business, by=owner, lines=[a_line(tax=vat)], expected_total=Decimal(119)
    )
    TaxRate.objects.for_business(business).update(rate=16)
    draft = money_out(business, 116)
    with refused(TotalDiffers, "expected_total"):
        pay_bill(bill, draft, by=owner, now=NOW)


def test_a_cancelled_bill_a_sale_and_a_strangers_bill_are_not_paid(business, owner):
    bill, sale = a_bill(business, by=owner), an_issued_invoice(business, by=owner)
    bill.cancel(by=owner, reason="")
    theirs = an_approved_bill(BusinessFactory())
    draft = money_out(business, 10)
    for kind, document in {
        NotIssued: bill,
        BadPayment: sale,
        StaleDocument: theirs,
    }.items():
        with refused(kind):
            pay_bill(document, draft, by=owner, now=NOW)


def test_no_other_deed_pays_a_bill_that_waits(business, owner):
    bill = a_bill(business, by=owner)
    advance = a_payment(business, None, 100, by=owner, direction="out")
    draft = money_out(business, 100, settles=[(bill, Decimal(100))])
    with refused(NotApproved):
        record_payment(draft, by=owner)
    with refused(NotApproved):
        allocate(advance, bill, Decimal(100), by=owner)
    bill.approve(by=owner, now=NOW)
    allocate(advance, bill, Decimal(100), by=owner)
    assert money_of(bill)["balance"] == 0


def test_cancelling_a_payment_reopens_the_bill(business, owner):
    bill = an_approved_bill(business, by=owner)
    payment = pay_bill(bill, money_out(business, 100), by=owner, now=NOW)
    cancel_payment(payment, by=owner, now=NOW)
    assert standing(bill) == (Status.APPROVED, 100)
    bill.cancel(by=owner, reason="")
    assert disagreements(business) == []


# --- by the vendor's number ----------------------------------------------------------------


@pytest.fixture
def bill(business, owner) -> Invoice:
    """An approved bill V-1 of 100 US dollars."""
    return an_approved_bill(business, by=owner)


def named(bill: Invoice, amount: Any, **values: Any):
    """Money out for the bill of that vendor and number."""
    known = {"partner": bill.partner, "invoice_number": bill.number}
    return money_out(bill.business, amount, **(known | values))


@pytest.mark.parametrize(
    ("amount", "share", "left"), [(100, 100, 0), (30, 30, 0), (120, 100, 20)]
)
def test_the_named_bill_is_settled_as_far_as_it_is_open(
    bill, owner, amount, share, left
):
    payment = record_vendor_payment(named(bill, amount), by=owner)
    assert settled(payment) == {bill.pk: share}
    stored = row(payment)
    assert (stored["unallocated"], stored["invoice_number"]) == (left, "V-1")
    assert money_of(bill)["balance"] == 100 - share
    assert disagreements(bill.business) == []


def test_a_bills_number_is_known_in_any_case(bill, owner):
    payment = record_vendor_payment(named(bill, 100, invoice_number="v-1"), by=owner)
    assert settled(payment) == {bill.pk: 100}


def test_money_to_a_vendor_goes_out_whatever_the_draft_says(bill, owner):
    payment = record_vendor_payment(named(bill, 100, direction="in"), by=owner)
    assert (row(payment)["direction"], settled(payment)) == ("out", {bill.pk: 100})


def test_what_names_no_one_approved_open_bill_stays_on_account(business, bill, owner):
    vendor = bill.partner
    a_bill(business, "waiting", by=owner, partner=vendor)
    a_bill(business, "off", by=owner, partner=vendor).cancel(by=owner, reason="")
    an_approved_bill(
        business, by=owner, number="note", partner=vendor, kind=Kind.CREDIT_NOTE
    )
    paid = an_approved_bill(business, by=owner, number="paid", partner=vendor)
    a_payment(business, paid, 100, by=owner, direction="out")
    an_approved_bill(
        business,
        by=owner,
        number="euro",
        partner=vendor,
        currency="EUR",
        currency_rate=Decimal(1),
    )
    for values in (
        {"invoice_number": ""},
        {"invoice_number": "V-2"},
        {"invoice_number": "waiting"},
        {"invoice_number": "off"},
        {"invoice_number": "note"},
        {"invoice_number": "paid"},
        {"invoice_number": "euro"},
        {"partner": None},
        {"partner": PartnerFactory(business=business)},
    ):
        payment = record_vendor_payment(named(bill, 50, **values), by=owner)
        assert (settled(payment), row(payment)["unallocated"]) == ({}, 50), values
    assert money_of(bill)["balance"] == 100


def test_a_number_booked_twice_settles_neither_until_one_is_paid(business, bill, owner):
    again = an_approved_bill(
        business, by=owner, partner=bill.partner, duplicate_reason="In two parts"
    )
    payment = record_vendor_payment(named(bill, 100), by=owner)
    assert settled(payment) == {}
    a_payment(business, bill, 100, by=owner, direction="out")
    payment = record_vendor_payment(named(bill, 100), by=owner)
    assert settled(payment) == {again.pk: 100}


def test_a_bill_of_another_business_is_not_found(bill):
    other = BusinessFactory()
    by = actor(other)
    draft = money_out(other, 100, partner=bill.partner, invoice_number="V-1")
    with refused(BadPayment, "partner"):
        record_vendor_payment(draft, by=by)


def test_money_is_spent_on_a_cost_of_its_project(business, bill, owner):
    cost, elsewhere = a_cost(business), a_cost(business)
    theirs = a_cost(BusinessFactory())
    bank = AccountFactory(business=business)
    for field, values in (
        ("cost", {"project": cost.project, "cost": elsewhere}),
        ("cost", {"cost": theirs}),
        ("project", {"project": theirs.project}),
    ):
        draft = named(bill, 100, account=bank, **values)
        with refused(BadPayment, field):
            record_vendor_payment(draft, by=owner)
    draft = named(bill, 100, account=bank, project=cost.project, cost=cost)
    stored = row(record_vendor_payment(draft, by=owner))
    assert (stored["project_id"], stored["cost_id"]) == (cost.project_id, cost.pk)


def test_a_reference_of_money_out_is_used_once(bill, owner):
    first = record_vendor_payment(named(bill, 10, reference="ap-7"), by=owner)
    draft = named(bill, 10, reference="ap-7", account=first.account)
    with refused(ReferenceTaken, "reference"):
        record_vendor_payment(draft, by=owner)
    cancel_payment(first, by=owner, now=NOW)
    record_vendor_payment(draft, by=owner)
    assert money_of(bill)["balance"] == 90


# --- who may -------------------------------------------------------------------------------

Deed = Callable[[Any, Invoice, Invoice, Actor], object]

DEEDS: dict[str, tuple[set[str], Deed]] = {
    "approve": ({"approve"}, lambda _, w, o, by: w.approve(by=by, now=NOW)),
    "turn down": ({"approve"}, lambda _, w, o, by: w.cancel(by=by, reason="")),
    "withdraw": ({"correct"}, lambda _, w, o, by: o.cancel(by=by, reason="")),
    "assign": ({"draft"}, lambda _, w, o, by: assign(o, None, by=by)),
    "delete": ({"draft"}, lambda _, w, o, by: w.delete(by=by)),
    "pay approved": ({"pay"}, lambda d, w, o, by: pay_bill(o, d, by=by, now=NOW)),
    "pay waiting": (
        {"pay", "approve"},
        lambda d, w, o, by: pay_bill(w, d, by=by, now=NOW),
    ),
    "pay by number": ({"pay"}, lambda d, w, o, by: record_vendor_payment(d, by=by)),
}
ROLES = {
    "viewer": set[str](),
    "approver": {"approve"},
    "clerk": {"draft"},
    "accountant": {"draft", "correct", "pay"},
    "owner": {"draft", "correct", "pay", "approve"},
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_to_bills_exactly_its_deeds(business, owner, role, deed):
    needed, do = DEEDS[deed]
    waiting, owed = a_bill(business, by=owner), an_approved_bill(business, by=owner)
    draft, by = money_out(business, 10), actor(business, role)
    if needed <= ROLES[role]:
        do(draft, waiting, owed, by)
        return
    with refused(NotAllowed):
        do(draft, waiting, owed, by)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_keys_scopes_open_exactly_what_they_say(business, owner, deed):
    needed, do = DEEDS[deed]
    waiting, owed = a_bill(business, by=owner), an_approved_bill(business, by=owner)
    draft = money_out(business, 10)
    member = MembershipFactory(business=business, role="owner")
    for missing in needed:
        some = [word for word in Capability if word != missing]
        with refused(NotAllowed):
            do(draft, waiting, owed, Actor.member(member, some))
    do(draft, waiting, owed, Actor.member(member, needed))


def test_nobody_approves_what_is_final_to_pay_it_again(business, owner):
    bill = an_approved_bill(business, by=owner)
    credit(bill, None, by=owner, now=NOW, date=TODAY, number="C-1")
    draft = money_out(business, 1)
    with refused(ExceedsOpen):
        pay_bill(bill, draft, by=owner, now=NOW)
    with refused(NotReceived):
        bill.approve(by=owner, now=NOW)
