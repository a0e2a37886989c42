"""A second, slow opinion on a document's figures, in exact fractions.

Written from the rules and not from the code: it rounds with integers, and hands out
missing units one at a time.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

Rates = Mapping[Hashable, Sequence[tuple[Fraction, bool]]]


@dataclass
class OracleLine:
    quantity: Fraction
    unit_price: Fraction
    tax_key: Hashable | None
    amount: Fraction = Fraction(0)
    discount: Fraction = Fraction(0)
    tax: Fraction = Fraction(0)

    @property
    def net(self) -> Fraction:
        return self.amount - self.discount


@dataclass
class OracleDocument:
    lines: list[OracleLine]
    decimals: int
    taxes: list[tuple[str, int, Fraction, Fraction]] = field(default_factory=list)
    """Text of the key, place of the component, base and amount."""


def half_up(value: Fraction, decimals: int) -> Fraction:
    """To so many decimals, a half away from zero."""
    scale: int = 10**decimals
    doubled = abs(value) * scale * 2
    whole = (doubled.numerator // doubled.denominator + 1) // 2
    return Fraction(whole if value > 0 else -whole, scale)


def deal(
    total: Fraction,
    exact: Sequence[Fraction],
    keys: Sequence[Any],
    decimals: int,
) -> list[Fraction]:
    """Exact shares cut toward zero; then a unit at a time to who is furthest off."""
    unit = Fraction(1, 10**decimals)
    dealt = [int(share / unit) * unit for share in exact]
    while (missing := total - sum(dealt)) != 0:
        sign = 1 if missing > 0 else -1
        owed = [sign * (share - got) for share, got in zip(exact, dealt, strict=True)]
        most = max(owed)
        tied = [i for i, lack in enumerate(owed) if lack == most]
        largest = max(sign * exact[i] for i in tied)
        tied = [i for i in tied if sign * exact[i] == largest]
        dealt[min(tied, key=lambda i: keys[i])] += sign * unit
    return dealt


def document(
    lines: Sequence[tuple[Decimal, Decimal, Hashable | None]],
    decimals: int,
    discount: Decimal,
    rates: Rates,
) -> OracleDocument:
    """The figures of a document with these quantities, unit prices and taxes."""
    made = [OracleLine(Fraction(q), Fraction(p), tax) for q, p, tax in lines]
    for line in made:
        line.amount = half_up(line.quantity * line.unit_price, decimals)
    _discount(made, Fraction(discount) / 100, decimals)
    result = OracleDocument(made, decimals)
    for key in sorted({line.tax_key for line in made} - {None}, key=str):
        _tax(result, key, rates[key])
    return result


def _discount(lines: list[OracleLine], rate: Fraction, decimals: int) -> None:
    exact = [line.amount * rate for line in lines]
    names = ["" if line.tax_key is None else str(line.tax_key) for line in lines]
    keys = [
        (name, line.unit_price, line.quantity)
        for name, line in zip(names, lines, strict=True)
    ]
    total = half_up(sum(exact, Fraction(0)), decimals)
    parts = deal(total, exact, keys, decimals)
    for line, part in zip(lines, parts, strict=True):
        line.discount = part


def _tax(
    result: OracleDocument,
    key: Hashable,
    components: Sequence[tuple[Fraction, bool]],
) -> None:
    taxed = [line for line in result.lines if line.tax_key == key]
    for place, (percent, compound) in enumerate(components):
        bases = [line.net + (line.tax if compound else 0) for line in taxed]
        base = sum(bases, Fraction(0))
        amount = half_up(base * percent / 100, result.decimals)
        exact = [each * percent / 100 for each in bases]
        keys = [(line.unit_price, line.quantity, line.net) for line in taxed]
        parts = deal(amount, exact, keys, result.decimals)
        for line, part in zip(taxed, parts, strict=True):
            line.tax += part
        result.taxes.append((str(key), place, base, amount))
