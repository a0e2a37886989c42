"""What a paper says, as plain values: all that printing and e-invoicing may read.

Equal facts give equal bytes, so nothing here depends on the clock, on settings or on
rows that can still change. `invoices.documents.reading` makes them from a document.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Language = Literal["en", "de", "fr", "th"]
Page = Literal["a4", "letter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Seller or buyer as on the document; `country` is an ISO 3166 code or empty."""

    name: str
    contact_name: str = ""
    code: str = ""
    tax_number: str = ""
    registration: str = ""
    email: str = ""
    phone: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    province: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Where to pay; empty where the business has told none."""

    holder: str = ""
    iban: str = ""
    bic: str = ""
    name: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    """One component of the tax summary, computed once on its base.

    `tax` groups the components of one tax, as on the lines. `category` is EN 16931's
    (UNTDID 5305), empty where the business has not said; then the rate decides.
    """

    tax: str
    code: str
    name: str
    rate: Decimal
    compound: bool
    base: Decimal
    amount: Decimal
    category: str = ""
    exemption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One position; `amount` is before the document's discount, `net` after it."""

    position: int
    description: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    discount: Decimal
    net: Decimal
    tax_amount: Decimal
    tax: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the paper is laid out; `logo` is a PNG or nothing, `footer` plain text."""

    language: Language = "en"
    page: Page = "a4"
    logo: bytes = b""
    footer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """A whole invoice or credit note. Amounts are in `currency`, of a note positive.

    `credited_number` and `credited_date` name the invoice that a note credits.
    """

    kind: Literal["invoice", "credit_note"]
    number: str
    date: datetime.date
    due_date: datetime.date
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    taxes: tuple[TaxLine, ...]
    line_total: Decimal
    discount_percent: Decimal
    discount_total: Decimal
    subtotal: Decimal
    tax_total: Decimal
    total: Decimal
    issued_at: datetime.datetime
    bank: Bank = Bank()
    look: Look = Look()
    memo: str = ""
    description: str = ""
    terms: str = ""
    purchase_order: str = ""
    reference: str = ""
    project: str = ""
    credited_number: str = ""
    credited_date: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One open document in a reminder; `days` are those since it was due."""

    number: str
    date: datetime.date
    due_date: datetime.date
    total: Decimal
    open: Decimal
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderFacts:
    """A letter that asks for one or more open documents of one currency."""

    date: datetime.date
    currency: str
    seller: Party
    buyer: Party
    items: tuple[OpenItem, ...]
    total: Decimal
    level: int
    bank: Bank = Bank()
    look: Look = Look()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEntry:
    """One movement of a statement; `amount` raises what is owed, or lowers it."""

    date: datetime.date
    kind: Literal["invoice", "credit_note", "payment", "refund", "write_off"]
    number: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """What passed between two days, in one currency; `closing` is what is owed then."""

    since: datetime.date
    until: datetime.date
    currency: str
    seller: Party
    buyer: Party
    opening: Decimal
    entries: tuple[StatementEntry, ...]
    closing: Decimal
    bank: Bank = Bank()
    look: Look = Look()
