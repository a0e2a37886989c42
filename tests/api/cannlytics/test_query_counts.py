"""What the door costs in statements, held against the file under review."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners.access import Actor
from partners.models import Business
from tests.api.cannlytics.door import Door
from tests.factories import PartnerFactory, TaxFactory, a_draft, a_line

FILE = Path(__file__).parents[2] / "query_counts.json"
WHOLE = {
    "project_id": "project-1",
    "organization": "Acme",
    "billing_city": "Springfield",
    "amount": "350",
    "currency": "USD",
    "mine": {"deep": [1, 2]},
}


class Counter:
    """Counts the statements behind requests, under a name each."""

    def __init__(self, api: Door) -> None:
        self.api = api
        self.counts: dict[str, int] = {}

    def __call__(self, name: str, *request: Any, **options: Any) -> Any:
        """Send a request that must succeed; remember its cost."""
        with CaptureQueriesContext(connection) as queries:
            response = self.api.send(*request, **options)
        assert response.status_code == 200, response.content
        self.counts[name] = sum(
            "SAVEPOINT" not in str(query["sql"]) for query in queries.captured_queries
        )
        return json.loads(response.content)["data"]

    def must_be_as_reviewed(self, section: str) -> None:
        """Compare with the file; the message is what the file would have to say."""
        reviewed = json.loads(FILE.read_text())["cannlytics"][section]
        assert self.counts == reviewed, json.dumps(self.counts, indent=2)


@pytest.fixture
def counter(api: Door) -> Counter:
    return Counter(api)


def test_reading(counter: Counter, business: Business, owner: Actor) -> None:
    customer, tax = PartnerFactory(business=business), TaxFactory(business=business)
    made = 0
    for rows in (1, 10, 101):
        # Half of them come from here and half from elsewhere.
        while made < rows:
            counter.api.saved({"invoice_id": f"A{made}", **WHOLE})
            made += 1
            if made < rows:
                lines = [a_line(1, 5, tax=tax)] * 3
                a_draft(business, by=owner, partner=customer, lines=lines)
                made += 1
        assert len(counter(f"list, {rows} rows", "GET")) == rows
        one = counter(f"one, of {rows} rows", "GET", "A0")
        assert one == {"invoice_id": "A0", **WHOLE}
    for field in ("total", "mine", "organization", "created_at"):
        counter(f"list by {field}", "GET", query={"order_by": field})
    assert counter("list of two", "GET", query={"items": "A0,A2"})
    assert counter("none", "GET", "NONE") is None
    counter.must_be_as_reviewed("reading")


def test_writing(counter: Counter) -> None:
    bare, whole = {"invoice_id": "A"}, {"invoice_id": "B", **WHOLE}
    counter("the first, unnamed customer and all", "POST", None, bare)
    counter("with a new customer and a new project", "POST", None, whole)
    counter("with known ones", "POST", None, whole | {"invoice_id": "C"})
    counter("the same again", "POST", None, whole)
    counter("another amount", "POST", None, {"invoice_id": "B", "amount": "720"})
    counter("an unknown word", "POST", None, {"invoice_id": "B", "mine": {"x": 1}})
    many = [whole | {"invoice_id": f"D{n:02}"} for n in range(10)]
    counter("ten", "POST", None, many)
    counter("delete one", "DELETE", None, {"invoice_id": "B"})
    counter("delete ten", "DELETE", None, many)
    counter("delete none", "DELETE", "NONE")
    counter.must_be_as_reviewed("writing")
