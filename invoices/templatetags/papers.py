"""Amounts and days in templates, as whoever has signed in reads them."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from invoices.models import Invoice
from invoices.money import exponent
from invoices.pages import reader

register = template.Library()


@register.filter
def money(value: Decimal, currency: str) -> str:
    """An amount with its currency."""
    return reader.money(value, currency)


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
    """A day as tables of ours show it."""
    return reader.day(value)


@register.filter
def moment(value: datetime.datetime) -> str:
    """A day and the minute in UTC."""
    return reader.moment(value.astimezone(datetime.UTC))


@register.filter
def titled(document: Invoice) -> str:
    """The document's number; a draft without one by its id."""
    return document.number or _("draft %(id)s") % {"id": document.public_id}


@register.simple_tag
def number_signs() -> SafeString:
    """The signs of numbers as data attributes, for scripts that write amounts."""
    return format_html_join(" ", 'data-{}="{}"', reader.signs().items())
