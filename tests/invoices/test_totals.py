"""A document's figures: known cases, and properties over many documents."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.money import AmountTooLarge
from invoices.totals import (
    ComponentRate,
    LineInput,
    LineTotals,
    TaxTotals,
    Totals,
    compute,
)
from tests.invoices import oracle
from tests.invoices.documents import (
    COMPOUND,
    DECIMALS,
    QUEBEC,
    VAT,
    D,
    assert_adds_up,
    documents,
    figures,
    line,
    properties,
)


def test_the_seed_contracts_example():
    totals = compute(
        [line("20", "100"), line("5", "400", 1)], currency="USD", taxes=VAT
    )
    assert totals == Totals(
        lines=(
            LineTotals(D(2000), D(0), D(2000), D(0), D(2000)),
            LineTotals(D(2000), D(0), D(2000), D(140), D(2140)),
        ),
        taxes=(TaxTotals(1, VAT[1][0], D(2000), D(140)),),
        line_total=D(4000),
        discount=D(0),
        subtotal=D(4000),
        tax_total=D(140),
        total=D(4140),
    )


def test_quebec_taxes_the_same_base_twice():
    totals = compute([line("1", "8180", 1)], currency="CAD", taxes=QUEBEC)
    assert [str(part.base) for part in totals.taxes] == ["8180.00", "8180.00"]
    assert [str(part.amount) for part in totals.taxes] == ["409.00", "815.96"]
    assert figures(totals) == ["8180.00", "0.00", "8180.00", "1224.96", "9404.96"]


def test_a_compound_component_taxes_the_tax_before_it():
    totals = compute([line("1", "100", 1)], currency="CAD", taxes=COMPOUND)
    assert [str(part.base) for part in totals.taxes] == ["100.00", "105.00"]
    assert [str(part.amount) for part in totals.taxes] == ["5.00", "9.98"]
    assert str(totals.total) == "114.98"


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        ("JPY", ["3333", "333", "3000", "210", "3210"]),
        ("EUR", ["3333.33", "333.33", "3000.00", "210.00", "3210.00"]),
        ("KWD", ["3333.333", "333.333", "3000.000", "210.000", "3210.000"]),
    ],
)
def test_each_currency_has_its_own_decimals(currency, expected):
    totals = compute(
        [line("3", "1111.111", 1)], currency=currency, discount=D("10"), taxes=VAT
    )
    expected[2] = str(D(expected[0]) - D(expected[1]))
    assert figures(totals) == expected


@pytest.mark.parametrize(
    ("quantity", "unit_price", "amount"),
    [
        ("1", "2.675", "2.68"),
        ("-1", "2.675", "-2.68"),
        ("0.5", "0.25", "0.13"),
        ("0", "5", "0.00"),
        ("-0", "5", "0.00"),
        ("0.001", "-1", "0.00"),
        ("123456.654321", "65432.123456", "8078031047.00"),
    ],
)
def test_a_line_amount_is_rounded_once(quantity, unit_price, amount):
    totals = compute([line(quantity, unit_price)], currency="EUR", taxes={})
    assert str(totals.lines[0].amount) == amount
    assert str(totals.total) == amount


def test_tax_is_rounded_once_per_component_and_not_per_line():
    lines = [line("1", "0.05", 1)] * 10
    totals = compute(lines, currency="EUR", taxes=VAT)
    assert str(totals.tax_total) == "0.04"
    assert sorted(part.tax for part in totals.lines) == [D(0)] * 6 + [D("0.01")] * 4


def test_a_full_discount_leaves_exactly_nothing():
    lines = [line("3", "33.333", 1), line("1", "0.01"), line("-1", "5", 1)]
    totals = compute(lines, currency="EUR", discount=D(100), taxes=QUEBEC)
    assert figures(totals)[2:] == ["0.00", "0.00", "0.00"]
    assert all(str(part.total) == "0.00" for part in totals.lines)


def test_a_discount_reaches_lines_that_cancel_out():
    lines = [line("1", "100", 1), line("-1", "100")]
    totals = compute(lines, currency="EUR", discount=D(10), taxes=VAT)
    assert [part.net for part in totals.lines] == [D(90), D(-90)]
    assert figures(totals) == ["0.00", "0.00", "0.00", "6.30", "6.30"]


def test_a_lines_tax_stays_at_its_rate_where_returns_nearly_cancel_sales():
    lines = [line("1", "1000", 1), line("-1", "999.90", 1)]
    totals = compute(lines, currency="EUR", taxes=VAT)
    assert totals.tax_total == D("0.01")
    assert [part.tax for part in totals.lines] == [D("70.00"), D("-69.99")]


def test_a_document_of_no_lines_is_nothing():
    totals = compute([], currency="KWD", discount=D(5), taxes={})
    assert totals.lines == ()
    assert totals.taxes == ()
    assert figures(totals) == ["0.000"] * 5


def test_a_tax_without_rate_shows_its_base():
    exempt = {1: [ComponentRate("exempt", D(0), compound=False)]}
    totals = compute([line("1", "10", 1)], currency="EUR", taxes=exempt)
    assert totals.taxes == ((1, exempt[1][0], D(10), D(0)),)


def test_taxes_come_in_the_order_of_their_keys():
    taxes = dict.fromkeys(("b", "a", "c"), VAT[1])
    lines = [LineInput(D(1), D(10), key) for key in ("c", "a", "b", "a")]
    totals = compute(lines, currency="EUR", taxes=taxes)
    assert [(part.tax, part.base) for part in totals.taxes] == [
        ("a", D(20)),
        ("b", D(10)),
        ("c", D(10)),
    ]


@pytest.mark.parametrize("wrong", [1.0, True, 1, "1", None])
def test_anything_but_a_decimal_is_refused(wrong):
    for bad in (LineInput(wrong, D(1), None), LineInput(D(1), wrong, None)):
        with pytest.raises(TypeError):
            compute([bad], currency="EUR", taxes={})
    with pytest.raises(TypeError):
        compute([line("1", "1")], currency="EUR", discount=wrong, taxes={})
    with pytest.raises(TypeError):
        taxes = {1: [ComponentRate("x", wrong, compound=False)]}
        compute([line("1", "1", 1)], currency="EUR", taxes=taxes)


@pytest.mark.parametrize("discount", ["-0.01", "100.01", "NaN", "Infinity"])
def test_a_discount_is_between_nothing_and_everything(discount):
    with pytest.raises(ValueError, match=r"between 0 and 100|not an amount"):
        compute([line("1", "1")], currency="EUR", discount=D(discount), taxes={})


def test_an_unknown_tax_is_refused():
    with pytest.raises(KeyError):
        compute([line("1", "1", 2)], currency="EUR", taxes=VAT)


def test_a_line_too_large_is_named():
    lines = [line("1", "1"), line("10000000", "1000000")]
    with pytest.raises(AmountTooLarge, match="Line 2: 10000000000000"):
        compute(lines, currency="EUR", taxes={})


@pytest.mark.parametrize(
    ("lines", "taxes"),
    [
        ([line("9", "1000000000000")] * 2, {}),
        ([line("9", "1000000000000", 1)] * 2, VAT),
        ([line("9.9", "1000000000000", 1)], VAT),
        ([line("9", "1", 1)], {1: [ComponentRate("x", D("1E+15"), compound=False)]}),
    ],
)
def test_sums_too_large_are_refused(lines, taxes):
    with pytest.raises(AmountTooLarge):
        compute(lines, currency="EUR", taxes=taxes)


def test_the_threads_decimal_context_has_no_say():
    lines = [line("1234.567", "89.1011", 1), line("3", "33.335"), line("-1", "777.77")]
    expected = compute(lines, currency="EUR", discount=D("2.5"), taxes=QUEBEC)
    with localcontext(prec=2, rounding=ROUND_DOWN):
        assert compute(lines, currency="EUR", discount=D("2.5"), taxes=QUEBEC) == (
            expected
        )


def amounts_of(totals: Totals) -> list[Decimal]:
    parts = [figure for part in totals.lines for figure in part]
    parts += [figure for part in totals.taxes for figure in part[2:]]
    return [*parts, *totals[2:]]


@properties
@given(documents())
def test_figures_agree_with_the_oracle(document):
    totals = document.totals()
    rates = {
        key: [(Fraction(part.rate), part.compound) for part in parts]
        for key, parts in document.taxes.items()
    }
    expected = oracle.document(
        document.lines, DECIMALS[document.currency], document.discount, rates
    )
    assert [
        tuple(map(Fraction, (part.amount, part.discount, part.net, part.tax)))
        for part in totals.lines
    ] == [(part.amount, part.discount, part.net, part.tax) for part in expected.lines]
    assert [
        (
            str(part.tax),
            int(part.component.key),
            Fraction(part.base),
            Fraction(part.amount),
        )
        for part in totals.taxes
    ] == expected.taxes


@properties
@given(documents())
def test_every_sum_holds_exactly(document):
    assert_adds_up(document.totals())


@properties
@given(documents())
def test_every_figure_is_whole_in_the_currency_and_never_minus_zero(document):
    for amount in amounts_of(document.totals()):
        assert amount.as_tuple().exponent == -DECIMALS[document.currency]
        assert not (amount.is_zero() and amount.is_signed())


@properties
@given(documents())
def test_each_part_is_within_a_unit_of_its_own_percentage(document):
    unit = Fraction(1, 10 ** DECIMALS[document.currency])
    totals = document.totals()
    for given_line, part in zip(document.lines, totals.lines, strict=True):
        exact = Fraction(part.amount) * Fraction(document.discount) / 100
        assert abs(Fraction(part.discount) - exact) < unit
        rates = document.taxes.get(given_line.tax, [])
        if len(rates) == 1:
            exact = Fraction(part.net) * Fraction(rates[0].rate) / 100
            assert abs(Fraction(part.tax) - exact) < unit


@properties
@given(documents(), st.randoms())
def test_no_figure_depends_on_the_order_of_the_lines(document, random):
    shuffled = random.sample(document.lines, len(document.lines))
    totals, again = document.totals(), document.totals(shuffled)
    assert again[1:] == totals[1:]
    assert Counter(zip(shuffled, again.lines, strict=True)) == Counter(
        zip(document.lines, totals.lines, strict=True)
    )


@properties
@given(documents())
def test_negated_lines_negate_the_totals(document):
    negated = [part._replace(quantity=-part.quantity) for part in document.lines]
    totals, mirrored = document.totals(), document.totals(negated)
    assert [-total for total in totals[2:]] == list(mirrored[2:])
    assert [(-part.base, -part.amount) for part in totals.taxes] == [
        (part.base, part.amount) for part in mirrored.taxes
    ]
