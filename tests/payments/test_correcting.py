"""Refunding, revising and cancelling payments."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.exceptions import ExceedsOpen, PeriodClosed
from invoices.locking import lock_invoices
from partners.exceptions import BookError, Stale
from payments.exceptions import BadPayment, ExceedsUnallocated, PaymentCancelled
from payments.models import Payment
from payments.recording import (
    allocate,
    cancel_payment,
    refund,
    revise_payment,
    unallocate,
)
from tests.books import history, money_of, refused, row
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    a_payment,
    an_approved_bill,
    an_issued_invoice,
)

DAY = datetime.timedelta(days=1)


def revised(payment: Payment, by: Any, **changes: Any) -> Payment:
    """Revise these columns and leave the others as they are."""
    names = ("date", "account", "amount", "currency_rate", "description")
    values = {name: getattr(payment, name) for name in names}
    return revise_payment(payment, by=by, **(values | changes))


def refunded(payment: Payment, amount: Any, by: Any, **changes: Any) -> Payment:
    values = {"date": TODAY, "account": payment.account} | changes
    return refund(payment, Decimal(amount), by=by, **values)


def close(business, through=TODAY):
    business.closed_through = through
    business.save()


# --- refund -----------------------------------------------------------------------


def test_a_refund_is_a_payment_the_other_way(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, invoice, 100, by=owner, spare=50)
    till = AccountFactory(business=business, name="Till")
    before = row(payment)

    back = refunded(payment, 30, owner, date=TODAY + DAY, account=till)

    assert row(payment) == before | {
        "amount_refunded": 30,
        "unallocated": 20,
        "version": 3,
    }
    assert row(back) == before | {
        "direction": "out",
        "account_id": till.pk,
        "date": TODAY + DAY,
        "amount": 30,
        "amount_allocated": 0,
        "amount_refunded": 30,
        "unallocated": 0,
        "description": "Refund of the payment of 2026-03-10",
        "refund_of_id": payment.pk,
        "version": 1,
    }
    facts = {"amount": "30.00", "currency": "USD"}
    assert history(payment)[-1] == (
        "payment.refunded",
        facts | {"refund": back.pk},
    )
    assert history(back) == [("payment.recorded", facts)]
    assert money_of(invoice)["balance"] == 0


def test_money_sent_to_a_vendor_comes_back(business, owner):
    payment = a_payment(business, None, 10, by=owner, direction="out")
    assert refunded(payment, 10, owner).direction == "in"


def test_only_what_is_left_is_refunded(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, invoice, 60, by=owner, spare=40)
    for amount in ("40.01", "100"):
        with refused(ExceedsUnallocated, "amount"):
            refunded(payment, amount, owner)
    refunded(payment, 40, owner)
    with refused(ExceedsUnallocated, "amount"):
        refunded(payment, "0.01", owner)


def test_a_refund_is_not_refunded_or_allocated(business, owner):
    payment = a_payment(business, None, 100, by=owner)
    back = refunded(payment, 50, owner)
    with refused(ExceedsUnallocated):
        refunded(back, 10, owner)
    bill = an_approved_bill(business, by=owner)
    with refused(ExceedsUnallocated):
        allocate(back, bill, Decimal(10), by=owner)


@pytest.mark.parametrize("amount", [0, -1, "0.001", "NaN", "Infinity"])
def test_a_refund_is_an_amount_of_money(business, owner, amount):
    payment = a_payment(business, None, 100, by=owner)
    with refused(BadPayment, "amount"):
        refunded(payment, amount, owner)


def test_a_refund_needs_an_account_and_open_books(business, owner):
    payment = a_payment(business, None, 100, by=owner)
    revenue = AccountFactory(business=business, payment_account=False)
    for account in (revenue, AccountFactory()):
        with refused(BadPayment, "account"):
            refunded(payment, 10, owner, account=account)
    close(business, TODAY)
    with refused(PeriodClosed):
        refunded(payment, 10, owner, date=TODAY + DAY)
    close(business, TODAY - DAY)
    with refused(PeriodClosed, "date"):
        refunded(payment, 10, owner, date=TODAY - DAY)


# --- revise -----------------------------------------------------------------------


def test_a_revision_replaces_what_was_recorded(business, owner):
    payment = a_payment(
        business, None, 100, by=owner, currency="EUR", currency_rate=Decimal(2)
    )
    till = AccountFactory(business=business)
    before = row(payment)

    revised(
        payment,
        owner,
        date=TODAY + DAY,
        account=till,
        amount=Decimal(80),
        currency_rate=Decimal(3),
        description="Typing error",
        expected_version=2,
    )

    assert row(payment) == before | {
        "date": TODAY + DAY,
        "account_id": till.pk,
        "amount": 80,
        "unallocated": 80,
        "currency_rate": 3,
        "description": "Typing error",
        "version": 3,
    }
    assert history(payment)[-1] == (
        "payment.revised",
        {"amount": "80.00", "currency": "EUR"},
    )


def test_a_revised_amount_changes_what_it_settles(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, invoice, 60, by=owner)
    revised(payment, owner, amount=Decimal(100))
    assert money_of(invoice)["balance"] == 0
    revised(payment, owner, amount=Decimal(10))
    assert money_of(invoice)["balance"] == 90
    about = {"payment": payment.pk}
    assert history(invoice)[-2:] == [
        ("invoice.paid", about | {"amount": "40.00", "balance": "0.00"}),
        ("invoice.payment_applied", about | {"amount": "-90.00", "balance": "90.00"}),
    ]
    stored = row(payment)
    assert (stored["amount"], stored["amount_allocated"]) == (10, 10)


def test_a_revised_amount_stays_within_what_is_open(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, invoice, 60, by=owner, spare=30)
    for amount in ("130.01", "30"):
        with refused(ExceedsOpen, "amount"):
            revised(payment, owner, amount=Decimal(amount))


def test_an_amount_that_settles_several_or_was_refunded_is_not_revised(business, owner):
    first = an_issued_invoice(business, by=owner)
    second = an_issued_invoice(business, by=owner, partner=first.partner)
    both = a_payment(business, first, 10, by=owner, spare=40)
    allocate(both, second, Decimal(10), by=owner)
    partly = a_payment(business, None, 50, by=owner)
    back = refunded(partly, 10, owner)
    for payment in (both, partly, back):
        with refused(BadPayment, "amount"):
            revised(payment, owner, amount=Decimal(60))
        revised(payment, owner, description="Still may be described")


REFUSALS: dict[str, tuple[type[BookError], str, dict[str, Any]]] = {
    "no amount": (BadPayment, "amount", {"amount": Decimal(0)}),
    "a part of a cent": (BadPayment, "amount", {"amount": Decimal("1.001")}),
    "no number": (BadPayment, "amount", {"amount": Decimal("NaN")}),
    "a rate of the base currency": (
        BadPayment,
        "currency_rate",
        {"currency_rate": Decimal(2)},
    ),
    "closed books": (PeriodClosed, "date", {"date": TODAY - DAY}),
    "an outdated version": (Stale, "", {"expected_version": 1}),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_no_payment_is_revised_to(business, owner, what):
    kind, field, changes = REFUSALS[what]
    payment = a_payment(business, None, 100, by=owner)
    close(business, TODAY - DAY)
    with refused(kind, field):
        revised(payment, owner, **changes)


def test_a_payment_is_revised_to_a_payment_account_of_the_business(business, owner):
    payment = a_payment(business, None, 100, by=owner)
    revenue = AccountFactory(business=business, payment_account=False)
    for account in (revenue, AccountFactory()):
        with refused(BadPayment, "account"):
            revised(payment, owner, account=account)


def test_a_payment_in_closed_books_is_not_revised_or_cancelled(business, owner):
    payment = a_payment(business, None, 100, by=owner)
    close(business)
    with refused(PeriodClosed):
        revised(payment, owner, date=TODAY + DAY)
    with refused(PeriodClosed):
        cancel_payment(payment, by=owner, now=NOW)


# --- cancel -----------------------------------------------------------------------


def test_cancelling_reopens_every_document(business, owner):
    first = an_issued_invoice(business, by=owner)
    second = an_issued_invoice(business, by=owner, partner=first.partner)
    payment = a_payment(business, first, 100, by=owner, spare=50)
    allocate(payment, second, Decimal(20), by=owner)
    before = row(payment)

    cancel_payment(payment, by=owner, now=NOW, expected_version=3)

    assert row(payment) == before | {
        "amount_allocated": 0,
        "unallocated": 150,
        "cancelled_at": NOW,
        "version": 4,
    }
    assert not payment.allocations.exists()
    assert [money_of(one)["balance"] for one in (first, second)] == [100, 100]
    assert history(payment)[-1] == (
        "payment.cancelled",
        {"amount": "150.00", "currency": "USD"},
    )
    assert history(first)[-1][0] == history(second)[-1][0] == "invoice.payment_released"
    assert not Payment.objects.for_business(business).standing().exists()
    for deed in (
        lambda: cancel_payment(payment, by=owner, now=NOW),
        lambda: revised(payment, owner, description="x"),
        lambda: refunded(payment, 1, owner),
    ):
        with refused(PaymentCancelled):
            deed()


def test_cancelling_a_refund_gives_the_money_back(business, owner):
    payment = a_payment(business, None, 100, by=owner)
    before = row(payment)
    back = refunded(payment, 30, owner)
    with refused(BadPayment):
        cancel_payment(payment, by=owner, now=NOW)

    cancel_payment(back, by=owner, now=NOW)

    assert row(payment) == before | {"version": 4}
    stored = row(back)
    assert (stored["cancelled_at"], stored["amount_refunded"]) == (NOW, 0)
    cancel_payment(payment, by=owner, now=NOW)


def test_an_outdated_payment_is_not_cancelled(business, owner):
    payment = a_payment(business, None, 100, by=owner)
    with refused(Stale):
        cancel_payment(payment, by=owner, now=NOW, expected_version=1)


def test_a_payment_read_long_ago_is_cancelled_as_it_stands(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, invoice, 60, by=owner)
    found = Payment.objects.for_business(business).prefetch_related("allocations")
    (read_before,) = found.filter(pk=payment.pk)
    unallocate(payment, invoice, by=owner)
    allocate(payment, invoice, Decimal(10), by=owner)
    a_payment(business, invoice, 60, by=owner)

    cancel_payment(read_before, by=owner, now=NOW)

    assert money_of(invoice)["amount_paid"] == 60
    assert row(payment)["unallocated"] == 60


@pytest.mark.parametrize("deed", ["revise", "cancel"])
def test_a_share_that_changed_hands_meanwhile_is_noticed(
    business, owner, deed, monkeypatch
):
    """What is settled is read before the locks and again behind them."""
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, None, 60, by=owner)
    place = "payments.recording.lock_invoices"

    def and_somebody_allocates(business_id, pks):
        monkeypatch.setattr(place, lock_invoices)
        locked = lock_invoices(business_id, pks)
        allocate(Payment.objects.get(pk=payment.pk), invoice, Decimal(60), by=owner)
        return locked

    monkeypatch.setattr(place, and_somebody_allocates)
    deeds = {
        "revise": lambda: revised(payment, owner, amount=Decimal(50)),
        "cancel": lambda: cancel_payment(payment, by=owner, now=NOW),
    }
    with pytest.raises(Stale):
        deeds[deed]()
