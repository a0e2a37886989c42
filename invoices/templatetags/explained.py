"""Exact numbers in templates, with all the digits they have."""

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
