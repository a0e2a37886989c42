"""What EN 16931 has no way to say, told before any XML is written."""

from __future__ import annotations

from collections import Counter

from invoices.documents.facts import DocumentFacts
from invoices.einvoice.problem import Problem
from invoices.money import exponent

_MOST_DECIMALS = 2


def refusals(facts: DocumentFacts) -> list[Problem]:
    """Why this document cannot be an e-invoice at all; empty where it may be."""
    return [*_lines(facts), *_currency(facts), *_taxes(facts)]


def _lines(facts: DocumentFacts) -> list[Problem]:
    if facts.lines:
        return []
    return [Problem("BR-16", "The document has no lines.")]


def _currency(facts: DocumentFacts) -> list[Problem]:
    decimals = exponent(facts.currency)
    if decimals <= _MOST_DECIMALS:
        return []
    words = (
        f"Amounts in {facts.currency} have {decimals} decimals, and an e-invoice allows"
        f" {_MOST_DECIMALS}: send the document without one."
    )
    return [Problem("BR-DEC-23", words)]


def _taxes(facts: DocumentFacts) -> list[Problem]:
    """A VAT breakdown holds one rate on one base, and each line belongs to one."""
    components = Counter(part.tax for part in facts.taxes)
    compound = {part.tax for part in facts.taxes if part.compound}
    several = {tax for tax, count in components.items() if count > 1} | compound
    missing = {line.tax for line in facts.lines if line.tax} - set(components)
    return [
        *(_several(facts, tax) for tax in sorted(several)),
        *(
            Problem("BG-23", f"The tax {tax} of a line is missing from the summary.")
            for tax in sorted(missing)
        ),
    ]


def _several(facts: DocumentFacts, tax: str) -> Problem:
    parts = [part.code or part.name for part in facts.taxes if part.tax == tax]
    words = (
        f"The tax {' + '.join(parts)} has several parts, or is charged on another tax;"
        " an e-invoice allows one rate for a line: send the document without one."
    )
    return Problem("BG-23", words)
