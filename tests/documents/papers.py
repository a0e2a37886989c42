"""Facts to print: one ordinary invoice of each kind, changed by keyword."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

from PIL import Image

from invoices.documents.facts import (
    Bank,
    DocumentFacts,
    Line,
    Look,
    OpenItem,
    Party,
    ReminderFacts,
    StatementEntry,
    StatementFacts,
    TaxLine,
)

SELLER = Party(
    name="Gärtnerei Lindenhof GmbH",
    tax_number="DE123456789",
    registration="HRB 12345 B",
    email="buero@lindenhof.example",
    phone="+49 30 1234567",
    line1="Lindenallee 7",
    city="Berlin",
    postal_code="10115",
    country="DE",
)
BUYER = Party(
    name="Maison Dubois SARL",
    contact_name="Claire Dubois",
    code="K-1042",
    tax_number="FR40303265045",
    email="compta@dubois.example",
    line1="12, rue de la Paix",
    line2="Bâtiment C",
    city="Paris",
    postal_code="75002",
    country="FR",
)
BANK = Bank(
    holder="Gärtnerei Lindenhof GmbH",
    iban="DE89370400440532013000",
    bic="COBADEFFXXX",
    name="Commerzbank Berlin",
)
DAY = datetime.date(2026, 3, 7)
XML = '<?xml version="1.0" encoding="UTF-8"?>\n<rsm:é xmlns:rsm="urn:x"/>\n'.encode()
CENT = Decimal("0.01")


def line(position: int = 1, **changes: Any) -> Line:
    """Two and a half hours of gardening for 147.50."""
    usual = Line(
        position=position,
        description="Hecken schneiden und Schnittgut abfahren",
        quantity=Decimal("2.5"),
        unit_price=Decimal(59),
        amount=Decimal("147.50"),
        discount=Decimal(0),
        net=Decimal("147.50"),
        tax_amount=Decimal("28.02"),
        tax="t19",
        code="USt19",
    )
    return replace(usual, **changes)


def tax(**changes: Any) -> TaxLine:
    """German VAT on that one line."""
    usual = TaxLine(
        tax="t19",
        code="USt19",
        name="USt.",
        rate=Decimal("19.0000"),
        compound=False,
        base=Decimal("147.50"),
        amount=Decimal("28.03"),
        category="S",
    )
    return replace(usual, **changes)


def document(**changes: Any) -> DocumentFacts:
    """An invoice of one line over 175.53 euros."""
    usual = DocumentFacts(
        kind="invoice",
        number="RE-2026-0042",
        date=DAY,
        due_date=DAY + datetime.timedelta(days=30),
        currency="EUR",
        seller=SELLER,
        buyer=BUYER,
        lines=(line(),),
        taxes=(tax(),),
        line_total=Decimal("147.50"),
        discount_percent=Decimal(0),
        discount_total=Decimal(0),
        subtotal=Decimal("147.50"),
        tax_total=Decimal("28.03"),
        total=Decimal("175.53"),
        issued_at=datetime.datetime(2026, 3, 7, 9, 30, tzinfo=datetime.UTC),
        bank=BANK,
    )
    return replace(usual, **changes)


def reminder(**changes: Any) -> ReminderFacts:
    """A first reminder of one invoice, ten days late."""
    usual = ReminderFacts(
        date=DAY + datetime.timedelta(days=40),
        currency="EUR",
        seller=SELLER,
        buyer=BUYER,
        items=(
            OpenItem(
                number="RE-2026-0042",
                date=DAY,
                due_date=DAY + datetime.timedelta(days=30),
                total=Decimal("175.53"),
                open=Decimal("75.53"),
                days=10,
            ),
        ),
        total=Decimal("75.53"),
        level=1,
        bank=BANK,
    )
    return replace(usual, **changes)


def statement(**changes: Any) -> StatementFacts:
    """March: an invoice and a part payment of it."""
    usual = StatementFacts(
        since=datetime.date(2026, 3, 1),
        until=datetime.date(2026, 3, 31),
        currency="EUR",
        seller=SELLER,
        buyer=BUYER,
        opening=Decimal(0),
        entries=(
            entry("invoice", "RE-2026-0042", "175.53", "175.53"),
            entry("payment", "Z-17", "-100.00", "75.53"),
        ),
        closing=Decimal("75.53"),
        bank=BANK,
    )
    return replace(usual, **changes)


def entry(kind: Any, number: str, amount: str, balance: str) -> StatementEntry:
    """One movement of a statement."""
    return StatementEntry(
        date=DAY,
        kind=kind,
        number=number,
        amount=Decimal(amount),
        balance=Decimal(balance),
    )


def look(**changes: Any) -> Look:
    """The plain A4 look in English, changed."""
    return replace(Look(), **changes)


def picture(
    kind: str = "PNG", size: tuple[int, int] = (300, 100), mode: str = "RGB"
) -> bytes:
    """A picture of one colour."""
    target = io.BytesIO()
    Image.new(mode, size, 40).save(target, kind)
    return target.getvalue()
