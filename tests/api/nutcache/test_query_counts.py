"""What each door costs in statements, held against a file under review.

No number may depend on how many rows a list shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.models import Invoice
from partners.access import Actor
from partners.models import Business
from tests.api.nutcache.door import Door, search
from tests.factories import (
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_line,
    an_issued_invoice,
)

FILE = Path(__file__).parents[2] / "query_counts.json"
ALL_FIVE = "organizations,customers,members,invoice_details,invoice_taxes"


@pytest.fixture
def invoices(business: Business, owner: Actor) -> Callable[[int], list[Invoice]]:
    """Makes issued invoices of three taxed lines each, to customers of their own."""
    tax, product = TaxFactory(business=business), ProductFactory(business=business)
    lines = [a_line(1, 10, product=product, tax=tax)] * 3

    def make(number: int) -> list[Invoice]:
        return [
            an_issued_invoice(business, by=owner, lines=lines) for _ in range(number)
        ]

    return make


class Counter:
    """Counts the statements behind requests, under a name each."""

    def __init__(self, api: Door) -> None:
        self.api = api
        self.counts: dict[str, int] = {}

    def __call__(self, name: str, path: str, body: Any = None) -> Any:
        """Send a request that must succeed; remember its cost."""
        method = "GET" if body is None else "POST"
        with CaptureQueriesContext(connection) as queries:
            response = self.api.send(method, path, body)
        assert response.status_code == 200, response.content
        self.counts[name] = len(queries)
        return json.loads(response.content)

    def must_be_as_reviewed(self, section: str) -> None:
        """Compare with the file; the message is what the file would have to say."""
        reviewed = json.loads(FILE.read_text()).get("nutcache", {}).get(section)
        assert self.counts == reviewed, json.dumps(self.counts, indent=2)


@pytest.fixture
def counter(api: Door) -> Counter:
    return Counter(api)


def test_lists_of_invoices(
    counter: Counter, invoices: Callable[[int], list[Invoice]]
) -> None:
    for rows, more in ((1, 1), (10, 9), (100, 90)):
        invoices(more)
        shown = counter(f"{rows} invoices", "invoices?limit=100")
        assert len(shown["invoices"]) == rows
        counter(
            f"{rows} invoices with all includes",
            f"invoices?limit=100&include={ALL_FIVE}",
        )
        rules = search(("status", "eq", 1), ("customer_name", "ct", "p"))
        counter(f"{rows} invoices found", "invoices/filtered?limit=100", rules)
    counter("a page behind", "invoices?limit=10&page=5")
    counter("beyond the end", "invoices?limit=10&page=50")
    counter.must_be_as_reviewed("lists of invoices")


def test_one_invoice(
    counter: Counter, invoices: Callable[[int], list[Invoice]]
) -> None:
    [invoice] = invoices(1)
    root = f"invoices/{invoice.pk}"
    counter("an invoice", root)
    counter("with all includes", f"{root}?include={ALL_FIVE}")
    counter("its details", f"{root}/invoice_details")
    counter(
        "its details with includes", f"{root}/invoice_details?include=invoices,items"
    )
    counter("its taxes", f"{root}/invoice_taxes")
    counter("its taxes with includes", f"{root}/invoice_taxes?include=invoices,taxes")
    counter("its details found", f"{root}/invoice_details/filtered", search())
    counter.must_be_as_reviewed("one invoice")


@pytest.mark.parametrize(
    ("name", "factory", "include"),
    [
        (
            "customers",
            PartnerFactory,
            "organizations,countries,currencies,states,taxes",
        ),
        ("taxes", TaxFactory, ""),
        ("items", ProductFactory, ""),
    ],
)
def test_other_lists(
    counter: Counter, business: Business, name: str, factory: Any, include: str
) -> None:
    shown: dict[str, Any] = {}
    for rows, more in ((1, 1), (10, 9), (100, 90)):
        factory.create_batch(more, business=business)
        shown = counter(f"{rows} rows", f"{name}?limit=100")
        assert len(shown[name]) == rows
        if include:
            counter(f"{rows} with includes", f"{name}?limit=100&include={include}")
    counter("one", f"{name}/{shown[name][0]['id']}")
    counter("found", f"{name}/filtered", search(("id", "gt", 0)))
    counter.must_be_as_reviewed(name)


def test_what_needs_few_rows_or_none(counter: Counter) -> None:
    counter("members", "members")
    counter("organizations", "organizations")
    counter(
        "organizations with includes",
        "organizations?include=countries,states,currencies",
    )
    for name in ("currencies", "countries", "states", "countries/840/states"):
        counter(name, f"{name}?limit=100")
        counter(f"{name} found", f"{name}/filtered", search(("id", "gt", 0)))
    counter.must_be_as_reviewed("the rest")
