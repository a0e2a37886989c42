"""Amounts and days in templates, written as on the papers."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django import template

from invoices.documents import numbers
from invoices.money import exponent

register = template.Library()


@register.filter
def money(value: Decimal, currency: str) -> str:
    """An amount with its currency, in English."""
    return numbers.money(value, currency, "en")


@register.filter
def units(value: Decimal, currency: str) -> str:
    """An amount without its point, for scripts that add: `1234.50` → `123450`."""
    whole = value.scaleb(exponent(currency))
    return f"{whole:f}".partition(".")[0]


@register.filter
def decimals(currency: str) -> int:
    """How many digits of `units` stand behind the point."""
    return exponent(currency)


@register.filter
def day(value: datetime.date) -> str:
    """A day as tables of ours show it, in English."""
    return numbers.short_day(value, "en")
