"""Amounts, days and moments as the person reads them who has signed in.

Unlike on a customer's papers, years are Gregorian in every language: staff type them
into date fields and find them again in exports.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import cast, get_args

from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol
from django.utils.translation import get_language

from invoices.documents import numbers
from invoices.documents.facts import Language

_CODE_FIRST = ("en", "th")


def language() -> Language:
    """The language that is being spoken, English where it is none of ours."""
    spoken = get_language()
    return cast("Language", spoken) if spoken in get_args(Language) else "en"


def money(value: Decimal, currency: str) -> str:
    """An amount with its currency: `EUR 1,234.50`, in German `1.234,50 EUR`."""
    return numbers.money(value, currency, language())


def day(value: datetime.date) -> str:
    """A day for a table: `10 Mar 2026`, in German `10.03.2026`."""
    spoken = language()
    pattern = "dd.MM.yyyy" if spoken == "de" else "d MMM yyyy"
    return format_date(value, pattern, numbers.locale(spoken))


def moment(value: datetime.datetime) -> str:
    """A day and the minute, in the zone that the value has."""
    return f"{day(value)}, {value:%H:%M}"


def signs() -> dict[str, str]:
    """What a script needs to write amounts as `money` does."""
    spoken = language()
    locale = numbers.locale(spoken)
    written = {"point": get_decimal_symbol(locale), "group": get_group_symbol(locale)}
    return written | ({"code-first": ""} if spoken in _CODE_FIRST else {})
