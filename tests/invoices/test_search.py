"""Finding documents by their words."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from invoices import search
from invoices.drafting import revise_draft
from invoices.models import Invoice
from tests.factories import (
    NOW,
    BusinessFactory,
    PartnerFactory,
    a_draft,
    an_issued_invoice,
    draft_of,
)


def found(business, text: str) -> list[Invoice]:
    return list(Invoice.objects.all().matching(business, text).order_by("pk"))


@pytest.fixture
def invoice(business, owner) -> Invoice:
    return an_issued_invoice(
        business,
        by=owner,
        partner=PartnerFactory(business=business, name="Café Größe", code="K-77"),
        reference="web/2026/abc",
        purchase_order="PO 4711",
        memo="Danke für Ihren Auftrag: O'Brien & Söhne",
    )


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-00001",
        "inv-2026",
        "00001",
        "café",
        "CAFE",
        "caf",
        "grosse",
        "GRÖSSE",
        "gröss",
        "k-77",
        "abc",
        "4711",
        "po 47",
        "danke auftrag",
        "auftrag danke café",
        "o'brien",
        "sohne",
        "  söhne!? ",
    ],
)
def test_a_document_is_found_by_the_beginnings_of_its_words(business, invoice, text):
    assert found(business, text) == [invoice]


@pytest.mark.parametrize(
    "text", ["", " ", "!?", "'", "\\", "afe", "cafe tea", "00002", "danke:*", "!danke"]
)
def test_other_texts_do_not_find_it(business, invoice, text):
    expected = [invoice] if text in {"danke:*", "!danke"} else []
    assert found(business, text) == expected


def test_a_search_stays_within_its_business(business, invoice):
    other = BusinessFactory()
    twin = a_draft(other, memo="Café")
    assert found(other, "cafe") == [twin]
    assert found(business, "cafe") == [invoice]
    assert found(business, f"{other.pk}/cafe") == []


def test_a_revised_draft_is_found_by_its_new_words(business, owner):
    draft = a_draft(business, by=owner, memo="Apples")
    revise_draft(draft, draft_of(business, memo="Pears"), by=owner)
    assert (found(business, "apples"), found(business, "pears")) == ([], [draft])


def test_an_issued_document_is_found_by_its_number(business, owner):
    draft = a_draft(business, by=owner)
    assert found(business, "INV") == []
    draft.issue(by=owner, now=NOW)
    assert found(business, "INV") == [draft]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.mark.django_db
@given(text=TEXT, before=TEXT, length=st.integers(1, 70))
def test_any_text_is_found_by_the_beginning_of_any_of_its_words(text, before, length):
    vector = search.vector(7, [before, text])
    for word in search.words(text):
        query = search.query(7, word[:length])
        if query is None:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT %s::tsvector @@ %s::tsquery, %s::tsvector @@ %s::tsquery",
                [vector, query, vector, search.query(77, word[:length])],
            )
            assert cursor.fetchone() == (True, False)


def test_a_question_has_at_most_a_dozen_words(business, invoice):
    assert found(business, " ".join(["cafe"] * 12 + ["tea"])) == [invoice]
