"""The sums of an e-invoice, reckoned again from its XML alone and to the last unit.

The official stylesheets let VAT be off by nearly one unit of currency; this does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from invoices.einvoice.problem import Problem
from invoices.einvoice.reading import Figures, VatGroup, read
from invoices.money import add, multiply, percent_of, rounded, subtract, summed

_RULES = {"K": "IC", "L": "AF", "M": "AG"}
"""The letters by which the rules call a category, where they are not its own."""


def differences(xml: bytes) -> list[Problem]:
    """Every sum of EN 16931 that does not hold in this CII or UBL document, exactly.

    BR-CO-10 to BR-CO-18, each category's base (BR-S-08 and its sisters), and each
    line's amount, reported as BT-131. Raises ValueError for any other document.
    """
    figures = read(xml)
    checks = [*_totals(figures), *_groups(figures), *_lines(figures)]
    found = [check.problem() for check in checks if check.said != check.due]
    if not figures.groups:
        found.append(Problem("BR-CO-18", "The document has no summary of its VAT."))
    return found


@dataclass(frozen=True, slots=True)
class _Check:
    """A sum as said and as due."""

    rule: str
    what: str
    said: Decimal
    due: Decimal

    def problem(self) -> Problem:
        words = (
            f"{self.what} should be {self.due:f}, but the document says {self.said:f}."
        )
        if self.rule == "BR-CO-17":
            words += (
                " The document may be right: an e-invoice computes the VAT of a rate"
                " once, on the whole of its base, and cannot say anything else."
            )
        return Problem(self.rule, words)


def _totals(figures: Figures) -> Iterator[_Check]:
    said, total = figures.totals, figures.sum
    lines = total(line.amount for line in figures.lines)
    allowances = total(each.amount for each in figures.allowances)
    charges = total(each.amount for each in figures.charges)
    yield _Check("BR-CO-10", "The sum of the lines", said.lines, lines)
    yield _Check("BR-CO-11", "The sum of the discounts", said.allowances, allowances)
    yield _Check("BR-CO-12", "The sum of the charges", said.charges, charges)
    net = add(subtract(said.lines, said.allowances), said.charges)
    yield _Check("BR-CO-13", "The total without VAT", said.without_vat, net)
    vat = total(group.tax for group in figures.groups)
    yield _Check("BR-CO-14", "The total of the VAT", said.vat, vat)
    gross = add(said.without_vat, said.vat)
    yield _Check("BR-CO-15", "The total with VAT", said.with_vat, gross)
    due = add(subtract(said.with_vat, said.prepaid), said.rounding)
    yield _Check("BR-CO-16", "The amount due", said.due, due)


def _groups(figures: Figures) -> Iterator[_Check]:
    """Each group's base and tax; what belongs to no group is missing from a base."""
    bases = {group.category: Decimal(0) for group in figures.groups}
    for line in figures.lines:
        bases[line.category] = add(bases.get(line.category, Decimal(0)), line.amount)
    for extra in figures.charges:
        bases[extra.category] = add(bases.get(extra.category, Decimal(0)), extra.amount)
    for less in figures.allowances:
        base = bases.get(less.category, Decimal(0))
        bases[less.category] = subtract(base, less.amount)
    said = {group.category: group for group in figures.groups}
    for (code, rate), base in bases.items():
        group = said.get((code, rate), VatGroup((code, rate), Decimal(0), Decimal(0)))
        rule = f"BR-{_RULES.get(code, code)}-08"
        name = f"VAT category {code} at {rate:f} %"
        yield _Check(rule, f"The base of {name}", group.base, base)
        tax = rounded(percent_of(group.base, rate), figures.currency)
        yield _Check("BR-CO-17", f"The VAT of {name}", group.tax, tax)


def _lines(figures: Figures) -> Iterator[_Check]:
    for line in figures.lines:
        exact = rounded(multiply(line.quantity, line.price), figures.currency)
        due = add(exact, summed(line.adjustments, figures.currency))
        what = f"The amount of line {line.number}"
        yield _Check("BT-131", what, line.amount, due)
