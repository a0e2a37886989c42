"""Whichever dialect a document lives through, the books hold the same rows.

One scenario: create, change, issue, a refused change, pay in part, pay, void another,
credit a third. Each dialect takes the steps that it has, the verbs the others; after
every step all rows are compared with those of a business where the verbs did it all,
and the document is read in every dialect that carries its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from invoices.models import Invoice
from invoices.querysets import Direction, Status
from payments.verifying import verify
from tests.api.scenario import lives, papers
from tests.api.scenario.clients import Clients
from tests.api.scenario.rows import differences, told
from tests.factories import TODAY, BusinessFactory


@dataclass(frozen=True)
class Language:
    """A dialect, what it can say, and how it lives."""

    papers: type[papers.Papers]
    life: type[lives.Life]


LANGUAGES = {
    "native invoices": Language(papers.NativePapers, lives.NativeLife),
    "native bills": Language(papers.NativeBillPapers, lives.NativeBillLife),
    "cannlytics": Language(papers.Papers, lives.CannlyticsLife),
    "finario": Language(papers.FinarioPapers, lives.FinarioLife),
}


def steps(life: lives.Life) -> Iterator[tuple[str, list[Invoice]]]:
    """The scenario; after each step its name and the documents so far."""
    first = life.create("A-1", 350)
    yield "created", [first]
    life.change(first, "A-1", 720)
    yield "changed", [first]
    life.finish(first)
    yield "issued", [first]
    life.refused_change(first, "A-1", 1)
    yield "change refused", [first]
    total = Invoice.objects.for_business(life.papers.business).get(pk=first.pk).total
    life.pay(first, Decimal(200))
    yield "paid in part", [first]
    life.pay(first, total - 200)
    yield "paid", [first]
    other = life.create("A-2", 80)
    life.finish(other)
    life.withdraw(other)
    yield "another withdrawn", [first, other]
    third = life.create("A-3", 90)
    life.finish(third)
    life.credit(third)
    yield "a third credited", [first, other, third]


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """All doors think that it is the day on which tests happen, and count no calls."""
    settings.NUTCACHE_RATES = ()
    monkeypatch.setattr("partners.models.Business.today", lambda self, now: TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize("name", LANGUAGES)
def test_each_step_leaves_the_rows_that_the_verbs_leave(name: str, today: None) -> None:
    language = LANGUAGES[name]
    ours, theirs = BusinessFactory(name="Acme"), BusinessFactory(name="Acme")
    by_verbs = steps(lives.Life(language.papers(ours)))
    by_dialect = steps(language.life(language.papers(theirs)))
    compared = 0
    for (step, _), (same, _) in zip(by_verbs, by_dialect, strict=True):
        assert step == same
        assert differences(told(ours), told(theirs)) == [], step
        compared += 1
    assert compared == 8
    assert not any(finding.wrong for finding in verify(theirs))


# --- every dialect reads what the others made ----------------------------------------

WORDS: dict[str, dict[Status, Any]] = {
    "native": {
        Status.DRAFT: "Draft",
        Status.RECEIVED: "Outstanding",
        Status.ISSUED: "Sent",
        Status.APPROVED: "Outstanding",
        Status.PARTLY_PAID: "Paid Partially",
        Status.PAID: "Paid",
        Status.VOID: "Void",
        Status.CANCELLED: "Cancelled",
    },
    "cannlytics": {
        Status.DRAFT: "unpaid",
        Status.ISSUED: "unpaid",
        Status.PARTLY_PAID: "unpaid",
        Status.PAID: "paid",
        Status.VOID: "void",
    },
    "nutcache": {
        Status.DRAFT: 0,
        Status.ISSUED: 1,
        Status.PARTLY_PAID: 3,
        Status.PAID: 4,
        Status.VOID: 6,
    },
}


def read_natively(clients: Clients, invoice: Invoice, status: Status) -> None:
    bill = invoice.direction == Direction.RECEIVED
    kind, number = ("bills", "bill_no") if bill else ("invoices", "invoice_no")
    shown = clients.native("GET", f"{kind}/{invoice.public_id}/")
    gone = status in (Status.VOID, Status.CANCELLED)
    assert (shown[number], shown["reference"]) == (invoice.number, invoice.reference)
    assert (shown["total"], shown["currency"]) == (invoice.total, {"code": "USD"})
    assert shown["due_amount"] == (0 if gone else invoice.balance)
    assert shown["status"] == WORDS["native"][status]


def read_in_cannlytics(clients: Clients, invoice: Invoice, status: Status) -> None:
    word = invoice.reference or invoice.public_id
    shown = clients.cannlytics("GET", f"/{word}")["data"]
    assert shown["invoice_id"] == word
    assert (Decimal(shown["amount"]), shown["currency"]) == (invoice.total, "USD")
    assert shown.get("status", "unpaid") == WORDS["cannlytics"][status]
    assert shown["organization"] == invoice.partner.name


def read_in_nutcache(clients: Clients, invoice: Invoice, status: Status) -> None:
    [shown] = clients.nutcache(f"invoices/{invoice.pk}")["invoices"]
    assert shown["invoice_number"] == (invoice.number or None)
    assert (shown["total"], shown["taxes_amount"]) == (invoice.total, invoice.tax_total)
    assert shown["balance"] == (0 if status is Status.VOID else invoice.balance)
    assert shown["customer_name"] == invoice.partner.name
    assert shown["status"] == WORDS["nutcache"][status]


def read_in_finario(clients: Clients, invoice: Invoice, status: Status) -> None:
    listed = {each["id"]: each for each in clients.finario("GET", "invoices")}
    if status is Status.CANCELLED:
        assert invoice.public_id not in listed
        return
    one = clients.finario("GET", f"invoices/{invoice.public_id}")
    for shown in (one, listed[invoice.public_id]):
        assert shown["amount"] == {"cents": invoice.total * 100, "currency": "USD"}
        assert shown["number"] == invoice.number
        assert shown["reference"] == (invoice.reference or None)


@pytest.mark.django_db
@pytest.mark.parametrize("name", LANGUAGES)
def test_each_step_reads_alike_in_every_dialect(name: str, today: None) -> None:
    language = LANGUAGES[name]
    business = BusinessFactory()
    clients = Clients(business)
    read = 0
    for _, documents in steps(language.life(language.papers(business))):
        for pk in [document.pk for document in documents]:
            found = Invoice.objects.for_business(business).with_status(TODAY)
            invoice = found.select_related("partner").get(pk=pk)
            status = Status(invoice.status)  # type: ignore[attr-defined]
            read_natively(clients, invoice, status)
            if invoice.direction == Direction.RECEIVED:
                read_in_finario(clients, invoice, status)
            else:
                read_in_cannlytics(clients, invoice, status)
                read_in_nutcache(clients, invoice, status)
            read += 1
    assert read == 11
