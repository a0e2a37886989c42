"""Cannlytics posts that meet: nothing is lost, nothing is there twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from invoices.api.cannlytics.documents import one_identified, rows, shown
from invoices.api.cannlytics.posting import delete, post
from invoices.models import Event, Invoice
from invoices.models.project import Project
from partners.access import Actor
from partners.models import Business, Partner
from tests.concurrency.racing import disagreements, race, refusals, tell
from tests.factories import TODAY

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 15


@pytest.fixture
def posting(business: Business, owner: Actor) -> Callable[..., Callable[[], None]]:
    """A deed that posts these documents."""

    def make(*documents: dict[str, Any]) -> Callable[[], None]:
        return partial(post, business, documents, by=owner, today=TODAY)

    return make


def read(business: Business, name: str) -> dict[str, Any]:
    [row] = rows(one_identified(business, name), TODAY)
    return shown(row, business)


def test_merges_of_different_keys_into_one_document_all_survive(
    business: Business, posting: Any
) -> None:
    posting({"invoice_id": "A"})()
    for n in range(ROUNDS):
        keys = [f"{n}-{side}" for side in ("left", "right", "both")]
        deeds = [posting({"invoice_id": "A", "map": {key: n}, key: n}) for key in keys]
        assert refusals(race(*([deed] for deed in deeds))) == []
        document = read(business, "A")
        assert all(document[key] == document["map"][key] == n for key in keys)
    revisions = Event.objects.filter(verb="invoice.revised").count()
    assert revisions == ROUNDS * 3
    assert disagreements(business) == []


def test_one_id_created_by_several_at_once_is_one_document_with_all_their_words(
    business: Business, posting: Any
) -> None:
    for n in range(ROUNDS):
        deeds = [
            posting(
                {
                    "invoice_id": f"A{n}",
                    "organization": f"Acme {n}",
                    "project_id": f"P{n}",
                    f"k{side}": side,
                }
            )
            for side in range(3)
        ]
        assert refusals(race(*([deed] for deed in deeds))) == []
        document = read(business, f"A{n}")
        assert [document[f"k{side}"] for side in range(3)] == [0, 1, 2]
    for model in (Invoice, Partner, Project):
        assert model.objects.for_business(business).count() == ROUNDS
    assert disagreements(business) == []


def test_the_unnamed_customer_is_one(business: Business, posting: Any) -> None:
    deeds = [[posting({"invoice_id": f"A{n}"})] for n in range(4)]
    assert refusals(race(*deeds)) == []
    assert Partner.objects.get().code == "UNNAMED"


def test_arrays_that_cross_are_both_saved(business: Business, posting: Any) -> None:
    for n in range(ROUNDS):
        names = [f"A{n}", f"B{n}", f"C{n}"]
        documents = [
            {"invoice_id": name, "organization": name, "billing_city": "Rome"}
            for name in names
        ]
        crossing = [
            document | {"organization": other, "billing_city": "Bath"}
            for document, other in zip(documents, names[::-1], strict=True)
        ]
        outcomes = race([posting(*documents)], [posting(*crossing[::-1])])
        assert refusals(outcomes) == []
    assert Invoice.objects.count() == Partner.objects.count() == ROUNDS * 3
    assert disagreements(business) == []


def test_posts_and_deletes_of_one_document_end_in_either(
    business: Business, owner: Actor, posting: Any
) -> None:
    ends = []
    for n in range(ROUNDS):
        posting({"invoice_id": "A", "x": -1})()
        gone = partial(delete, business, [{"invoice_id": "A"}], by=owner)
        outcomes = race([posting({"invoice_id": "A", "x": n})], [gone])
        assert refusals(outcomes) == []
        found = rows(one_identified(business, "A"), TODAY)
        assert [shown(row, business)["x"] for row in found] in ([], [n])
        ends.append(len(found))
    tell(f"a post and a delete: {sum(ends)} of {ROUNDS} documents are there")
    assert disagreements(business) == []
