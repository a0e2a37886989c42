"""The lists of invoices: order, every filter of the contract and of ours."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from invoices.models import Invoice
from partners.access import Actor
from partners.models import Business, Partner
from tests.api.native.door import Door, ids, read, refusal, wrong
from tests.factories import (
    PartnerFactory,
    a_draft,
    a_line,
    a_payment,
    an_issued_invoice,
)

FUTURE = datetime.date(2199, 1, 1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def five(business: Business, owner: Actor, customer: Partner) -> dict[str, Invoice]:
    """One of each status that the contract has, made in no order."""
    by = {"by": owner}
    issued = by | {"partner": customer, "date": day("2026-02-01"), "due_date": FUTURE}
    other = PartnerFactory(business=business, name="Übermut & Söhne", code="UEB")
    documents = {
        "overdue": an_issued_invoice(
            business,
            **by,
            partner=other,
            number="Z-1",
            date=day("2020-01-01"),
            due_date=day("2020-02-01"),
            memo="Pears for the café",
            lines=[a_line(1, 70)],
        ),
        "sent": an_issued_invoice(business, **issued, number="A-1"),
        "partly": an_issued_invoice(
            business, **issued, number="A-2", purchase_order="PO-77"
        ),
        "paid": an_issued_invoice(business, **issued, number="A-3"),
        "void": an_issued_invoice(business, **issued, number="A-4"),
        "draft": a_draft(
            business,
            **by,
            partner=customer,
            date=day("2026-01-15"),
            currency="EUR",
            currency_rate=Decimal("1.1"),
            reference="order-7",
            lines=[a_line(2, Decimal("99.99"))],
        ),
    }
    a_payment(business, documents["partly"], 40, **by)
    a_payment(business, documents["paid"], 100, **by)
    now = datetime.datetime.now(datetime.UTC)
    documents["void"].void(by=owner, reason="", now=now)
    return documents


def names(api: Door, five: dict[str, Invoice], query: str) -> list[str]:
    """Which of the five a query finds, in its order."""
    known = {invoice.public_id: name for name, invoice in five.items()}
    return [known[found] for found in ids(api.get(f"invoices?{query}"))]


def test_a_list_is_an_array_of_whole_documents_oldest_first(
    api: Door, five: dict[str, Invoice]
) -> None:
    listed = read(api.get("invoices"))
    order = ["overdue", "draft", "sent", "partly", "paid", "void"]
    assert listed == [
        read(api.get(f"invoices/{five[name].public_id}")) for name in order
    ]
    assert [row["status"] for row in listed] == [
        "Overdue",
        "Draft",
        "Sent",
        "Paid Partially",
        "Paid",
        "Void",
    ]


def test_an_empty_list_is_an_empty_array(api: Door) -> None:
    response = api.get("invoices/")
    assert response.content == b"[]"
    assert response["X-Total-Count"] == "0"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from_date=2026-02-01", ["sent", "partly", "paid", "void"]),
        ("from_date=2026-02-02", []),
        ("to_date=2026-01-15", ["overdue", "draft"]),
        ("to_date=2026-01-14", ["overdue"]),
        ("from_date=2020-01-02&to_date=2026-01-31", ["draft"]),
        ("invoice_no=A-2", ["partly"]),
        ("invoice_no=a-2", []),
        ("invoice_no=A", []),
        ("status=Draft", ["draft"]),
        ("status=sent,Paid%20Partially", ["sent", "partly"]),
        ("status=PAID", ["paid"]),
        ("status=overdue", ["overdue"]),
        ("status=Void", ["void"]),
        ("status=Written%20Off", []),
        ("due_to=2026-01-01", ["overdue"]),
        ("due_from=2190-01-01", ["sent", "partly", "paid", "void"]),
        ("total_min=199.98", ["draft"]),
        ("total_max=70", ["overdue"]),
        ("total_min=70.01&total_max=100", ["sent", "partly", "paid", "void"]),
        ("currency=EUR", ["draft"]),
        ("currency=eur", []),
        ("reference=order-7", ["draft"]),
        ("q=PO-77", ["partly"]),
        ("q=cafe", ["overdue"]),
        ("q=soh%20ubermut", ["overdue"]),
        ("q=SUSAN", ["draft", "sent", "partly", "paid", "void"]),
        ("q=%26%7C%21%27%3A*", []),
        ("partner=nonsense", []),
        ("unknown=1", ["overdue", "draft", "sent", "partly", "paid", "void"]),
        ("status=", ["overdue", "draft", "sent", "partly", "paid", "void"]),
        ("ordering=-date", ["void", "paid", "partly", "sent", "draft", "overdue"]),
        (
            "ordering=due_date&total_max=100",
            ["overdue", "sent", "partly", "paid", "void"],
        ),
        ("ordering=-total&status=draft,overdue", ["draft", "overdue"]),
        ("ordering=invoice_no", ["draft", "sent", "partly", "paid", "void", "overdue"]),
        (
            "ordering=-invoice_no",
            ["overdue", "void", "paid", "partly", "sent", "draft"],
        ),
    ],
)
def test_every_filter(
    api: Door, five: dict[str, Invoice], query: str, expected: list[str]
) -> None:
    assert names(api, five, query) == expected


def test_a_partners_list_takes_the_same_filters(
    api: Door, five: dict[str, Invoice], customer: Partner
) -> None:
    mine = ["draft", "sent", "partly", "paid", "void"]
    assert names(api, five, f"partner={customer.public_id}") == mine
    path = f"partners/{customer.public_id}/invoices"
    assert ids(api.get(path)) == [five[name].public_id for name in mine]
    filtered = api.get(f"{path}/?to_date=2026-01-31&invoice_no=")
    assert ids(filtered) == [five["draft"].public_id]


def test_an_unknown_partners_list_is_not_found(api: Door) -> None:
    expected = refusal(404, "not_found", "There is nothing here with this id.")
    for public_id in ("dd921fea0", "bef8", "%00", "%F0%9F%92%A9"):
        assert read(api.get(f"partners/{public_id}/invoices"), 404) == expected


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("from_date=01.02.2026", "from_date", "Enter a valid date."),
        ("to_date=2026-02-30", "to_date", "Enter a valid date."),
        ("due_from=0000-00-00", "due_from", "Enter a valid date."),
        ("due_to=10000-01-01", "due_to", "Enter a valid date."),
        ("total_min=NaN", "total_min", "Enter a number."),
        (
            "total_max=1e400",
            "total_max",
            "Ensure that there are no more than 19 digits in total.",
        ),
        (
            "total_min=-1",
            "total_min",
            "Ensure this value is greater than or equal to 0.",
        ),
        (
            "status=Open",
            "status",
            "Use Draft, Sent, Paid Partially, Paid, Overdue, Void, Written Off.",
        ),
        (
            "ordering=colour",
            "ordering",
            "Select a valid choice. colour is not one of the available choices.",
        ),
        ("q=%00", "q", "Null characters are not allowed."),
        (
            "currency=EURO",
            "currency",
            "Ensure this value has at most 3 characters (it has 4).",
        ),
        ("per_page=0", "per_page", "Use a whole number from 1 to 100."),
        ("per_page=101", "per_page", "Use a whole number from 1 to 100."),
        ("per_page=ten", "per_page", "Use a whole number from 1 to 100."),
        ("page=-1", "page", "Use a whole number from 0 to 10000000."),
        ("page=1.5", "page", "Use a whole number from 0 to 10000000."),
        ("page=%C2%B2", "page", "Use a whole number from 0 to 10000000."),
        (
            "page=000000000999999999999999999",
            "page",
            "Use a whole number from 0 to 10000000.",
        ),
        ("after=nonsense", "after", "Use the value from the Link header."),
        (
            "after=MSAyMDI2LTAxLTAx&page=0",
            "after",
            "Use either page or after, not both.",
        ),
    ],
)
def test_a_wrong_query_is_named(
    api: Door, query: str, field: str, message: str
) -> None:
    assert read(api.get(f"invoices?{query}"), 400) == wrong(field, message)
