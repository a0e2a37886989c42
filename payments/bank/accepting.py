"""Deciding about a line of a statement: what it was for, or that it is nothing of ours.

Each deed is one transaction that locks the line first, then what recording locks; so
of two people at one line, or one who clicks twice, the second is refused.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from invoices import money
from invoices.models import Account, Event, Invoice
from invoices.models.exchange_rate import rate_on
from partners import prepared
from partners.access import Actor, Capability
from partners.models import Business, Partner
from payments.bank.saying import told
from payments.bank.usual_rates import check_usual
from payments.exceptions import BadMatch, LineDecided, LineOpen, StaleLine
from payments.models import BankLine, LineState, Payment, PaymentDirection
from payments.realised import realised_by
from payments.recording import PaymentDraft, cancel_payment, record_payment

ZERO = Decimal(0)
_LONGEST_REASON = 500
_FIXED = ("business", "account")
Settles = Sequence[tuple[Invoice, Decimal]]


def accept(
    line: BankLine,
    settles: Settles,
    *,
    by: Actor,
    now: datetime.datetime,
    partner: Partner | None = None,
    charge: Decimal = ZERO,
    currency: str = "",
    amount: Decimal | None = None,
    currency_rate: Decimal | None = None,
    unusual_rate: bool = False,
    expected_version: int | None = None,
) -> Payment:
    """Record the line as one payment that settles these documents.

    The payment is of the line's amount plus the `charge` that the bank kept (or, of
    money that went out, less the charge that it took too); what settles nothing stays
    on account. In another `currency` than the line's it is of `amount`, by default all
    that is settled, at the rate that the two amounts make. `currency_rate` is for a
    line in neither that nor the base currency; None looks it up. `unusual_rate` says
    that a person knows that the two amounts make a rate far from the known one.

    Raises LineDecided, StaleLine, BadMatch, UnusualRate, NoExchangeRate and what
    `record_payment` raises; then nothing has happened.
    """
    by.require(Capability.PAY, line.business_id)
    with transaction.atomic():
        business = _lock_open(line, expected_version)
        _check_charge(line, charge)
        if currency in ("", line.currency):
            asked = _Worth(line.currency, amount or ZERO, currency_rate)
        else:
            total = sum((part for _document, part in settles), ZERO)
            asked = _Worth(currency, total if amount is None else amount, currency_rate)
        worth = _worth(line, business, charge, asked)
        if worth.currency != line.currency and not unusual_rate:
            moved = (abs(line.amount + charge), currency_rate)
            keys = [document.pk for document, _amount in settles]
            booked = (worth.amount, worth.currency)
            check_usual(line, business, moved, booked, keys)
        draft = PaymentDraft(
            business=business,
            account=_account(line),
            date=line.date,
            direction=_direction(line),
            partner=partner,
            currency=worth.currency,
            amount=worth.amount,
            currency_rate=worth.rate,
            method="bank",
            description=line.text,
            settles=settles,
        )
        payment = record_payment(draft, by=by)
        _match(line, payment, charge, made=True, by=by, now=now)
    return payment


def link(
    line: BankLine,
    payment: Payment,
    *,
    by: Actor,
    now: datetime.datetime,
    charge: Decimal = ZERO,
    expected_version: int | None = None,
) -> Payment:
    """Match the line with a payment that was recorded before; the books stay as they are.

    Raises LineDecided, StaleLine, NotAllowed, and BadMatch where the payment was
    cancelled, is matched with another line, lies on another account, flows the other
    way or is of another amount than the line with its charge.
    """
    by.require(Capability.PAY, line.business_id)
    with transaction.atomic():
        business = _lock_open(line, expected_version)
        _check_charge(line, charge)
        where = "business_id = %s AND id = %s FOR UPDATE"
        found = prepared.select(Payment, where, [line.business_id, payment.pk])
        if not found:
            raise BadMatch(_("There is no such payment."), field="payment")
        [payment] = found
        payment.business = business
        _check_fits(line, payment, charge)
        _match(line, payment, charge, made=False, by=by, now=now)
    return payment


def undo(
    line: BankLine,
    *,
    by: Actor,
    now: datetime.datetime,
    expected_version: int | None = None,
) -> BankLine:
    """Let the line wait again: cancel the payment that the match recorded, if it did.

    One that was recorded before stays. Raises LineOpen, StaleLine, NotAllowed and, for
    a payment to be cancelled, what `cancel_payment` raises: PeriodClosed for one.
    """
    by.require(Capability.PAY, line.business_id)
    with transaction.atomic():
        _lock(line, expected_version)
        if line.state != LineState.MATCHED:
            raise LineOpen(_("The line is not matched; there is nothing to undo."))
        payment, made = line.payment, line.payment_made
        assert payment is not None  # noqa: S101 - a constraint says so
        line.payment, line.payment_made, line.charge = None, False, ZERO
        _decide(line, LineState.OPEN)
        if made:
            cancel_payment(payment, by=by, now=now)
        Event.record(
            line,
            "bank_line.undone",
            by=by,
            payment=payment.pk,
            cancelled="yes" if made else "no",
        )
    return line


def set_aside(
    line: BankLine,
    reason: str,
    *,
    by: Actor,
    now: datetime.datetime,
    expected_version: int | None = None,
) -> BankLine:
    """Say that the line needs no payment of ours, and why.

    Raises LineDecided, StaleLine, BadMatch without a reason, NotAllowed.
    """
    by.require(Capability.PAY, line.business_id)
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST_REASON:
        raise BadMatch(_("Say why, in at most 500 letters."), field="reason")
    with transaction.atomic():
        _lock_open(line, expected_version)
        line.reason = reason
        _decide(line, LineState.SET_ASIDE, by=by, now=now)
        Event.record(line, "bank_line.set_aside", by=by, reason=reason)
    return line


def reopen(
    line: BankLine, *, by: Actor, expected_version: int | None = None
) -> BankLine:
    """Let a line that was set aside wait again. Raises LineOpen, LineDecided, StaleLine."""
    by.require(Capability.PAY, line.business_id)
    with transaction.atomic():
        _lock(line, expected_version)
        if line.state == LineState.OPEN:
            raise LineOpen(_("The line waits already."))
        if line.state == LineState.MATCHED:
            raise LineDecided(_("The line is matched; undo the match instead."))
        line.reason = ""
        _decide(line, LineState.OPEN)
        Event.record(line, "bank_line.reopened", by=by)
    return line


# --- steps with the line locked -------------------------------------------------------


def _lock(line: BankLine, expected_version: int | None) -> None:
    where = "business_id = %s AND id = %s FOR UPDATE"
    found = prepared.select(BankLine, where, [line.business_id, line.pk])
    if not found or expected_version not in (None, found[0].version):
        raise StaleLine(_("Someone else decided about the line; look at it again."))
    # A line stays on its account, so what was read of that stays true.
    known = {name: part for name, part in _related(line).items() if name in _FIXED}
    line.__dict__.update(found[0].__dict__)
    _related(line).update(known)


def _lock_open(line: BankLine, expected_version: int | None) -> Business:
    _lock(line, expected_version)
    if line.state != LineState.OPEN:
        raise LineDecided(_("Somebody has decided about the line already."))
    if "business" not in _related(line):
        [line.business] = prepared.select(Business, "id = %s", [line.business_id])
    return line.business


def _related(line: BankLine) -> dict[str, Any]:
    """The rows that were read along with the line."""
    return line._state.fields_cache  # noqa: SLF001 - Django's own name for it


def _account(line: BankLine) -> Account:
    if "account" not in _related(line):
        found = prepared.by_pk(Account, line.business_id, [line.account_id])
        line.account = found[line.account_id]
    account: Account = line.account
    return account


def _direction(line: BankLine) -> PaymentDirection:
    return PaymentDirection.IN if line.amount > 0 else PaymentDirection.OUT


def _check_charge(line: BankLine, charge: Decimal) -> None:
    if not charge.is_finite() or charge < 0 or charge >= money.MAX_AMOUNT:
        raise BadMatch(_("Bank charges are not below zero."), field="charge")
    if money.rounded(charge, line.currency) != charge:
        places = money.exponent(line.currency)
        raise BadMatch(
            _("%(currency)s has %(places)d decimals.")
            % {"currency": line.currency, "places": places},
            field="charge",
        )
    if charge >= abs(line.amount):
        moved = told(abs(line.amount), line.currency)
        message = _("A bank charge is less than what the bank moved, %s.")
        raise BadMatch(message % moved, field="charge")


@dataclass(frozen=True, slots=True)
class _Worth:
    """A payment's currency, its amount and, where it is known, its rate."""

    currency: str
    amount: Decimal
    rate: Decimal | None


