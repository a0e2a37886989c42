"""Every request that the contract's invoice page prints, with every error on it."""

from __future__ import annotations

from typing import Any

import pytest

from invoices.models import Cost, Invoice, Project
from partners.models import Business, Membership, Partner
from partners.public_ids import encode
from tests.api.finario.door import BLANK, TAKEN, Door, empty, failure, read, unchanged
from tests.api.finario.door import wrong as wrong_with
from tests.books import row
from tests.factories import CostCategoryFactory

FORMS = ["", ".json", "/"]
PATH = "investments/WORKSHOP/vendors/TIMBER/invoices"
MISSING = wrong_with(date=BLANK, amount=BLANK, number=BLANK)


@pytest.fixture
def posted() -> dict[str, Any]:
    """All acceptable parameters."""
    return {
        "amount": 10.00,
        "date": "2016-11-30",
        "number": "42",
        "reference": "unique-42",
        "currency_iso_code": "USD",
        "description": "An invoice we like a lot",
        "po_number": "33",
        "po_line": "2",
        "po_type": "blanket",
        "gl_line": "2",
        "vendor_id": "TIMBER",
        "unique_cost_id": "saw-2026",
    }


@pytest.fixture
def assignment(business: Business, project: Project, cost: Cost, api: Door) -> dict:
    member = Membership.objects.get(business=business)
    return {
        "organization_id": business.public_id,
        "user_id": encode("user", member.user_id),
        "investment_id": project.public_id,
        "cost_id": cost.public_id,
        "manually_unassigned": False,
    }


def shown(cost: Cost, vendor: Partner, assignment: dict, **changes: Any) -> dict:
    """The invoice of the page as the index prints it."""
    return {
        "amount": {"cents": 1000, "currency": "USD"},
        "assignment": assignment,
        "date": "2016-11-30",
        "description": "An invoice we like a lot",
        "gl_line": "2",
        "id": Invoice.objects.get().public_id,
        "number": "42",
        "po_line": "2",
        "po_number": "33",
        "po_type": "blanket",
        "reference": "unique-42",
        "vendor_id": vendor.public_id,
        "unique_cost_id": "saw-2026",
        "cost_category_id": None,
    } | changes


@pytest.mark.parametrize("form", FORMS)
def test_create(api, vendor, assignment, posted, form) -> None:
    created = read(api.post(PATH + form, posted), 201)
    assert list(created) == [
        "amount",
        "assignment",
        "date",
        "id",
        "number",
        "reference",
        "vendor_id",
    ]
    assert created == {
        "amount": {"cents": 1000, "currency": "USD"},
        "assignment": assignment,
        "date": "2016-11-30T00:00:00-05:00",
        "id": Invoice.objects.get().public_id,
        "number": "42",
        "reference": "unique-42",
        "vendor_id": vendor.public_id,
    }


def test_create_books_a_document_of_one_line_that_waits_for_approval(
    *, api, business, vendor, project, cost, posted
) -> None:
    read(api.post(PATH, posted), 201)
    invoice = Invoice.objects.get()
    stored = row(invoice)
    expected = {
        "direction": "received",
        "kind": "invoice",
        "state": "received",
        "number": "42",
        "reference": "unique-42",
        "partner_id": vendor.pk,
        "currency": "USD",
        "total": 10,
        "balance": 10,
        "purchase_order": "33",
        "purchase_order_line": "2",
        "purchase_order_type": "blanket",
        "ledger_line": "2",
        "project_id": project.pk,
        "manually_unassigned": False,
        "description": "An invoice we like a lot",
    }
    assert {name: stored[name] for name in expected} == expected
    assert stored["date"] == stored["due_date"]
    [line] = invoice.lines.all()
    assert (line.quantity, line.unit_price) == (1, 10)
    assert line.description == "An invoice we like a lot"
    [share] = invoice.cost_shares.all()
    assert (share.cost_id, share.percent) == (cost.pk, 100)


@pytest.mark.parametrize("form", FORMS)
def test_index(*, api, vendor, cost, assignment, posted, form) -> None:
    category = CostCategoryFactory(business=cost.business)
    cost.category = category
    cost.save()
    read(api.post(PATH, posted), 201)
    [listed] = read(api.get(f"invoices{form}"))
    assert list(listed) == list(shown(cost, vendor, assignment))
    assert listed == shown(
        cost, vendor, assignment, cost_category_id=category.public_id
    )


