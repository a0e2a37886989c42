"""Posting is a deep merge, as a plain model of it says, whatever the words are."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoices.api.cannlytics.written import merged, read, write
from invoices.models import Invoice
from tests.api.cannlytics.door import Door
from tests.api.cannlytics.door import read as answer
from tests.books import history

KEYS = st.sampled_from(["a", "b", "c", "é", ""])
TEXTS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)
ANYTHING = st.dictionaries(TEXTS, VALUES, max_size=5)
KNOWN = [
    "invoice_id",
    "project_id",
    "organization",
    "amount",
    "total",
    "currency",
    "status",
    "due_at",
    "notes",
    "billing_address",
    "billing_city",
    "billing_state",
    "billing_zip_code",
    "billing_email",
]
AT_THE_DOOR = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def model(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The merge, said once more: every new leaf at its path, lists as leaves."""
    result = json.loads(json.dumps(old))
    waiting = [(result, name, value) for name, value in new.items()]
    while waiting:
        into, name, value = waiting.pop(0)
        if not isinstance(value, dict):
            into[name] = value
            continue
        if not isinstance(into.get(name), dict):
            into[name] = {}
        waiting += [(into[name], *pair) for pair in value.items()]
    return result


@given(st.lists(DOCUMENTS, max_size=5))
def test_any_documents_merge_as_the_model_says(documents: list[Any]) -> None:
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for document in documents:
        ours = merged(ours, read(json.dumps(document)))
        theirs = model(theirs, document)
    assert json.loads(write(ours)) == theirs


@given(DOCUMENTS, DOCUMENTS)
def test_merging_changes_neither_and_twice_is_once(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    before = json.dumps([old, new])
    once = merged(old, new)
    assert json.dumps([old, new]) == before
    assert json.dumps(merged(once, new)) == json.dumps(once)


@AT_THE_DOOR
@given(st.lists(DOCUMENTS, min_size=1, max_size=4))
def test_posts_merge_at_the_door(api: Door, documents: list[Any]) -> None:
    expected: dict[str, Any] = {"invoice_id": "A"}
    with transaction.atomic():
        for document in documents:
            api.saved({"invoice_id": "A"} | document)
            expected = model(expected, document)
            assert api.one("A") == expected
        transaction.set_rollback(True)


@AT_THE_DOOR
@given(ANYTHING)
def test_unknown_words_of_any_kind_come_back_to_the_letter(
    api: Door, words: dict[str, Any]
) -> None:
    words = {name: value for name, value in words.items() if name not in KNOWN}
    document = {"invoice_id": "A"} | words
    with transaction.atomic():
        api.saved(document)
        shown = api.one("A")
        assert json.dumps(shown) == json.dumps(document)
        api.saved(shown)
        assert [verb for verb, _ in history(Invoice.objects.get())] == [
            "invoice.drafted"
        ]
        transaction.set_rollback(True)


def test_maps_merge_and_lists_are_replaced(api: Door) -> None:
    first = {"invoice_id": "A", "x": {"a": 1, "b": {"c": [1, 2]}}, "y": {"k": 1}}
    api.saved(first)
    api.saved({"invoice_id": "A", "x": {"b": {"c": [3], "d": None}}, "y": 5, "z": {}})
    expected = {
        "invoice_id": "A",
        "x": {"a": 1, "b": {"c": [3], "d": None}},
        "y": 5,
        "z": {},
    }
    assert json.dumps(api.one("A")) == json.dumps(expected)


def test_one_id_twice_in_an_array_merges_in_its_order(api: Door) -> None:
    posted = [{"invoice_id": "A", "x": 1, "y": 1}, {"invoice_id": "A", "x": 2}]
    assert answer(api.post(posted)) == {"success": True, "data": posted}
    assert api.listed() == [{"invoice_id": "A", "x": 2, "y": 1}]
