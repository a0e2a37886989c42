"""Recording money and deciding what it settles: every way a payment changes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from decimal import Decimal

from django.db import IntegrityError, transaction
from moneyed import CURRENCIES

from invoices.exceptions import ReferenceTaken
from invoices.locking import lock_invoices
from invoices.models import Account, Cost, Event, Invoice, Project
from invoices.models.exchange_rate import rate_on
from invoices.periods import check_day, check_period
from partners import prepared
from partners.access import Actor, Capability
from partners.constraints import broken_constraint
from partners.models import Business, Partner
from payments.exceptions import BadPayment
from payments.models import Allocation, Payment, PaymentDirection
from payments.rules import check_assignment, check_parties, check_rate, whole_amount
from payments.settling import (
    allocation,
    allocations,
    balances,
    books_of,
    lock,
    lock_original,
    must_be_unmatched,
    must_still_settle,
    record_settlements,
    release,
    resize,
    return_to,
    settle,
    settled,
    take,
    write,
)

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDraft:
    """A payment in our words; amounts are in `currency`.

    `settles` says how much goes to which document; the rest stays on account.
    `currency_rate` None looks the rate up.
    """

    business: Business
    account: Account
    date: datetime.date
    currency: str
    amount: Decimal
    direction: PaymentDirection = PaymentDirection.IN
    currency_rate: Decimal | None = None
    partner: Partner | None = None
    method: str = ""
    reference: str = ""
    description: str = ""
    check_number: str = ""
    invoice_number: str = ""
    purchase_order: str = ""
    purchase_order_line: str = ""
    purchase_order_type: str = ""
    project: Project | None = None
    cost: Cost | None = None
    settles: Sequence[tuple[Invoice, Decimal]] = ()


def record_payment(draft: PaymentDraft, *, by: Actor) -> Payment:
    """A saved payment with its allocations, one transaction.

    Raises NotAllowed, BadPayment, PeriodClosed, ReferenceTaken, and what `allocate` raises; then
    nothing is saved.
    """
    by.require(Capability.PAY, draft.business.pk)
    _check(draft)
    with _refusing_duplicates(draft), transaction.atomic():
        pks = [invoice.pk for invoice, _ in draft.settles]
        documents = lock_invoices(draft.business.pk, pks) if pks else {}
        under = check_period(books_of(draft.business.pk, documents), draft.date)
        before = balances(documents)
        payment = _insert(draft)
        for invoice, amount in draft.settles:
            settle(payment, documents[invoice.pk], amount)
        write(payment, "amount_allocated", "unallocated")
        Event.record(payment, "payment.recorded", by=by, **_facts(payment), **under)
        record_settlements(documents, payment, by, before, under)
    return payment


def allocate(
    payment: Payment, invoice: Invoice, amount: Decimal, *, by: Actor
) -> Allocation:
    """Settle (more of) a document from what is left of a payment.

    Raises NotIssued, ExceedsOpen, ExceedsUnallocated, CurrencyMismatch,
    PaymentCancelled, PeriodClosed, NotAllowed.
    """
    by.require(Capability.PAY, payment.business_id)
    with transaction.atomic():
        documents = lock_invoices(payment.business_id, [invoice.pk])
        before = balances(documents)
        under = lock(payment, documents=documents)
        share = settle(payment, documents[invoice.pk], amount)
        write(payment, "amount_allocated", "unallocated")
        record_settlements(documents, payment, by, before, under)
    return share


def unallocate(payment: Payment, invoice: Invoice, *, by: Actor) -> Payment:
    """Take a payment's whole share off a document; it stays on account.

    Raises BadPayment where it settles nothing there, PaymentCancelled,
    PeriodClosed, NotAllowed.
    """
    by.require(Capability.PAY, payment.business_id)
    with transaction.atomic():
        documents = lock_invoices(payment.business_id, [invoice.pk])
        under = lock(payment, documents=documents)
        share = allocation(payment, invoice.pk)
        if share is None:
            raise BadPayment(f"The payment settles nothing of {invoice}.")
        release(payment, documents, [share], by, under)
        write(payment, "amount_allocated", "unallocated")
    return payment


def refund(
    payment: Payment,
    amount: Decimal,
    *,
    date: datetime.date,
    account: Account,
    by: Actor,
    description: str = "",
) -> Payment:
    """Pay back what is left on account: a payment the other way, linked to this one.

    Raises ExceedsUnallocated, BadPayment, PaymentCancelled, PeriodClosed.
    """
    by.require(Capability.PAY, payment.business_id)
    with transaction.atomic():
        under = lock(payment)
        back = _refund_draft(payment, amount, date, account, description)
        _check(back)
        under |= check_period(payment.business, date)
        amount = take(payment, amount)
        payment.amount_refunded += amount
        write(payment, "amount_refunded", "unallocated")
        refunded = _insert(back, refund_of=payment)
        facts = _facts(refunded) | {"refund": refunded.pk} | under
        Event.record(payment, "payment.refunded", by=by, **facts)
        Event.record(refunded, "payment.recorded", by=by, **_facts(refunded), **under)
    return refunded


def revise_payment(
    payment: Payment,
    *,
    by: Actor,
    date: datetime.date,
    account: Account,
    amount: Decimal,
    currency_rate: Decimal,
    description: str,
    expected_version: int | None = None,
) -> Payment:
    """Correct a payment; a changed amount changes what it settles by as much.

    Raises BadPayment where it settles several documents and the amount changes,
    MatchedToBank where amount, account or rate of one change that a line of a statement
    tells of, ExceedsOpen, Stale, PaymentCancelled, PeriodClosed, NotAllowed.
    """
    by.require(Capability.PAY, payment.business_id)
    amount = whole_amount(amount, payment.currency)
    check_rate(currency_rate, payment.currency, payment.business)
    check_parties(payment.business, account, None)
    with transaction.atomic():
        documents = lock_invoices(payment.business_id, settled(payment))
        under = lock(payment, expected_version, documents)
        must_still_settle(payment, documents)
        if (account.pk, amount, currency_rate) != _matchable(payment):
            must_be_unmatched(payment)
        check_day(date)
        under |= check_period(payment.business, date)
        resize(payment, documents, amount - payment.amount, by, under)
        payment.date, payment.account, payment.amount = date, account, amount
        payment.currency_rate, payment.description = currency_rate, description
        write(payment, *_REVISABLE, *_AMOUNTS)
        Event.record(payment, "payment.revised", by=by, **_facts(payment), **under)
    return payment


def cancel_payment(
    payment: Payment,
    *,
    by: Actor,
    now: datetime.datetime,
    expected_version: int | None = None,
) -> Payment:
    """Undo a payment that should not have been recorded; its documents reopen.

    Raises BadPayment where part of it was refunded, MatchedToBank where a line of a
    statement tells of it (`payments.bank.accepting.undo` is the way then), Stale,
    PaymentCancelled, PeriodClosed, NotAllowed.
    """
    by.require(Capability.PAY, payment.business_id)
    with transaction.atomic():
        documents = lock_invoices(payment.business_id, settled(payment))
        original = lock_original(payment, documents)
        under = lock(payment, expected_version, documents)
        if original is None and payment.amount_refunded:
            raise BadPayment("Part of it was refunded; cancel the refund first.")
        must_be_unmatched(payment)
        must_still_settle(payment, documents)
        release(payment, documents, allocations(payment), by, under)
        return_to(original, payment)
        payment.amount_refunded, payment.unallocated = ZERO, payment.amount
        payment.cancelled_at = now
        write(payment, *_AMOUNTS, "cancelled_at")
        Event.record(payment, "payment.cancelled", by=by, **_facts(payment), **under)
    return payment


@contextmanager
def _refusing_duplicates(draft: PaymentDraft) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if "payments_payment_reference_taken" not in broken_constraint(error):
            raise
        raise ReferenceTaken(
            f"The reference {draft.reference} is taken.", field="reference"
        ) from error


def _check(draft: PaymentDraft) -> None:
    if draft.currency not in CURRENCIES:
        raise BadPayment(f"{draft.currency} is no currency code.", field="currency")
    whole_amount(draft.amount, draft.currency)
    if draft.currency_rate is not None:
        check_rate(draft.currency_rate, draft.currency, draft.business)
    check_parties(draft.business, draft.account, draft.partner)
    check_assignment(draft.business, draft.project, draft.cost)
    check_day(draft.date)


# --- steps with the rows locked ---------------------------------------------------

_AMOUNTS = ("amount_allocated", "amount_refunded", "unallocated")
_COPIED = tuple(
    part.name for part in fields(PaymentDraft) if part.name not in ("amount", "settles")
)
_REVISABLE = ("date", "account", "amount", "currency_rate", "description")


def _insert(draft: PaymentDraft, refund_of: Payment | None = None) -> Payment:
    amount = whole_amount(draft.amount, draft.currency)
    payment = Payment(
        **{name: getattr(draft, name) for name in _COPIED},
        amount=amount,
        amount_refunded=amount if refund_of else ZERO,
        unallocated=ZERO if refund_of else amount,
        refund_of=refund_of,
    )
    if draft.currency_rate is None:
        rate = rate_on(draft.business, draft.currency, draft.date)
        payment.currency_rate = rate
    prepared.insert([payment])
    return payment


def _refund_draft(
    payment: Payment,
    amount: Decimal,
    date: datetime.date,
    account: Account,
    description: str,
) -> PaymentDraft:
    incoming = payment.direction == PaymentDirection.IN
    return PaymentDraft(
        business=payment.business,
        account=account,
        date=date,
        currency=payment.currency,
        amount=amount,
        direction=PaymentDirection.OUT if incoming else PaymentDirection.IN,
        currency_rate=payment.currency_rate,
        partner=payment.partner,
        description=description or f"Refund of the payment of {payment.date}",
    )


def _matchable(payment: Payment) -> tuple[int, Decimal, Decimal]:
    """What a line of a statement has in common with the payment that it tells of."""
    return payment.account_id, payment.amount, payment.currency_rate


def _facts(payment: Payment) -> dict[str, object]:
    return {"amount": payment.amount, "currency": payment.currency}
