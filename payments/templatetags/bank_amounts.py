"""Amounts as the pages of the bank show them."""

from __future__ import annotations

from decimal import Decimal

from django import template

from payments.bank.saying import told

register = template.Library()


@register.simple_tag
def bank_amount(amount: Decimal, currency: str) -> str:
    """An amount with its currency in one unbroken word: `-1,234.50 EUR`."""
    return told(amount, currency).replace(" ", "\N{NO-BREAK SPACE}")
