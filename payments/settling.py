"""The steps by which payments settle documents; the rows are locked by the verbs.

Documents are locked first, then payments; see `invoices.locking`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from invoices.exceptions import ExceedsOpen
from invoices.locking import lock_books
from invoices.models import Event, Invoice
from invoices.models.guarded import rows
from invoices.periods import Facts, check_period
from partners import prepared
from partners.access import Actor
from partners.exceptions import Stale
from partners.models import Business
from payments.exceptions import (
    BadPayment,
    ExceedsUnallocated,
    MatchedToBank,
    PaymentCancelled,
)
from payments.models import Allocation, BankLine, Payment
from payments.rules import check_match, whole_amount

Documents = Mapping[int, Invoice]


def lock(
    payment: Payment,
    expected_version: int | None = None,
    documents: Documents | None = None,
) -> Facts:
    """Lock a payment and read it afresh. Raises Stale, PaymentCancelled, PeriodClosed.

    Answers what the deed's event tells of the exception to a closed period that allows
    it. Without documents that are locked already, the books are: one query more.
    """
    locked = Payment.objects.for_business(payment.business_id).select_for_update(
        of=("self",)
    )
    fresh = locked.select_related("account").get(pk=payment.pk)
    if expected_version is not None and fresh.version != expected_version:
        raise Stale("Someone else changed the payment; read it again.")
    payment.__dict__.update(fresh.__dict__)
    if payment.cancelled_at is not None:
        raise PaymentCancelled("The payment has been cancelled.")
    payment.business = books_of(payment.business_id, documents)
    return check_period(payment.business, payment.date)


def books_of(business_id: int, documents: Documents | None) -> Business:
    """The business with its closing day locked: that of documents that are locked."""
    for invoice in (documents or {}).values():
        return invoice.business
    return lock_books(business_id)


def lock_original(payment: Payment, documents: Documents) -> Payment | None:
    """Lock the payment that this one refunds; it is the older row."""
    if payment.refund_of_id is None:
        return None
    original = Payment(pk=payment.refund_of_id, business_id=payment.business_id)
    lock(original, documents=documents)
    return original


def write(payment: Payment, *fields: str) -> None:
    """Write the named columns of a locked payment and count its version up."""
    payment.version += 1
    prepared.update(payment, (*fields, "version", "updated_at"))


def take(payment: Payment, amount: Decimal) -> Decimal:
    """Take an amount from what is left. Raises BadPayment, ExceedsUnallocated."""
    whole = whole_amount(amount, payment.currency)
    if amount > payment.unallocated:
        raise ExceedsUnallocated(
            f"{amount} is more than the {payment.unallocated} left of the payment.",
            field="amount",
        )
    payment.unallocated -= whole
    return whole


def settle(payment: Payment, invoice: Invoice, amount: Decimal) -> Allocation:
    """Let a locked payment settle (more of) a locked document."""
    check_match(payment, invoice)
    amount = take(payment, amount)
    invoice.settle(amount)
    payment.amount_allocated += amount
    share = allocation(payment, invoice.pk)
    found = rows(Allocation, payment.business_id)
    if share is None:
        share = Allocation(
            business_id=payment.business_id,
            payment=payment,
            invoice=invoice,
            amount=amount,
        )
        prepared.insert([share])
    else:
        share.amount += amount
        found.filter(pk=share.pk).update(amount=share.amount)
    return share


def allocation(payment: Payment, invoice_pk: int) -> Allocation | None:
    """What a payment settles of one document, or None."""
    where = "business_id = %s AND payment_id = %s AND invoice_id = %s"
    keys = [payment.business_id, payment.pk, invoice_pk]
    found = prepared.select(Allocation, where, keys)
    return found[0] if found else None


def allocations(payment: Payment) -> list[Allocation]:
    """Read afresh: the caller may have prefetched what has changed since."""
    settled = Allocation.objects.for_business(payment.business_id)
    return list(settled.filter(payment_id=payment.pk))


def settled(payment: Payment) -> list[int]:
    """The documents that a payment settles, by primary key."""
    return [allocation.invoice_id for allocation in allocations(payment)]


def must_still_settle(payment: Payment, documents: Documents) -> None:
    """Raise Stale where it settles others than those locked before it."""
    if set(settled(payment)) != set(documents):
        raise Stale("What the payment settles changed meanwhile; try again.")


def must_be_unmatched(payment: Payment) -> None:
    """Raise MatchedToBank where a line of a statement tells of a locked payment.

    Asked after the lock, which matching takes too; one query.
    """
    lines = BankLine.objects.for_business(payment.business_id)
    line = lines.filter(payment_id=payment.pk).first()
    if line is not None:
        raise MatchedToBank(
            f"It is matched with the bank's line of {line.date}: undo that match first.",
            line=line.pk,
        )


def release(
    payment: Payment,
    documents: Documents,
    allocations: Sequence[Allocation],
    by: Actor,
    under: Facts,
) -> None:
    """Take these shares off their documents; they stay on the payment."""
    for allocation in allocations:
        invoice = documents[allocation.invoice_id]
        invoice.settle(-allocation.amount)
        payment.amount_allocated -= allocation.amount
        payment.unallocated += allocation.amount
        row = rows(Allocation, payment.business_id).filter(pk=allocation.pk)
        row._raw_delete(row.db)
        facts = {"payment": payment.pk, "amount": allocation.amount, **under}
        Event.record(invoice, "invoice.payment_released", by=by, **facts)


def resize(
    payment: Payment,
    documents: Documents,
    difference: Decimal,
    by: Actor,
    under: Facts,
) -> None:
    """Change a payment by so much, and with it the one document that it settles."""
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
    (allocation,) = allocations(payment)
    if allocation.amount + difference <= 0:
        raise ExceedsOpen("More than what it settles.", field="amount")
    before = balances(documents)
    invoice.settle(difference)
    payment.amount_allocated += difference
    row = rows(Allocation, payment.business_id).filter(pk=allocation.pk)
    row.update(amount=allocation.amount + difference)
    record_settlements(documents, payment, by, before, under)


def return_to(original: Payment | None, refunded: Payment) -> None:
    """Give a cancelled refund back to the payment that it came from."""
    if original is None:
        return
    original.amount_refunded -= refunded.amount
    original.unallocated += refunded.amount
    write(original, "amount_refunded", "unallocated")


def balances(documents: Documents) -> dict[int, Decimal]:
    """What is open on each document now, by primary key."""
    return {pk: invoice.balance for pk, invoice in documents.items()}


def record_settlements(
    documents: Documents,
    payment: Payment,
    by: Actor,
    before: Mapping[int, Decimal],
    under: Facts,
) -> None:
    """Write into each document's history what the payment did to it.

    `before` are the balances that it met; an amount below zero was given back.
    """
    for pk, invoice in documents.items():
        amount = before[pk] - invoice.balance
        facts = {"payment": payment.pk, "amount": amount, "balance": invoice.balance}
        verb = "invoice.payment_applied" if invoice.balance else "invoice.paid"
        Event.record(invoice, verb, by=by, **facts, **under)
