"""What a bank's file says, whatever its kind: an account, balances, and movements."""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from invoices import money
from payments.exceptions import BadStatement
from payments.models import StatementFormat

MOST_BYTES = 20 << 20
MOST_MOVEMENTS = 100_000
_MOST_PROBLEMS = 100
_MARK = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One booked movement; `amount` is above zero for money that came in.

    `position` counts the rows or entries of the file, from 1.
    """

    position: int
    date: datetime.date
    amount: Decimal
    currency: str
    value_date: datetime.date | None = None
    counterparty: str = ""
    iban: str = ""
    text: str = ""
    end_to_end: str = ""
    bank_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """A bank's file as it was understood.

    `iban` or else `account_number` is the account that it says it is of. Balances are
    None where it has none; else opening + movements = closing.
    """

    format: StatementFormat
    currency: str
    movements: Sequence[Movement]
    left_out: int = 0
    identification: str = ""
    iban: str = ""
    account_number: str = ""
    opening: Decimal | None = None
    closing: Decimal | None = None

    def came_in(self) -> Decimal:
        """The sum of what came in."""
        return money.summed(
            (m.amount for m in self.movements if m.amount > 0), self.currency
        )

    def went_out(self) -> Decimal:
        """The sum of what went out, below zero."""
        return money.summed(
            (m.amount for m in self.movements if m.amount < 0), self.currency
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one place of a file, and how it is to be mended.

    `row` is the number that a spreadsheet shows beside it, or of the entry in XML.
    """

    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        value = f" “{self.value}”" if self.value else ""
        return f"Row {self.row}, {self.column}{value}: {self.reason}."


@dataclass(slots=True)
class Problems:
    """All that is wrong with a file; keeps the first hundred."""

    first: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, row: int, column: str, value: str, reason: str) -> None:
        """One more."""
        self.count += 1
        if len(self.first) < _MOST_PROBLEMS:
            self.first.append(Problem(row, column, value[:80], reason))

    def refuse(self) -> None:
        """Raise BadStatement where there is any."""
        if not self.count:
            return
        rows = "one mistake" if self.count == 1 else f"{self.count:,} mistakes"
        raise BadStatement(
            f"The file has {rows}, so nothing was read. {self.first[0]}",
            field="file",
            problems=tuple(self.first),
            count=self.count,
        )


def fingerprints(movements: Iterable[Movement]) -> Iterator[str]:
    """What each movement is known by on its account, in order.

    Day and amount with the bank's reference, or without one with all of its content;
    equal movements are told apart by counting them, so a file must hold whole days or
    at least begin with one.
    """
    seen: Counter[str] = Counter()
    for one in movements:
        content = _MARK.join(
            [
                str(one.date),
                f"{one.amount.normalize():f}",
                one.currency,
                *_identity(one),
            ]
        )
        seen[content] += 1
        numbered = f"{content}{_MARK}{seen[content]}"
        yield hashlib.sha256(numbered.encode()).hexdigest()


def _identity(one: Movement) -> tuple[str, ...]:
    if one.bank_reference:
        return ("reference", one.bank_reference)
    return ("content", one.counterparty, one.iban, one.text, one.end_to_end)


def plain(text: str, most: int) -> str:
    """The text in one line, cut to what its column holds."""
    return " ".join(text.split())[:most].rstrip()


_NO_REFERENCE = frozenset({"NOTPROVIDED", "NONREF", "NOREF", "NONE", "N/A", "-"})


def reference(text: str) -> str:
    """A reference, or "" for the words that banks write where there is none."""
    found = plain(text, 60)
    return "" if found.upper().replace(" ", "") in _NO_REFERENCE else found
