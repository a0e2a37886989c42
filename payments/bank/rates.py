"""Doubting what would make a rate that is far from the one known of the day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from invoices import money
from invoices.exceptions import NoExchangeRate
from invoices.models.exchange_rate import rate_on
from partners.models import Business
from payments.bank.proposals import Code, Proposal, Reason
from payments.bank.usual_rates import FAR
from payments.models import BankLine

_POINTS = 30


class Rates:
    """The known rates of a business, each asked for once."""

    def __init__(self, business: Business) -> None:
        self._business = business
        self._known: dict[tuple[str, datetime.date], Decimal | None] = {}

    def doubting(self, line: BankLine, found: Iterable[Proposal]) -> list[Proposal]:
        """The proposals, best first; those with a far rate ask for a person's decision.

        Two queries for each day and currency that was not asked for before, none for
        lines whose proposals are in their own currency.
        """
        told = [self._doubted(line, one) for one in found]
        return sorted(told, key=lambda one: -one.score)

    def _doubted(self, line: BankLine, one: Proposal) -> Proposal:
        if one.payment is not None or one.currency == line.currency:
            return one
        booked = one.settles[0].document.rate if one.settles else None
        theirs = self._rate(one.currency, line.date) or booked
        ours = self._rate(line.currency, line.date)
        if theirs is None or ours is None:
            return one
        known = money.rate_between(ours, theirs)
        gross = abs(line.amount + one.charge)
        made = money.rate_between(one.amount, gross)
        if abs(made - known) <= known * FAR:
            return one
        facts = (one.currency, f"{made:.4f}", line.currency, f"{known:.4f}")
        reasons = (*one.reasons, Reason(Code.FAR_RATE, facts))
        score = max(1, one.score - _POINTS)
        return replace(one, reasons=reasons, asks=True, certain=False, score=score)

    def _rate(self, currency: str, on: datetime.date) -> Decimal | None:
        key = (currency, on)
        if key not in self._known:
            try:
                self._known[key] = rate_on(self._business, currency, on)
            except NoExchangeRate:
                self._known[key] = None
        return self._known[key]
