"""Numbers in the admin's templates: exact ones with all their digits, and amounts."""

from __future__ import annotations

from decimal import Decimal

from django import template

from invoices.money import exponent
from partners.shown_numbers import exact, grouped

register = template.Library()


@register.filter
def plain(value: Decimal) -> str:
    """A number without needless zeros: `2.500000` → `2.5`."""
    return exact(value)


@register.filter
def signed(value: Decimal) -> str:
    """The same with its sign: `+0.005`."""
    return f"{'+' if value > 0 else ''}{exact(value)}"


@register.filter
def worded(value: Decimal, currency: str) -> str:
    """An amount as the admin writes it: `1,234.50 EUR`."""
    return f"{digits(value, currency)} {currency}"


@register.filter
def term(value: Decimal, currency: str) -> str:
    """A further term of a sum: `− 112.75`."""
    sign = "−" if value < 0 else "+"
    return f"{sign} {digits(abs(value), currency)}"


@register.filter
def digits(value: Decimal, currency: str) -> str:
    """An amount without its currency, which stands elsewhere."""
    return grouped(value, exponent(currency))


@register.filter
def unit(currency: str) -> str:
    """The smallest amount of a currency: `0.01 EUR`, `1 JPY`."""
    return worded(Decimal(1).scaleb(-exponent(currency)), currency)
