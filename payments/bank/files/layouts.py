"""What a CSV layout may say, and the checks before anything is read by it."""

from __future__ import annotations

import datetime

from moneyed import CURRENCIES

from payments.bank.files.kinds import ENCODINGS
from payments.exceptions import BadStatement
from payments.models import CsvLayout

FIELDS = (
    "date",
    "amount",
    "credit",
    "debit",
    "value_date",
    "currency",
    "counterparty",
    "iban",
    "text",
    "end_to_end",
    "bank_reference",
)
"""What a column of a file can be."""

DATE_FORMATS = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y/%m/%d",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y%m%d",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d %b %Y",
    "%b %d, %Y",
)
"""How banks write dates, in the order of guessing."""

DELIMITERS = (",", ";", "\t", "|")
DECIMAL_MARKS = (".", ",")
_MOST_LINES_BEFORE = 50


def check_layout(layout: CsvLayout) -> None:
    """Raise BadStatement, with the field, for a layout by which nothing can be read."""
    for field, allowed in {
        "delimiter": DELIMITERS,
        "encoding": ENCODINGS,
        "decimal_mark": DECIMAL_MARKS,
    }.items():
        value = getattr(layout, field)
        if value not in allowed:
            told = " ".join(repr(each) for each in allowed)
            raise BadStatement(f"{value!r} is none of {told}.", field=field)
    if layout.currency and layout.currency not in CURRENCIES:
        raise BadStatement("Use an ISO 4217 code such as EUR.", field="currency")
    if not 0 <= layout.lines_before <= _MOST_LINES_BEFORE:
        most = f"Between 0 and {_MOST_LINES_BEFORE} lines stand before the header."
        raise BadStatement(most, field="lines_before")
    _check_date_format(layout.date_format)
    _check_columns(layout.columns)


def _check_date_format(form: str) -> None:
    """It must bring a day back as it was."""
    day = datetime.datetime(2026, 11, 23)  # noqa: DTZ001 - a wall clock
    try:
        fits = datetime.datetime.strptime(day.strftime(form), form) == day  # noqa: DTZ007
    except ValueError:
        fits = False
    if not fits:
        raise BadStatement(
            "A format of dates has a day, a month and a year, such as %d.%m.%Y.",
            field="date_format",
        )


def _check_columns(columns: object) -> None:
    if not isinstance(columns, dict) or not all(
        name in FIELDS and isinstance(column, str) and column.strip()
        for name, column in columns.items()
    ):
        raise BadStatement(
            f"Columns are named for {', '.join(FIELDS)}.", field="columns"
        )
    if "date" not in columns:
        raise BadStatement("Say which column has the date.", field="columns")
    if ("amount" in columns) == ("credit" in columns or "debit" in columns):
        raise BadStatement(
            "Say which column has the amount, or which two have credit and debit.",
            field="columns",
        )
    names = [column.strip().casefold() for column in columns.values()]
    if len(names) != len(set(names)):
        raise BadStatement("One column cannot be two things.", field="columns")
