"""Numbers in the admin's templates: exact ones with all their digits, and amounts."""

from __future__ import annotations

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def plain(value: Decimal) -> str:
    """A number without needless zeros: `2.500000` → `2.5`."""
    return f"{value.normalize():,f}" if value else "0"


@register.filter
def signed(value: Decimal) -> str:
    """The same with its sign: `+0.005`."""
    return f"{value.normalize():+,f}" if value else "0"


@register.filter
def worded(value: Decimal, currency: str) -> str:
    """An amount as the admin writes it: `1,234.50 EUR`."""
    # The theme's templates are loaded while the admin itself still is.
    from invoices.money import exponent

    return f"{value:,.{exponent(currency)}f} {currency}"
