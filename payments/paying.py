"""Paying bills: approving what still waits, and finding what a payment is for."""

from __future__ import annotations

import datetime
from dataclasses import replace

from django.db import transaction

from invoices.exceptions import NotIssued
from invoices.models import Account, Invoice
from invoices.querysets import Direction, Kind, State
from partners.access import Actor, Capability
from payments.models import Payment, PaymentDirection
from payments.recording import PaymentDraft, record_payment


def pay_bill(
    bill: Invoice, draft: PaymentDraft, *, by: Actor, now: datetime.datetime
) -> Payment:
    """Pay a bill with the draft's whole amount; one that waits is approved first.

    One transaction. Raises what `approve` and `record_payment` raise: without the
    capability to approve, a bill that waits is not paid.
    """
    with transaction.atomic():
        bill.lock()
        if bill.state == State.RECEIVED:
            bill.approve(by=by, now=now)
        return record_payment(replace(draft, settles=[(bill, draft.amount)]), by=by)


def record_vendor_payment(draft: PaymentDraft, *, by: Actor) -> Payment:
    """Record money paid out; it settles the bill that its `invoice_number` names.

    That is the vendor's one approved bill of that number (in any case) and currency,
    as far as it is open; what exceeds it, or names no such bill, stays on account.
    Raises what `record_payment` raises.
    """
    draft = replace(draft, direction=PaymentDirection.OUT)
    with transaction.atomic():
        bill = _bill_named(draft)
        if bill is not None:
            amount = min(draft.amount, bill.balance)
            draft = replace(draft, settles=[(bill, amount)])
        return record_payment(draft, by=by)


def _bill_named(draft: PaymentDraft) -> Invoice | None:
    if not draft.invoice_number or draft.partner is None:
        return None
    bills = Invoice.objects.for_business(draft.business).of(draft.partner)
    named = bills.received().filter(
        kind=Kind.INVOICE,
        state=State.APPROVED,
        number__iexact=draft.invoice_number,
        currency=draft.currency,
        balance__gt=0,
    )
    found = list(named.order_by("id")[:2])
    if len(found) != 1:
        return None
    # It may have been paid or cancelled before the lock was ours.
    bill = found[0]
    bill.lock()
    return bill if bill.state == State.APPROVED and bill.balance else None


def pay_in_full(
    document: Invoice, account: Account, *, by: Actor, now: datetime.datetime
) -> Payment:
    """Record that all that is open was paid today, where the business is.

    Raises NotIssued where nothing is open, and what `record_payment` raises.
    """
    by.require(Capability.PAY, document.business_id)
    with transaction.atomic():
        document.lock()
        if not document.balance:
            raise NotIssued(f"Nothing is open on {document}.")
        inward = (document.direction == Direction.ISSUED) == (
            document.kind == Kind.INVOICE
        )
        draft = PaymentDraft(
            business=document.business,
            account=account,
            partner=document.partner,
            date=document.business.today(now),
            currency=document.currency,
            amount=document.balance,
            direction=PaymentDirection.IN if inward else PaymentDirection.OUT,
            settles=[(document, document.balance)],
        )
        return record_payment(draft, by=by)