def test_index_of_nothing_is_an_empty_array(api) -> None:
    assert read(api.get("invoices")) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("by", ["id", "reference"])
def test_show(*, api, vendor, cost, assignment, posted, by, form) -> None:
    created = read(api.post(PATH, posted), 201)
    one = read(api.get(f"invoices/{created[by]}{form}"))
    date = "2016-11-30T00:00:00-05:00"
    assert one == shown(cost, vendor, assignment, date=date)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("by", ["id", "reference"])
def test_upsert_updates(*, api, vendor, cost, assignment, posted, by, form) -> None:
    created = read(api.post(PATH, posted), 201)
    change = posted | {"amount": "20000.00", "number": "43"}
    empty(api.put(f"{PATH}/{created[by]}{form}", change))
    [listed] = read(api.get("invoices"))
    amount = {"cents": 2000000, "currency": "USD"}
    assert listed == shown(cost, vendor, assignment, amount=amount, number="43")


@pytest.mark.parametrize("form", FORMS)
def test_upsert_creates_under_the_reference_in_the_path(
    *, api, vendor, cost, assignment, posted, form
) -> None:
    empty(api.put(f"{PATH}/unique-7{form}", posted | {"reference": ""}))
    [listed] = read(api.get("invoices"))
    assert listed == shown(cost, vendor, assignment, reference="unique-7")


def test_the_token_may_be_in_the_query(api, vendor, cost, posted) -> None:
    query = {"token": api.key}
    api.headers = {}
    read(api.post(PATH, posted, query=query), 201)
    empty(api.put(f"{PATH}/unique-42", posted, query=query))
    assert len(read(api.get("invoices", **query))) == 1
    assert read(api.get("invoices/unique-42", **query))["number"] == "42"


# --- errors ---------------------------------------------------------------------------


def test_show_not_found(api) -> None:
    for name in ("nothing", "1" * 9, "x" * 500, "a%00b", "%F0%9F%92%A9"):
        answer = api.get(f"invoices/{name}")
        if name == "a%00b":
            assert answer.status_code == 404
        else:
            assert read(answer, 404) == failure("Invoice Not Found")


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_investment_not_found(api, vendor, posted, method) -> None:
    tail = "" if method == "POST" else "/x"
    path = f"investments/NONE/vendors/TIMBER/invoices{tail}"
    with unchanged():
        assert read(api.send(method, path, posted), 404) == failure(
            "Investment Not Found"
        )


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_vendor_not_found(api, project, posted, method) -> None:
    tail = "" if method == "POST" else "/x"
    path = f"investments/WORKSHOP/vendors/NONE/invoices{tail}"
    with unchanged():
        assert read(api.send(method, path, posted), 404) == failure("Vendor Not Found")


@pytest.mark.parametrize("body", [{}, {"date": None, "amount": "", "number": " "}])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_missing_required_fields_are_told_together(
    api, vendor, project, method, body
) -> None:
    tail = "" if method == "POST" else "/x"
    with unchanged():
        answer = api.send(method, PATH + tail, body)
        assert read(answer, 422) == MISSING
    assert list(read(answer, 422)["errors"]) == ["date", "amount", "number"]


def test_missing_required_fields_of_one_that_exists(api, vendor, cost, posted) -> None:
    read(api.post(PATH, posted), 201)
    with unchanged():
        assert read(api.put(f"{PATH}/unique-42", {}), 422) == MISSING


def test_duplicate_reference(api, vendor, cost, posted) -> None:
    read(api.post(PATH, posted), 201)
    with unchanged():
        again = api.post(PATH, posted | {"number": "43"})
        assert read(again, 422) == wrong_with(reference=TAKEN)


def test_duplicate_number_of_the_same_vendor(api, vendor, cost, posted) -> None:
    read(api.post(PATH, posted), 201)
    with unchanged():
        again = api.post(PATH, posted | {"reference": "unique-43"})
        assert read(again, 422) == wrong_with(number=TAKEN)
