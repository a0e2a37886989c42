"""What was won or lost because a currency's rate moved between document and payment."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from invoices import money
from payments.models import Allocation, Payment, PaymentDirection

Shares = Iterable[tuple[Decimal, Decimal]]
"""What a payment settles of each document, with the document's rate."""


def realised(shares: Shares, rate: Decimal, direction: str, base: str) -> Decimal:
    """The gain in the base currency, below zero for a loss; pure.

    What was owed to us, or by us, was booked at the documents' rates and paid at the
    payment's `rate`. Money that comes in at a higher rate gains, money that goes out
    loses. Each document's part is rounded by itself, so that they add up.
    """
    sign = Decimal(1) if direction == PaymentDirection.IN else Decimal(-1)
    return money.summed(
        (
            money.rounded(money.multiply(amount, sign * (rate - booked)), base)
            for amount, booked in shares
        ),
        base,
    )


def realised_by(payment: Payment) -> Decimal:
    """The gain of a payment by what it settles now; one query, none in base currency."""
    base = payment.business.currency
    if payment.currency == base:
        return money.summed((), base)
    settled = Allocation.objects.for_business(payment.business_id)
    shares = settled.filter(payment_id=payment.pk).values_list(
        "amount", "invoice__currency_rate"
    )
    return realised(shares, payment.currency_rate, payment.direction, base)
