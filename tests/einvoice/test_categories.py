"""Which VAT category a document's lines fall into, and that each is valid."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from invoices.documents.facts import DocumentFacts
from invoices.einvoice.checking import make
from invoices.einvoice.mapping import terms
from tests.einvoice.samples import at_zero, line, plain, tax, untaxed

D = Decimal


def without_number(facts: DocumentFacts) -> DocumentFacts:
    return replace(facts, seller=replace(facts.seller, tax_number=""))


def groups(facts: DocumentFacts) -> list[tuple[str, str, str, str, str]]:
    return [
        (
            group.category.code,
            str(group.category.rate),
            str(group.base),
            str(group.amount),
            group.reason,
        )
        for group in terms(facts).groups
    ]


ZERO = ("0", "100.00", "0.00")
CASES = {
    "a rate": (plain(), ("S", "19.000000", "100.00", "19.00", "")),
    "a rate, said": (
        plain(taxes=(tax(category="S", exemption="unheard"),)),
        ("S", "19.000000", "100.00", "19.00", ""),
    ),
    "no rate": (at_zero(""), ("Z", *ZERO, "")),
    "zero, said": (at_zero("Z"), ("Z", *ZERO, "")),
    "exempt": (at_zero("E"), ("E", *ZERO, "Exempt from VAT")),
    "reverse charge": (at_zero("AE"), ("AE", *ZERO, "Reverse charge")),
    "inside the EU": (at_zero("K"), ("K", *ZERO, "Intra-community supply")),
    "export": (at_zero("G"), ("G", *ZERO, "Export outside the EU")),
    "outside VAT": (at_zero("O"), ("O", "None", *ZERO[1:], "Not subject to VAT")),
    "IGIC": (
        plain(taxes=(tax(category="L"),)),
        ("L", "19.000000", "100.00", "19.00", ""),
    ),
    "IPSI": (
        plain(taxes=(tax(category="M"),)),
        ("M", "19.000000", "100.00", "19.00", ""),
    ),
    "no tax": (untaxed(), ("E", *ZERO, "Exempt from VAT")),
    "no tax, no VAT number": (
        without_number(untaxed()),
        ("O", "None", *ZERO[1:], "Not subject to VAT"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_category_and_its_proof(case):
    facts, group = CASES[case]
    assert groups(facts) == [group]
    assert make(facts).problems == ()


def test_the_reason_given_is_told():
    facts = at_zero("AE")
    (told,) = facts.taxes
    facts = replace(facts, taxes=(replace(told, exemption="§ 13b UStG\x00"),))
    assert groups(facts) == [("AE", *ZERO, "§ 13b UStG")]


def test_nobody_gives_a_vat_identifier_outside_vat():
    said = terms(at_zero("O"))
    numbers = [
        (said.seller.vat_number, said.seller.tax_number),
        (said.buyer.vat_number, said.buyer.tax_number),
    ]
    assert numbers == [("", "DE123456789"), ("", "")]


def test_a_supply_inside_the_eu_says_when_and_where():
    facts = at_zero("K")
    delivery = terms(facts).delivery
    assert delivery is not None
    assert (delivery.date, delivery.country) == (facts.date, "FR")
    assert terms(at_zero("G")).delivery is None


def test_a_line_without_tax_is_exempt_beside_a_taxed_one():
    facts = plain(
        lines=(line(1), line(2, "", tax_amount=D(0))),
        line_total=D("200.00"),
        subtotal=D("200.00"),
        total=D("219.00"),
    )
    assert groups(facts) == [
        ("S", "19.000000", "100.00", "19.00", ""),
        ("E", *ZERO, "Exempt from VAT"),
    ]
    assert make(facts).problems == ()


def test_two_taxes_of_one_category_and_rate_are_one_group():
    facts = plain(
        lines=(line(1), line(2, "b")),
        taxes=(tax(), tax(tax="b", rate=D(19))),
        line_total=D("200.00"),
        subtotal=D("200.00"),
        tax_total=D("38.00"),
        total=D("238.00"),
    )
    assert groups(facts) == [("S", "19.000000", "200.00", "38.00", "")]
    assert make(facts).problems == ()


def test_the_discount_is_told_once_for_each_rate():
    half: dict[str, Any] = {"discount": D("50.00"), "net": D("50.00")}
    facts = plain(
        lines=(line(1, **half), line(2, "b", **half), line(3, "b", **half)),
        taxes=(
            tax(base=D("50.00"), amount=D("9.50")),
            tax(tax="b", rate=D(7), amount=D("7.00")),
        ),
        line_total=D("300.00"),
        discount_percent=D("50.0000"),
        discount_total=D("150.00"),
        subtotal=D("150.00"),
        tax_total=D("16.50"),
        total=D("166.50"),
    )
    told = [
        (each.category.rate, each.amount, each.reason)
        for each in terms(facts).allowances
    ]
    assert told == [
        (D(19), D("50.00"), "Discount 50 %"),
        (D(7), D("100.00"), "Discount 50 %"),
    ]
    assert make(facts).problems == ()
