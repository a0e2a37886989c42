"""Deciding about lines of a statement: whole rows, whole histories, and refusals."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.exceptions import ExceedsOpen, NoExchangeRate, PeriodClosed
from invoices.models import ExchangeRate
from partners.exceptions import NotAllowed
from partners.models import Business
from payments.bank.accepting import accept, link, reopen, set_aside, undo
from payments.exceptions import (
    BadMatch,
    BadPayment,
    LineDecided,
    LineOpen,
    MatchedToBank,
    StaleLine,
    UnusualRate,
)
from payments.models import BankLine, Payment
from payments.realised import realised, realised_by
from payments.recording import cancel_payment, refund, revise_payment
from payments.verifying import verify
from tests.books import contents, history, money_of, refused, row
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    BankLineFactory,
    BankStatementFactory,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db
ZERO = Decimal(0)


@pytest.fixture
def account(business):
    return AccountFactory(business=business)


def a_bank_line(account: Any, amount: Any, currency: str = "", **values: Any) -> Any:
    statement = BankStatementFactory(
        account=account, currency=currency or account.business.currency
    )
    return BankLineFactory(statement=statement, amount=Decimal(amount), **values)


def decided(line: BankLine) -> dict[str, Any]:
    names = ("state", "payment_id", "payment_made", "charge", "reason", "decided_by")
    stored = row(line)
    return {name: stored[name] for name in (*names, "decided_at", "version")}


WAITS = {
    "state": "open",
    "payment_id": None,
    "payment_made": False,
    "charge": ZERO,
    "reason": "",
    "decided_by": "",
    "decided_at": None,
}


def proofs(business: Business) -> dict[str, tuple[str, ...]]:
    return {one.proof: one.wrong for one in verify(business) if one.wrong}


def test_a_line_becomes_one_payment_that_settles_the_document(business, owner, account):
    invoice = an_issued_invoice(business, by=owner)
    line = a_bank_line(account, 100, text="Invoice 1", date=TODAY)

    payment = accept(
        line,
        [(invoice, Decimal(100))],
        by=owner,
        now=NOW,
        partner=invoice.partner,
        expected_version=1,
    )

    assert decided(line) == WAITS | {
        "state": "matched",
        "payment_id": payment.pk,
        "payment_made": True,
        "decided_by": owner.name,
        "decided_at": NOW,
        "version": 2,
    }
    stored = row(payment)
    told = ("direction", "partner_id", "account_id", "date", "currency", "amount")
    assert {name: stored[name] for name in (*told, "unallocated", "description")} == {
        "direction": "in",
        "partner_id": invoice.partner_id,
        "account_id": account.pk,
        "date": TODAY,
        "currency": "USD",
        "amount": 100,
        "unallocated": 0,
        "description": "Invoice 1",
    }
    assert money_of(invoice)["balance"] == 0
    facts = {
        "payment": payment.pk,
        "amount": "100.00",
        "currency": "USD",
        "recorded": "yes",
    }
    assert history(line) == [("bank_line.matched", facts)]
    assert proofs(business) == {}


def test_undoing_gives_the_document_back_and_the_line_waits(business, owner, account):
    invoice = an_issued_invoice(business, by=owner)
    line = a_bank_line(account, 100)
    payment = accept(line, [(invoice, Decimal(100))], by=owner, now=NOW)

    undo(line, by=owner, now=NOW, expected_version=2)

    assert decided(line) == WAITS | {"version": 3}
    assert money_of(invoice)["balance"] == 100
    assert row(payment)["cancelled_at"] == NOW
    undone = {"payment": payment.pk, "cancelled": "yes"}
    assert history(line)[1:] == [("bank_line.undone", undone)]
    assert history(payment)[-1][0] == "payment.cancelled"
    with refused(LineOpen):
        undo(line, by=owner, now=NOW)
    accept(line, [(invoice, Decimal(100))], by=owner, now=NOW)
    assert money_of(invoice)["balance"] == 0
    assert proofs(business) == {}


@pytest.mark.parametrize(
    ("amount", "shares", "charge", "booked", "left"),
    [
        (60, [60], 0, 60, 0),
        (130, [100], 0, 130, 30),
        (95, [100], 5, 100, 0),
        (150, [100, 50], 0, 150, 0),
        ("0.01", ["0.01"], 0, "0.01", 0),
        (40, [], 0, 40, 40),
    ],
)
def test_money_in_pays_in_part_too_much_less_charges_and_several(  # noqa: PLR0917
    business, owner, account, amount, shares, charge, booked, left
):
    first = an_issued_invoice(business, by=owner)
    others = [
        an_issued_invoice(business, by=owner, partner=first.partner) for _ in shares[1:]
    ]
    settles = [
        (one, Decimal(part))
        for one, part in zip([first, *others], shares, strict=False)
    ]
    line = a_bank_line(account, amount)

    payment = accept(line, settles, by=owner, now=NOW, charge=Decimal(charge))

    assert (row(payment)["amount"], row(payment)["unallocated"]) == (
        Decimal(booked),
        left,
    )
    assert decided(line)["charge"] == charge
    for one, part in settles:
        assert money_of(one)["balance"] == 100 - part
    assert proofs(business) == {}


def test_money_out_pays_a_bill_and_the_charge_comes_off(business, owner, account):
    bill = an_approved_bill(business, by=owner)
    line = a_bank_line(account, "-101.50")
    payment = accept(
        line, [(bill, Decimal(100))], by=owner, now=NOW, charge=Decimal("1.50")
    )
    assert (row(payment)["direction"], row(payment)["amount"]) == ("out", 100)
    assert money_of(bill)["balance"] == 0
    assert proofs(business) == {}


@pytest.mark.parametrize(
    ("direction", "rate", "gain"),
    [("in", "0.92", 2), ("in", "0.88", -2), ("out", "0.92", -2)],
)
def test_a_gain_is_realised_where_the_rate_moved(direction, rate, gain):
    shares = [(Decimal(60), Decimal("0.90")), (Decimal(40), Decimal("0.90"))]
    assert realised(shares, Decimal(rate), direction, "EUR") == gain


def test_parts_of_a_gain_are_rounded_by_themselves():
    shares = [(Decimal(1), Decimal("1.005"))] * 3
    assert realised(shares, Decimal(1), "in", "USD") == Decimal("-0.03")
    assert realised([], Decimal(1), "in", "JPY") == 0


def test_a_document_in_another_currency_is_paid_at_the_rate_of_both(
    business, owner, account
):
    invoice = an_issued_invoice(
        business, by=owner, currency="EUR", currency_rate=Decimal("1.10")
    )
    line = a_bank_line(account, "114.00")

    payment = accept(
        line,
        [(invoice, Decimal(100))],
        by=owner,
        now=NOW,
        currency="EUR",
        charge=Decimal(1),
    )

    stored = row(payment)
    assert (stored["currency"], stored["amount"], stored["currency_rate"]) == (
        "EUR",
        100,
        Decimal("1.15"),
    )
    assert realised_by(payment) == Decimal("5.00")
    assert history(line)[0][1]["realised_gain"] == "5.00"
    assert proofs(business) == {}


def test_a_line_in_a_foreign_currency_needs_a_rate_to_the_base(
    business, owner, account
):
    invoice = an_issued_invoice(
        business, by=owner, currency="GBP", currency_rate=Decimal("1.25")
    )
    line = a_bank_line(account, "120", "EUR")
    settles = [(invoice, Decimal(100))]
    with refused(NoExchangeRate, "currency_rate"):
        accept(line, settles, by=owner, now=NOW, currency="GBP")
    ExchangeRate.objects.create(
        business=business,
        currency="EUR",
        date=TODAY,
        rate=Decimal("1.10"),
        source="bank",
    )
    payment = accept(line, settles, by=owner, now=NOW, currency="GBP")
    assert row(payment)["currency_rate"] == Decimal("1.32")
    assert realised_by(payment) == Decimal("7.00")
    other = a_bank_line(account, "50", "EUR")
    plain = accept(other, [], by=owner, now=NOW)
    assert row(plain)["currency_rate"] == Decimal("1.10")
    assert proofs(business) == {}


def test_a_rate_far_from_the_known_one_is_booked_only_by_who_says_so(
    business, owner, account
):
    invoice = an_issued_invoice(
        business, by=owner, currency="EUR", currency_rate=Decimal("1.10")
    )
    settles = [(invoice, Decimal(100))]
    deed: dict[str, Any] = {"by": owner, "now": NOW, "currency": "EUR"}
    for line in [a_bank_line(account, part) for part in ("0.01", "98.99", "121.01")]:
        with refused(UnusualRate, "unusual_rate"):
            accept(line, settles, **deed)
    known = {"business": business, "date": TODAY, "source": "bank"}
    ExchangeRate.objects.create(currency="EUR", rate=Decimal("1.40"), **known)
    line = a_bank_line(account, 110)
    with refused(UnusualRate) as caught:
        accept(line, settles, **deed)
    assert "1 EUR = 1.1 USD, and the known rate is 1 EUR = 1.4 USD" in (
        caught.value.message
    )
    domestic = [(an_issued_invoice(business, by=owner), Decimal(100))]
    foreign = a_bank_line(account, 100, "EUR")
    with refused(UnusualRate):
        accept(foreign, domestic, by=owner, now=NOW, currency="USD")
    payment = accept(line, settles, unusual_rate=True, **deed)
    assert row(payment)["currency_rate"] == Decimal("1.10")
    assert proofs(business) == {}


def test_what_does_not_fit_the_line_is_refused(business, owner, account):
    invoice = an_issued_invoice(business, by=owner)
    line = a_bank_line(account, 100)
    whole = [(invoice, Decimal(100))]
    deed: dict[str, Any] = {"by": owner, "now": NOW}
    with refused(StaleLine):
        accept(line, whole, expected_version=7, **deed)
    for charge in ("-1", "0.001", "NaN"):
        with refused(BadMatch, "charge"):
            accept(line, whole, charge=Decimal(charge), **deed)
    a_out, much = a_bank_line(account, -5), a_bank_line(account, 200)
    for some, most in ((a_out, 5), (line, 100), (line, 5_000_000)):
        with refused(BadMatch, "charge"):
            accept(some, [], charge=Decimal(most), **deed)
    with refused(BadMatch, "amount"):
        accept(line, whole, amount=Decimal(90), **deed)
    with refused(BadMatch, "amount"):
        accept(line, [], currency="EUR", **deed)
    with refused(BadPayment, "direction"):
        accept(a_out, [(invoice, Decimal(1))], **deed)
    with refused(ExceedsOpen, "amount"):
        accept(much, [(invoice, Decimal(200))], **deed)
    for stranger in (actor(business, "clerk"), actor(AccountFactory().business)):
        with refused(NotAllowed):
            accept(line, whole, by=stranger, now=NOW)


def test_a_decided_line_is_not_decided_again(business, owner, account):
    invoice = an_issued_invoice(business, by=owner)
    line, stale = a_bank_line(account, 50), BankLine()
    stale.__dict__.update(line.__dict__)
    accept(line, [(invoice, Decimal(50))], by=owner, now=NOW)
    with refused(LineDecided):
        accept(stale, [(invoice, Decimal(50))], by=owner, now=NOW)
    with refused(LineDecided):
        set_aside(line, "Nothing of ours", by=owner, now=NOW)
    with refused(LineDecided):
        reopen(line, by=owner)


def test_a_line_is_set_aside_with_its_reason_and_back(business, owner, account):
    line = a_bank_line(account, -3)
    with refused(BadMatch, "reason"):
        set_aside(line, " ", by=owner, now=NOW)
    set_aside(line, " Fees of the bank ", by=owner, now=NOW)
    assert decided(line) == WAITS | {
        "state": "set_aside",
        "reason": "Fees of the bank",
        "decided_by": owner.name,
        "decided_at": NOW,
        "version": 2,
    }
    reopen(line, by=owner, expected_version=2)
    assert decided(line) == WAITS | {"version": 3}
    assert history(line) == [
        ("bank_line.set_aside", {"reason": "Fees of the bank"}),
        ("bank_line.reopened", {}),
    ]
    with refused(LineOpen):
        reopen(line, by=owner)


def test_a_recorded_payment_is_linked_and_stays_when_undone(business, owner, account):
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, invoice, 100, account=account, by=owner)
    line, other = a_bank_line(account, 98), a_bank_line(account, 100)
    deed: dict[str, Any] = {"by": owner, "now": NOW}
    with refused(BadMatch, "payment"):
        link(line, payment, **deed)
    link(line, payment, charge=Decimal(2), **deed)
    assert decided(line)["payment_made"] is False
    with refused(BadMatch, "payment"):
        link(other, payment, **deed)
    elsewhere = a_bank_line(AccountFactory(business=business), 100)
    outgoing = a_bank_line(account, -100)
    for wrong in (elsewhere, outgoing):
        with refused(BadMatch, "payment"):
            link(wrong, payment, **deed)
    undo(line, **deed)
    assert row(payment)["cancelled_at"] is None
    assert money_of(invoice)["balance"] == 0
    assert history(line)[-1][1] == {"payment": payment.pk, "cancelled": "no"}
    cancel_payment(payment, **deed)
    with refused(BadMatch, "payment"):
        link(other, payment, **deed)
    with refused(BadMatch, "payment"):
        link(other, Payment(pk=0), **deed)
    assert proofs(business) == {}


def test_a_matched_payment_changes_only_through_its_match(business, owner, account):
    invoice = an_issued_invoice(business, by=owner)
    line = a_bank_line(account, 100)
    payment = accept(line, [(invoice, Decimal(100))], by=owner, now=NOW)
    with refused(MatchedToBank):
        cancel_payment(payment, by=owner, now=NOW)
    kept = {
        "date": TODAY,
        "account": account,
        "amount": Decimal(100),
        "currency_rate": Decimal(1),
        "description": "",
    }
    other = AccountFactory(business=business)
    for changed in ({"amount": Decimal(90)}, {"account": other}):
        with refused(MatchedToBank):
            revise_payment(payment, by=owner, **kept | changed)
    revise_payment(payment, by=owner, **kept | {"description": "Rent"})
    assert row(payment)["description"] == "Rent"


def test_a_match_is_not_undone_in_closed_books_nor_after_a_refund(
    business, owner, account
):
    line = a_bank_line(account, 100)
    payment = accept(line, [], by=owner, now=NOW)
    day = TODAY + datetime.timedelta(days=1)
    back = refund(payment, Decimal(10), date=day, account=account, by=owner)
    with refused(BadPayment):
        undo(line, by=owner, now=NOW)
    cancel_payment(back, by=owner, now=NOW)
    Business.objects.filter(pk=business.pk).update(closed_through=TODAY)
    with refused(PeriodClosed):
        undo(line, by=owner, now=NOW)
    waiting = a_bank_line(account, 100)
    with refused(PeriodClosed):
        accept(waiting, [], by=owner, now=NOW)


def test_the_books_proof_finds_a_match_that_does_not_fit(business, owner, account):
    line = a_bank_line(account, 100)
    accept(line, [], by=owner, now=NOW)
    before = contents()
    assert proofs(business) == {}
    BankLine.objects.filter(pk=line.pk).update(charge=1)
    assert list(proofs(business)) == ["lines of statements tell of their payments"]
    BankLine.objects.filter(pk=line.pk).update(charge=0)
    assert contents()["payments.Payment"] == before["payments.Payment"]
