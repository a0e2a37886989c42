"""The business terms of EN 16931 that our e-invoices use, whatever the syntax.

Texts are clean and may be empty; an empty one is left out. Amounts have the currency's
decimals. Comments give the terms' numbers in the norm.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A VAT category; `rate` is None where it has none (BT-95/96, 118/119, 151/152)."""

    code: str
    rate: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Seller (BG-4) or buyer (BG-7); the address' `country` is an ISO 3166 code."""

    name: str  # BT-27, BT-44
    identifier: str  # BT-46
    registration: str  # BT-30, BT-47
    vat_number: str  # BT-31, BT-48
    tax_number: str  # BT-32
    contact_name: str  # BT-41, BT-56
    phone: str  # BT-42, BT-57
    email: str  # BT-43, BT-58, and the electronic address BT-34, BT-49
    line1: str
    line2: str
    city: str
    postal_code: str
    province: str
    country: str  # BT-40, BT-55


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """When and in which country goods were delivered (BT-72, BT-80)."""

    date: datetime.date
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """How to pay by credit transfer (BG-16, BG-17); `reference` is BT-83."""

    code: str  # BT-81: 58 is SEPA, 30 any other
    reference: str
    iban: str
    account: str
    holder: str
    bic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A discount on the document's lines of one category (BG-20)."""

    amount: Decimal
    reason: str
    category: Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The VAT of one category and rate (BG-23)."""

    category: Category
    base: Decimal
    amount: Decimal
    reason: str  # BT-120


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line (BG-25). `price` is not negative: what is taken back has a quantity < 0.

    `adjustment` is what quantity x price, rounded, lacks of `amount`: a line's charge
    (BG-28), or its allowance (BG-27) where negative.
    """

    position: str
    name: str  # BT-153
    description: str  # BT-154
    quantity: Decimal
    price: Decimal
    adjustment: Decimal
    amount: Decimal
    category: Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The document's totals (BG-22)."""

    lines: Decimal  # BT-106
    allowances: Decimal  # BT-107
    without_vat: Decimal  # BT-109
    vat: Decimal  # BT-110
    with_vat: Decimal  # BT-112
    due: Decimal  # BT-115


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A whole invoice or credit note."""

    credit_note: bool
    number: str  # BT-1
    date: datetime.date  # BT-2
    due_date: datetime.date | None  # BT-9
    currency: str  # BT-5
    buyer_reference: str  # BT-10
    project: str  # BT-11
    order: str  # BT-13
    payment_terms: str  # BT-20
    notes: tuple[str, ...]  # BG-1
    preceding: str  # BT-25
    preceding_date: datetime.date | None  # BT-26
    seller: Participant
    buyer: Participant
    delivery: Delivery | None
    transfer: Transfer | None
    allowances: tuple[Allowance, ...]
    groups: tuple[Group, ...]
    items: tuple[Item, ...]
    sums: Sums
