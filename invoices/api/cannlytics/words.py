"""The words of a document that the books know, and what a posted value of each means.

All other words are the client's own. A meaning is in our terms: a Decimal, an ISO
currency code, a date, a text, where an empty text is "none". Each function raises
Invalid, which names its word.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from functools import cache
from typing import Any

from moneyed import Money
from moneyed.l10n import format_money

from invoices.api.cannlytics.written import Number
from invoices.querysets import Status
from partners.exceptions import Invalid
from partners.models import Business

AMOUNTS = ("amount", "total")
"""Two words for one thing: what the document comes to, taxes included."""

BILLING = {
    "billing_address": "billing_line1",
    "billing_city": "billing_city",
    "billing_state": "billing_province",
    "billing_zip_code": "billing_postal_code",
    "billing_email": "email",
}
"""Words about the customer → the partner's columns."""

STATUS_WORDS = {
    Status.DRAFT: "unpaid",
    Status.ISSUED: "unpaid",
    Status.PARTLY_PAID: "unpaid",
    Status.OVERDUE: "unpaid",
    Status.PAID: "paid",
    Status.VOID: "void",
    Status.WRITTEN_OFF: "written_off",
}

_LONGEST = {"invoice_id": 120, "project_id": 120, "organization": 200, "notes": 2000}
_AMOUNT = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_AMERICAN = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def meaning(word: str, value: Any, business: Business, date: datetime.date) -> Any:
    """What a posted value of a known word says about a document of that date."""
    if word in AMOUNTS:
        return amount(word, value)
    if word == "currency":
        return currency(value, business)
    if word == "due_at":
        return day(value, business) or date
    if word == "status":
        return status(value)
    return text(word, value)


def identity(value: Any) -> str:
    """An `invoice_id`, which names the document in paths too."""
    if value is None or value == "":
        raise Invalid("Give the id of the invoice.", field="invoice_id")
    name = text("invoice_id", value)
    if "/" in name or name in (".", ".."):
        raise Invalid("An id is no path: leave out the slash.", field="invoice_id")
    return name


def amount(word: str, value: Any) -> Decimal:
    """A number, or its text; null is nothing. In units of the document's currency."""
    number = _number(value)
    if number is None:
        raise Invalid('Use a number such as "350.00".', field=word)
    if number < 0:
        raise Invalid(
            "An invoice is not below zero; make a credit note instead.", field=word
        )
    return number.copy_abs()


def _number(value: Any) -> Decimal | None:
    if value is None:
        return Decimal(0)
    if isinstance(value, Number):
        return Decimal(value)
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Decimal(value)
    return None


def currency(value: Any, business: Business) -> str:
    """An ISO code as it is; the base currency for its symbol and for null."""
    if value is None or value == "":
        return business.currency
    if not isinstance(value, str):
        raise Invalid("Use an ISO 4217 code such as USD.", field="currency")
    return business.currency if value in _symbols(business.currency) else value


@cache
def _symbols(code: str) -> frozenset[str]:
    """`$` and `US$` for USD: its symbols abroad, at home, and without the letters."""
    found = {_symbol(code, "en_US")}
    # A currency's code begins with its country's; a union's begins with none.
    if code != "EUR" and code[0] != "X":
        found.add(_symbol(code, f"und_{code[:2]}"))
    found |= {symbol.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for symbol in found}
    return frozenset(found - {""})


def _symbol(code: str, locale: str) -> str:
    try:
        shown = format_money(Money(0, code), locale=locale, format="¤0")
    except ValueError:  # no such locale
        return ""
    return shown.rstrip("0٠.,٫ ").strip()


def day(value: Any, business: Business) -> datetime.date | None:
    """An ISO date or moment, or MM/DD/YYYY; None for null and "".

    A moment with an offset is the date that it was where the business is.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise _no_day()
    try:
        american = _AMERICAN.fullmatch(value)
        if american:
            month, number, year = map(int, american.groups())
            return datetime.date(year, month, number)
        return _iso_day(value, business)
    except (ValueError, OverflowError) as error:
        raise _no_day() from error


def _iso_day(value: str, business: Business) -> datetime.date:
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]|\Z)", value):
        raise _no_day()
    moment = datetime.datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        moment = moment.astimezone(business.zone())
    return moment.date()


def _no_day() -> Invalid:
    return Invalid("Use a date such as 2026-07-31 or 07/31/2026.", field="due_at")


def status(value: Any) -> str:
    """One of the words that a document may stand at."""
    if not isinstance(value, str):
        raise Invalid("Use a word such as unpaid or paid.", field="status")
    return value.lower()


def text(word: str, value: Any) -> str:
    """A text; null is an empty one."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid("Use a text.", field=word)
    if word in ("organization", "project_id"):
        # Names of other rows: blanks around them, or alone, are no name.
        value = value.strip()
    longest = _LONGEST.get(word)
    if longest is not None and len(value) > longest:
        raise Invalid(f"Use at most {longest} characters.", field=word)
    return value
