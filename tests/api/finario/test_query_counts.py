"""What each door costs in statements, held against the file under review."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners.access import Actor
from payments.paying import record_vendor_payment
from tests.api.finario.door import Door, read, text_of
from tests.api.finario.rows import a_vendor, an_invoice
from tests.factories import (
    CostCategoryFactory,
    ProjectFactory,
    a_cost,
    payment_of,
)

FILE = Path(__file__).parents[2] / "query_counts.json"
BODY = {"amount": 10, "date": "2016-11-30", "number": "42"}


class Counter:
    """Counts the statements behind requests, under a name each."""

    def __init__(self, api: Door) -> None:
        self.api = api
        self.counts: dict[str, int] = {}

    def __call__(self, name: str, method: str, path: str, body: Any = None) -> Any:
        """Send a request that must succeed; remember its cost. The answer."""
        with CaptureQueriesContext(connection) as queries:
            response = self.api.send(method, path, body)
            text = text_of(response)
        assert response.status_code < 300, text
        self.counts[name] = sum(
            "SAVEPOINT" not in str(query["sql"]) for query in queries.captured_queries
        )
        return json.loads(text) if text else None

    def must_be_as_reviewed(self, section: str) -> None:
        """Compare with the file; the message is what the file would have to say."""
        reviewed = json.loads(FILE.read_text())["finario"].get(section)
        assert self.counts == reviewed, json.dumps(self.counts, indent=2)


@pytest.fixture
def counter(api: Door) -> Counter:
    return Counter(api)


@pytest.fixture
def make(business, vendor, project, owner: Actor, bank) -> Any:
    """Makes rows of a kind."""

    def payment(number: int) -> None:
        for _ in range(number):
            draft = payment_of(
                business, 1, account=bank, project=project, partner=vendor
            )
            record_vendor_payment(draft, by=owner)

    def invoice(number: int) -> None:
        for _ in range(number):
            cost = a_cost(business, project=project, vendor=a_vendor(business))
            an_invoice(cost.vendor, project=project, by=owner)

    return {
        "invoices": invoice,
        "payments": payment,
        "vendors": lambda n: [
            a_vendor(business).aliases.create(business=business, value=f"{n}-{i}")
            for i in range(n)
        ],
        "investments": lambda n: ProjectFactory.create_batch(n, business=business),
        "cost_categories": lambda n: CostCategoryFactory.create_batch(
            n, business=business
        ),
        "costs": lambda n: [a_cost(business, project=project) for _ in range(n)],
    }


@pytest.mark.parametrize(
    "kind",
    ["invoices", "payments", "vendors", "investments", "cost_categories", "costs"],
)
def test_lists(counter: Counter, make, project, kind: str) -> None:
    path = "investments/WORKSHOP/costs" if kind == "costs" else kind
    for rows, more in ((1, 1), (10, 9), (101, 91)):
        make[kind](more)
        assert len(counter(f"{rows} rows", "GET", path)) >= rows
    if kind in ("invoices", "payments"):
        counter("of open investments", "GET", f"{path}?closed=false")
    counter.must_be_as_reviewed(kind)
    assert len({counter.counts[f"{rows} rows"] for rows in (1, 10, 101)}) == 1


def test_the_life_of_an_invoice(counter: Counter, vendor, project, cost) -> None:
    path = "investments/WORKSHOP/vendors/TIMBER/invoices"
    counter("create", "POST", path, BODY | {"reference": "r"})
    counter("read by reference", "GET", "invoices/r")
    public_id = read(counter.api.get("invoices/r"))["id"]
    counter("read by id", "GET", f"invoices/{public_id}")
    counter("upsert of the same", "PUT", f"{path}/r", BODY)
    counter("upsert of a change", "PUT", f"{path}/r", BODY | {"amount": 11})
    counter("upsert of a new one", "PUT", f"{path}/s", BODY | {"number": "43"})
    legacy = "investments/WORKSHOP/invoices/r"
    counter("legacy upsert", "POST", legacy, BODY | {"vendor_id": "TIMBER"})
    counter.must_be_as_reviewed("life of an invoice")


def test_the_life_of_a_payment(counter: Counter, vendor, project, cost, bank) -> None:
    body = {"amount": 10, "date": "2016-11-30", "reference": "r"}
    path = "investments/WORKSHOP/payments"
    counter("record", "POST", path, body | {"vendor_id": "TIMBER"})
    counter("read", "GET", "payments/r")
    counter("upsert of the same", "PUT", f"{path}/r", body)
    counter("upsert of a change", "PUT", f"{path}/r", body | {"amount": 11})
    counter("upsert of a new one", "PUT", f"{path}/s", body | {"reference": "s"})
    counter.must_be_as_reviewed("life of a payment")


def test_the_life_of_masters(counter: Counter, business, project, bank) -> None:
    counter("create a vendor", "POST", "vendors", {"name": "a", "external_ids": ["x"]})
    counter("upsert a vendor", "PUT", "vendors/x", {"name": "b", "external_ids": []})
    counter("read an investment", "GET", "investments/WORKSHOP")
    counter("change an investment", "PUT", "investments/WORKSHOP", {"name": "x"})
    cost = {"name": "x", "account": "Bank", "expected_units": [{"quantity": 1}]}
    made = counter("create a cost", "POST", "investments/WORKSHOP/costs", cost)
    counter("read a cost", "GET", f"investments/WORKSHOP/costs/{made['id']}")
    counter("create a category", "POST", "cost_categories", {"name": "x"})
    counter.must_be_as_reviewed("masters")


def test_clients_who_go_away_in_the_middle_leave_nothing_open(
    api: Door, make, project
) -> None:
    """A cursor on the server would be closed by the collector, at any moment."""
    make["invoices"](3)
    for _ in range(50):
        for path in ("invoices", "payments", "vendors", "investments"):
            api.get(path)  # nobody reads it
        gc.collect()
    assert len(read(api.get("invoices"))) == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors")
        assert cursor.fetchone() == (0,)
