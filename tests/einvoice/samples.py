"""One invoice and one credit note that use whatever a document may say."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

from invoices.documents.facts import Bank, DocumentFacts, Line, Party, TaxLine

D = Decimal
SELLER = Party(
    name="Gärtnerei Linde & Söhne",
    contact_name="Anna Linde",
    tax_number="DE 123.456-789",
    registration="HRB 12345 B",
    email="buero@linde.example",
    phone="+49 30 1234567",
    line1="Lindenallee 7",
    line2="Hinterhaus",
    city="Berlin",
    province="Berlin",
    postal_code="10115",
    country="DE",
)
BUYER = Party(
    name="Maison <Dubois>",
    contact_name="Claire Dubois",
    code="K-1042",
    tax_number="FR40 303 265 045",
    registration="303265045",
    email="compta@dubois.example",
    phone="+33 1 2345",
    line1="12, rue de la Paix",
    line2="Bâtiment C",
    city="Paris",
    postal_code="75002",
    country="FR",
)
BANK = Bank(
    holder="Linde & Söhne",
    iban="DE89 3704 0044 0532 0130 00",
    bic="COBADEFFXXX",
    name="Commerzbank",
)


def line(position: int, tax: str = "a", **changes: Any) -> Line:
    """One hour for 100, untouched by discounts, at 19 %."""
    usual = Line(
        position=position,
        description="Hedges",
        quantity=D(1),
        unit_price=D(100),
        amount=D("100.00"),
        discount=D("0.00"),
        net=D("100.00"),
        tax_amount=D("19.00"),
        tax=tax,
        code="VAT",
    )
    return replace(usual, **changes)


def tax(**changes: Any) -> TaxLine:
    """19 % on 100."""
    usual = TaxLine(
        tax="a",
        code="VAT",
        name="VAT 19 %",
        rate=D("19.000000"),
        compound=False,
        base=D("100.00"),
        amount=D("19.00"),
    )
    return replace(usual, **changes)


def plain(**changes: Any) -> DocumentFacts:
    """An invoice of one line over 119 euros."""
    usual = DocumentFacts(
        kind="invoice",
        number="RE-2026-0042",
        date=datetime.date(2026, 3, 7),
        due_date=datetime.date(2026, 4, 6),
        currency="EUR",
        seller=SELLER,
        buyer=BUYER,
        lines=(line(1),),
        taxes=(tax(),),
        line_total=D("100.00"),
        discount_percent=D(0),
        discount_total=D("0.00"),
        subtotal=D("100.00"),
        tax_total=D("19.00"),
        total=D("119.00"),
        issued_at=datetime.datetime(2026, 3, 7, 9, 30, tzinfo=datetime.UTC),
    )
    return replace(usual, **changes)


def rich() -> DocumentFacts:
    """Two rates, a discount of 10 %, a return, a fine price, and all references."""
    return plain(
        lines=(
            line(
                1,
                description="Hedges\ncut and carried off",
                quantity=D("2.500000"),
                unit_price=D("59.000000"),
                amount=D("147.5000"),
                discount=D("14.75"),
                net=D("132.75"),
            ),
            line(
                2,
                "b",
                description="Bulbs",
                quantity=D(1000),
                unit_price=D("0.012345"),
                amount=D("12.35"),
                discount=D("1.24"),
                net=D("11.11"),
            ),
            line(
                3,
                description="Pots taken back",
                quantity=D(3),
                unit_price=D("-5.00"),
                amount=D("-15.00"),
                discount=D("-1.50"),
                net=D("-13.50"),
            ),
        ),
        taxes=(
            tax(base=D("119.25"), amount=D("22.66"), category="S"),
            tax(tax="b", rate=D(7), base=D("11.11"), amount=D("0.78")),
        ),
        line_total=D("144.85"),
        discount_percent=D("10.000000"),
        discount_total=D("14.49"),
        subtotal=D("130.36"),
        tax_total=D("23.44"),
        total=D("153.80"),
        bank=BANK,
        memo="Thank you\x07!",
        description="Spring work",
        terms="30 days net",
        purchase_order="PO-7",
        reference="04011000-12345-34",
        project="Garden",
    )


def note(**changes: Any) -> DocumentFacts:
    """A third of three pieces at 0.335 credited: 0.33, where the price says 0.34."""
    usual = plain(
        kind="credit_note",
        number="GS-2026-0003",
        lines=(
            line(
                1,
                unit_price=D("0.335000"),
                amount=D("0.33"),
                net=D("0.33"),
                tax_amount=D("0.06"),
            ),
        ),
        taxes=(tax(base=D("0.33"), amount=D("0.06")),),
        line_total=D("0.33"),
        subtotal=D("0.33"),
        tax_total=D("0.06"),
        total=D("0.39"),
        bank=BANK,
        project="Garden",
        credited_number="RE-2026-0042",
        credited_date=datetime.date(2026, 3, 1),
    )
    return replace(usual, **changes)


def untaxed(**changes: Any) -> DocumentFacts:
    """An invoice of one line over 100 without tax."""
    lines = (line(1, "", tax_amount=D("0.00"), code=""),)
    made = plain(lines=lines, taxes=(), tax_total=D("0.00"), total=D("100.00"))
    return replace(made, **changes)


def at_zero(category: str, **changes: Any) -> DocumentFacts:
    """An invoice of one line over 100 with a tax of 0 %, of this category."""
    made = untaxed(
        lines=(line(1, tax_amount=D("0.00")),),
        taxes=(tax(rate=D(0), amount=D("0.00"), category=category),),
    )
    return replace(made, **changes)
