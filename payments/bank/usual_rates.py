"""Asking a person before money is booked at a rate that nobody would exchange it at."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from invoices import money
from invoices.exceptions import NoExchangeRate
from invoices.models import Invoice
from invoices.models.exchange_rate import rate_on
from partners.models import Business
from payments.exceptions import UnusualRate
from payments.models import BankLine

FAR = Decimal("0.1")
"""Banks keep a few percent of an exchange; a tenth is no exchange of this money."""


def check_usual(
    line: BankLine,
    business: Business,
    moved: tuple[Decimal, Decimal | None],
    booked: tuple[Decimal, str],
    documents: Sequence[int],
) -> None:
    """Raise UnusualRate where two amounts make a rate more than a tenth off.

    `moved` is in the line's currency, with its rate to the base where that is known
    already; `booked` is in the other that is named. They are compared at the day's
    rates; where none is known of the currency that is booked, at the rate that the
    first of these documents was booked at. Raises NoExchangeRate without either.
    """
    (gross, ours), (amount, currency) = moved, booked
    ours = ours or rate_on(business, line.currency, line.date)
    theirs = _rate(business, line, currency, documents)
    worth = money.multiply(amount, theirs)
    difference = abs(money.subtract(money.multiply(gross, ours), worth))
    if difference <= money.multiply(worth, FAR):
        return
    raise UnusualRate(
        _(
            "The amounts make 1 %(currency)s = %(made)s %(other)s, and the known rate "
            "is 1 %(currency)s = %(known)s %(other)s: correct what is settled, or say "
            "that you know that the rate is far off."
        )
        % {
            "currency": currency,
            "other": line.currency,
            "made": _told(money.rate_between(amount, gross)),
            "known": _told(money.rate_between(ours, theirs)),
        },
        field="unusual_rate",
    )


def _rate(
    business: Business, line: BankLine, currency: str, documents: Sequence[int]
) -> Decimal:
    try:
        return rate_on(business, currency, line.date)
    except NoExchangeRate:
        booked = Invoice.objects.for_business(business).filter(pk__in=documents[:1])
        rate: Decimal | None = booked.values_list("currency_rate", flat=True).first()
        if rate is None:
            raise
        return rate


def _told(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
