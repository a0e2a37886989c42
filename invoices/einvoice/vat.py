"""Which VAT category a line belongs to, and what each category comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from invoices.documents.facts import DocumentFacts, Line, TaxLine
from invoices.documents.words import words
from invoices.einvoice.identifiers import vat_number
from invoices.einvoice.terms import Allowance, Category, Group
from invoices.einvoice.writing import clean, plain
from invoices.money import summed

STANDARD, ZERO, EXEMPT, OUTSIDE = "S", "Z", "E", "O"
INSIDE_EU = "K"
OWE_A_REASON = frozenset({EXEMPT, "AE", INSIDE_EU, "G", OUTSIDE})
"""The categories that must say why no VAT is charged (BR-E-10, BR-AE-10 and so on)."""


class Categories:
    """The categories of a document whose taxes have one component each."""

    def __init__(self, facts: DocumentFacts) -> None:
        self._facts = facts
        self._taxes: Mapping[str, TaxLine] = {part.tax: part for part in facts.taxes}
        self._untaxed = _untaxed(facts)
        self._word = words(facts.look.language)

    def of(self, line: Line) -> Category:
        """The line's category; KeyError for a tax that the document does not sum up."""
        return category(self._taxes[line.tax]) if line.tax else self._untaxed

    def allowances(self) -> tuple[Allowance, ...]:
        """The document's discount, one allowance for each category that bears some."""
        percent = plain(self._facts.discount_percent)
        reason = self._word["xml_discount"].format(percent=percent)
        discounts = (
            (group, self._sum(line.discount for line in lines))
            for group, lines in self._lines().items()
        )
        return tuple(
            Allowance(amount=discount, reason=reason, category=group)
            for group, discount in discounts
            if discount
        )

    def groups(self) -> tuple[Group, ...]:
        """The VAT breakdown; two taxes of one category and rate are one group."""
        return tuple(
            Group(
                category=group,
                base=self._sum(line.net for line in lines),
                amount=self._sum(part.amount for part in self._parts(group)),
                reason=self._reason(group),
            )
            for group, lines in self._lines().items()
        )

    def _lines(self) -> dict[Category, list[Line]]:
        """The lines of each category, the highest rate first."""
        groups: dict[Category, list[Line]] = {}
        for line in self._facts.lines:
            groups.setdefault(self.of(line), []).append(line)
        order = sorted(groups, key=lambda group: (_negated(group.rate), group.code))
        return {group: groups[group] for group in order}

    def _parts(self, group: Category) -> list[TaxLine]:
        return [part for part in self._facts.taxes if category(part) == group]

    def _reason(self, group: Category) -> str:
        """Why no VAT is charged: each reason given, once, or the usual one."""
        if group.code not in OWE_A_REASON:
            return ""
        given = [clean(part.exemption) for part in self._parts(group)]
        usual = self._word[f"xml_reason_{group.code}"]
        return "; ".join(dict.fromkeys(filter(None, given))) or usual

    def _sum(self, amounts: Iterable[Decimal]) -> Decimal:
        return summed(amounts, self._facts.currency)


def category(part: TaxLine) -> Category:
    """The category said, else standard, or zero where the rate is."""
    code = part.category or (STANDARD if part.rate else ZERO)
    return Category(code=code, rate=None if code == OUTSIDE else part.rate)


def _negated(rate: Decimal | None) -> Decimal:
    return (rate or Decimal(0)).copy_negate()


def _untaxed(facts: DocumentFacts) -> Category:
    """Of a line without tax: outside VAT only where nothing knows of VAT at all."""
    if any(line.tax for line in facts.lines) or vat_number(facts.seller.tax_number):
        return Category(code=EXEMPT, rate=Decimal(0))
    return Category(code=OUTSIDE, rate=None)
