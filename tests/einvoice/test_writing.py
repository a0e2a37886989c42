"""Documents as CII and UBL: whole golden files, and what they have to say how.

After a wanted change, look at what the tests report and run
`python -m tests.einvoice.golden_files` to write the files anew.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from invoices.documents.facts import Bank, DocumentFacts
from invoices.einvoice.checking import make
from invoices.einvoice.cii import cii
from invoices.einvoice.mapping import terms
from invoices.einvoice.terms import Transfer
from invoices.einvoice.ubl import ubl
from tests.einvoice.golden_files import HOME, written
from tests.einvoice.samples import BANK, line, note, plain, rich

D = Decimal


@pytest.mark.parametrize("name", sorted(written()))
def test_the_whole_document_is_as_agreed(name):
    assert written()[name].decode() == (HOME / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("facts", [rich(), note()], ids=["invoice", "credit note"])
def test_what_is_agreed_is_valid(facts):
    made = make(facts)
    assert (made.cii, made.ubl, made.problems) == (cii(facts), ubl(facts), ())


def test_equal_facts_give_equal_bytes():
    assert (cii(rich()), ubl(rich())) == (cii(rich()), ubl(rich()))


@pytest.mark.parametrize("write", [cii, ubl])
def test_the_decimals_in_which_figures_are_stored_change_nothing(write):
    stored = rich()
    first, *others = stored.lines
    same = replace(first, amount=D("147.50"), quantity=D("2.5"), unit_price=D(59))
    assert write(replace(stored, lines=(same, *others))) == write(stored)


@pytest.mark.parametrize("write", [cii, ubl])
@pytest.mark.parametrize("text", ["a\x00b\x0b", "a\ufffeb", "a\ud800b", "\x1b a\r b "])
def test_what_xml_cannot_hold_is_left_out(write, text):
    root = etree.fromstring(write(plain(memo=text, number="\x001\x02")))
    texts = {element.text for element in root.iter()}
    assert texts & {"ab", "a\n b"}
    assert "1" in texts


@pytest.mark.parametrize("write", [cii, ubl])
def test_markup_in_names_stays_text(write):
    facts = plain(memo="]]> <!-- & 'x' \"y\" <b/>")
    assert facts.memo in {each.text for each in etree.fromstring(write(facts)).iter()}


@pytest.mark.parametrize("write", [cii, ubl])
def test_no_element_is_empty(write):
    empty = replace(plain().buyer, name="", line1=" ", line2="\x00", city="", code="")
    root = etree.fromstring(write(plain(buyer=empty)))
    found = [each.tag for each in root.iter() if not len(each) and not each.text]
    assert [tag.rpartition("}")[2] for tag in found] in (
        [],
        ["ApplicableHeaderTradeDelivery"],  # CII demands it
    )


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("Work", ("Work", "")),
        (" Work\nand more ", ("Work", "Work\nand more")),
        (" \x00 ", ("Position 7", "")),
    ],
)
def test_an_item_always_has_a_name(text, called):
    (item,) = terms(plain(lines=(line(7, description=text),))).items
    assert (item.name, item.description) == called


def test_a_negative_price_turns_the_quantity():
    lines = (
        line(1, quantity=D(3), unit_price=D(-5), amount=D(-15)),
        line(2, quantity=D(0), unit_price=D(-5), amount=D(0)),
        line(3, quantity=D(-2), unit_price=D(-5), amount=D(10)),
    )
    items = terms(plain(lines=lines)).items
    assert [(str(item.quantity), str(item.price)) for item in items] == [
        ("-3", "5"),
        ("0", "5"),
        ("2", "5"),
    ]


def test_a_line_that_takes_a_remainder_says_its_rounding():
    (item,) = terms(note()).items
    assert (item.amount, item.adjustment) == (D("0.33"), D("-0.01"))


IBAN = "DE89370400440532013000"


@pytest.mark.parametrize(
    ("bank", "currency", "expected"),
    [
        (Bank(), "EUR", None),
        (Bank(name="First", holder="Me", bic="X"), "EUR", None),
        (BANK, "EUR", ("58", IBAN, "", "Linde & Söhne", "COBADEFFXXX")),
        (BANK, "CHF", ("30", IBAN, "", "Linde & Söhne", "COBADEFFXXX")),
        (Bank(account="12-3 4"), "EUR", ("30", "", "12-3 4", "", "")),
    ],
)
def test_how_to_pay(bank, currency, expected):
    said = terms(plain(bank=bank, currency=currency)).transfer
    if expected is None:
        assert said is None
    else:
        code, iban, account, holder, bic = expected
        assert said == Transfer(
            code=code,
            reference="RE-2026-0042",
            iban=iban,
            account=account,
            holder=holder,
            bic=bic,
        )


def test_nobody_is_asked_to_pay_a_credit_note():
    said = terms(note())
    assert (said.transfer, said.due_date) == (None, None)
    assert said.payment_terms == "This amount is credited to you."


@pytest.mark.parametrize(
    ("number", "vat", "other"),
    [
        ("DE 123.456-789", "DE123456789", ""),
        ("atu12345678", "ATU12345678", ""),
        ("EL123456789", "EL123456789", ""),
        ("XI123456789", "XI123456789", ""),
        ("123/456/789", "", "123456789"),
        ("DEUTSCHLAND", "", "DEUTSCHLAND"),
        ("XX123456789", "", "XX123456789"),
        ("DE12345678901234", "", "DE12345678901234"),
        ("", "", ""),
    ],
)
def test_a_tax_number_is_a_vat_identifier_where_it_looks_like_one(number, vat, other):
    facts: DocumentFacts = plain()
    seller = replace(facts.seller, tax_number=number)
    buyer = replace(facts.buyer, tax_number=number)
    said = terms(replace(facts, seller=seller, buyer=buyer))
    assert (said.seller.vat_number, said.seller.tax_number) == (vat, other)
    assert (said.buyer.vat_number, said.buyer.tax_number) == (vat, "")


def test_yen_are_written_whole():
    facts = plain(
        currency="JPY",
        lines=(line(1, unit_price=D("99.5"), amount=D("100.0000")),),
    )
    for xml in (cii(facts), ubl(facts)):
        assert b">100<" in xml
        assert b"100.0" not in xml
    assert terms(facts).items[0].adjustment == 0
