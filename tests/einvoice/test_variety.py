"""Varied documents are all valid; `python -m tests.einvoice.thousand` checks more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invoices.einvoice.checking import make
from tests.einvoice.thousand import verdicts
from tests.einvoice.variety import CURRENCIES, LANGUAGES, MIXES, document, documents

COUNT = 3 * len(MIXES)  # each mix as a credit note too


@pytest.mark.parametrize("seed", range(COUNT))
def test_a_varied_document_is_a_valid_einvoice(seed):
    made = make(document(seed))
    assert made.problems == ()
    assert made.cii
    assert made.ubl


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
    assert len(found) == 10


def test_the_long_check_finds_what_is_wrong():
    facts = document(5)
    wrong = replace(facts, number="", total=facts.total + 1)
    found = dict(verdicts(wrong, pdf=False))
    assert [right for _, right in sorted(found.items())] == [False] * 4 + [True]
