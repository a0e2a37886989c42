"""Whether a document is a valid e-invoice, and the e-invoice where it is."""

from __future__ import annotations

from dataclasses import dataclass

from invoices.documents.facts import DocumentFacts
from invoices.einvoice import cii, ubl
from invoices.einvoice.mapping import terms
from invoices.einvoice.official import Unchecked, findings
from invoices.einvoice.problem import Problem
from invoices.einvoice.refusals import refusals
from invoices.einvoice.sums import differences
from invoices.einvoice.words import worded

__all__ = ["EInvoice", "Problem", "make", "problems"]


_STRUCTURAL = ("FX-SCH", "XSD")
"""Rules about elements, which a clerk has never seen."""


@dataclass(frozen=True, slots=True)
class EInvoice:
    """Both syntaxes where there are no problems; else both are empty."""

    cii: bytes
    ubl: bytes
    problems: tuple[Problem, ...]


def make(facts: DocumentFacts) -> EInvoice:
    """The document as CII and UBL, proven by the official rules and by exact sums.

    Raises nothing for a document that cannot be one: its problems say why. About 30 ms
    for five lines; a second more on the first call of a process.
    """
    refused = refusals(facts)
    if refused:
        return EInvoice(b"", b"", tuple(refused))
    said = terms(facts)
    written = cii.write(said), ubl.write(said)
    found = _found(written)
    return EInvoice(b"", b"", tuple(found)) if found else EInvoice(*written, ())


def problems(facts: DocumentFacts) -> list[Problem]:
    """What keeps the document from being a valid e-invoice, in words; maybe nothing."""
    return list(make(facts).problems)


def _found(written: tuple[bytes, bytes]) -> list[Problem]:
    """The problems of both syntaxes, each once; what the sums say comes first."""
    found = [each for xml in written for each in differences(xml)]
    explained = {each.rule for each in found}
    found += [each for each in _official(written) if each.rule not in explained]
    once: dict[str, Problem] = {}
    for each in found:
        once.setdefault(each.message, each)
    return list(once.values())


def _official(written: tuple[bytes, bytes]) -> list[Problem]:
    """What the official rules find; what only tells of elements where nothing else."""
    try:
        found = [each for xml in written for each in findings(xml)]
    except Unchecked as error:
        return [Problem("unchecked", str(error))]
    named = [each for each in found if not each[0].startswith(_STRUCTURAL)]
    return [worded(*each) for each in named or found]
