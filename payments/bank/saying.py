"""Amounts in sentences."""

from __future__ import annotations

from decimal import Decimal

from invoices import money


def told(amount: Decimal, currency: str) -> str:
    """An amount with its currency: `1,234.50 EUR`."""
    return f"{amount:,.{money.exponent(currency)}f} {currency}"


def plain(amount: Decimal, currency: str) -> str:
    """An amount as one types it: `1234.50`."""
    return f"{amount:.{money.exponent(currency)}f}"
