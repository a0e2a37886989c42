"""Lines of a statement decided by many at once: each has exactly one result."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from invoices.models import Invoice
from payments.bank import accepting
from payments.bank.accepting import accept, link, set_aside, undo
from payments.models import BankLine, Payment
from payments.recording import cancel_payment
from tests.books import money_of
from tests.concurrency.racing import Gate, disagreements, race, refusals, tell
from tests.factories import (
    NOW,
    AccountFactory,
    BankLineFactory,
    BankStatementFactory,
    a_payment,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 6
HUNDRED = Decimal(100)


@pytest.fixture
def statement(business):
    return BankStatementFactory(account=AccountFactory(business=business))


def copies(line: BankLine, count: int = THREADS) -> list[BankLine]:
    return [BankLine.objects.get(pk=line.pk) for _ in range(count)]


def acceptances(line: BankLine, invoice: Invoice, by: Any) -> list[list[Any]]:
    deed = partial(accept, settles=[(invoice, HUNDRED)], by=by, now=NOW)
    return [[partial(deed, one)] for one in copies(line)]


def test_a_line_that_many_accept_is_booked_once(business, owner, statement):
    invoice = an_issued_invoice(business, by=owner)
    line = BankLineFactory(statement=statement, amount=HUNDRED)

    outcomes = race(*acceptances(line, invoice, owner))

    assert refusals(outcomes) == ["LineDecided"] * (THREADS - 1)
    assert Payment.objects.count() == 1
    assert money_of(invoice)["balance"] == 0
    assert disagreements(business) == []
    tell(f"bank line: accepted by {THREADS} at once, booked once")


def test_without_its_lock_a_line_is_booked_several_times(
    business, owner, statement, monkeypatch
):
    """The control: everybody has read the line before anybody writes it."""
    invoices = [an_issued_invoice(business, by=owner) for _ in range(THREADS)]
    line = BankLineFactory(statement=statement, amount=HUNDRED)
    gate = Gate(THREADS)

    def read_together(line: BankLine, _version: int | None) -> None:
        fresh = BankLine.objects.get(pk=line.pk)
        gate.wait()
        line.__dict__.update(fresh.__dict__)

    monkeypatch.setattr(accepting, "_lock", read_together)
    deeds = [
        [partial(accept, one, [(invoice, HUNDRED)], by=owner, now=NOW)]
        for one, invoice in zip(copies(line), invoices, strict=True)
    ]
    race(*deeds)
    assert Payment.objects.count() > 1
    tell(f"bank line, control: booked {Payment.objects.count()} times")


def test_of_many_lines_for_one_invoice_one_pays_it(business, owner, statement):
    invoice = an_issued_invoice(business, by=owner)
    lines = [
        BankLineFactory(statement=statement, amount=HUNDRED) for _ in range(THREADS)
    ]
    deeds = [
        [partial(accept, line, [(invoice, HUNDRED)], by=owner, now=NOW)]
        for line in lines
    ]
    assert refusals(race(*deeds)) == ["ExceedsOpen"] * (THREADS - 1)
    assert BankLine.objects.filter(state="matched").count() == 1
    assert disagreements(business) == []


def test_a_payment_is_linked_with_one_line_or_cancelled(business, owner, statement):
    for _ in range(4):
        payment = a_payment(business, None, 100, account=statement.account, by=owner)
        lines = [BankLineFactory(statement=statement, amount=HUNDRED) for _ in "ab"]
        deeds = [[partial(link, line, payment, by=owner, now=NOW)] for line in lines]
        copy = Payment.objects.get(pk=payment.pk)
        outcomes = race(*deeds, [partial(cancel_payment, copy, by=owner, now=NOW)])
        assert refusals(outcomes) in (
            ["BadMatch", "BadMatch"],
            ["BadMatch", "MatchedToBank"],
        )
    assert disagreements(business) == []


def test_a_match_is_undone_once_and_meets_other_deeds_without_a_deadlock(
    business, owner, statement
):
    for _ in range(4):
        invoice = an_issued_invoice(business, by=owner)
        line = BankLineFactory(statement=statement, amount=HUNDRED)
        payment = accept(line, [(invoice, HUNDRED)], by=owner, now=NOW)
        first, second, third = copies(line, 3)
        outcomes = race(
            [partial(undo, first, by=owner, now=NOW)],
            [partial(undo, second, by=owner, now=NOW)],
            [partial(cancel_payment, payment, by=owner, now=NOW)],
            [partial(set_aside, third, "Nothing of ours", by=owner, now=NOW)],
        )
        kinds = {type(one).__name__ for one in outcomes}
        assert "OperationalError" not in kinds
        stored = BankLine.objects.get(pk=line.pk)
        assert (stored.state, stored.payment_id) in (
            ("open", None),
            ("set_aside", None),
        )
        assert money_of(invoice)["balance"] == 100
    assert disagreements(business) == []
