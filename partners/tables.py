"""A table for people: what reports and exports make, and pages and files show."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from partners.currencies import exponent
from partners.shown_numbers import grouped


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    COUNT = "count"
    BOOLEAN = "boolean"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `name` for programs, which stays; `label` for people.

    The cells are Decimal where the kind is MONEY, NUMBER or PERCENT (19 for 19 %), int
    where it is COUNT, date, aware datetime, bool or str; None where there is nothing.
    A KEY is a word or id for programs: it is in files and not on pages. `currency` names the text column that says what money a MONEY column is in.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    currency: str = "currency"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; they may be read once only, and are long where they stream.

    `totals` are rows of the same columns, never a sum over currencies. `notes` are
    sentences that say what is counted.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    totals: Sequence[Sequence[object]] = ()
    notes: Sequence[str] = ()

    def currency_places(self) -> list[int | None]:
        """For each column where in a row its currency stands; None where no money is.

        Raises KeyError for a money column without the column that tells its currency.
        """
        at = {column.name: place for place, column in enumerate(self.columns)}
        return [
            at[column.currency] if column.kind == Kind.MONEY else None
            for column in self.columns
        ]


def decimals(number: Decimal) -> int:
    """How many decimals the number really has: none for 1.00."""
    return len(f"{number:f}".partition(".")[2].rstrip("0"))


def places_of(amount: Decimal, currency: str) -> int:
    """The currency's decimals, or more where the amount has more: nothing is lost."""
    return max(exponent(currency), decimals(amount))


def shown(value: object, currency: str = "") -> str:
    """A cell as people read it on a page: `1,234.50`, `2026-03-10`, `yes`.

    A moment is told in UTC, which its column's label says.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        places = places_of(value, currency) if currency else decimals(value)
        return grouped(value, places)
    if isinstance(value, int):
        return grouped(value)
    if isinstance(value, datetime.datetime):
        return f"{value.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}"
    return str(value)
