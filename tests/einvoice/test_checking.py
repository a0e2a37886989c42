"""What keeps a document from being an e-invoice, in a clerk's words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from invoices.documents.facts import DocumentFacts, Party
from invoices.einvoice import official
from invoices.einvoice.checking import EInvoice, make, problems
from invoices.einvoice.problem import Problem
from tests.einvoice.samples import at_zero, line, note, plain, tax, untaxed

D = Decimal
NOBODY = Party(name="")


def seller(facts: DocumentFacts, **changes: Any) -> DocumentFacts:
    return replace(facts, seller=replace(facts.seller, **changes))


def buyer(facts: DocumentFacts, **changes: Any) -> DocumentFacts:
    return replace(facts, buyer=replace(facts.buyer, **changes))


def taxed(**changes: Any) -> DocumentFacts:
    """An invoice over 100 and 19 of tax, the tax changed."""
    return plain(taxes=(tax(**changes),))


NUMBERS = {"tax_number": "", "registration": ""}
BROKEN: dict[str, tuple[DocumentFacts, list[Problem]]] = {
    "seller's country": (
        seller(plain(), country=""),
        [
            Problem(
                "BR-09",
                "The seller's country is missing: fill it in under the business's"
                " address.",
            )
        ],
    ),
    "buyer's country": (
        buyer(plain(), country=""),
        [
            Problem(
                "BR-11",
                "The customer's country is missing: fill it in under the customer's"
                " address.",
            )
        ],
    ),
    "names": (
        seller(buyer(plain(), name=""), name=" \x00"),
        [
            Problem(
                "BR-06", "The seller's name is missing: fill it in under the business."
            ),
            Problem(
                "BR-07",
                "The customer's name is missing: fill it in under the customer.",
            ),
        ],
    ),
    "unknown country": (
        buyer(plain(), country="ZZ"),
        [
            Problem(
                "BR-CL-14",
                "A country is none that ISO 3166 knows: correct the addresses.",
            )
        ],
    ),
    "number": (plain(number="\x00"), [Problem("BR-02", "The document has no number.")]),
    "seller's numbers": (
        seller(plain(), **NUMBERS),
        [
            Problem(
                "BR-CO-26",
                "Nothing identifies the seller: fill in the business's VAT number or"
                " its registration number.",
            ),
            Problem(
                "BR-S-02",
                "The seller's tax number is missing: fill in the business's VAT or tax"
                " number.",
            ),
        ],
    ),
    "reverse charge": (
        buyer(at_zero("AE"), **NUMBERS),
        [
            Problem(
                "BR-AE-02",
                "Reverse charge needs the VAT numbers of both sides: fill in the"
                " business's, and the customer's VAT or registration number.",
            )
        ],
    ),
    "inside the EU": (
        buyer(at_zero("K"), tax_number="12345"),
        [
            Problem(
                "BR-IC-02",
                "A supply inside the EU needs the VAT numbers of both sides, with the"
                " country in front (DE123456789): fill in the business's and the"
                " customer's.",
            )
        ],
    ),
    "standard at zero": (
        at_zero("S"),
        [
            Problem(
                "BR-S-05",
                "A tax that charges VAT, IGIC or IPSI has no rate above 0 %: correct its"
                " rate or its category.",
            )
        ],
    ),
    "exempt with a rate": (
        taxed(category="E"),
        [
            Problem(
                "BR-E-09",
                "A tax without VAT has a rate other than 0 %: correct its rate or its"
                " category.",
            )
        ],
    ),
    "three decimals": (
        plain(currency="KWD"),
        [
            Problem(
                "BR-DEC-23",
                "Amounts in KWD have 3 decimals, and an e-invoice allows 2: send the"
                " document without one.",
            )
        ],
    ),
    "two components": (
        plain(taxes=(tax(code="GST"), tax(code="QST"))),
        [
            Problem(
                "BG-23",
                "The tax GST + QST has several parts, or is charged on another tax; an"
                " e-invoice allows one rate for a line: send the document without one.",
            )
        ],
    ),
    "compound": (
        taxed(compound=True),
        [
            Problem(
                "BG-23",
                "The tax VAT has several parts, or is charged on another tax; an"
                " e-invoice allows one rate for a line: send the document without one.",
            )
        ],
    ),
    "no lines": (plain(lines=()), [Problem("BR-16", "The document has no lines.")]),
    "a lost tax": (
        plain(taxes=()),
        [Problem("BG-23", "The tax a of a line is missing from the summary.")],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_clerk_can_read_what_is_missing(case):
    facts, expected = BROKEN[case]
    assert make(facts) == EInvoice(b"", b"", tuple(expected))
    assert problems(facts) == expected


def test_what_is_outside_vat_stands_alone():
    mixed = replace(
        at_zero("O"),
        lines=(line(1, tax_amount=D(0)), line(2, "b", tax_amount=D(0))),
        taxes=(
            tax(rate=D(0), amount=D(0), category="O"),
            tax(tax="b", rate=D(0), amount=D(0), category="Z"),
        ),
        line_total=D(200),
        subtotal=D(200),
        total=D(200),
    )
    words = (
        "What is not subject to VAT cannot stand beside anything else in one e-invoice:"
        " write two documents, or choose an exempt tax."
    )
    assert words in [each.message for each in problems(mixed)]


def test_taxes_rounded_apart_cannot_be_told_together():
    """0.05 at 10 % is 0.01 twice; together, 0.10 at 10 % is 0.01."""
    small: dict[str, Any] = {"unit_price": D("0.05"), "amount": D("0.05")}
    small |= {"net": D("0.05"), "tax_amount": D("0.01")}
    part: dict[str, Any] = {"rate": D(10), "base": D("0.05"), "amount": D("0.01")}
    facts = plain(
        lines=(line(1, **small), line(2, "b", **small)),
        taxes=(tax(**part), tax(tax="b", **part)),
        line_total=D("0.10"),
        subtotal=D("0.10"),
        tax_total=D("0.02"),
        total=D("0.12"),
    )
    (told,) = problems(facts)
    assert told.rule == "BR-CO-17"
    assert "should be 0.01, but the document says 0.02" in told.message


def test_the_tax_that_a_last_credit_note_takes_may_be_a_cent_off():
    rest = note(taxes=(tax(base=D("0.33"), amount=D("0.07")),))
    rest = replace(rest, tax_total=D("0.07"), total=D("0.40"))
    assert [each.rule for each in problems(rest)] == ["BR-CO-17"]


def test_all_of_several_faults_are_told_at_once():
    facts = seller(buyer(plain(), country=""), country="", name="")
    assert [each.rule for each in problems(facts)] == ["BR-06", "BR-09", "BR-11"]


def test_a_party_without_anything_is_no_fault_of_the_program():
    facts = untaxed(seller=NOBODY, buyer=NOBODY)
    assert [each.rule for each in problems(facts)] == [
        "BR-06",
        "BR-07",
        "BR-08",
        "BR-10",
    ]


def test_what_could_not_be_checked_is_said(monkeypatch):
    def refuse(xml: bytes) -> bytes:
        raise official.Unchecked("The rules of EN 16931 could not be run.")

    monkeypatch.setattr(official._checkers[-1], "ask", refuse)
    told = Problem("unchecked", "The rules of EN 16931 could not be run.")
    assert make(plain()) == EInvoice(b"", b"", (told,))
