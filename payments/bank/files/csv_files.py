"""Reading a bank's CSV file by the layout of the account."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from invoices.exceptions import BadDates
from invoices.periods import check_day
from partners.imports.cells import moment_reader
from partners.imports.exceptions import BadCell
from payments.bank.files.amounts import amount_reader
from payments.bank.files.layouts import check_layout
from payments.bank.files.movement import (
    FileRead,
    Movement,
    Problems,
    plain,
    reference,
)
from payments.bank.files.rows import cut
from payments.models import CsvLayout, StatementFormat

_SOME_DAY = datetime.date(2026, 12, 31)
_MOST = {"counterparty": 200, "iban": 34, "text": 2000}


def read_csv(content: bytes, name: str, layout: CsvLayout, currency: str) -> FileRead:
    """The rows of a file as movements; rows that move nothing are left out.

    `currency` is the account's. Raises BadStatement: for the first thing wrong with
    the layout or the file as a whole, else with all that is wrong in its rows.
    """
    check_layout(layout)
    table = cut(content, layout, name)
    places = table.places(layout.columns, name)
    reader = _RowReader(layout, places, len(table.header), currency)
    movements = [one for row in table.rows if (one := reader.movement(*row))]
    reader.problems.refuse()
    return FileRead(
        format=StatementFormat.CSV,
        currency=currency,
        movements=movements,
        left_out=len(table.rows) - len(movements),
    )


class _RowReader:
    """Turns rows into movements, and collects what is wrong with them."""

    def __init__(
        self, layout: CsvLayout, places: dict[str, int], width: int, currency: str
    ) -> None:
        self.problems = Problems()
        self._columns, self._places, self._width = layout.columns, places, width
        self._currency = currency
        self._amount = amount_reader(layout.decimal_mark, currency)
        self._moment = moment_reader([layout.date_format])
        self._example_of_day = f"{_SOME_DAY:{layout.date_format}}"

    def movement(self, number: int, cells: list[str]) -> Movement | None:
        """The movement of a row; None for one that moves nothing or is wrong."""
        while len(cells) > self._width and not cells[-1]:
            cells.pop()
        if len(cells) != self._width:
            self.problems.add(
                number,
                "the row",
                "",
                f"has {len(cells)} cells, the header {self._width}; look for a "
                "delimiter in a text without quotation marks, or a closing line",
            )
            return None
        before = self.problems.count
        date, value_date = (self._day(number, cells, n) for n in ("date", "value_date"))
        amount = self._signed(number, cells)
        self._check_currency(number, cells)
        if self.problems.count > before or date is None or not amount:
            return None
        words = {n: plain(self._cell(cells, n), most) for n, most in _MOST.items()}
        words["iban"] = words["iban"].replace(" ", "").upper()
        return Movement(
            position=number,
            date=date,
            value_date=value_date,
            amount=amount,
            currency=self._currency,
            end_to_end=reference(self._cell(cells, "end_to_end")),
            bank_reference=reference(self._cell(cells, "bank_reference")),
            **words,
        )

    def _cell(self, cells: Sequence[str], name: str) -> str:
        place = self._places.get(name)
        return "" if place is None else cells[place]

    def _wrong(self, number: int, name: str, value: str, reason: str) -> None:
        self.problems.add(number, str(self._columns.get(name, name)), value, reason)

    def _day(
        self, number: int, cells: Sequence[str], name: str
    ) -> datetime.date | None:
        text = self._cell(cells, name)
        if not text and name == "value_date":
            return None
        try:
            day = self._moment(text).date()
            check_day(day)
        except BadCell:
            problem = "is not a date" if text else "is empty"
            reason = f"{problem}; dates look like {self._example_of_day}"
            self._wrong(number, name, text, reason)
        except BadDates as refusal:
            self._wrong(number, name, text, refusal.message.rstrip("."))
        else:
            return day
        return None

    def _signed(self, number: int, cells: Sequence[str]) -> Decimal | None:
        if "amount" in self._places:
            return self._number(number, cells, "amount")
        credit, debit = (
            self._number(number, cells, name) if self._cell(cells, name) else None
            for name in ("credit", "debit")
        )
        if credit and debit:
            self._wrong(number, "credit", "", "and debit both have an amount")
        if not self._cell(cells, "credit") and not self._cell(cells, "debit"):
            self._wrong(number, "credit", "", "is empty, and so is debit")
        # Some banks write debits below zero, some do not.
        return credit or (-abs(debit) if debit else debit)

    def _number(self, number: int, cells: Sequence[str], name: str) -> Decimal | None:
        text = self._cell(cells, name)
        try:
            return self._amount(text)
        except BadCell as problem:
            self._wrong(number, name, text, str(problem))
            return None

    def _check_currency(self, number: int, cells: Sequence[str]) -> None:
        if "currency" not in self._places:
            return
        told = self._cell(cells, "currency").upper()
        if told != self._currency:
            self._wrong(
                number,
                "currency",
                told,
                f"is not {self._currency}, which the account is kept in; export the "
                "movements of each currency by themselves",
            )
