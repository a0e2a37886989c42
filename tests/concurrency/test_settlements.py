"""Payments and credits of one document by many at once: never more than is open."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db.models import Sum

from invoices.crediting import credit
from invoices.models import Event, Invoice
from payments.models import Allocation, Payment
from payments.recording import allocate, cancel_payment, record_payment, unallocate
from tests.books import money_of
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
    TODAY,
    AccountFactory,
    a_line,
    a_payment,
    an_issued_invoice,
    payment_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 10
DOORS = ("invoices.locking.lock_invoices", "payments.recording.lock_invoices")


def take_the_lock_out(monkeypatch) -> None:
    """The control: everybody has read the document before anybody writes it."""
    gate = Gate(THREADS)

    def read_together(business_id: int, pks: Any) -> dict[int, Invoice]:
        documents = unlocked(business_id, pks)
        gate.wait()
        return documents

    for door in DOORS:
        monkeypatch.setattr(door, read_together)


def settled(invoice: Invoice) -> Decimal:
    found = Allocation.objects.for_business(invoice.business_id)
    total = found.filter(invoice=invoice).aggregate(total=Sum("amount"))["total"]
    return total or Decimal(0)


def payments_of(invoice: Invoice, by: Any, amount: int, count: int) -> list:
    draft = payment_of(
        invoice.business,
        amount,
        account=AccountFactory(business=invoice.business),
        settles=[(invoice, Decimal(amount))],
    )
    return [lambda: record_payment(draft, by=by)] * count


def test_fifty_payments_of_one_balance_never_exceed_it(business, owner):
    invoice = an_issued_invoice(business, by=owner)

    outcomes = race(*dealt(payments_of(invoice, owner, 7, 50), THREADS))

    assert refusals(outcomes) == ["ExceedsOpen"] * 36
    assert money_of(invoice) == {
        "total": 100,
        "amount_paid": 98,
        "amount_credited": 0,
        "credit_applied": 0,
        "balance": 2,
    }
    assert settled(invoice) == 98
    assert Payment.objects.for_business(business).count() == 14
    applied = Event.objects.about(invoice).filter(verb="invoice.payment_applied")
    assert applied.count() == 14
    assert disagreements(business) == []
    tell("payments: 50 of 7.00 against 100.00: 14 taken, 36 refused")


def test_without_the_lock_payments_exceed_the_balance(business, owner, monkeypatch):
    invoice = an_issued_invoice(business, by=owner)
    take_the_lock_out(monkeypatch)

    race(*dealt(payments_of(invoice, owner, 7, 50), THREADS))

    lost = settled(invoice) - money_of(invoice)["amount_paid"]
    assert lost >= 7 * (THREADS - 1)
    assert len(disagreements(business)) == 1
    tell(f"payments, control: {settled(invoice)} settled, {lost} of it lost")


def credits_of(invoice: Invoice, by: Any, count: int) -> list:
    copies = [Invoice.objects.get(pk=invoice.pk) for _ in range(count)]
    one = {1: Decimal(1)}
    return [
        lambda copy=copy: credit(copy, one, by=by, now=NOW, date=TODAY)
        for copy in copies
    ]


def credited(invoice: Invoice) -> Decimal:
    notes = Invoice.objects.filter(credited_invoice=invoice)
    return notes.aggregate(total=Sum("total"))["total"] or Decimal(0)


def test_forty_credits_of_ten_pieces_never_exceed_them(business, owner):
    invoice = an_issued_invoice(business, by=owner, lines=[a_line(10, "3.33")])

    outcomes = race(*dealt(credits_of(invoice, owner, 40), THREADS))

    assert refusals(outcomes) == ["CreditExceeds"] * 30
    assert credited(invoice) == Decimal("33.30")
    assert money_of(invoice)["amount_credited"] == Decimal("33.30")
    assert money_of(invoice)["balance"] == 0
    assert disagreements(business) == []
    tell("credits: 40 of 10 pieces: 10 taken, 30 refused")


def test_without_the_lock_credits_exceed_the_invoice(business, owner, monkeypatch):
    invoice = an_issued_invoice(business, by=owner, lines=[a_line(10, "3.33")])
    take_the_lock_out(monkeypatch)

    race(*dealt(credits_of(invoice, owner, 40), THREADS))

    lost = credited(invoice) - money_of(invoice)["amount_credited"]
    assert lost >= Decimal("3.33") * (THREADS - 1)
    tell(f"credits, control: {credited(invoice)} credited, {lost} of it lost")


def test_a_document_is_paid_or_void_never_both(business, owner):
    for _ in range(10):
        invoice = an_issued_invoice(business, by=owner)
        copy = Invoice.objects.get(pk=invoice.pk)
        outcomes = race(
            [partial(copy.void, by=owner, reason="", now=NOW)],
            payments_of(invoice, owner, 100, 1),
        )
        assert refusals(outcomes) in (["HasSettlements"], ["NotIssued"])
    assert disagreements(business) == []


def test_a_payment_is_allocated_once(business, owner):
    payment = a_payment(business, None, 100, by=owner)
    invoices = [an_issued_invoice(business, by=owner) for _ in range(THREADS)]
    copies = [Payment.objects.get(pk=payment.pk) for _ in invoices]
    outcomes = race(
        *(
            [lambda c=copy, i=invoice: allocate(c, i, Decimal(60), by=owner)]
            for copy, invoice in zip(copies, invoices, strict=True)
        )
    )
    assert refusals(outcomes) == ["ExceedsUnallocated"] * (THREADS - 1)
    assert disagreements(business) == []


def test_whatever_order_documents_are_named_in_nobody_deadlocks(business, owner):
    first = an_issued_invoice(business, by=owner)
    second = an_issued_invoice(business, by=owner, partner=first.partner)
    account = AccountFactory(business=business)
    one = Decimal(1)

    def several(*invoices: Invoice) -> None:
        draft = payment_of(
            business,
            2,
            account=account,
            settles=[(invoice, one) for invoice in invoices],
        )
        payment = record_payment(draft, by=owner)
        unallocate(payment, invoices[0], by=owner)
        allocate(payment, invoices[1], one, by=owner)
        cancel_payment(payment, by=owner, now=NOW)

    def noted(invoice: Invoice) -> None:
        copy = Invoice.objects.get(pk=invoice.pk)
        note = credit(copy, {1: Decimal("0.01")}, by=owner, now=NOW, date=TODAY)
        note.void(by=owner, reason="", now=NOW)

    forth = [lambda: several(first, second)] * 6
    back = [lambda: several(second, first)] * 6
    notes = [lambda: noted(first), lambda: noted(second)] * 3
    outcomes = race(forth, back, notes, forth, back, notes)

    assert refusals(outcomes) == []
    for invoice in (first, second):
        assert money_of(invoice)["balance"] == 100
    assert disagreements(business) == []
