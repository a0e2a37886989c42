"""Bills in many hands: approved once, paid once, booked once."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Sum

from invoices.assigning import assign
from invoices.drafting import draft_invoice
from invoices.models import CostShare, Event, Invoice
from invoices.querysets import State
from payments.models import Allocation, Payment
from payments.paying import pay_bill, record_vendor_payment
from tests.books import money_of, row
from tests.concurrency.racing import (
    Gate,
    dealt,
    disagreements,
    race,
    refusals,
    tell,
    unlocked,
)
from tests.factories import (
    NOW,
    AccountFactory,
    a_bill,
    a_cost,
    an_approved_bill,
    bill_of,
    payment_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 10
DOORS = ("invoices.locking.lock_invoices", "payments.recording.lock_invoices")


def take_the_lock_out(monkeypatch, threads: int) -> None:
    """The control: everybody has read the bill before anybody writes it."""
    gate = Gate(threads)

    def read_together(business_id: int, pks: Any) -> dict[int, Invoice]:
        documents = unlocked(business_id, pks)
        gate.wait()
        return documents

    for door in DOORS:
        monkeypatch.setattr(door, read_together)


def copies(bill: Invoice, count: int) -> list[Invoice]:
    return [Invoice.objects.get(pk=bill.pk) for _ in range(count)]


def times(bill: Invoice, verb: str) -> int:
    return Event.objects.about(bill).filter(verb=verb).count()


def settled(bill: Invoice) -> Any:
    found = Allocation.objects.for_business(bill.business_id).filter(invoice=bill)
    return found.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def standing(bill: Invoice) -> Any:
    """What is settled of it, and what is open."""
    return settled(bill), money_of(bill)["balance"]


# --- approve --------------------------------------------------------------------------------


def approvals(bill: Invoice, owner: Any) -> list:
    return [
        [partial(copy.approve, by=owner, now=NOW)] for copy in copies(bill, THREADS)
    ]


def test_of_many_approvals_exactly_one_counts(business, owner):
    bill = a_bill(business, by=owner)
    outcomes = race(*approvals(bill, owner))
    assert refusals(outcomes) == ["NotReceived"] * (THREADS - 1)
    assert (row(bill)["state"], row(bill)["version"]) == ("approved", 2)
    assert times(bill, "invoice.approved") == 1
    assert disagreements(business) == []
    tell(f"approvals: {THREADS} at once, 1 taken")


def test_without_the_lock_a_bill_is_approved_many_times(business, owner, monkeypatch):
    bill = a_bill(business, by=owner)
    take_the_lock_out(monkeypatch, THREADS)
    race(*approvals(bill, owner))
    assert times(bill, "invoice.approved") == THREADS
    tell(f"approvals, control: {THREADS} taken")


def test_a_bill_is_approved_or_cancelled_or_deleted(business, owner):
    ends = set()
    for number in range(10):
        bill = a_bill(business, number, by=owner)
        first, second, third = copies(bill, 3)
        outcomes = race(
            [partial(first.approve, by=owner, now=NOW)],
            [partial(second.cancel, by=owner, reason="")],
            [partial(third.delete, by=owner)],
        )
        left = Invoice.objects.filter(pk=bill.pk).first()
        ends.add(left.state if left else "deleted")
        # To withdraw an approval is no refusal, whatever else is one.
        assert set(refusals(outcomes)) <= {
            "NotADraft",
            "NotIssued",
            "NotReceived",
            "StaleDocument",
        }
    assert ends <= {State.APPROVED, State.CANCELLED, "deleted"}
    assert disagreements(business) == []


# --- pay -------------------------------------------------------------------------------------


def payments(bill: Invoice, owner: Any, amount: int, count: int) -> list:
    bank = AccountFactory(business=bill.business)
    draft = payment_of(bill.business, amount, account=bank, direction="out")
    return [
        lambda copy=copy: pay_bill(copy, draft, by=owner, now=NOW)
        for copy in copies(bill, count)
    ]


def test_two_payments_of_a_whole_bill_pay_it_once(business, owner):
    for number in range(10):
        bill = a_bill(business, number, by=owner)
        first, second = payments(bill, owner, 100, 2)
        outcomes = race([first], [second])
        assert refusals(outcomes) == ["ExceedsOpen"]
        assert money_of(bill)["balance"] == 0
        assert (settled(bill), times(bill, "invoice.approved")) == (100, 1)
    assert disagreements(business) == []


def test_fifty_payments_of_a_bill_that_waits_never_exceed_it(business, owner):
    bill = a_bill(business, by=owner)
    outcomes = race(*dealt(payments(bill, owner, 7, 50), THREADS))
    assert refusals(outcomes) == ["ExceedsOpen"] * 36
    assert standing(bill) == (98, 2)
    assert times(bill, "invoice.approved") == 1
    assert disagreements(business) == []
    tell("bill payments: 50 of 7.00 against 100.00: 14 taken, 36 refused")


def test_without_the_lock_payments_exceed_the_bill(business, owner, monkeypatch):
    bill = an_approved_bill(business, by=owner)
    deeds = payments(bill, owner, 7, 50)
    take_the_lock_out(monkeypatch, THREADS)
    race(*dealt(deeds, THREADS))
    lost = settled(bill) - money_of(bill)["amount_paid"]
    assert lost >= 7 * (THREADS - 1)
    assert len(disagreements(business)) == 1
    tell(f"bill payments, control: {settled(bill)} settled, {lost} of it lost")


def test_money_that_names_a_bill_settles_it_once_and_is_never_lost(business, owner):
    bill = an_approved_bill(business, by=owner)
    draft = payment_of(
        business,
        30,
        account=AccountFactory(business=business),
        partner=bill.partner,
        invoice_number="V-1",
    )
    deeds = [lambda: record_vendor_payment(draft, by=owner)] * THREADS
    outcomes = race(*dealt(deeds, THREADS))
    assert refusals(outcomes) == []
    assert standing(bill) == (100, 0)
    left = Payment.objects.for_business(business).values_list("unallocated", flat=True)
    assert sum(left) == 30 * THREADS - 100
    assert disagreements(business) == []


def test_money_for_a_bill_being_cancelled_stays_on_account(business, owner):
    bank = AccountFactory(business=business)
    for number in range(10):
        bill = an_approved_bill(business, number=number, by=owner)
        draft = payment_of(
            business,
            100,
            account=bank,
            partner=bill.partner,
            invoice_number=bill.number,
        )
        outcomes = race(
            [partial(record_vendor_payment, draft, by=owner)],
            [partial(bill.cancel, by=owner, reason="")],
        )
        assert refusals(outcomes) in ([], ["HasSettlements"])
    assert disagreements(business) == []


# --- book ------------------------------------------------------------------------------------


def bookings(business, owner: Any) -> list:
    draft = bill_of(business)
    return [[lambda: draft_invoice(draft, by=owner)]] * THREADS


def test_of_many_bills_with_one_number_exactly_one_is_booked(business, owner):
    outcomes = race(*bookings(business, owner))
    assert refusals(outcomes) == ["DuplicateBill"] * (THREADS - 1)
    assert Invoice.objects.for_business(business).count() == 1
    assert disagreements(business) == []
    tell(f"bookings: {THREADS} of one number, 1 taken")


def test_it_is_the_database_that_refuses_the_second(business, owner, monkeypatch):
    """The control: nobody asks first, and nobody translates the refusal."""
    monkeypatch.setattr("invoices.drafting.check_bill_number", lambda bill: None)
    outcomes = race(*bookings(business, owner))
    errors = [one for one in outcomes if isinstance(one, Exception)]
    assert len(errors) == THREADS - 1
    assert {type(error.__cause__) for error in errors} == {IntegrityError}


# --- assign ----------------------------------------------------------------------------------


def test_of_many_assignments_one_stands_whole(business, owner):
    bill = a_bill(business, by=owner)
    costs = [a_cost(business) for _ in range(THREADS)]
    outcomes = race(
        *(
            [lambda b=copy, c=cost: assign(b, c.project, [(c, Decimal(100))], by=owner)]
            for copy, cost in zip(copies(bill, THREADS), costs, strict=True)
        )
    )
    assert refusals(outcomes) == []
    share = CostShare.objects.for_business(business).select_related("cost").get()
    assert share.cost.project_id == row(bill)["project_id"]
    assert row(bill)["version"] == THREADS + 1
    assert disagreements(business) == []
