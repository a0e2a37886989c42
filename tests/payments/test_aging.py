"""Aging: random small books against a slow count by hand, and against statements."""

from __future__ import annotations

import datetime
from collections import defaultdict
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from invoices.crediting import credit
from invoices.models import Event, Invoice
from partners.exceptions import BookError
from partners.models import Business, Partner
from partners.tables import Table
from payments.models import Allocation, Payment
from payments.recording import (
    allocate,
    cancel_payment,
    record_payment,
    refund,
    unallocate,
)
from payments.reports.aging import BUCKETS, Aging, AgingForm, Side, Since, aging
from payments.statements import statement_facts
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    BusinessFactory,
    PartnerFactory,
    a_bill,
    a_line,
    a_payment,
    actor,
    an_issued_invoice,
    payment_of,
)

DAY = datetime.timedelta(days=1)
RATES = {"USD": Decimal(1), "EUR": Decimal("1.25"), "JPY": Decimal("0.0067")}
CENT, ZERO = Decimal("0.01"), Decimal(0)
PLACES = (*BUCKETS, "credits")


def told(table: Table) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of a report by partner and currency, without what is zero."""
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    return {
        (str(row["partner"]), str(row["currency"])): {
            name: row[name] for name in (*PLACES, "total", "base_total") if row[name]
        }
        for row in rows
    }


# --- books at random ----------------------------------------------------------------------


class Nothing(Exception):
    """There is no row of that kind yet."""


class Life:
    """A business to which things happen on any day, in any order."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.business: Business = BusinessFactory(time_zone="Asia/Bangkok")
        self.by = actor(self.business)
        self.bank = AccountFactory(business=self.business)
        both = {"business": self.business, "is_customer": True, "is_vendor": True}
        self.partners = [PartnerFactory(name=f"P{n}", **both) for n in range(2)]

    def day(self) -> datetime.date:
        return TODAY + self.rng.randint(-120, 20) * DAY

    def amount(self, most: Decimal | None = None) -> Decimal:
        drawn = Decimal(self.rng.randint(1, 9000))
        return drawn if most is None else min(drawn, most) or drawn

    def one_of(self, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        if not found:
            raise Nothing
        return self.rng.choice(found)

    def happen(self, times: int) -> None:
        deeds = [self.sell, self.buy, self.pay, self.pay, self.pay_ahead, self.use]
        seldom = [self.take_off, self.give_back, self.cancel, self.end, self.credit]
        begun = [self.sell, self.buy, self.sell, self.pay_ahead, self.buy]
        drawn = (self.rng.choice(deeds * 2 + seldom) for _ in range(times))
        for deed in (*begun, *drawn):
            with suppress(BookError, Nothing):
                deed()

    def document(self) -> dict[str, Any]:
        date, currency = self.day(), self.rng.choice(list(RATES))
        return {
            "by": self.by,
            "partner": self.rng.choice(self.partners),
            "date": date,
            "due_date": date + self.rng.choice([0, 14, 30, 60]) * DAY,
            "currency": currency,
            "currency_rate": RATES[currency],
            "lines": [a_line(2, self.amount())],
        }

    def sell(self) -> None:
        kind = self.rng.choice(["invoice", "invoice", "invoice", "credit_note"])
        an_issued_invoice(self.business, kind=kind, **self.document())

    def buy(self) -> None:
        bill = a_bill(self.business, Invoice.objects.count(), **self.document())
        if self.rng.random() < 0.8:
            bill.approve(by=self.by, now=NOW)

    def pay(self) -> None:
        document = self.one_of(Invoice.objects.for_business(self.business))
        into = (document.direction == "issued") == (document.kind == "invoice")
        nobody = {"partner": None} if self.rng.random() < 0.2 else {}
        a_payment(
            self.business,
            document,
            self.amount(document.balance),
            by=self.by,
            account=self.bank,
            date=self.day(),
            direction="in" if into else "out",
            spare=self.rng.choice([0, 0, 700]),
            **nobody,
        )

    def pay_ahead(self) -> None:
        currency = self.rng.choice(list(RATES))
        draft = payment_of(
            self.business,
            self.amount(),
            partner=self.rng.choice(self.partners),
            account=self.bank,
            date=self.day(),
            currency=currency,
            currency_rate=RATES[currency],
            direction=self.rng.choice(["in", "out"]),
        )
        record_payment(draft, by=self.by)

    def payment(self) -> Payment:
        found: Payment = self.one_of(Payment.objects.for_business(self.business))
        return found

    def use(self) -> None:
        left = Payment.objects.for_business(self.business).filter(unallocated__gt=0)
        payment = self.one_of(left)
        fitting = Invoice.objects.for_business(self.business).unpaid()
        invoice = self.one_of(fitting.filter(currency=payment.currency))
        amount = self.amount(min(payment.unallocated, invoice.balance))
        allocate(payment, invoice, amount, by=self.by)

    def take_off(self) -> None:
        share = self.one_of(Allocation.objects.for_business(self.business))
        unallocate(share.payment, share.invoice, by=self.by)

    def give_back(self) -> None:
        payment = self.payment()
        amount = self.amount(payment.unallocated)
        refund(payment, amount, date=self.day(), account=self.bank, by=self.by)

    def cancel(self) -> None:
        cancel_payment(self.payment(), by=self.by, now=NOW)

    def end(self) -> None:
        document = self.one_of(Invoice.objects.for_business(self.business))
        if document.direction == "received":
            document.cancel(by=self.by, reason="x")
        elif self.rng.random() < 0.5:
            document.void(by=self.by, reason="x", now=NOW)
        else:
            document.write_off(by=self.by, reason="x")

    def credit(self) -> None:
        invoice = self.one_of(Invoice.objects.for_business(self.business).unpaid())
        number = "" if invoice.direction == "issued" else f"C{invoice.pk}"
        credit(
            invoice,
            self.rng.choice([None, {1: Decimal("0.5")}]),
            by=self.by,
            now=NOW,
            date=max(invoice.date, self.day()),
            number=number,
        )


# --- the same by hand -----------------------------------------------------------------------


def counted(business: Business, asked: Aging) -> dict[tuple[str, str], dict[str, Any]]:
    """Every document and payment from its beginning, in plain steps."""
    sums: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(
        lambda: dict.fromkeys((*PLACES, "total", "base_total"), ZERO)
    )

    def owe(row: Any, place: str, amount: Decimal) -> None:
        sum_of = sums[row.partner.name, row.currency]
        for name in (place, "total"):
            sum_of[name] += amount
        sum_of["base_total"] += amount * row.currency_rate

    documents = Invoice.objects.for_business(business).filter(
        direction=asked.side.direction,
        state__in=["issued", "approved", "written_off"],
        date__lte=asked.as_of,
    )
    for document in documents:
        left = outstanding(document, asked.as_of)
        if document.kind == "credit_note":
            owe(document, "credits", -left)
        else:
            owe(document, place_of(document, asked), left)
    for payment in Payment.objects.for_business(business).filter(cancelled_at=None):
        for partner, amount in ahead(payment, asked):
            payment.partner = partner
            owe(payment, "credits", amount)
    return {
        key: {
            name: amount.quantize(CENT, ROUND_HALF_UP)
            if name == "base_total"
            else amount
            for name, amount in found.items()
            if amount
        }
        for key, found in sums.items()
        if any(found.values())
    }


def outstanding(document: Invoice, day: datetime.date) -> Decimal:
    left = document.total
    for share in document.allocations.all():
        left -= share.amount if share.payment.date <= day else ZERO
    if document.kind == "credit_note":
        left -= document.credit_applied
    for note in document.credit_notes.all():
        left -= note.credit_applied if note.date <= day else ZERO
    if document.state == "written_off":
        event = Event.objects.about(document).get(verb="invoice.written_off")
        if document.business.today(event.at) <= day:
            left -= document.balance
    return left


def place_of(document: Invoice, asked: Aging) -> str:
    since = document.due_date if asked.since is Since.DUE_DATE else document.date
    days = (asked.as_of - since).days
    return BUCKETS[0] if days <= 0 else BUCKETS[min((days - 1) // 30 + 1, 4)]


def ahead(payment: Payment, asked: Aging) -> list[tuple[Partner, Decimal]]:
    """What a payment adds to what is owed, beyond the documents of the day."""
    found: list[tuple[Partner, Decimal]] = []
    into = payment.direction == "in"
    if payment.date > asked.as_of:
        return found
    for share in payment.allocations.all():
        document = share.invoice
        if document.direction != asked.side.direction or document.date <= asked.as_of:
            continue
        raises = document.kind == "credit_note"
        found.append((document.partner, share.amount if raises else -share.amount))
    customers = into == (payment.refund_of is None)
    if payment.partner and customers == (asked.side is Side.CUSTOMERS):
        free = payment.unallocated + payment.amount_refunded
        # A refund is booked as refunded, though it was never on account itself.
        found.append((payment.partner, free if payment.refund_of else -free))
    return found


@pytest.mark.django_db
@settings(max_examples=2, phases=[Phase.generate])
@given(seed=st.integers(0, 10**9))
def test_every_report_is_what_counting_by_hand_says(seed: int) -> None:
    """On any day, of either side, by either date; and statements end with its total."""
    rng = Random(seed)
    life = Life(rng)
    life.happen(30)
    today = life.business.today(datetime.datetime.now(datetime.UTC))
    for day in (life.day(), today - DAY):
        for side in Side:
            asked = Aging(day, side, rng.choice(list(Since)))
            assert told(aging(life.business, asked)) == counted(life.business, asked)
        customers = told(aging(life.business, Aging(day)))
        for partner, currency in product(life.partners, RATES):
            facts = statement_facts(partner, TODAY - 500 * DAY, day, currency)
            row = customers.get((partner.name, currency), {})
            assert facts.closing == row.get("total", 0)
    for side in Side:
        assert open_of(life.business, side) == stored(life.business, side)


def open_of(business: Business, side: Side) -> dict[tuple[str, str], Decimal]:
    """The totals of a report as of a day when all has happened."""
    table = told(aging(business, Aging(TODAY + 900 * DAY, side)))
    totals = {key: row.get("total", ZERO) for key, row in table.items()}
    return {key: total for key, total in totals.items() if total}


def stored(business: Business, side: Side) -> dict[tuple[str, str], Decimal]:
    """What the books themselves keep: balances less what is left on account."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    documents = Invoice.objects.for_business(business).unpaid()
    for one in documents.filter(direction=side.direction):
        sign = 1 if one.kind == "invoice" else -1
        sums[one.partner.name, one.currency] += sign * one.balance
    into = "in" if side is Side.CUSTOMERS else "out"
    payments = Payment.objects.for_business(business).standing()
    for money in payments.filter(refund_of=None, direction=into):
        if money.partner is not None:
            sums[money.partner.name, money.currency] -= money.unallocated
    return {key: total for key, total in sums.items() if total}


# --- one report in full ------------------------------------------------------------------


def sold(business: Business, partner: Partner, by: Any, days: int, **more: Any) -> Any:
    """An invoice over 100 that was due so many days ago."""
    due = TODAY - days * DAY
    dates = {"date": min(due, TODAY - 10 * DAY), "due_date": due}
    return an_issued_invoice(business, by=by, partner=partner, **dates, **more)


def test_a_report_has_a_row_for_each_partner_and_currency(business, owner):
    ada = PartnerFactory(business=business, name="Ada", code="A")
    bob = PartnerFactory(business=business, name="Bob", code="B")
    late = sold(business, ada, owner, 31)
    a_payment(business, late, 40, by=owner, spare=5)
    sold(business, ada, owner, 0)
    sold(business, bob, owner, 1, currency="EUR", currency_rate=Decimal("1.255"))
    sold(business, bob, owner, 91, currency="EUR", currency_rate=Decimal("1.1"))
    table = aging(business, Aging(TODAY))
    amounts = lambda *texts: tuple(Decimal(text) for text in texts)  # noqa: E731
    assert table.rows == [
        (
            *("Ada", "A", "USD"),
            *amounts("100", "0", "60", "0", "0", "-5", "155"),
            *("USD", Decimal(155)),
        ),
        (
            *("Bob", "B", "EUR"),
            *amounts("0", "100", "0", "0", "100", "0", "200"),
            *("USD", Decimal("235.50")),
        ),
    ]
    assert [row[:3] for row in table.totals] == [
        ("Total", "", "EUR"),
        ("Total", "", "USD"),
        ("All currencies", "", ""),
    ]
    assert table.totals[0][3:] == list(table.rows)[1][3:]
    assert table.totals[2][3:] == (*[None] * 7, "USD", Decimal("390.50"))
    assert table.title == "Aging of customers as of 2026-03-10"
    by_date = aging(business, Aging(TODAY, since=Since.DATE))
    assert next(iter(by_date.rows))[3:9] == amounts("0", "100", "60", "0", "0", "-5")


def test_its_cost_does_not_grow_with_the_books(
    business, owner, django_assert_num_queries
):
    for days in range(4):
        invoice = sold(business, PartnerFactory(business=business), owner, days)
        a_payment(business, invoice, 50, by=owner)
    with django_assert_num_queries(9):
        aging(business, Aging(TODAY))


def test_the_form_asks_for_a_side_a_day_and_a_date():
    form = AgingForm({"side": "vendors", "as_of": "2026-03-10", "since": "date"})
    assert form.is_valid()
    assert form.asked() == Aging(TODAY, Side.VENDORS, Since.DATE)
    wrong = AgingForm({"side": "everybody", "as_of": "soon", "since": "never"})
    assert set(wrong.errors) == {"side", "as_of", "since"}
