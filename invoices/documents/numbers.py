"""Amounts, quantities, rates and days, written in a customer's language.

The digits are those of the `Decimal`, never fewer; nothing is rounded here. A currency
is written by its ISO code, since "$" is that of twenty countries.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal, localcontext
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol

from invoices.money import exponent

from .facts import Language

# English without a country would write 1/7/2026; our dates name the month anyway.
_LOCALES = {"en": "en_GB", "de": "de_DE", "fr": "fr_FR", "th": "th_TH"}
# Thais count years from the Buddha's death; where there is room, the era is named.
_BUDDHIST = 543
_CODE_FIRST = {"en", "th"}
_LONGEST = 80
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


@cache
def locale(language: Language) -> Locale:
    """Return Babel's locale for a language of our papers."""
    return Locale.parse(_LOCALES[language])


def amount(value: Decimal, currency: str, language: Language) -> str:
    """Write an amount without its currency, with at least the currency's decimals."""
    return _grouped(value, max(exponent(currency), places(value)), language)


def money(value: Decimal, currency: str, language: Language) -> str:
    """Write an amount with its currency: `EUR 1,234.50`, `1.234,50 EUR`."""
    written = amount(value, currency, language)
    pair = (currency, written) if language in _CODE_FIRST else (written, currency)
    return _NO_BREAK_SPACE.join(pair)


def quantity(value: Decimal, language: Language) -> str:
    """Write a quantity with the decimals it needs and no more: `2.5`, `1,000`."""
    return _grouped(value, places(value), language)


def percent(rate: Decimal, language: Language) -> str:
    """Write a rate given in percent, in the language's way: `19%`, `9,975 %`."""
    pattern = locale(language).percent_formats[None].pattern
    return str(pattern).replace("#,##0", quantity(rate, language))


def day(value: datetime.date, language: Language) -> str:
    """Write a day with its month's name; in Thai with the Buddhist era's year."""
    pattern = "d. MMMM" if language == "de" else "d MMMM"
    era = "พ.ศ. " if language == "th" else ""
    on = format_date(value, pattern, locale(language))
    return f"{on} {era}{_year(value, language)}"


def short_day(value: datetime.date, language: Language) -> str:
    """Write a day for a table's narrow column."""
    pattern = "dd.MM." if language == "de" else "d MMM "
    return format_date(value, pattern, locale(language)) + _year(value, language)


def _year(value: datetime.date, language: Language) -> str:
    return str(value.year + (_BUDDHIST if language == "th" else 0))


def places(value: Decimal) -> int:
    """Return how many decimals a number needs, its trailing zeros not counted."""
    if not value:
        return 0
    shift = value.as_tuple().exponent
    digits = "".join(map(str, value.as_tuple().digits))
    trailing = len(digits) - len(digits.rstrip("0"))
    return max(0, -(int(shift) + trailing))


def aligned(column: Sequence[str], language: Language) -> list[tuple[str, str]]:
    """Pair each number of a column with the invisible decimals that align it."""
    point = str(get_decimal_symbol(locale(language)))
    tails = [text.partition(point)[1:] for text in column]
    widest = max((len(after) for _, after in tails), default=0)
    return [
        (text, ("" if dot or not widest else point) + "0" * (widest - len(after)))
        for text, (dot, after) in zip(column, tails, strict=True)
    ]


def _grouped(value: Decimal, decimals: int, language: Language) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    # A negative zero would be written with its sign. The thread's precision may be
    # smaller than an amount is long.
    with localcontext(prec=_LONGEST):
        return format_decimal(value or Decimal(0), pattern, locale(language))
