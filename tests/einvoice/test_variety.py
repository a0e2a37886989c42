"""Varied documents are all valid; `python -m tests.einvoice.thousand` checks more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invoices.einvoice.checking import make
from invoices.einvoice.cii import cii
from invoices.einvoice.sums import differences
from invoices.einvoice.ubl import ubl
from tests.einvoice.thousand import verdicts
from tests.einvoice.variety import (
    CURRENCIES,
    LANGUAGES,
    MIXES,
    document,
    documents,
    partition,
)

COUNT = 3 * len(MIXES)  # each mix as a credit note too


@pytest.mark.parametrize("seed", range(COUNT))
def test_a_varied_document_is_a_valid_einvoice(seed):
    made = make(document(seed))
    assert made.problems == ()
    assert made.cii
    assert made.ubl


@pytest.mark.parametrize("write", [cii, ubl])
def test_credit_notes_that_sum_to_their_invoice_only_strain_the_tax(write):
    """The note that takes the rest of a tax may be a unit off what its rate gives."""
    notes = [note for seed in range(len(MIXES) * 5) for note in partition(seed)]
    found = [differences(write(note)) for note in notes]
    assert {each.rule for some in found for each in some} == {"BR-CO-17"}
    assert 0 < sum(map(bool, found)) < len(notes) / 3


def test_a_seed_always_gives_the_same_document():
    assert list(documents(20)) == list(documents(20))


def test_a_thousand_documents_are_varied():
    made = list(documents(1000))
    assert {facts.kind for facts in made} == {"invoice", "credit_note"}
    assert {facts.currency for facts in made} == set(CURRENCIES)
    assert {facts.look.language for facts in made} == set(LANGUAGES)
    assert {facts.discount_total > 0 for facts in made} == {True, False}
    assert {len(facts.taxes) for facts in made} >= set(range(5))
    assert any(line.amount < 0 for facts in made for line in facts.lines)
    assert any(line.unit_price < 0 for facts in made for line in facts.lines)
    assert len({facts.total for facts in made}) > 800
    assert 3 * len(MIXES) <= COUNT


def test_the_long_check_finds_all_right_in_a_document_and_its_pdf():
    found = dict(verdicts(document(5), pdf=True))
    assert found == dict.fromkeys(found, True)
    assert len(found) == 11


def test_the_long_check_goes_on_after_a_pdf_that_cannot_be_made():
    nobody = replace(document(5).look, logo=b"no picture")
    found = list(verdicts(replace(document(5), look=nobody), pdf=True))
    assert found[-1] == ("PDF: made and read without an error", False)
    assert len(found) == 6


def test_the_long_check_finds_what_is_wrong():
    facts = document(5)
    wrong = replace(facts, number="", total=facts.total + 1)
    found = dict(verdicts(wrong, pdf=False))
    assert [right for _, right in sorted(found.items())] == [False] * 4 + [True]
