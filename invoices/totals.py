"""What a document's lines add up to, and what a partial credit note takes of them.

Pure functions of plain values. Per document: line amounts are rounded, the discount
is rounded once and divided over the lines, tax is rounded once per component on the
discounted base (EN 16931 BR-CO-10 to BR-CO-17) and divided over its lines. No figure
depends on the order of the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from invoices.money import (
    AmountTooLarge,
    add,
    checked,
    limited,
    multiply,
    percent_of,
    proportion,
    rounded,
    spread_percent,
    subtract,
    summed,
)

_ZERO = Decimal(0)


class CreditExceeds(ValueError):
    """More of a line would be credited than is left of it."""


class LineInput(NamedTuple):
    """One position; `tax` is None for an untaxed one, else a key of `taxes`."""

    quantity: Decimal
    unit_price: Decimal
    tax: Hashable | None


class ComponentRate(NamedTuple):
    """One part of a tax; `rate` is a percentage.

    A compound component also taxes the components before it in the same tax.
    """

    key: str
    rate: Decimal
    compound: bool


class LineTotals(NamedTuple):
    """One line's figures: net = amount - discount, total = net + tax."""

    amount: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


class TaxTotals(NamedTuple):
    """One component of one tax over the whole document; `base` is what it taxes."""

    tax: Hashable
    component: ComponentRate
    base: Decimal
    amount: Decimal


class Totals(NamedTuple):
    """A document's figures; subtotal = line_total - discount, total = subtotal + tax.

    `lines` are in the order given, `taxes` by the text of their key, then in the
    tax's order of components. Every sum holds exactly.
    """

    lines: tuple[LineTotals, ...]
    taxes: tuple[TaxTotals, ...]
    line_total: Decimal
    discount: Decimal
    subtotal: Decimal
    tax_total: Decimal
    total: Decimal


class Spread(NamedTuple):
    """How one component of a tax was divided: by line its base and its part of it."""

    tax: Hashable
    component: ComponentRate
    lines: Sequence[int]
    bases: Sequence[Decimal]
    parts: Sequence[Decimal]


NOTHING = LineTotals(_ZERO, _ZERO, _ZERO, _ZERO, _ZERO)
"""The figures of a line of which nothing has been credited."""


class CreditLine(NamedTuple):
    """One line of an invoice: how much to credit now, and the line as it stands.

    `quantity` 0 leaves the line out. `credited` and `credited_quantity` are sums over
    the earlier credit notes, in the signs of the invoice.
    """

    quantity: Decimal
    unit_price: Decimal
    tax: Hashable | None
    original_quantity: Decimal
    original: LineTotals
    credited_quantity: Decimal = _ZERO
    credited: LineTotals = NOTHING


class CreditableTax(NamedTuple):
    """One TaxTotals of an invoice, and what earlier credit notes took of it."""

    tax: Hashable
    component: ComponentRate
    base: Decimal
    amount: Decimal
    credited_base: Decimal = _ZERO
    credited_amount: Decimal = _ZERO


# What a component comes to on a base: for an invoice by its rate, for a credit note
# with regard to what is left.
_Settle = Callable[[Hashable, ComponentRate, Decimal], TaxTotals]


class _Taxable(NamedTuple):
    """The lines to tax: where each tax applies, the nets, and what breaks ties."""

    members: Mapping[Hashable, Sequence[int]]
    nets: Sequence[Decimal]
    keys: Sequence[Any]
    currency: str
    trace: list[Spread] | None = None


def compute(
    lines: Sequence[LineInput],
    *,
    currency: str,
    discount: Decimal = _ZERO,
    taxes: Mapping[Any, Sequence[ComponentRate]],
    trace: list[Spread] | None = None,
) -> Totals:
    """The figures of a document; `discount` is a percentage of the whole, 0 to 100.

    A `trace` is told how each component of a tax was divided.

    Lines may be negative. The keys of `taxes` differ as text, those of the components
    within a tax. Raises TypeError for anything but Decimal, ValueError for a discount
    out of range, NaN or infinity, AmountTooLarge (naming the line where it is one),
    KeyError for a tax not in `taxes`.
    """
    amounts = _amounts(lines, currency)
    discounts = _discounts(lines, amounts, discount, currency)
    members = _members(line.tax for line in lines)
    if not members:
        return _totals(amounts, discounts, [], [], currency)
    nets = _nets(amounts, discounts)
    keys = [
        (line.unit_price, line.quantity, net)
        for line, net in zip(lines, nets, strict=True)
    ]

    def settle(tax: Hashable, component: ComponentRate, base: Decimal) -> TaxTotals:
        amount = rounded(percent_of(base, component.rate), currency)
        return TaxTotals(tax, component, base, amount)

    taxable = _Taxable(members, nets, keys, currency, trace)
    line_taxes, tax_totals = _tax(taxable, taxes, settle)
    return _totals(amounts, discounts, line_taxes, tax_totals, currency)


