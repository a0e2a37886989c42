"""Recording payments and deciding what they settle."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.crediting import credit
from invoices.exceptions import (
    BadDates,
    CurrencyMismatch,
    ExceedsOpen,
    NoExchangeRate,
    NotIssued,
    PeriodClosed,
    StaleDocument,
)
from invoices.models import ExchangeRate, Invoice
from partners.access import Actor
from partners.exceptions import BookError
from payments.exceptions import BadPayment, ExceedsUnallocated, PaymentCancelled
from payments.models import Allocation, Payment
from payments.recording import allocate, cancel_payment, record_payment, unallocate
from tests.books import history, money_of, refused, row
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    BusinessFactory,
    PartnerFactory,
    a_draft,
    a_line,
    a_payment,
    an_approved_bill,
    an_issued_invoice,
    payment_of,
)

DAY = datetime.timedelta(days=1)


def shares(payment: Payment) -> dict[int, Decimal]:
    """What the payment settles, by document."""
    found = Allocation.objects.for_business(payment.business_id).filter(payment=payment)
    return dict(found.values_list("invoice_id", "amount"))


def test_a_payment_is_stored_whole(business, owner):
    customer = PartnerFactory(business=business)
    bank = AccountFactory(business=business)
    first = an_issued_invoice(business, by=owner, partner=customer)
    second = an_issued_invoice(business, by=owner, partner=customer)
    draft = payment_of(
        business,
        150,
        account=bank,
        partner=customer,
        method="transfer",
        reference="B-1",
        description="March",
        settles=[(first, Decimal(100)), (second, Decimal(30))],
    )

    payment = record_payment(draft, by=owner)

    assert row(payment) == {
        "direction": "in",
        "partner_id": customer.pk,
        "account_id": bank.pk,
        "date": TODAY,
        "currency": "USD",
        "currency_rate": 1,
        "amount": 150,
        "amount_allocated": 130,
        "amount_refunded": 0,
        "unallocated": 20,
        "method": "transfer",
        "reference": "B-1",
        "description": "March",
        "check_number": "",
        "invoice_number": "",
        "purchase_order": "",
        "purchase_order_line": "",
        "purchase_order_type": "",
        "project_id": None,
        "cost_id": None,
        "refund_of_id": None,
        "version": 2,
        "cancelled_at": None,
    }
    assert shares(payment) == {first.pk: 100, second.pk: 30}
    assert [money_of(one)["amount_paid"] for one in (first, second)] == [100, 30]
    assert [money_of(one)["balance"] for one in (first, second)] == [0, 70]
    assert history(payment) == [
        ("payment.recorded", {"amount": "150.00", "currency": "USD"})
    ]
    assert history(first)[-1] == (
        "invoice.paid",
        {"payment": payment.pk, "amount": "100.00", "balance": "0.00"},
    )
    assert history(second)[-1] == (
        "invoice.payment_applied",
        {"payment": payment.pk, "amount": "30.00", "balance": "70.00"},
    )


def test_a_payment_on_account_settles_nothing_yet(business, owner):
    payment = a_payment(business, None, 150, by=owner)
    assert (row(payment)["unallocated"], shares(payment)) == (150, {})
    assert Payment.objects.for_business(business).received().get() == payment
    assert not Payment.objects.of(PartnerFactory(business=business)).exists()


@pytest.mark.parametrize(
    "date", [datetime.date(1899, 12, 31), datetime.date(2200, 1, 1)]
)
def test_a_day_of_a_wrong_century_is_refused(business, owner, date):
    account = AccountFactory(business=business)
    with refused(BadDates, "date"):
        a_payment(business, None, 150, by=owner, date=date, account=account)


def test_the_same_document_may_be_named_twice(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    settles = [(invoice, Decimal(30)), (invoice, Decimal(20))]
    payment = a_payment(business, invoice, 60, by=owner, settles=settles)
    assert shares(payment) == {invoice.pk: 50}
    assert money_of(invoice)["balance"] == 50


def test_a_payment_takes_the_rate_of_its_day(business, owner):
    ExchangeRate.objects.create(
        business=business, currency="EUR", date=TODAY, rate="1.1", source="ECB"
    )
    payment = a_payment(business, None, 10, by=owner, currency="EUR")
    assert row(payment)["currency_rate"] == Decimal("1.1")


def test_money_goes_out_for_bills_and_credit_notes(business, owner):
    bill = an_approved_bill(business, by=owner)
    invoice = an_issued_invoice(business, by=owner)
    a_payment(business, invoice, 100, by=owner)
    note = credit(invoice, None, by=owner, now=NOW, date=TODAY)
    for document in (bill, note):
        a_payment(business, document, 100, by=owner, direction="out")
        assert money_of(document)["balance"] == 0


REFUSALS: dict[str, tuple[type[BookError], str, dict[str, Any]]] = {
    "nothing": (BadPayment, "amount", {"amount": Decimal(0)}),
    "less than nothing": (BadPayment, "amount", {"amount": Decimal(-1)}),
    "no number": (BadPayment, "amount", {"amount": Decimal("NaN")}),
    "infinity": (BadPayment, "amount", {"amount": Decimal("Infinity")}),
    "too much for any column": (BadPayment, "amount", {"amount": Decimal(10) ** 13}),
    "a part of a cent": (BadPayment, "amount", {"amount": Decimal("0.001")}),
    "another century": (BadDates, "date", {"date": datetime.date(1800, 1, 1)}),
    "an unknown currency": (BadPayment, "currency", {"currency": "ZZZ"}),
    "an unknown rate": (NoExchangeRate, "currency_rate", {"currency": "EUR"}),
    "a rate of the base currency": (
        BadPayment,
        "currency_rate",
        {"currency_rate": Decimal(2)},
    ),
    "a rate of nine decimals": (
        BadPayment,
        "currency_rate",
        {"currency": "EUR", "currency_rate": Decimal("0.000000001")},
    ),
    "a rate of nothing": (
        BadPayment,
        "currency_rate",
        {"currency": "EUR", "currency_rate": Decimal(0)},
    ),
    "a rate that is no number": (
        BadPayment,
        "currency_rate",
        {"currency": "EUR", "currency_rate": Decimal("NaN")},
    ),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_no_payment_is_recorded_of(business, owner, what):
    kind, field, values = REFUSALS[what]
    draft = payment_of(business, **({"amount": 10} | values))
    with refused(kind, field):
        record_payment(draft, by=owner)


def test_only_a_payment_account_of_the_business_takes_payments(business, owner):
    revenue = AccountFactory(business=business, payment_account=False)
    foreign = AccountFactory()
    for account in (revenue, foreign):
        draft = payment_of(business, 10, account=account)
        with refused(BadPayment, "account"):
            record_payment(draft, by=owner)


def test_nothing_of_another_business_is_paid(business, owner):
    other = BusinessFactory()
    foreign = an_issued_invoice(other)
    bank = AccountFactory(business=business)
    with refused(BadPayment, "partner"):
        record_payment(
            payment_of(business, 10, account=bank, partner=foreign.partner), by=owner
        )
    payment = a_payment(business, None, 10, by=owner, account=bank)
    with refused(StaleDocument):
        a_payment(business, foreign, 10, by=owner, account=bank, partner=None)
    for deed in (
        lambda: allocate(payment, foreign, Decimal(10), by=owner),
        lambda: unallocate(payment, foreign, by=owner),
    ):
        with refused(StaleDocument):
            deed()


def test_no_payment_is_dated_into_closed_books(business, owner):
    business.closed_through = TODAY
    business.save()
    draft = payment_of(business, 10)
    with refused(PeriodClosed, "date"):
        record_payment(draft, by=owner)
    later = a_payment(business, None, 10, by=owner, date=TODAY + DAY)
    assert row(later)["date"] == TODAY + DAY


def test_a_document_in_closed_books_may_be_paid_today(business, owner):
    invoice = an_issued_invoice(business, by=owner, date=TODAY - DAY)
    business.closed_through = TODAY - DAY
    business.save()
    a_payment(business, invoice, 100, by=owner)
    assert money_of(invoice)["balance"] == 0


def again(payment: Payment, invoice: Invoice, amount: Decimal, *, by: Actor) -> None:
    """Record another payment like this one that settles the invoice at once."""
    names = ("account", "partner", "currency", "currency_rate", "direction")
    alike = {name: getattr(payment, name) for name in names}
    draft = payment_of(
        payment.business, payment.unallocated, settles=[(invoice, amount)], **alike
    )
    record_payment(draft, by=by)


@pytest.mark.parametrize("door", [again, allocate])
def test_what_may_not_be_settled(business, owner, door):
    invoice = an_issued_invoice(business, by=owner)
    partner = invoice.partner
    draft = a_draft(business, by=owner, partner=partner)
    void = an_issued_invoice(business, by=owner, partner=partner)
    void.void(by=owner, reason="", now=NOW)
    small = a_payment(business, None, 50, by=owner, partner=partner)
    large = a_payment(business, None, 150, by=owner, partner=partner)
    euros = a_payment(
        business, None, 50, by=owner, currency="EUR", currency_rate=Decimal(1)
    )
    out = a_payment(business, None, 50, by=owner, direction="out")
    strangers = a_payment(
        business, None, 50, by=owner, partner=PartnerFactory(business=business)
    )
    cases: list[tuple[type[BookError], str, Payment, Any, Any]] = [
        (NotIssued, "", small, draft, 10),
        (NotIssued, "", small, void, 10),
        (ExceedsUnallocated, "amount", small, invoice, "50.01"),
        (ExceedsOpen, "amount", large, invoice, "100.01"),
        (CurrencyMismatch, "currency", euros, invoice, 10),
        (BadPayment, "direction", out, invoice, 10),
        (BadPayment, "partner", strangers, invoice, 10),
        (BadPayment, "amount", small, invoice, 0),
        (BadPayment, "amount", small, invoice, -10),
        (BadPayment, "amount", small, invoice, "0.001"),
        (BadPayment, "amount", small, invoice, "NaN"),
        (BadPayment, "amount", small, invoice, "Infinity"),
    ]
    for kind, field, payment, document, amount in cases:
        with refused(kind, field):
            door(payment, document, Decimal(amount), by=owner)


def test_a_refusal_for_one_document_records_nothing_for_the_others(business, owner):
    first = an_issued_invoice(business, by=owner)
    second = an_issued_invoice(business, by=owner, partner=first.partner)
    bank = AccountFactory(business=business)
    with refused(ExceedsOpen):
        a_payment(
            business,
            first,
            300,
            by=owner,
            account=bank,
            settles=[(first, Decimal(100)), (second, Decimal(101))],
        )


# --- allocate and unallocate --------------------------------------------------------


def test_what_is_left_is_allocated_bit_by_bit(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, None, 150, by=owner)

    first = allocate(payment, invoice, Decimal(60), by=owner)
    second = allocate(payment, invoice, Decimal(40), by=owner)

    assert (first.pk, second.amount) == (second.pk, 100)
    assert shares(payment) == {invoice.pk: 100}
    stored = row(payment)
    assert (stored["amount_allocated"], stored["unallocated"]) == (100, 50)
    assert money_of(invoice)["balance"] == 0
    about = {"payment": payment.pk}
    assert history(invoice)[-2:] == [
        ("invoice.payment_applied", about | {"amount": "60.00", "balance": "40.00"}),
        ("invoice.paid", about | {"amount": "40.00", "balance": "0.00"}),
    ]


def test_unallocating_reopens_the_document_and_keeps_the_money(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    other = an_issued_invoice(business, by=owner, partner=invoice.partner)
    payment = a_payment(business, invoice, 60, by=owner, spare=20)
    allocate(payment, other, Decimal(10), by=owner)

    unallocate(payment, invoice, by=owner)

    assert shares(payment) == {other.pk: 10}
    stored = row(payment)
    assert (stored["amount_allocated"], stored["unallocated"]) == (10, 70)
    assert money_of(invoice)["balance"] == 100
    assert history(invoice)[-1] == (
        "invoice.payment_released",
        {"payment": payment.pk, "amount": "60.00"},
    )
    with refused(BadPayment):
        unallocate(payment, invoice, by=owner)


def test_a_paid_document_of_several_payments_reopens_by_one_share(business, owner):
    invoice = an_issued_invoice(business, by=owner, lines=[a_line(3, 10)])
    payments = [a_payment(business, invoice, 10, by=owner) for _ in range(3)]
    unallocate(payments[1], invoice, by=owner)
    assert money_of(invoice)["amount_paid"] == 20


def test_a_cancelled_payment_settles_and_releases_nothing(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, None, 10, by=owner)
    cancel_payment(payment, by=owner, now=NOW)
    for deed in (
        lambda: allocate(payment, invoice, Decimal(10), by=owner),
        lambda: unallocate(payment, invoice, by=owner),
    ):
        with refused(PaymentCancelled):
            deed()


def test_a_payment_in_closed_books_settles_and_releases_nothing(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, invoice, 10, by=owner, spare=10)
    business.closed_through = TODAY
    business.save()
    for deed in (
        lambda: allocate(payment, invoice, Decimal(10), by=owner),
        lambda: unallocate(payment, invoice, by=owner),
    ):
        with refused(PeriodClosed):
            deed()


def test_yen_have_no_decimals_and_dinars_three(business, owner):
    for currency, good, bad in (("JPY", "1", "0.5"), ("KWD", "0.001", "0.0005")):
        invoice = an_issued_invoice(
            business, by=owner, currency=currency, currency_rate=Decimal("0.5")
        )
        bank = AccountFactory(business=business)
        with refused(BadPayment, "amount"):
            a_payment(business, invoice, bad, by=owner, account=bank)
        a_payment(business, invoice, good, by=owner, account=bank)
        assert money_of(invoice)["amount_paid"] == Decimal(good)
