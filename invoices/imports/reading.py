"""From the rows of one document to its words: numbers, dates, decisions by the rules.

Pure: nothing here asks the books.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from moneyed import CURRENCIES

from invoices.imports.grouping import Rows
from invoices.imports.refusals import Problem, Refused
from invoices.models import Invoice, InvoiceLine, Product
from invoices.querysets import Kind
from partners.imports.binding import Binding
from partners.imports.exceptions import BadCell
from partners.models import Business

_Value = TypeVar("_Value")
_Default = TypeVar("_Default")
_ZERO = Decimal(0)

# What all rows of a document must agree on, as far as they say anything.
_COMMON = ("number", "kind", "currency", "partner_code", "partner_name")


def _longest(field: str, model: type = Invoice) -> int:
    return int(model._meta.get_field(field).max_length)  # type: ignore[attr-defined]


_LONGEST = {
    "number": _longest("number"),
    "reference": _longest("reference"),
    "purchase_order": _longest("purchase_order"),
    "memo": _longest("memo"),
}
_LONGEST_OF_LINES = {
    "product_code": _longest("code", Product),
    "description": _longest("description", InvoiceLine),
}


@dataclass(slots=True, kw_only=True)
class Document:
    """What a file says of one document, with quantities in the signs of the books.

    `is_named` is whether the file says who bought; else the rule did.
    """

    rows: Rows
    fingerprint: str
    kind: Kind
    number: str
    moment: datetime.datetime
    due_date: datetime.date
    currency: str
    currency_rate: Decimal | None
    discount_percent: Decimal
    purchase_order: str
    memo: str
    reference: str
    credited_number: str
    is_named: bool
    partner_code: str
    partner_name: str
    product_codes: Sequence[str]
    product_names: Sequence[str]
    descriptions: Sequence[str]
    quantities: Sequence[Decimal]
    unit_prices: Sequence[Decimal]
    tax_codes: Sequence[str]

    @property
    def date(self) -> datetime.date:
        """The date where the business is."""
        return self.moment.date()


class Reader:
    """Reads the documents of one file for one business."""

    def __init__(self, binding: Binding, business: Business) -> None:
        self.binding = binding
        self.rules = binding.mapping.rules
        self.zone = business.zone()
        self.base_currency = business.currency

    def read(self, rows: Rows) -> Document:
        """The document's words. Raises Refused with everything that is wrong."""
        reading = _Reading(self, rows)
        document = reading.document()
        if reading.problems:
            raise Refused(*reading.problems)
        return document