def credit(
    lines: Sequence[CreditLine], *, currency: str, taxes: Sequence[CreditableTax]
) -> Totals:
    """The figures of a credit note, in the signs of the invoice; one line per line.

    Whatever is credited in proportion never exceeds what is left, and what completes
    a line or a tax takes the rest of it: any partition of an invoice into credit notes
    sums exactly to the invoice, per line before tax, per tax component and in total.
    A line's part of the tax may differ from its invoice's by units of the currency,
    because each note rounds its tax once per component.
    `lines` are all lines of the invoice, `taxes` its components in their order.
    Raises CreditExceeds for a quantity beyond what is left or against its sign.
    """
    amounts, discounts = [], []
    for position, line in enumerate(lines, 1):
        _check_left(line, position)
        amount, discount = _credited_now(line, currency)
        amounts.append(amount)
        discounts.append(discount)
    members = _members(line.tax if line.quantity else None for line in lines)
    nets = _nets(amounts, discounts)
    keys = [
        (line.unit_price, line.quantity, net, *_history(line))
        for line, net in zip(lines, nets, strict=True)
    ]
    components: dict[Hashable, list[ComponentRate]] = {tax: [] for tax in members}
    for part in taxes:
        components.setdefault(part.tax, []).append(part.component)
    taxable = _Taxable(members, nets, keys, currency)
    settle = _settle_credit(lines, taxes, currency)
    line_taxes, tax_totals = _tax(taxable, components, settle)
    return _totals(amounts, discounts, line_taxes, tax_totals, currency)


def _amounts(lines: Iterable[LineInput], currency: str) -> list[Decimal]:
    """Quantity x unit price per line, rounded; a refusal names the line."""
    amounts: list[Decimal] = []
    try:
        for quantity, unit_price, _ in lines:
            amounts.append(limited(rounded(multiply(quantity, unit_price), currency)))
    except AmountTooLarge as error:
        raise AmountTooLarge(f"Line {len(amounts) + 1}: {error}") from error
    return amounts


def _discounts(
    lines: Sequence[LineInput],
    amounts: Sequence[Decimal],
    percent: Decimal,
    currency: str,
) -> list[Decimal]:
    """Each line's part of the document's discount; empty where there is none."""
    if not 0 <= checked(percent) <= 100:
        raise ValueError(f"A discount of {percent} % is not between 0 and 100 %.")
    if not percent:
        return []
    total = rounded(percent_of(summed(amounts, currency), percent), currency)
    keys = [(_text(line.tax), line.unit_price, line.quantity) for line in lines]
    return spread_percent(total, amounts, percent, currency, keys)


def _text(tax: Hashable | None) -> str:
    return "" if tax is None else str(tax)


def _nets(amounts: list[Decimal], discounts: list[Decimal]) -> list[Decimal]:
    return list(map(subtract, amounts, discounts)) if discounts else amounts


def _members(taxes: Iterable[Hashable | None]) -> dict[Hashable, list[int]]:
    """The positions of the lines that carry each tax, by the text of its key."""
    members: dict[Hashable, list[int]] = {}
    for i, tax in enumerate(taxes):
        if tax is not None:
            members.setdefault(tax, []).append(i)
    return {tax: members[tax] for tax in sorted(members, key=_text)}


def _tax(
    taxable: _Taxable,
    components: Mapping[Hashable, Sequence[ComponentRate]],
    settle: _Settle,
) -> tuple[list[Decimal], list[TaxTotals]]:
    """Every component once, and each line's part of all of them."""
    line_taxes = [summed((), taxable.currency)] * len(taxable.nets)
    tax_totals = []
    for tax, lines in taxable.members.items():
        keys = [taxable.keys[i] for i in lines]
        for component in components[tax]:
            bases = [taxable.nets[i] for i in lines]
            if component.compound:
                bases = [
                    add(base, line_taxes[i])
                    for base, i in zip(bases, lines, strict=True)
                ]
            settled = settle(tax, component, summed(bases, taxable.currency))
            parts = spread_percent(
                settled.amount, bases, component.rate, taxable.currency, keys
            )
            for i, part in zip(lines, parts, strict=True):
                line_taxes[i] = add(line_taxes[i], part)
            tax_totals.append(settled)
            if taxable.trace is not None:
                taxable.trace.append(Spread(tax, component, lines, bases, parts))
    return line_taxes, tax_totals


