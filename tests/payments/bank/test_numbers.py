"""Where a document's number stands in a text, and how sure that is."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.bank.names import Names
from payments.bank.numbers import Numbers, is_weak, may_be_a_date
from payments.bank.sums import MOST_DOCUMENTS, Sums

KNOWN = Numbers(
    [
        ("INV-2026-00012", "twelve"),
        ("INV-2026-00123", "many"),
        ("536365", "plain"),
        ("536366", "next"),
        ("INV-1", "one"),
        ("INV-12", "short"),
        ("2026/77", "slash"),
        ("Ü-4711", "accent"),
    ]
)
SURE, CUED, DOUBTED = (True, False), (True, True), (False, False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Invoice INV-2026-00012 thanks", [("twelve", *CUED)]),
        ("inv 2026 00012", [("twelve", *SURE)]),
        ("inv202600012.", [("twelve", *SURE)]),
        ("(INV/2026/00012)", [("twelve", *SURE)]),
        ("RF70INV202600012", [("twelve", *CUED)]),
        ("RF70 INV2 0260 0012", [("twelve", *CUED)]),
        ("RF39INV202600012", []),
        ("INV-2026-00012/INV-2026-00123", [("twelve", *SURE), ("many", *SURE)]),
        ("00123", [("many", *DOUBTED)]),
        ("INV-2026-123", [("many", *DOUBTED)]),
        ("XINV-2026-00012", []),
        ("INV-2026-00012-3", [("twelve", *DOUBTED)]),
        ("INV-12", [("short", *SURE)]),
        ("INV-1", [("one", *SURE)]),
        ("INV-1 2", [("one", *DOUBTED), ("short", *DOUBTED)]),
        ("INV-1-2", [("one", *DOUBTED), ("short", *DOUBTED)]),
        ("INV-123", [("many", False, True)]),
        ("536365", [("plain", *SURE)]),
        ("tel 536365", [("plain", *SURE)]),
        ("order no 536365", [("plain", *SURE)]),
        ("0536365", []),
        ("5363651", []),
        ("536365-2", [("plain", *DOUBTED)]),
        ("12.536365", [("plain", *DOUBTED)]),
        ("Invoice no. 536365", [("plain", *CUED)]),
        ("INV536365", [("plain", *CUED)]),
        ("Rechnungen 536365, 536366", [("plain", *CUED), ("next", *CUED)]),
        ("536365/536366", [("plain", *SURE), ("next", *SURE)]),
        ("536365-536366", [("plain", *DOUBTED), ("next", *DOUBTED)]),
        ("RE:2026/77", [("slash", *CUED)]),
        ("u 4711", [("accent", *SURE)]),
        ("", []),
        ("!!! ---", []),
    ],
)
def test_a_number_is_found_in_a_text_as_surely_as_it_stands_there(text, found):
    assert [(one.key, one.exact, one.cued) for one in KNOWN.find(text)] == found


def test_a_number_of_several_documents_is_never_exact():
    twice = Numbers([("A-1000", 1), ("a 1000", 2)])
    assert [(one.key, one.exact) for one in twice.find("A-1000")] == [
        (1, False),
        (2, False),
    ]


@given(st.text(max_size=60))
def test_any_text_can_be_looked_through(text):
    for one in KNOWN.find(text):
        assert one.start < one.end


def test_digits_alone_and_short_numbers_are_weak_and_days_are_dates():
    assert [is_weak(word) for word in ("536365", "INV-1", "INV-2026-1")] == [
        True,
        True,
        False,
    ]
    days = ("2026", "20260310", "10032026", "100326", "310310")
    others = ("536365", "4711", "99999999", "12345", "A20260310")
    assert [may_be_a_date(word) for word in days] == [True] * 5
    assert [may_be_a_date(word) for word in others] == [False] * 5


@given(st.lists(st.integers(1, 40), max_size=9), st.integers(0, 120))
def test_a_subset_is_found_exactly_where_only_one_adds_up(units, target):
    places = range(len(units))
    sets = [
        list(chosen)
        for size in range(1, len(units) + 1)
        for chosen in combinations(places, size)
        if sum(units[place] for place in chosen) == target
    ]
    expected = sets[0] if len(sets) == 1 and len(sets[0]) > 1 else None
    assert Sums(units).only_subset(target) == expected


def test_among_too_many_documents_no_subset_is_looked_for():
    assert Sums([1] * (MOST_DOCUMENTS + 1)).only_subset(2) is None


def test_names_are_compared_by_their_telling_words():
    names = Names(
        [
            (1, "Müller & Söhne GmbH"),
            (2, "Smith"),
            (3, "Smith Brothers Ltd"),
            (4, "Customer 17850"),
            (5, "Customer 17851"),
        ]
    )

    def like(name: str) -> list[tuple[int, bool]]:
        return [(one.partner, one.whole) for one in names.like(name)]

    assert like("MULLER SOHNE") == [(1, True)]
    assert like("The Smith Brothers Limited") == [(3, True)]
    assert like("Mueller Wholesale Import Export") == []
    assert like("CUSTOMER 17850") == [(4, True)]
    assert like("Smith Brother") == [(3, False)]
    assert like("Smith Br") == [(2, True)]
    assert like("") == []
    assert names.borne_in("for smith brothers, may") == {2, 3}
