"""Rounding and dividing amounts: known cases, and properties over many."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_DOWN, Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices import money
from tests.invoices import oracle

D = Decimal
DECIMALS = {"JPY": 0, "EUR": 2, "KWD": 3, "CLF": 4}

currencies = st.sampled_from(sorted(DECIMALS))
numbers = st.builds(
    lambda digits, places: D(digits).scaleb(-places),
    st.integers(-(10**9), 10**9) | st.integers(-30, 30),
    st.integers(0, 6),
)
entries = st.lists(st.tuples(numbers, st.integers(0, 3)), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("2.675", "EUR", "2.68"),
        ("-2.675", "EUR", "-2.68"),
        ("2.665", "EUR", "2.67"),
        ("0.125", "USD", "0.13"),
        ("0.005", "EUR", "0.01"),
        ("0.0049999999999999999999999999999", "EUR", "0.00"),
        ("815.955", "CAD", "815.96"),
        ("100.5", "JPY", "101"),
        ("-100.5", "JPY", "-101"),
        ("0.4999", "JPY", "0"),
        ("1.2345", "KWD", "1.235"),
        ("1.00005", "CLF", "1.0001"),
        ("7", "EUR", "7.00"),
        ("123456789012345678.999999999999999995", "EUR", "123456789012345679.00"),
    ],
)
def test_rounds_half_up_on_the_absolute_value(amount, currency, expected):
    assert str(money.rounded(D(amount), currency)) == expected


@pytest.mark.parametrize("amount", ["-0", "-0.00", "-0.004", "0", "-0E+5", "-1E-30"])
def test_minus_zero_never_comes_out(amount):
    assert str(money.rounded(D(amount), "EUR")) == "0.00"


@pytest.mark.parametrize("amount", [1.5, 0.0, True, False, 1, "1", None, float("nan")])
def test_anything_but_a_decimal_is_refused(amount):
    with pytest.raises(TypeError):
        money.rounded(amount, "EUR")
    with pytest.raises(TypeError):
        money.multiply(amount, D(1))
    with pytest.raises(TypeError):
        money.multiply(D(1), amount)
    with pytest.raises(TypeError):
        money.percent_of(D(1), amount)
    with pytest.raises(TypeError):
        money.spread(amount, [D(1)], "EUR")
    with pytest.raises(TypeError):
        money.spread(D(1), [amount], "EUR")


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(amount):
    for call in (
        lambda: money.rounded(D(amount), "EUR"),
        lambda: money.multiply(D(1), D(amount)),
        lambda: money.spread(D(amount), [D(1)], "EUR"),
        lambda: money.spread(D(1), [D(amount)], "EUR"),
        lambda: money.spread_percent(D(1), [D(1)], D(amount), "EUR"),
    ):
        with pytest.raises(ValueError, match="not an amount"):
            call()


@pytest.mark.parametrize("amount", ["1E+58", "-1E+999999"])
def test_what_is_too_large_to_calculate_with_is_refused_as_such(amount):
    with pytest.raises(money.AmountTooLarge):
        money.rounded(D(amount), "EUR")


def test_a_product_too_large_to_calculate_with_is_refused_as_such():
    with pytest.raises(money.AmountTooLarge):
        money.multiply(D("1E+600000"), D("1E+600000"))


def test_amounts_stay_below_the_limit():
    largest = money.MAX_AMOUNT - D("0.01")
    assert money.limited(largest) == largest
    for amount in (money.MAX_AMOUNT, -money.MAX_AMOUNT):
        with pytest.raises(money.AmountTooLarge):
            money.limited(amount)


def test_exponents_are_those_of_the_currencies():
    known = ["JPY", "ISK", "XOF", "EUR", "CHF", "BHD", "TND", "CLF", "UYW", "XYZ"]
    assert [money.exponent(code) for code in known] == [0, 0, 0, 2, 2, 3, 3, 4, 4, 2]


def test_a_percentage_is_exact():
    assert money.percent_of(D(8180), D("9.975")) == D("815.955")
    assert money.rounded(money.percent_of(D(8180), D("9.975")), "CAD") == D("815.96")


def test_the_threads_decimal_context_has_no_say():
    with localcontext(Context(prec=3, rounding=ROUND_DOWN, traps=[])):
        assert str(money.rounded(D("12345.675"), "EUR")) == "12345.68"
        assert str(money.multiply(D("1234.5"), D("1234.5"))) == "1523990.25"
        assert str(money.summed([D("9999.99"), D("0.02")], "EUR")) == "10000.01"
        parts = money.spread(D("10000.01"), [D("1.11111"), D("2.22222")], "EUR")
        assert [str(part) for part in parts] == ["3333.34", "6666.67"]
        with pytest.raises(ValueError, match="not an amount"):
            money.rounded(D("NaN"), "EUR")


@pytest.mark.parametrize(
    ("total", "weights", "currency", "parts"),
    [
        ("1.00", ["1", "1", "1"], "EUR", ["0.34", "0.33", "0.33"]),
        ("2.00", ["1", "1", "1"], "EUR", ["0.67", "0.67", "0.66"]),
        ("-1.00", ["1", "1", "1"], "EUR", ["-0.34", "-0.33", "-0.33"]),
        ("100", ["1", "2", "3"], "JPY", ["17", "33", "50"]),
        ("0.010", ["1", "2", "4"], "KWD", ["0.001", "0.003", "0.006"]),
        ("0.01", ["5", "10"], "EUR", ["0.00", "0.01"]),
        ("0.01", ["-1", "3"], "EUR", ["0.00", "0.01"]),
        ("9.00", ["-1", "4", "0"], "EUR", ["-3.00", "12.00", "0.00"]),
        ("0.00", ["1", "-1"], "EUR", ["0.00", "0.00"]),
        ("0.00", [], "EUR", []),
    ],
)
def test_spreads_by_largest_remainder(total, weights, currency, parts):
    keys = list(range(len(weights)))
    spread = money.spread(D(total), [D(weight) for weight in weights], currency, keys)
    assert [str(part) for part in spread] == parts


def test_a_tie_goes_to_the_smaller_key_wherever_it_stands():
    assert money.spread(D("0.01"), [D(1), D(1)], "EUR", ["a", "b"]) == [D("0.01"), 0]
    assert money.spread(D("0.01"), [D(1), D(1)], "EUR", ["b", "a"]) == [0, D("0.01")]


@pytest.mark.parametrize("weights", [[], ["0"], ["2", "-2"]])
def test_nothing_carries_an_amount(weights):
    with pytest.raises(ValueError, match="sum to 0"):
        money.spread(D("0.01"), [D(weight) for weight in weights], "EUR")


def test_a_percentage_of_no_amounts_carries_no_total():
    assert money.spread_percent(D("0.00"), [], D(7), "EUR") == []
    with pytest.raises(ValueError, match="among no amounts"):
        money.spread_percent(D("0.01"), [], D(7), "EUR")


def test_a_total_finer_than_the_currency_cannot_be_spread():
    with pytest.raises(ValueError, match="whole number of units"):
        money.spread(D("0.5"), [D(1)], "JPY")


def test_a_weight_of_absurd_size_is_refused_at_once():
    with pytest.raises(ValueError, match="too large or too small"):
        money.spread(D(1), [D("1E-999999"), D(1)], "EUR")


@settings(max_examples=300, deadline=None)
@given(numbers, currencies)
def test_rounding_agrees_with_fractions(amount, currency):
    result = money.rounded(amount, currency)
    assert Fraction(result) == oracle.half_up(Fraction(amount), DECIMALS[currency])
    assert result.as_tuple().exponent == -DECIMALS[currency]
    assert not (result.is_zero() and result.is_signed())


@settings(max_examples=300, deadline=None)
@given(numbers, currencies)
def test_rounding_is_stable_and_mirrors(amount, currency):
    result = money.rounded(amount, currency)
    assert money.rounded(result, currency) == result
    assert money.rounded(-amount, currency) == -result


@settings(max_examples=300, deadline=None)
@given(numbers, entries, currencies)
def test_parts_sum_to_the_total_and_stay_within_a_unit(amount, given_entries, currency):
    total = money.rounded(amount, currency)
    weights = [weight for weight, _ in given_entries]
    if sum(weights) == 0:
        total = money.rounded(D(0), currency)
    parts = money.spread(total, weights, currency, [key for _, key in given_entries])
    assert sum(map(Fraction, parts)) == Fraction(total)
    unit = Fraction(1, 10 ** DECIMALS[currency])
    for part, weight in zip(parts, weights, strict=True):
        whole = sum(map(Fraction, weights)) or 1
        assert abs(Fraction(part) - Fraction(total) * Fraction(weight) / whole) < unit


@settings(max_examples=300, deadline=None)
@given(numbers, entries, currencies)
def test_spreading_agrees_with_fractions(amount, given_entries, currency):
    total = money.rounded(amount, currency)
    weights = [weight for weight, _ in given_entries]
    keys = [key for _, key in given_entries]
    whole = sum(map(Fraction, weights))
    if not whole:
        return
    shares = [Fraction(total) * Fraction(weight) / whole for weight in weights]
    expected = oracle.deal(Fraction(total), shares, keys, DECIMALS[currency])
    parts = money.spread(total, weights, currency, keys)
    assert [Fraction(part) for part in parts] == expected


@settings(max_examples=300, deadline=None)
@given(numbers, entries, currencies, st.randoms())
def test_spreading_heeds_content_not_position(amount, given_entries, currency, random):
    total = money.rounded(amount, currency)

    def spread(order):
        weights = [weight for weight, _ in order]
        parts = money.spread(total, weights, currency, [key for _, key in order])
        return Counter(zip(order, parts, strict=True))

    if sum(weight for weight, _ in given_entries) == 0:
        return
    shuffled = random.sample(given_entries, len(given_entries))
    assert spread(shuffled) == spread(given_entries)


@settings(max_examples=300, deadline=None)
@given(numbers, entries, currencies)
def test_spreading_mirrors(amount, given_entries, currency):
    total = money.rounded(amount, currency)
    weights = [weight for weight, _ in given_entries]
    keys = [key for _, key in given_entries]
    if sum(weights) == 0:
        return
    parts = money.spread(total, weights, currency, keys)
    mirrored = [-part for part in parts]
    assert money.spread(-total, weights, currency, keys) == mirrored
    flipped = [-weight for weight in weights]
    assert money.spread(total, flipped, currency, keys) == parts
