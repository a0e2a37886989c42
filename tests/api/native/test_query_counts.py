"""What each door costs in statements, held against a file under review.

A difference fails, also a smaller number: the file is then changed by hand, and
somebody reads why. Savepoints are left out; outside of a test they are BEGIN and
COMMIT. No number may depend on how many rows a list shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.models import Account, Invoice, Product
from partners.access import Actor
from partners.models import Business, Partner
from tests.api.native.door import Door, ids, links, read, reference
from tests.factories import (
    AccountFactory,
    CostCategoryFactory,
    DeliveryFactory,
    DocumentFileFactory,
    PartnerFactory,
    ProductFactory,
    ProjectFactory,
    RecurringFactory,
    ReminderRuleFactory,
    SendRunFactory,
    TaxFactory,
    WebhookAttemptFactory,
    WebhookEndpointFactory,
    WebhookMessageFactory,
    a_bill,
    a_cost,
    a_draft,
    a_line,
    a_payment,
    an_approved_bill,
    an_issued_invoice,
)

FILE = Path(__file__).parents[2] / "query_counts.json"


@pytest.fixture
def invoices(
    business: Business, owner: Actor, customer: Partner, product: Product
) -> Callable[..., list[Invoice]]:
    """Makes issued invoices of three taxed lines each."""
    tax = TaxFactory(business=business)
    lines = [a_line(1, 10, product=product, tax=tax)] * 3

    def make(number: int, **overrides: Any) -> list[Invoice]:
        return [
            an_issued_invoice(
                business, by=owner, partner=customer, lines=lines, **overrides
            )
            for _ in range(number)
        ]

    return make


@pytest.fixture
def many(business: Business, owner: Actor, bank: Account) -> Callable[[str, int], None]:
    """Makes rows of a kind."""
    factories: dict[str, Any] = {
        "partners": PartnerFactory,
        "products": ProductFactory,
        "accounts": AccountFactory,
        "taxes": TaxFactory,
        "projects": ProjectFactory,
        "cost_categories": CostCategoryFactory,
    }
    directions = {"inc_payments": "in", "billpayments": "out"}

    def make(kind: str, number: int) -> None:
        if direction := directions.get(kind):
            for _ in range(number):
                a_payment(
                    business, None, 1, account=bank, direction=direction, by=owner
                )
        elif kind == "costs":
            for _ in range(number):
                a_cost(business)
        else:
            factories[kind].create_batch(number, business=business)

    return make


class Counter:
    """Counts the statements behind requests, under a name each."""

    def __init__(self, api: Door) -> None:
        self.api = api
        self.counts: dict[str, int] = {}

    def __call__(self, name: str, method: str, path: str, body: Any = None) -> Any:
        """Send a request that must succeed; remember its cost."""
        with CaptureQueriesContext(connection) as queries:
            response = self.api.send(method, path, body)
        assert response.status_code < 300, response.content
        self.counts[name] = sum(
            "SAVEPOINT" not in str(query["sql"]) for query in queries.captured_queries
        )
        return response

    def must_be_as_reviewed(self, section: str) -> None:
        """Compare with the file; the message is what the file would have to say."""
        reviewed = json.loads(FILE.read_text())["native"][section]
        assert self.counts == reviewed, json.dumps(self.counts, indent=2)


@pytest.fixture
def counter(api: Door) -> Counter:
    return Counter(api)


def test_lists_of_invoices(
    counter: Counter, customer: Partner, invoices: Callable[..., list[Invoice]]
) -> None:
    made: list[Invoice] = []
    for rows, more in ((1, 1), (10, 9), (101, 91)):
        made += invoices(more)
        shown = ids(counter(f"{rows} with lines", "GET", "invoices"))
        assert len(shown) == min(rows, 100)
    counter("next page by its place", "GET", links(counter.api.get("invoices"))["next"])
    for name, query in {
        "page by number": "page=0&per_page=10",
        "deep page by number": "page=10&per_page=10",
        "by status and total": "status=overdue&total_min=1",
        "by invoice number": f"invoice_no={made[50].number}",
        "by text": "q=susan",
        "ordered by total": "ordering=-total",
        "nothing found": "invoice_no=none",
    }.items():
        counter(name, "GET", f"invoices?{query}")
    of_partner = f"partners/{customer.public_id}/invoices"
    counter("of a partner", "GET", of_partner)
    counter("of a partner, second page", "GET", f"{of_partner}?page=1&per_page=10")
    counter.must_be_as_reviewed("lists of invoices")


def test_lists_of_bills(
    counter: Counter, business: Business, owner: Actor, product: Product
) -> None:
    vendor = PartnerFactory(business=business, name="Planks")
    tax, cost = TaxFactory(business=business), a_cost(business)
    known: dict[str, Any] = {
        "partner": vendor,
        "lines": [a_line(1, 10, product=product, tax=tax)] * 3,
        "project": cost.project,
        "cost_shares": [(cost, Decimal(100))],
    }
    made = 0
    for rows in (1, 10, 101):
        for number in range(made, rows):
            an_approved_bill(business, by=owner, number=number, **known)
        made = rows
        shown = ids(counter(f"{rows} with lines and shares", "GET", "bills"))
        assert len(shown) == min(rows, 100)
    counter("next page by its place", "GET", links(counter.api.get("bills"))["next"])
    for name, query in {
        "deep page by number": "page=10&per_page=10",
        "by status": "status=overdue",
        "by project": f"project={cost.project.public_id}",
        "by bill number": "bill_no=50",
        "by text": "q=planks",
        "nothing found": "bill_no=none",
    }.items():
        counter(name, "GET", f"bills?{query}")
    counter("of a vendor", "GET", f"partners/{vendor.public_id}/bills")
    counter.must_be_as_reviewed("lists of bills")


@pytest.mark.parametrize(
    "kind",
    [
        "partners",
        "products",
        "accounts",
        "taxes",
        "inc_payments",
        "billpayments",
        "projects",
        "costs",
        "cost_categories",
    ],
)
def test_other_lists(
    counter: Counter, many: Callable[[str, int], None], kind: str
) -> None:
    for rows, more in ((10, 10), (101, 91)):
        many(kind, more)
        counter(f"{rows} rows", "GET", kind)
    assert len(ids(counter("page by number", "GET", f"{kind}?page=1"))) >= 1
    counter.must_be_as_reviewed(kind)


def test_the_life_of_an_invoice(
    counter: Counter,
    business: Business,
    customer: Partner,
    product: Product,
    bank: Account,
) -> None:
    taxes = TaxFactory.create_batch(2, business=business)
    line = {"product": reference(product), "quantity": 3, "unit_price": 20}
    details = [line | {"tax": reference(taxes[n % 2])} for n in range(5)]
    body = {
        "invoice_no": "A-1",
        "date": "2026-03-10",
        "due_date": "2026-04-09",
        "currency": {"code": "USD"},
        "currency_rate": 1,
        "customer": reference(customer),
        "details": details,
    }
    path = f"partners/{customer.public_id}/invoices"
    created = counter("create, 5 taxed lines", "POST", path, body)
    [public_id] = ids_of(created)
    counter(
        "create, 1 line", "POST", path, body | {"invoice_no": "2", "details": [line]}
    )
    many = body | {"invoice_no": "3", "details": details * 100}
    counter("create, 500 lines", "POST", path, many)
    one = f"invoices/{public_id}"
    counter("read", "GET", one)
    counter("replace", "PUT", "invoices", body | {"id": public_id})
    counter("change", "PATCH", one, {"memo": "x"})
    counter("issue", "POST", f"{one}/issue")
    payment = {
        "date": "2026-03-10",
        "currency_rate": 1,
        "amount": 1,
        "payment_account": reference(bank),
    }
    paid = counter("pay", "POST", f"{one}/inc_payments", payment)
    [payment_id] = ids_of(paid)
    counter("read a payment", "GET", f"inc_payments/{payment_id}")
    counter("payments of an invoice", "GET", f"{one}/inc_payments")
    counter("change a payment", "PUT", f"inc_payments/{payment_id}", payment)
    counter("cancel a payment", "DELETE", f"inc_payments/{payment_id}")
    part = {"details": [{"line": 1, "quantity": 1}]}
    note = ids_of(counter("credit a line", "POST", f"{one}/credit", part))[0]
    counter("void a credit note", "POST", f"credit_notes/{note}/void", {})
    counter("void", "POST", f"{one}/void", {})
    draft = a_draft(business, partner=customer)
    counter("delete", "DELETE", f"invoices/{draft.public_id}")
    counter.must_be_as_reviewed("life of an invoice")


def test_the_life_of_a_bill(
    counter: Counter, business: Business, product: Product, bank: Account
) -> None:
    vendor, cost = PartnerFactory(business=business), a_cost(business)
    tax = TaxFactory(business=business)
    line = {"product": reference(product), "quantity": 3, "unit_price": 20}
    body = {
        "bill_no": "B-1",
        "date": "2026-03-10",
        "due_date": "2026-04-09",
        "currency": {"code": "USD"},
        "currency_rate": 1,
        "vendor": reference(vendor),
        "details": [line | {"tax": reference(tax)}] * 5,
    }
    belonging = {
        "project": reference(cost.project),
        "cost_shares": [{"cost": reference(cost), "percent": 100}],
    }
    created = counter("create, 5 taxed lines", "POST", "bills", body)
    [public_id] = ids_of(created)
    counter(
        "create, shared out", "POST", "bills", body | belonging | {"bill_no": "B-2"}
    )
    one = f"bills/{public_id}"
    counter("read", "GET", one)
    counter("replace", "PUT", one, body)
    counter("change", "PATCH", one, {"memo": "x"})
    counter("assign", "POST", f"{one}/assign", belonging)
    counter("change what is shared out", "PATCH", one, {"memo": "y"})
    counter("approve", "POST", f"{one}/approve")
    payment = {
        "date": "2026-03-10",
        "currency_rate": 1,
        "amount": 1,
        "payment_account": reference(bank),
    }
    paid = counter("pay", "POST", f"{one}/billpayments", payment)
    [payment_id] = ids_of(paid)
    counter("payments of a bill", "GET", f"{one}/billpayments")
    counter("cancel a payment", "DELETE", f"billpayments/{payment_id}")
    counter("cancel", "POST", f"{one}/cancel")
    waiting = a_bill(business, "B-3", partner=vendor)
    counter(
        "approve and pay", "POST", f"bills/{waiting.public_id}/billpayments", payment
    )
    gone = a_bill(business, "B-4", partner=vendor)
    counter("delete", "DELETE", f"bills/{gone.public_id}")
    counter.must_be_as_reviewed("life of a bill")


def test_the_life_of_a_project(counter: Counter, business: Business) -> None:
    body = {"code": "MILL", "name": "Mill"}
    [project] = ids_of(counter("create a project", "POST", "projects", body))
    one = f"projects/{project}"
    counter("change a project", "PATCH", one, {"name": "x"})
    [cost] = ids_of(counter("create a cost", "POST", f"{one}/costs", {"name": "Saw"}))
    counter("costs of a project", "GET", f"{one}/costs")
    counter("change a cost", "PATCH", f"costs/{cost}", {"name": "x"})
    counter("delete a cost", "DELETE", f"costs/{cost}")
    counter("close", "POST", f"{one}/close")
    counter("reopen", "POST", f"{one}/reopen")
    counter("delete a project", "DELETE", one)
    counter.must_be_as_reviewed("projects and costs")


def ids_of(response: Any) -> list[str]:
    """The id of the one row that was shown."""
    return [json.loads(response.content)["id"]]


def test_the_life_of_a_partner_and_a_product(counter: Counter, bank: Account) -> None:
    [partner] = ids_of(counter("create a partner", "POST", "partners", {"name": "x"}))
    counter("replace a partner", "PUT", f"partners/{partner}", {"name": "y"})
    counter("change a partner", "PATCH", f"partners/{partner}", {"name": "z"})
    counter("read a partner", "GET", f"partners/{partner}")
    counter("delete a partner", "DELETE", f"partners/{partner}")
    body = {
        "name": "x",
        "sell": True,
        "default_revenue_account": reference(bank),
        "default_selling_price": 1,
    }
    [product] = ids_of(counter("create a product", "POST", "products", body))
    counter("change a product", "PATCH", f"products/{product}", {"name": "y"})
    counter("delete a product", "DELETE", f"products/{product}")
    counter("the caller's businesses", "GET", "/businesses")
    counter("currencies", "GET", "/currencies")
    counter.must_be_as_reviewed("masters")


def test_lists_of_what_goes_to_customers(counter: Counter, business: Business) -> None:
    invoice = an_issued_invoice(business)
    endpoint = WebhookEndpointFactory(business=business)
    made = 0
    for rows in (10, 101):
        for number in range(made, rows):
            DeliveryFactory(invoice=invoice)
            message = WebhookMessageFactory(endpoint=endpoint)
            WebhookAttemptFactory.create_batch(2, message=message)
            RecurringFactory(business=business, lines=2)
            SendRunFactory(business=business)
            ReminderRuleFactory(business=business, days=number)
        made = rows
        messages = f"webhooks/{endpoint.public_id}/messages"
        for path in (
            "deliveries",
            "recurring",
            "send_runs",
            "reminder_rules",
            messages,
        ):
            name = path.split("/")[-1]
            shown = ids(counter(f"{rows} {name}", "GET", path))
            assert len(shown) == min(rows, 100)
    counter("deliveries by state", "GET", "deliveries?state=queued")
    one = f"invoices/{invoice.public_id}"
    counter("deliveries of an invoice", "GET", f"{one}/deliveries")
    counter("timeline", "GET", f"{one}/timeline")
    counter.must_be_as_reviewed("lists of what goes to customers")


def test_the_way_of_an_invoice_to_its_customer(
    counter: Counter, business: Business, customer: Partner, product: Product
) -> None:
    customer.email = "susan@example.com"
    customer.save()
    lines = [a_line(1, 10, product=product)] * 5
    draft = a_draft(business, partner=customer, lines=lines)
    one = f"invoices/{draft.public_id}"
    counter("issue and send, 5 lines", "POST", f"{one}/send")
    counter("send once more", "POST", f"{one}/send")
    for kind in ("pdf", "ubl"):
        DocumentFileFactory(invoice=draft, kind=kind)
    counter("pdf", "GET", f"{one}/pdf")
    counter("ubl", "GET", f"{one}/ubl")
    counter("link", "GET", f"{one}/link")
    counter("close the link", "DELETE", f"{one}/link")
    counter("dispute", "POST", f"{one}/dispute", {"reason": "x"})
    counter("settle the dispute", "POST", f"{one}/settle_dispute")
    counter("hold", "POST", f"{one}/hold")
    counter("release", "POST", f"{one}/release")
    failed = DeliveryFactory(invoice=draft, state="failed")
    counter("retry", "POST", f"deliveries/{failed.public_id}/retry")
    counter("settings", "PUT", "document_settings", {})
    counter("read the settings", "GET", "document_settings")
    drafts = [a_draft(business, partner=customer) for _ in range(10)]
    body = {"invoices": [reference(row) for row in drafts]}
    [run] = [read(counter("start a run of 10", "POST", "send_runs", body), 202)["id"]]
    counter("read a run of 10", "GET", f"send_runs/{run}")
    counter("stop it", "POST", f"send_runs/{run}/stop")
    counter.must_be_as_reviewed("way of an invoice to its customer")
