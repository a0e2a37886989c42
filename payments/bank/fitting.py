"""How a line's amount fits what is open: exactly, less a charge, in part, with a rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from invoices import money
from partners.shown_numbers import grouped
from payments.bank.proposals import Code, Document, Reason, Share
from payments.models import BankLine

_ZERO = Decimal(0)
_DISCOUNTS = [Decimal(percent) for percent in ("1", "1.5", "2", "2.5", "3")]
_MOST_CHARGED = Decimal(50)
_PARTS_CHARGED = 20
"""Bank charges are at most 50 units of the currency, and a twentieth of the amount."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What of a line's money the documents get, and how well that fits."""

    settles: tuple[Share, ...]
    amount: Decimal
    charge: Decimal
    reason: Reason
    points: int

    @property
    def is_exact(self) -> bool:
        """Whether nothing is left, on either side."""
        return self.reason.code in (Code.EXACT, Code.SUM)

    @property
    def is_near(self) -> bool:
        """Whether charges or a discount would explain the difference."""
        return self.reason.code in (Code.CHARGE, Code.DISCOUNT)


def fit(line: BankLine, documents: Sequence[Document]) -> Fit:
    """How the line's money settles these documents of its currency, in their order."""
    gross = abs(line.amount)
    total = sum((one.balance for one in documents), _ZERO)
    whole = tuple(Share(one, one.balance) for one in documents)
    if gross == total:
        exact = Reason(Code.EXACT)
        if len(documents) > 1:
            exact = Reason(Code.SUM, (str(len(documents)),))
        return Fit(whole, gross, _ZERO, exact, 30)
    # The bank keeps its charges of what comes in, and adds them to what goes out.
    charge = total - gross if line.amount > 0 else gross - total
    if percent := _discount(documents, total - gross):
        facts = (_told(total - gross, line.currency), f"{percent:f}")
        return Fit(
            _in_turn(documents, gross), gross, _ZERO, Reason(Code.DISCOUNT, facts), 16
        )
    if _ZERO < charge <= _MOST_CHARGED and charge * _PARTS_CHARGED <= total:
        reason = Reason(Code.CHARGE, (_told(charge, line.currency),))
        return Fit(whole, total, charge, reason, 18)
    if gross > total:
        reason = Reason(Code.MORE, (_told(gross - total, line.currency),))
        return Fit(whole, gross, _ZERO, reason, 8)
    reason = Reason(Code.LESS, (_told(total - gross, line.currency),))
    return Fit(_in_turn(documents, gross), gross, _ZERO, reason, 8)


def in_other_currency(documents: Sequence[Document]) -> Fit:
    """All that is open on documents whose common currency is not the line's."""
    whole = tuple(Share(one, one.balance) for one in documents)
    amount = sum((one.balance for one in documents), _ZERO)
    reason = Reason(Code.CURRENCY, (documents[0].currency,))
    return Fit(whole, amount, _ZERO, reason, 4)


def _discount(documents: Sequence[Document], less: Decimal) -> Decimal | None:
    """The usual percentage of what was invoiced that was paid less, if it is one."""
    if less <= 0:
        return None
    for percent in _DISCOUNTS:
        parts = [
            money.rounded(money.percent_of(one.total, percent), one.currency)
            for one in documents
        ]
        if sum(parts, _ZERO) == less:
            return percent
    return None


def _in_turn(documents: Sequence[Document], rest: Decimal) -> tuple[Share, ...]:
    shares = []
    for one in documents:
        amount = min(one.balance, rest)
        if amount > 0:
            shares.append(Share(one, amount))
            rest -= amount
    return tuple(shares)


def _told(amount: Decimal, currency: str) -> str:
    return grouped(amount, money.exponent(currency))