def _history(line: CreditLine) -> tuple[Any, ...]:
    """What tells apart two lines credited alike. Not their tax: that came of a tie."""
    before = line.credited_quantity, line.credited[:3]
    return line.original_quantity, line.original[:3], *before


def _check_left(line: CreditLine, position: int) -> None:
    left = subtract(line.original_quantity, line.credited_quantity)
    if not (0 <= checked(line.quantity) <= left or left <= line.quantity <= 0):
        raise CreditExceeds(
            f"Line {position}: {line.quantity} cannot be credited, {left} is left."
        )


def _credited_now(line: CreditLine, currency: str) -> tuple[Decimal, Decimal]:
    """The amount and the discount that this note credits of a line."""
    if not line.quantity:
        zero = summed((), currency)
        return zero, zero
    original, credited = line.original, line.credited
    # Rounding changes no value here: stored figures may carry further zeros.
    left_amount = rounded(subtract(original.amount, credited.amount), currency)
    left_discount = rounded(subtract(original.discount, credited.discount), currency)
    if _completes(line):
        return left_amount, left_discount

    def share(whole: Decimal) -> Decimal:
        part = proportion(whole, line.quantity, line.original_quantity)
        return rounded(part, currency)

    amount = _within(share(original.amount), left_amount)
    discount = _within(_within(share(original.discount), left_discount), amount)
    # Amount and discount round apart: the net between them is held to its rest too.
    net = _within(subtract(amount, discount), subtract(left_amount, left_discount))
    return amount, subtract(amount, net)


def _completes(line: CreditLine) -> bool:
    """Whether nothing is left of the line after this note."""
    return add(line.credited_quantity, line.quantity) == line.original_quantity


def _within(amount: Decimal, left: Decimal) -> Decimal:
    """The amount, held between 0 and what is left, on whichever side of 0 that is."""
    zero = subtract(left, left)
    return max(zero, min(amount, left)) if left > 0 else min(zero, max(amount, left))


def _settle_credit(
    lines: Sequence[CreditLine], taxes: Sequence[CreditableTax], currency: str
) -> _Settle:
    """Tax by the rate within what is left; all that is left once all lines are."""
    originals = {(part.tax, part.component): part for part in taxes}
    complete = {part.tax for part in taxes}
    complete -= {line.tax for line in lines if not _completes(line)}
    # Where sales and returns meet under one tax, the tax of some of the lines may
    # rightly exceed that of all of them.
    mixed = {line.tax for line in lines if line.original.net > 0}
    mixed &= {line.tax for line in lines if line.original.net < 0}

    def settle(tax: Hashable, component: ComponentRate, base: Decimal) -> TaxTotals:
        part = originals[tax, component]
        left = rounded(subtract(part.amount, part.credited_amount), currency)
        if tax in complete:
            rest = rounded(subtract(part.base, part.credited_base), currency)
            return TaxTotals(tax, component, rest, left)
        amount = rounded(percent_of(base, component.rate), currency)
        if tax not in mixed:
            amount = _within(amount, left)
        return TaxTotals(tax, component, base, amount)

    return settle


def _totals(
    amounts: list[Decimal],
    discounts: list[Decimal],
    line_taxes: list[Decimal],
    tax_totals: list[TaxTotals],
    currency: str,
) -> Totals:
    """Put the parts together; discounts and taxes are empty where there are none."""
    zero = summed((), currency)
    line_total = limited(summed(amounts, currency))
    discount = summed(discounts, currency)
    subtotal = subtract(line_total, discount)
    tax_total = summed([limited(part.amount) for part in tax_totals], currency)
    if discounts or line_taxes:
        none = [zero] * len(amounts)
        parts = zip(amounts, discounts or none, line_taxes or none, strict=True)
        lines = tuple([_line(*part) for part in parts])
    else:
        lines = tuple([LineTotals(part, zero, part, zero, part) for part in amounts])
    return Totals(
        lines,
        tuple(tax_totals),
        line_total,
        discount,
        subtotal,
        limited(tax_total),
        limited(add(subtotal, tax_total)),
    )


def _line(amount: Decimal, discount: Decimal, tax: Decimal) -> LineTotals:
    net = subtract(amount, discount)
    return LineTotals(amount, discount, net, limited(tax), limited(add(net, tax)))