def _worth(
    line: BankLine,
    business: Business,
    charge: Decimal,
    asked: _Worth,
) -> _Worth:
    """What the payment is of: in the line's currency its amount, in another as asked."""
    gross = abs(line.amount + charge)
    if asked.currency == line.currency:
        if asked.amount not in (ZERO, gross):
            raise BadMatch(
                _("The line with its charge is of %(gross)s, not %(amount)s.")
                % {"gross": gross, "amount": asked.amount},
                field="amount",
            )
        return _Worth(line.currency, gross, asked.rate)
    if not asked.amount.is_finite() or asked.amount <= 0:
        raise BadMatch(
            _("Say how much it is in %(currency)s.") % {"currency": asked.currency},
            field="amount",
        )
    if asked.currency == business.currency:
        return _Worth(asked.currency, asked.amount, Decimal(1))
    rate = asked.rate or rate_on(business, line.currency, line.date)
    in_base = money.multiply(gross, rate)
    rate = money.rate_between(asked.amount, in_base)
    return _Worth(asked.currency, asked.amount, rate)


def _check_fits(line: BankLine, payment: Payment, charge: Decimal) -> None:
    gross = abs(line.amount + charge)
    same_money = payment.currency == line.currency
    matched = BankLine.objects.for_business(line.business_id)
    for wrong, said in (
        (payment.cancelled_at is not None, _("The payment has been cancelled.")),
        (payment.account_id != line.account_id, _("It lies on another account.")),
        (payment.direction != _direction(line), _("The money flows the other way.")),
        (
            same_money and payment.amount != gross,
            _("The payment is of %(amount)s, the line with its charge of %(gross)s.")
            % {"amount": payment.amount, "gross": gross},
        ),
    ):
        if wrong:
            raise BadMatch(said, field="payment")
    if matched.filter(payment_id=payment.pk).exists():
        raise BadMatch(_("Another line is matched with it."), field="payment")


def _match(
    line: BankLine,
    payment: Payment,
    charge: Decimal,
    *,
    made: bool,
    by: Actor,
    now: datetime.datetime,
) -> None:
    line.payment, line.payment_made, line.charge = payment, made, charge
    _decide(line, LineState.MATCHED, by=by, now=now)
    facts: dict[str, object] = {
        "payment": payment.pk,
        "amount": payment.amount,
        "currency": payment.currency,
        "recorded": "yes" if made else "no",
    }
    if charge:
        facts["charge"] = charge
    if gain := realised_by(payment):
        facts["realised_gain"] = gain
    Event.record(line, "bank_line.matched", by=by, **facts)


def _decide(
    line: BankLine,
    state: LineState,
    *,
    by: Actor | None = None,
    now: datetime.datetime | None = None,
) -> None:
    line.state, line.decided_at = state, now
    line.decided_by = by.name if by else ""
    line.version += 1
    decided = ("state", "decided_by", "decided_at", "version")
    prepared.update(line, ("payment", "payment_made", "charge", "reason", *decided))
