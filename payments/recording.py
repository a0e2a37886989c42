"""Recording money and deciding what it settles: every way a payment changes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from moneyed import CURRENCIES

from invoices.exceptions import ExceedsOpen
from invoices.locking import lock_invoices
from invoices.models import Account, Event, Invoice
from invoices.models.exchange_rate import rate_on
from invoices.models.guarded import rows
from invoices.periods import check_period
from partners import prepared
from partners.access import Actor, Capability
from partners.exceptions import Stale
from partners.models import Business, Partner
from payments.exceptions import BadPayment, ExceedsUnallocated, PaymentCancelled
from payments.models import Allocation, Payment, PaymentDirection
from payments.rules import check_match, check_parties, check_rate, whole_amount

ZERO = Decimal(0)
_Documents = Mapping[int, Invoice]


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
    settles: Sequence[tuple[Invoice, Decimal]] = ()


def record_payment(draft: PaymentDraft, *, by: Actor) -> Payment:
    """A saved payment with its allocations, one transaction.

    Raises NotAllowed, BadPayment, PeriodClosed, and what `allocate` raises; then
    nothing is saved.
    """
    by.require(Capability.PAY, draft.business.pk)
    _check(draft)
    with transaction.atomic():
        pks = [invoice.pk for invoice, _ in draft.settles]
        documents = lock_invoices(draft.business.pk, pks) if pks else {}
        payment = _insert(draft)
        for invoice, amount in draft.settles:
            _settle(payment, documents[invoice.pk], amount)
        _write(payment, "amount_allocated", "unallocated")
        Event.record(payment, "payment.recorded", by=by, **_facts(payment))
        _record_settlements(documents, payment, by)
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
        _lock(payment)
        allocation = _settle(payment, documents[invoice.pk], amount)
        _write(payment, "amount_allocated", "unallocated")
        _record_settlements(documents, payment, by)
    return allocation


def unallocate(payment: Payment, invoice: Invoice, *, by: Actor) -> Payment:
    """Take a payment's whole share off a document; it stays on account.

    Raises BadPayment where it settles nothing there, PaymentCancelled,
    PeriodClosed, NotAllowed.
    """
    by.require(Capability.PAY, payment.business_id)
    with transaction.atomic():
        documents = lock_invoices(payment.business_id, [invoice.pk])
        _lock(payment)
        allocation = _allocation(payment, invoice.pk)
        if allocation is None:
            raise BadPayment(f"The payment settles nothing of {invoice}.")
        _release(payment, documents, [allocation], by)
        _write(payment, "amount_allocated", "unallocated")
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
        _lock(payment)
        back = _refund_draft(payment, amount, date, account, description)
        _check(back)
        amount = _take(payment, amount)
        payment.amount_refunded += amount
        _write(payment, "amount_refunded", "unallocated")
        refunded = _insert(back, refund_of=payment)
        facts = _facts(refunded) | {"refund": refunded.pk}
        Event.record(payment, "payment.refunded", by=by, **facts)
        Event.record(refunded, "payment.recorded", by=by, **_facts(refunded))
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
    ExceedsOpen, Stale, PaymentCancelled, PeriodClosed, NotAllowed.
    """
    by.require(Capability.PAY, payment.business_id)
    amount = whole_amount(amount, payment.currency)
    check_rate(currency_rate, payment.currency, payment.business)
    check_parties(payment.business, account, None)
    with transaction.atomic():
        documents = lock_invoices(payment.business_id, _settled(payment))
        _lock(payment, expected_version)
        _must_still_settle(payment, documents)
        check_period(payment.business.closed_through, date)
        _resize(payment, documents, amount - payment.amount, by)
        payment.date, payment.account, payment.amount = date, account, amount
        payment.currency_rate, payment.description = currency_rate, description
        _write(payment, *_REVISABLE, *_AMOUNTS)
        Event.record(payment, "payment.revised", by=by, **_facts(payment))
    return payment


def cancel_payment(
    payment: Payment,
    *,
    by: Actor,
    now: datetime.datetime,
    expected_version: int | None = None,
) -> Payment:
    """Undo a payment that should not have been recorded; its documents reopen.

    Raises BadPayment where part of it was refunded, Stale, PaymentCancelled,
    PeriodClosed, NotAllowed.
    """
    by.require(Capability.PAY, payment.business_id)
    with transaction.atomic():
        documents = lock_invoices(payment.business_id, _settled(payment))
        original = _lock_original(payment)
        _lock(payment, expected_version)
        if original is None and payment.amount_refunded:
            raise BadPayment("Part of it was refunded; cancel the refund first.")
        _must_still_settle(payment, documents)
        _release(payment, documents, _allocations(payment), by)
        _return_to(original, payment)
        payment.amount_refunded, payment.unallocated = ZERO, payment.amount
        payment.cancelled_at = now
        _write(payment, *_AMOUNTS, "cancelled_at")
        Event.record(payment, "payment.cancelled", by=by, **_facts(payment))
    return payment


def _check(draft: PaymentDraft) -> None:
    if draft.currency not in CURRENCIES:
        raise BadPayment(f"{draft.currency} is no currency code.", field="currency")
    whole_amount(draft.amount, draft.currency)
    if draft.currency_rate is not None:
        check_rate(draft.currency_rate, draft.currency, draft.business)
    check_parties(draft.business, draft.account, draft.partner)
    check_period(draft.business.closed_through, draft.date)


# --- steps with the rows locked ---------------------------------------------------

_AMOUNTS = ("amount_allocated", "amount_refunded", "unallocated")
_REVISABLE = ("date", "account", "amount", "currency_rate", "description")


