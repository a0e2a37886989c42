"""Amounts of money: a currency's decimals, the one rounding, and fair division.

Everything is exact or rounded here, in a context of our own: half-up on the absolute
value, so that a credit note mirrors its invoice. The thread's context has no say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from functools import reduce
from math import lcm
from typing import Any, NoReturn

from partners import currencies

MAX_AMOUNT = Decimal(10_000_000_000_000)
"""Every amount's absolute value stays below this, in any currency."""

# 18 digits times 18 digits times a percentage of 18 digits fits without loss.
_CONTEXT = Context(
    prec=60,
    rounding=ROUND_HALF_UP,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
_MOST_DECIMALS = 30

EXPONENTS = currencies.EXPONENTS
exponent = currencies.exponent
_CENT = Decimal("0.01")
_RATE = Decimal("0.00000001")
_UNITS = {code: Decimal((0, (1,), -places)) for code, places in EXPONENTS.items()}

# Sums of amounts are exact at this precision; the names spare the hot loops a call.
add = _CONTEXT.add
subtract = _CONTEXT.subtract


class AmountTooLarge(ValueError):
    """An amount reaches MAX_AMOUNT, or is too large to be calculated with."""


def fits(number: Decimal, places: int) -> bool:
    """Whether a finite number needs at most so many decimals, trailing zeros aside."""
    _, digits, exponent = number.as_tuple()
    surplus = -int(exponent) - places
    return surplus <= 0 or not any(digits[-surplus:])


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole units of the currency, half-up on the absolute value.

    Never minus zero. Raises TypeError for anything but a Decimal, ValueError for NaN
    and infinity, AmountTooLarge beyond 60 digits.
    """
    if type(amount) is not Decimal or not amount.is_finite():
        _refuse(amount)  # spelled out here: a million lines come by
    try:
        result = _CONTEXT.quantize(amount, _UNITS.get(currency, _CENT))
    except InvalidOperation as error:
        raise AmountTooLarge(_too_large(amount)) from error
    return result or result.copy_abs()


def multiply(a: Decimal, b: Decimal) -> Decimal:
    """The exact product, unrounded; raises as `rounded` does."""
    checked(a)
    checked(b)
    try:
        return _CONTEXT.multiply(a, b)
    except Overflow as error:
        raise AmountTooLarge(_too_large(a)) from error


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """`percent` hundredths of the amount, exact and unrounded; raises as `rounded`."""
    return _CONTEXT.scaleb(multiply(amount, percent), -2)


def proportion(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """amount x part / whole, unrounded; `whole` is not zero; raises as `rounded`."""
    return _CONTEXT.divide(multiply(amount, part), whole)


def rate_between(amount: Decimal, base: Decimal) -> Decimal:
    """What one unit of the amount's currency is worth, `base` being all of it.

    With the eight decimals of a rate; raises as `rounded` does.
    """
    return _CONTEXT.quantize(proportion(base, Decimal(1), amount), _RATE)


def summed(amounts: Iterable[Decimal], currency: str) -> Decimal:
    """The exact sum of amounts of the currency; 0 in its decimals for none."""
    return reduce(add, amounts, _CONTEXT.multiply(0, _UNITS.get(currency, _CENT)))


def checked(number: Decimal) -> Decimal:
    """The number itself; TypeError unless a Decimal, ValueError unless finite."""
    if type(number) is not Decimal or not number.is_finite():
        _refuse(number)
    return number


def limited(amount: Decimal) -> Decimal:
    """The amount itself; raises AmountTooLarge from MAX_AMOUNT on."""
    if amount.copy_abs() >= MAX_AMOUNT:
        raise AmountTooLarge(_too_large(amount))
    return amount


def spread(
    total: Decimal,
    weights: Sequence[Decimal],
    currency: str,
    keys: Sequence[Any] | None = None,
) -> list[Decimal]:
    """Divide a total in proportion to weights of any sign; the parts sum to it exactly.

    Largest remainder in units of the currency: ties go to the larger remainder, the
    larger weight, the smaller key, never by position. Raises ValueError for a total
    that is no whole number of units, or not 0 where the weights sum to 0.
    """
    units = _in_units(total, currency)
    scaled = _as_integers(weights)
    whole = sum(scaled)
    if not whole:
        if units:
            raise ValueError(f"{total} cannot be divided by weights that sum to 0.")
        return _in_currency([0] * len(scaled), currency)
    sign = 1 if whole > 0 else -1
    shares = [sign * units * weight for weight in scaled]
    return _in_currency(_hand_out(units, shares, sign * whole, keys), currency)


def spread_percent(
    total: Decimal,
    amounts: Sequence[Decimal],
    percent: Decimal,
    currency: str,
    keys: Sequence[Any] | None = None,
) -> list[Decimal]:
    """Divide a total that was computed as a percentage of amounts among them.

    Like `spread`, but each part starts from its own percentage. So a part stays within
    one unit of it even where amounts of both signs nearly cancel, which would stretch
    the parts of `spread`. Raises ValueError where there is nothing to carry the total.
    """
    units = _in_units(total, currency)
    numerator, denominator = _ratio(percent)
    if units and not amounts:
        raise ValueError(f"{total} cannot be divided among no amounts.")
    shares = [_in_units(amount, currency) * numerator for amount in amounts]
    return _in_currency(_hand_out(units, shares, denominator * 100, keys), currency)


def _hand_out(
    total: int,
    shares: Sequence[int],
    divisor: int,
    keys: Sequence[Any] | None,
) -> list[int]:
    """Cut shares / divisor toward zero, then mend the sum unit by unit.

    The units go to those that lost most by the cut, then to the larger share, then to
    the smaller key. Cutting toward zero, and ranking in the direction of the mending,
    makes the negated question give the negated answer.
    """
    parts = [
        share // divisor if share >= 0 else -(-share // divisor) for share in shares
    ]
    missing = total - sum(parts)
    if not missing:
        return parts
    sign = 1 if missing > 0 else -1

    def rank(i: int) -> tuple[int, int, Any]:
        lost = shares[i] - parts[i] * divisor
        return -sign * lost, -sign * shares[i], keys[i] if keys else 0

    each, once = divmod(abs(missing), len(parts))
    for place, i in enumerate(sorted(range(len(parts)), key=rank)):
        parts[i] += sign * (each + (place < once))
    return parts


def _in_units(amount: Decimal, currency: str) -> int:
    """The amount as a whole number of the currency's smallest unit."""
    checked(amount)
    scaled = _CONTEXT.scaleb(limited(amount), exponent(currency))
    units = int(scaled)
    if units != scaled:
        raise ValueError(f"{amount} is not a whole number of units of {currency}.")
    return units


def _in_currency(units: Iterable[int], currency: str) -> list[Decimal]:
    unit = _UNITS.get(currency, _CENT)
    return [_CONTEXT.multiply(number, unit) for number in units]


def _as_integers(weights: Sequence[Decimal]) -> list[int]:
    """The weights in their own proportions, all whole."""
    ratios = [_ratio(weight) for weight in weights]
    common = lcm(*(denominator for _, denominator in ratios))
    return [numerator * (common // denominator) for numerator, denominator in ratios]


def _ratio(number: Decimal) -> tuple[int, int]:
    """The number as an exact fraction; refuses what no field of ours can hold."""
    checked(number)
    if number and not -_MOST_DECIMALS <= number.adjusted() <= _MOST_DECIMALS:
        raise ValueError(f"{number} is too large or too small to divide by.")
    return number.as_integer_ratio()


def _refuse(amount: object) -> NoReturn:
    if type(amount) is not Decimal:
        raise TypeError(f"Money is counted in Decimal, not {type(amount).__name__}.")
    raise ValueError(f"{amount} is not an amount of money.")


def _too_large(amount: Decimal) -> str:
    return f"{amount} is too large: an amount stays below {MAX_AMOUNT}."