class _Reading:
    """The reading of one document; problems gather and blanks stand in for values."""

    def __init__(self, reader: Reader, rows: Rows) -> None:
        self.reader, self.binding, self.rules = reader, reader.binding, reader.rules
        self.rows, self.first = rows, rows.picked[0]
        self.problems: list[Problem] = [
            Problem(problem, rows.numbers.index(number))
            for number, problem in rows.problems.items()
        ]

    def document(self) -> Document:
        """The words; they mean something only if there are no problems."""
        self._check_agreement()
        number = self._text("number") or self.rows.key
        if len(self.rows.key) > _LONGEST["number"]:
            self._problem("is too long for a number", 0, "document")
        moment = self._moment()
        quantities = self._numbers("quantity")
        prices = self._numbers("unit_price")
        kind, quantities = self._kind(number, quantities, prices)
        named, code, name = self._partner()
        return Document(
            rows=self.rows,
            fingerprint=self.rows.fingerprint(),
            kind=kind,
            number=number if self.rules["numbers"] == "keep" else "",
            moment=moment,
            due_date=self._due_date(moment.date()),
            currency=self._currency(),
            currency_rate=self._value("currency_rate", self.binding.number, None),
            discount_percent=self._value(
                "discount_percent", self.binding.number, _ZERO
            ),
            purchase_order=self._text("purchase_order"),
            memo=self._text("memo"),
            reference=self._text("reference"),
            credited_number=self._text("credited_number"),
            is_named=named,
            partner_code=code,
            partner_name=name,
            product_codes=self._texts("product_code"),
            product_names=self._texts("product_name"),
            descriptions=self._descriptions(),
            quantities=quantities,
            unit_prices=prices,
            tax_codes=self._texts("tax_code"),
        )

    # --- the document's own fields, from its first row ----------------------------

    def _text(self, field: str) -> str:
        text = self.binding.text(self.first, field)
        longest = _LONGEST.get(field)
        if longest is not None and len(text) > longest:
            self._problem(f"has more than {longest} characters", 0, field)
        return text

    def _value(
        self, field: str, read: Callable[[str], _Value], default: _Default
    ) -> _Value | _Default:
        """A converted cell; `default` where it is empty or will not convert."""
        text = self.binding.text(self.first, field)
        if text:
            try:
                return read(text)
            except BadCell as problem:
                self._problem(str(problem), 0, field)
        return default

    def _moment(self) -> datetime.datetime:
        """When it was issued: the cell's time, or else midnight, at the business."""
        zone = self.reader.zone
        try:
            moment = self.binding.moment(self.binding.text(self.first, "date"))
        except BadCell as problem:
            self._problem(str(problem), 0, "date")
            return datetime.datetime.min.replace(tzinfo=zone)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=zone)
        return moment.astimezone(zone)

    def _currency(self) -> str:
        currency = self._text("currency").upper() or self.reader.base_currency
        if currency not in CURRENCIES:
            self._problem("is no ISO 4217 currency code", 0, "currency")
        return currency

    def _due_date(self, date: datetime.date) -> datetime.date:
        due = self._value("due_date", self.binding.moment, None)
        if due is not None:
            return due.date()
        return date + datetime.timedelta(days=self.rules["payment_terms_days"])

    def _partner(self) -> tuple[bool, str, str]:
        """Whether the file names the partner, and the code and name to find it by."""
        code = self._text("partner_code")
        name = self.binding.cell(self.first, "partner_name")
        if code or name:
            return True, code, self._text("partner_name") or code
        if not self.rules["without_partner"]:
            self._problem("the document names no customer", 0, "partner_code")
        return False, "", self.binding.fill(self.rules["without_partner"], self.first)

    # --- the lines' fields ----------------------------------------------------------

    def _texts(self, field: str) -> Sequence[str]:
        texts = self.binding.column(self.rows.picked, field)
        longest = _LONGEST_OF_LINES.get(field)
        if longest is not None and max(map(len, texts)) > longest:
            place = next(i for i, text in enumerate(texts) if len(text) > longest)
            self._problem(f"has more than {longest} characters", place, field)
        return texts

    def _numbers(self, field: str) -> list[Decimal]:
        texts = self.binding.column(self.rows.picked, field)
        try:
            return list(map(self.binding.number, texts))
        except BadCell:
            return [self._number(field, i, text) for i, text in enumerate(texts)]

    def _number(self, field: str, place: int, text: str) -> Decimal:
        try:
            return self.binding.number(text)
        except BadCell as problem:
            self._problem(str(problem), place, field)
            return _ZERO

    def _descriptions(self) -> Sequence[str]:
        texts = self._texts("description")
        if self.rules["without_description"] == "refuse" and "" in texts:
            self._problem("is empty", texts.index(""), "description")
        return texts

    # --- decisions by the rules -----------------------------------------------------

    def _kind(
        self, number: str, quantities: list[Decimal], prices: list[Decimal]
    ) -> tuple[Kind, list[Decimal]]:
        """What the document is, and its quantities in the signs of the books."""
        self._check_worth(quantities, prices)
        kind = self._declared_kind(number)
        if kind is Kind.CREDIT_NOTE:
            negative = self.rules["credit_note_quantities"] == "negative"
            return kind, _turned(quantities) if negative else quantities
        if _is_below_zero(quantities, prices):
            if self.rules["below_zero"] == "credit_note":
                return Kind.CREDIT_NOTE, _turned(quantities)
            self._problem("the document sums up below nought")
        return kind, quantities

    def _declared_kind(self, number: str) -> Kind:
        text = self._text("kind").casefold().replace(" ", "_")
        if text and text not in list(Kind):
            self._problem(f"is none of {', '.join(Kind)}", 0, "kind")
        elif text:
            return Kind(text)
        prefix = self.rules["credit_note_prefix"]
        credit = bool(prefix) and number.startswith(prefix)
        return Kind.CREDIT_NOTE if credit else Kind.INVOICE

    def _check_worth(self, quantities: list[Decimal], prices: list[Decimal]) -> None:
        if all(prices):
            return
        if not any(prices) and min(quantities) < 0:
            if self.rules["stock_movements"] == "refuse":
                self._problem("a stock movement: below nought and without a price")
        elif self.rules["price_nought"] == "refuse":
            place = next(i for i, price in enumerate(prices) if not price)
            self._problem("is nought", place, "unit_price")

    def _check_agreement(self) -> None:
        for field in _COMMON:
            get = self.binding.getters.get(field)
            if get is None or len(set(map(get, self.rows.picked))) == 1:
                continue
            wanted = self.binding.cell(self.first, field)
            for i, row in enumerate(self.rows.picked):
                if self.binding.cell(row, field) not in ("", wanted):
                    reason = "differs from the document's first row"
                    self._problem(reason, i, field)

    def _problem(self, reason: str, row: int | None = None, field: str = "") -> None:
        self.problems.append(Problem(reason, row, field))


def _is_below_zero(quantities: Sequence[Decimal], prices: Sequence[Decimal]) -> bool:
    if min(quantities) >= 0 and min(prices) >= 0:
        return False
    return sum(map(Decimal.__mul__, quantities, prices), _ZERO) < 0


def _turned(quantities: Sequence[Decimal]) -> list[Decimal]:
    # Exact however many digits there are, and never minus nought.
    return [quantity.copy_negate() if quantity else quantity for quantity in quantities]