def _insert(draft: PaymentDraft, refund_of: Payment | None = None) -> Payment:
    rate = draft.currency_rate
    if rate is None:
        rate = rate_on(draft.business, draft.currency, draft.date)
    amount = whole_amount(draft.amount, draft.currency)
    payment = Payment(
        business=draft.business,
        direction=draft.direction,
        partner=draft.partner,
        account=draft.account,
        date=draft.date,
        currency=draft.currency,
        currency_rate=rate,
        amount=amount,
        amount_refunded=amount if refund_of else ZERO,
        unallocated=ZERO if refund_of else amount,
        method=draft.method,
        reference=draft.reference,
        description=draft.description,
        refund_of=refund_of,
    )
    prepared.insert([payment])
    return payment


def _lock(payment: Payment, expected_version: int | None = None) -> None:
    locked = Payment.objects.for_business(payment.business_id).select_for_update(
        of=("self",)
    )
    fresh = locked.select_related("business", "account").get(pk=payment.pk)
    if expected_version is not None and fresh.version != expected_version:
        raise Stale("Someone else changed the payment; read it again.")
    payment.__dict__.update(fresh.__dict__)
    if payment.cancelled_at is not None:
        raise PaymentCancelled("The payment has been cancelled.")
    check_period(payment.business.closed_through, payment.date)


def _lock_original(payment: Payment) -> Payment | None:
    """Lock the payment that this one refunds; it is the older row."""
    if payment.refund_of_id is None:
        return None
    original = Payment(pk=payment.refund_of_id, business_id=payment.business_id)
    _lock(original)
    return original


def _write(payment: Payment, *fields: str) -> None:
    payment.version += 1
    prepared.update(payment, (*fields, "version", "updated_at"))


def _take(payment: Payment, amount: Decimal) -> Decimal:
    whole = whole_amount(amount, payment.currency)
    if amount > payment.unallocated:
        raise ExceedsUnallocated(
            f"{amount} is more than the {payment.unallocated} left of the payment.",
            field="amount",
        )
    payment.unallocated -= whole
    return whole


def _settle(payment: Payment, invoice: Invoice, amount: Decimal) -> Allocation:
    check_match(payment, invoice)
    amount = _take(payment, amount)
    invoice.settle(amount)
    payment.amount_allocated += amount
    allocation = _allocation(payment, invoice.pk)
    found = rows(Allocation, payment.business_id)
    if allocation is None:
        allocation = Allocation(
            business_id=payment.business_id,
            payment=payment,
            invoice=invoice,
            amount=amount,
        )
        prepared.insert([allocation])
    else:
        allocation.amount += amount
        found.filter(pk=allocation.pk).update(amount=allocation.amount)
    return allocation


def _allocation(payment: Payment, invoice_pk: int) -> Allocation | None:
    settled = Allocation.objects.for_business(payment.business_id)
    return settled.filter(payment_id=payment.pk, invoice_id=invoice_pk).first()


def _allocations(payment: Payment) -> list[Allocation]:
    """Read afresh: the caller may have prefetched what has changed since."""
    settled = Allocation.objects.for_business(payment.business_id)
    return list(settled.filter(payment_id=payment.pk))


def _settled(payment: Payment) -> list[int]:
    return [allocation.invoice_id for allocation in _allocations(payment)]


def _must_still_settle(payment: Payment, documents: _Documents) -> None:
    """Raise Stale where it settles others than those locked before it."""
    if set(_settled(payment)) != set(documents):
        raise Stale("What the payment settles changed meanwhile; try again.")


def _release(
    payment: Payment,
    documents: _Documents,
    allocations: Sequence[Allocation],
    by: Actor,
) -> None:
    for allocation in allocations:
        invoice = documents[allocation.invoice_id]
        invoice.settle(-allocation.amount)
        payment.amount_allocated -= allocation.amount
        payment.unallocated += allocation.amount
        row = rows(Allocation, payment.business_id).filter(pk=allocation.pk)
        row._raw_delete(row.db)
        facts = {"payment": payment.pk, "amount": allocation.amount}
        Event.record(invoice, "invoice.payment_released", by=by, **facts)


def _resize(
    payment: Payment, documents: _Documents, difference: Decimal, by: Actor
) -> None:
    if not difference:
        return
    if payment.amount_refunded or len(documents) > 1:
        raise BadPayment(
            "It settles several documents or was refunded: unallocate it first.",
            field="amount",
        )
    if not documents:
        payment.unallocated += difference
        return
    (invoice,) = documents.values()
    (allocation,) = _allocations(payment)
    if allocation.amount + difference <= 0:
        raise ExceedsOpen("More than what it settles.", field="amount")
    invoice.settle(difference)
    payment.amount_allocated += difference
    row = rows(Allocation, payment.business_id).filter(pk=allocation.pk)
    row.update(amount=allocation.amount + difference)
    _record_settlements(documents, payment, by)


def _return_to(original: Payment | None, refunded: Payment) -> None:
    if original is None:
        return
    original.amount_refunded -= refunded.amount
    original.unallocated += refunded.amount
    _write(original, "amount_refunded", "unallocated")


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


def _facts(payment: Payment) -> dict[str, object]:
    return {"amount": payment.amount, "currency": payment.currency}


def _record_settlements(documents: _Documents, payment: Payment, by: Actor) -> None:
    for invoice in documents.values():
        facts = {"payment": payment.pk, "balance": invoice.balance}
        verb = "invoice.payment_applied" if invoice.balance else "invoice.paid"
        Event.record(invoice, verb, by=by, **facts)
