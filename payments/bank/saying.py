"""Amounts in sentences."""

from __future__ import annotations

from decimal import Decimal

from invoices import money
from partners.shown_numbers import grouped


def told(amount: Decimal, currency: str) -> str:
    """An amount with its currency: `1,234.50 EUR`."""
    return f"{grouped(amount, money.exponent(currency))} {currency}"


def plain(amount: Decimal, currency: str) -> str:
    """An amount as one types it: `1234.50`."""
    return f"{amount:.{money.exponent(currency)}f}"
