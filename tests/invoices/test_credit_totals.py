"""What credit notes take of an invoice: known cases, and properties over partitions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from operator import add
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.totals import (
    NOTHING,
    CreditableTax,
    CreditExceeds,
    CreditLine,
    LineInput,
    LineTotals,
    Totals,
    credit,
)
from tests.invoices import oracle
from tests.invoices.documents import (
    COMPOUND,
    DECIMALS,
    VAT,
    D,
    Document,
    assert_adds_up,
    decimals,
    documents,
    figures,
    line,
    line_inputs,
    properties,
)


@dataclass
class Books:
    """An invoice and what has been credited of it, kept as a caller would."""

    document: Document

    def __post_init__(self) -> None:
        self.invoice = self.document.totals()
        self.lines = [
            CreditLine(D(0), given.unit_price, given.tax, given.quantity, figures)
            for given, figures in zip(
                self.document.lines, self.invoice.lines, strict=True
            )
        ]
        self.taxes = [CreditableTax(*part) for part in self.invoice.taxes]

    def asked(self, quantities: list[Decimal]) -> list[CreditLine]:
        return [
            part._replace(quantity=quantity)
            for part, quantity in zip(self.lines, quantities, strict=True)
        ]

    def credit(self, quantities: list[Decimal]) -> Totals:
        """Credit these quantities and remember what was credited."""
        lines, currency = self.asked(quantities), self.document.currency
        note = credit(lines, currency=currency, taxes=self.taxes)
        self.lines = [
            part._replace(
                credited_quantity=part.credited_quantity + part.quantity,
                credited=LineTotals(*map(add, part.credited, now)),
            )
            for part, now in zip(lines, note.lines, strict=True)
        ]
        taken = {(part.tax, part.component): part for part in note.taxes}
        self.taxes = [
            part._replace(
                credited_base=part.credited_base + taken[part[:2]].base,
                credited_amount=part.credited_amount + taken[part[:2]].amount,
            )
            if part[:2] in taken
            else part
            for part in self.taxes
        ]
        return note


@st.composite
def partitions(draw: Any, lines: Any = line_inputs) -> tuple[Document, list[Any]]:
    """A document, and for 1 to 5 notes how much of each line it credits."""
    document = draw(documents(lines))
    count = draw(st.integers(1, 5))
    shares = []
    for part in document.lines:
        digits = int(part.quantity.scaleb(3))
        cuts = st.integers(min(0, digits), max(0, digits)) | st.sampled_from(
            [0, digits]
        )
        inner = draw(st.lists(cuts, min_size=count - 1, max_size=count - 1))
        ends = [0, *sorted(inner, key=abs), digits]
        shares.append([D(b - a).scaleb(-3) for a, b in pairwise(ends)])
    return document, [list(note) for note in zip(*shares, strict=True)]


sales = st.builds(
    LineInput,
    decimals(0, 20, 1) | decimals(0, 9999, 3),
    decimals(0, 60, 2) | decimals(0, 999_999, 4),
    st.sampled_from([None, 0, 1]),
)


@properties
@given(partitions())
def test_any_partition_into_credit_notes_sums_to_the_invoice(partition):
    document, notes = partition
    books = Books(document)
    credited = [books.credit(quantities) for quantities in notes]
    for part in books.lines:
        assert part.credited_quantity == part.original_quantity
        assert part.credited[:3] == part.original[:3]
    for tax in books.taxes:
        assert (tax.credited_base, tax.credited_amount) == (tax.base, tax.amount)
    sums = [sum(figures) for figures in zip(*(n[2:] for n in credited), strict=True)]
    assert sums == list(books.invoice[2:])


@properties
@given(partitions())
def test_every_credit_note_adds_up(partition):
    document, notes = partition
    books = Books(document)
    for quantities in notes:
        note = books.credit(quantities)
        assert_adds_up(note)
        assert len(note.lines) == len(document.lines)
        for quantity, part in zip(quantities, note.lines, strict=True):
            assert quantity or not any(part)


@properties
@given(partitions(sales))
def test_no_credit_note_exceeds_what_is_left(partition):
    document, notes = partition
    books = Books(document)
    for quantities in notes:
        books.credit(quantities)
        for part in books.lines:
            for done, original in zip(part.credited[:3], part.original, strict=False):
                assert 0 <= done <= original
        for tax in books.taxes:
            low, high = sorted([D(0), tax.amount])
            assert low <= tax.credited_amount <= high


@properties
@given(partitions(sales))
def test_a_credit_notes_tax_is_its_base_at_the_rate_within_what_is_left(partition):
    document, notes = partition
    books = Books(document)
    for quantities in notes:
        left = {part[:2]: part.amount - part.credited_amount for part in books.taxes}
        open_before = {
            part.tax
            for part in books.lines
            if part.credited_quantity != part.original_quantity
        }
        note = books.credit(quantities)
        open_after = {
            part.tax
            for part in books.lines
            if part.credited_quantity != part.original_quantity
        }
        for part in note.taxes:
            assert part.tax in open_before
            rest = left[part.tax, part.component]
            by_rate = oracle.half_up(
                Fraction(part.base) * Fraction(part.component.rate) / 100,
                DECIMALS[document.currency],
            )
            limit = min(by_rate, Fraction(rest), key=abs)
            assert part.amount == (limit if part.tax in open_after else rest)


@properties
@given(documents())
def test_a_credit_note_of_everything_is_the_invoice_again(document):
    books = Books(document)
    note = books.credit([part.quantity for part in document.lines])
    everything = books.invoice
    if all(part.quantity for part in document.lines):
        assert note == everything
    assert note[2:] == everything[2:]
    assert note.lines == everything.lines


@properties
@given(partitions(), st.randoms())
def test_a_credit_note_does_not_depend_on_the_order_of_the_lines(partition, random):
    document, notes = partition
    books = Books(document)
    for quantities in notes[:-1]:
        books.credit(quantities)
    lines = books.asked(notes[-1])
    shuffled = random.sample(lines, len(lines))
    note, again = (
        credit(order, currency=document.currency, taxes=books.taxes)
        for order in (lines, shuffled)
    )
    assert again[1:] == note[1:]

    def content(order: list[CreditLine], figures: tuple[LineTotals, ...]) -> Any:
        taxless = [
            (*part[:4], part.original[:3], part.credited_quantity, part.credited[:3])
            for part in order
        ]
        return Counter(zip(taxless, figures, strict=True))

    assert content(shuffled, again.lines) == content(lines, note.lines)


def test_thirds_are_credited_with_the_rest_at_the_end():
    books = Books(Document([line("3", "3.3333", 1)], "EUR", D(10), VAT))
    assert figures(books.invoice) == ["10.00", "1.00", "9.00", "0.63", "9.63"]
    notes = [figures(books.credit([D(1)])) for _ in range(3)]
    assert notes == [
        ["3.33", "0.33", "3.00", "0.21", "3.21"],
        ["3.33", "0.33", "3.00", "0.21", "3.21"],
        ["3.34", "0.34", "3.00", "0.21", "3.21"],
    ]


def test_credits_that_round_up_stop_at_what_is_left():
    books = Books(Document([line("10", "0.005", 1)], "EUR", D(40), COMPOUND))
    notes = [books.credit([D(1)]) for _ in range(10)]
    assert [str(note.subtotal) for note in notes] == ["0.01"] * 3 + ["0.00"] * 7
    assert sum(note.total for note in notes) == books.invoice.total


def test_a_returned_line_beside_a_sale_is_credited_at_its_rate():
    lines = [line("1", "100", 1), line("-1", "50", 1)]
    books = Books(Document(lines, "EUR", D(0), VAT))
    assert figures(books.credit([D(1), D(0)]))[2:] == ["100.00", "7.00", "107.00"]
    assert figures(books.credit([D(0), D(-1)]))[2:] == ["-50.00", "-3.50", "-53.50"]


@pytest.mark.parametrize(
    ("original", "credited", "asked"),
    [
        ("5", "0", "5.001"),
        ("5", "3", "2.5"),
        ("5", "5", "1"),
        ("5", "0", "-1"),
        ("-5", "0", "1"),
        ("-5", "-4", "-2"),
        ("0", "0", "1"),
    ],
)
def test_more_than_is_left_cannot_be_credited(original, credited, asked):
    books = Books(Document([line("1", "1"), line(original, "2")], "EUR", D(0), {}))
    books.credit([D(0), D(credited)])
    with pytest.raises(CreditExceeds, match=r"Line 2: .* is left"):
        books.credit([D(1), D(asked)])


@pytest.mark.parametrize("wrong", [1.0, True, 1, "1", None])
def test_a_credited_quantity_is_a_decimal(wrong):
    books = Books(Document([line("1", "1")], "EUR", D(0), {}))
    with pytest.raises(TypeError):
        books.credit([wrong])


def test_nothing_credited_is_nothing():
    books = Books(Document([line("2", "1", 1)], "KWD", D(0), VAT))
    note = books.credit([D(0)])
    assert note.lines == (NOTHING,)
    assert note.taxes == ()
    assert figures(note) == ["0.000"] * 5


def test_stored_figures_with_more_decimals_come_out_in_the_currencys():
    def padded(parts):
        return [D(f"{part:.4f}") for part in parts]

    books = Books(Document([line("3", "3.3333", 1)], "EUR", D(10), VAT))
    books.lines = [
        part._replace(original=LineTotals(*padded(part.original)))
        for part in books.lines
    ]
    books.taxes = [CreditableTax(*part[:2], *padded(part[2:4])) for part in books.taxes]
    note = credit(books.asked([D("3.000000")]), currency="EUR", taxes=books.taxes)
    assert str(note) == str(books.invoice)
