"""Payments to vendors as documented in §3.6 of the contract."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.models import Account, Event
from payments.models import Payment
from payments.recording import cancel_payment, refund
from tests.api.finario.door import (
    BLANK,
    INVALID,
    TAKEN,
    Door,
    empty,
    failure,
    ids,
    read,
    unchanged,
    wrong,
)
from tests.api.finario.rows import a_vendor, an_approved_invoice, an_invoice
from tests.books import money_of
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    CostCategoryFactory,
    ProjectFactory,
    a_cost,
    a_key,
    a_payment,
    actor,
    an_issued_invoice,
)

BODY = {"amount": 60, "date": "2016-11-30", "reference": "P-1"}
ONE = "investments/WORKSHOP/payments/P-1"


@pytest.fixture(autouse=True)
def _till(bank: Account) -> None:
    """Payments need an account."""


@pytest.fixture
def posted(vendor, cost, bank) -> dict[str, Any]:
    cost.category = CostCategoryFactory(business=vendor.business, name="Tools")
    cost.save()
    return BODY | {
        "description": "First half",
        "invoice_number": "42",
        "check_number": "0007",
        "po_type": "blanket",
        "po_number": "33",
        "po_line": "2",
        "vendor_id": "TIMBER",
        "currency_iso_code": "USD",
        "cost_category_name": "Tools",
        "unique_cost_id": "saw-2026",
        "account_id": bank.code,
    }


def shown(business, vendor, cost, bank, **changes: Any) -> dict[str, Any]:
    return {
        "amount": {"cents": 6000, "currency": "USD"},
        "assignment": {
            "organization_id": business.public_id,
            "user_id": None,
            "investment_id": cost.project.public_id,
            "cost_id": cost.public_id,
            "manually_unassigned": False,
        },
        "check_number": "0007",
        "date": "2016-11-30",
        "description": "First half",
        "id": Payment.objects.get().public_id,
        "invoice_number": "42",
        "po_line": "2",
        "po_number": "33",
        "po_type": "blanket",
        "reference": "P-1",
        "vendor_id": vendor.public_id,
        "cost_category_name": "Tools",
        "unique_cost_id": "saw-2026",
        "account_id": bank.public_id,
    } | changes


@pytest.mark.parametrize("form", ["", ".json", "/"])
@pytest.mark.parametrize(
    "path",
    [
        "payments",
        "investments/WORKSHOP/payments",
        "investments/WORKSHOP/costs/{cost}/payments",
    ],
)
def test_a_payment_is_recorded_listed_and_shown(
    *, api, business, vendor, cost, bank, posted, path, form
) -> None:
    path = path.format(cost=cost.public_id) + form
    created = read(api.post(path, posted), 201)
    listed = shown(business, vendor, cost, bank)
    assert created == {
        "amount": listed["amount"],
        "assignment": listed["assignment"],
        "date": "2016-11-30T00:00:00-05:00",
        "id": listed["id"],
        "number": "42",
        "reference": "P-1",
        "vendor_id": vendor.public_id,
    }
    assert read(api.get(f"payments{form}")) == [listed]
    for name in ("P-1", listed["id"]):
        one = read(api.get(f"payments/{name}{form}"))
        assert one == listed | {"date": "2016-11-30T00:00:00-05:00"}
    payment = Payment.objects.get()
    assert (payment.direction, payment.unallocated) == ("out", 60)


def test_the_unique_cost_id_may_be_in_the_query(api, cost) -> None:
    query = {"unique_cost_id": "saw-2026"}
    path = "investments/WORKSHOP/payments"
    created = read(api.post(path, BODY, query=query), 201)
    assert created["assignment"]["cost_id"] == cost.public_id
    with unchanged():
        body = BODY | {"reference": "2", "unique_cost_id": "another"}
        answer = api.post(path, body, query=query)
        expected = wrong(unique_cost_id=["is another one in the path"])
        assert read(answer, 422) == expected


def test_a_payment_needs_no_vendor_and_no_investment(api, business, bank) -> None:
    created = read(api.post("payments", BODY), 201)
    assert created["vendor_id"] is None
    assert created["assignment"] == {
        "organization_id": business.public_id,
        "user_id": None,
        "investment_id": None,
        "cost_id": None,
        "manually_unassigned": False,
    }
    one = read(api.get("payments/P-1"))
    blank = {"check_number", "description", "invoice_number", "po_line", "po_number"}
    blank |= {"po_type", "cost_category_name", "unique_cost_id", "vendor_id"}
    assert {name for name, value in one.items() if value is None} == blank
    assert one["account_id"] == bank.public_id


def test_it_belongs_to_the_only_cost_with_the_vendor(api, cost) -> None:
    path = "investments/WORKSHOP/payments"
    created = read(api.post(path, BODY | {"vendor_id": "TIMBER"}), 201)
    assert created["assignment"]["cost_id"] == cost.public_id


def test_it_settles_the_approved_invoice_that_it_names(api, vendor, posted) -> None:
    bill = an_approved_invoice(vendor, 100, number="42")
    read(api.post("payments", posted), 201)
    assert money_of(bill)["balance"] == 40
    read(api.post("payments", posted | {"reference": "P-2"}), 201)
    assert money_of(bill)["balance"] == 0
    rest = [payment.unallocated for payment in Payment.objects.order_by("id")]
    assert rest == [0, 20]


def test_without_such_an_invoice_it_stays_on_account(api, vendor, posted) -> None:
    an_invoice(vendor, 100, number="42")  # nobody has approved it
    an_approved_invoice(a_vendor(vendor.business), 100, number="42")
    read(api.post("payments", posted), 201)
    assert Payment.objects.get().unallocated == 60


def test_only_payments_to_vendors_are_listed(api, business, bank) -> None:
    sale = an_issued_invoice(business)
    incoming = a_payment(business, sale, 10, spare=5, account=bank)
    owner = actor(business)
    refund(incoming, Decimal(5), date=TODAY, account=bank, by=owner)
    read(api.post("payments", BODY), 201)
    read(api.post("payments", BODY | {"reference": "P-2"}), 201)
    second = Payment.objects.get(reference="P-2")
    cancel_payment(second, by=owner, now=NOW)
    assert [row["reference"] for row in read(api.get("payments"))] == ["P-1"]
    for payment in Payment.objects.exclude(reference="P-1"):
        answer = api.get(f"payments/{payment.public_id}")
        assert read(answer, 404) == failure("Payment Not Found")


def test_payments_are_found_by_their_investment(api, business) -> None:
    today = datetime.datetime.now(business.zone()).date()
    ProjectFactory(business=business, code="OPEN")
    ProjectFactory(business=business, code="SHUT", closed_on=today)
    for name in ("OPEN", "SHUT"):
        path = f"investments/{name}/payments"
        read(api.post(path, BODY | {"reference": name}), 201)
    read(api.post("payments", BODY), 201)

    def found(**query: str) -> list[str]:
        return [row["reference"] for row in read(api.get("payments", **query))]

    assert found() == ["OPEN", "SHUT", "P-1"]
    assert found(closed="true") == ["SHUT"]
    assert found(closed="false") == ["OPEN"]
    assert found(closed_within_days_ago="1") == ["SHUT"]


# --- refusals -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["payments", "investments/WORKSHOP/payments"])
def test_what_is_missing_is_told_together(api, project, path) -> None:
    with unchanged():
        expected = wrong(date=BLANK, amount=BLANK, reference=BLANK)
        assert read(api.post(path, {}), 422) == expected
        assert read(api.put(ONE, {}), 422) == wrong(date=BLANK, amount=BLANK)


def test_a_reference_that_is_taken(api) -> None:
    read(api.post("payments", BODY), 201)
    with unchanged():
        again = api.post("payments", BODY | {"amount": 1})
        assert read(again, 422) == wrong(reference=TAKEN)


def test_an_unmatched_unique_cost_id(api, business, cost) -> None:
    a_cost(business, unique_cost_id="elsewhere")
    with unchanged():
        answer = api.post("payments", BODY | {"unique_cost_id": "nothing"})
        assert read(answer, 404) == {"errors": ["Cost with ID nothing not found"]}
        body = BODY | {"unique_cost_id": "elsewhere"}
        for method, path in (("POST", "investments/WORKSHOP/payments"), ("PUT", ONE)):
            answer = api.send(method, path, body)
            expected = {"errors": ["Cost with ID elsewhere not found"]}
            assert read(answer, 404) == expected


def test_not_found(api, business, project, cost) -> None:
    elsewhere = a_cost(business)
    with unchanged():
        answer = api.get("payments/nothing")
        assert read(answer, 404) == failure("Payment Not Found")
        for method, tail in (("POST", ""), ("PUT", "/x")):
            answer = api.send(method, f"investments/NONE/payments{tail}", BODY)
            assert read(answer, 404) == failure("Investment Not Found")
        for name in ("saw-2026", elsewhere.public_id):
            answer = api.post(f"investments/WORKSHOP/costs/{name}/payments", BODY)
            assert read(answer, 404) == failure("Cost Not Found")
        answer = api.post("payments", BODY | {"vendor_id": "nobody"})
        assert read(answer, 404) == failure("Vendor Not Found")


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"amount": 0}, "amount", "The amount must be above zero."),
        ({"amount": -1}, "amount", "The amount must be above zero."),
        ({"amount": "1.005"}, "amount", "USD has 2 decimals."),
        ({"amount": "x"}, "amount", "is not a number"),
        ({"date": "soon"}, "date", *INVALID),
        ({"currency_iso_code": "XYZ"}, "currency_iso_code", "XYZ is no currency code."),
        ({"account_id": "none"}, "account_id", *INVALID),
        (
            {"cost_category_name": "Toys"},
            "cost_category_name",
            "is not the category of the cost",
        ),
        (
            {"reference": "x" * 121},
            "reference",
            "is too long (maximum is 120 characters)",
        ),
    ],
)
def test_what_cannot_be_a_payment(api, posted, change, field, message) -> None:
    with unchanged():
        answer = api.post("payments", posted | change)
        assert read(answer, 422) == {"errors": {field: [message]}}


def test_without_a_payment_account_the_remedy_is_told(api, bank) -> None:
    bank.payment_account = False
    bank.save()
    remedy = (
        "No account is marked as a payment account: mark one under accounts, or give "
        "its account_id."
    )
    with unchanged():
        assert read(api.post("payments", BODY), 422) == wrong(base=[remedy])
        answer = api.post("payments", BODY | {"account_id": bank.public_id})
        message = "1000 Bank is no payment account; mark it as one or choose another."
        assert read(answer, 422) == wrong(account_id=[message])


def test_the_first_payment_account_by_code_is_taken(api, business, bank) -> None:
    AccountFactory(business=business, code="0900", payment_account=False)
    first = AccountFactory(business=business, code="0999")
    read(api.post("payments", BODY), 201)
    assert Payment.objects.get().account == first


# --- PUT ------------------------------------------------------------------------------


def test_put_of_an_unknown_id_records_with_it_as_the_reference(api, project) -> None:
    body = {"amount": "60.00", "date": "2016-11-30"}
    empty(api.put(f"{ONE}.json", body))
    with unchanged():
        for name in ("P-1", Payment.objects.get().public_id):
            empty(api.put(f"investments/WORKSHOP/payments/{name}", body))
    assert [row["reference"] for row in read(api.get("payments"))] == ["P-1"]


def test_put_corrects_amount_date_and_description(api, vendor, cost) -> None:
    bill = an_approved_invoice(vendor, 100, number="42")
    body = BODY | {"vendor_id": "TIMBER", "invoice_number": "42"}
    empty(api.put(ONE, body))
    change = {"amount": 70, "date": "2016-12-01", "description": "More"}
    empty(api.put(ONE, body | change))
    payment = Payment.objects.get()
    stored = (payment.amount, str(payment.date), payment.description)
    assert stored == (70, "2016-12-01", "More")
    assert money_of(bill)["balance"] == 30
    verbs = Event.objects.about(payment).values_list("verb", flat=True)
    assert list(verbs) == ["payment.recorded", "payment.revised"]
    with unchanged():
        answer = api.put(ONE, body | {"amount": 101})
        message = "31 is more than the 30 open on 42."
        assert list(read(answer, 422)["errors"]) == ["amount"], message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reference", "other"),
        ("invoice_number", "43"),
        ("check_number", "1"),
        ("po_number", "1"),
        ("vendor_id", "TIMBER"),
        ("unique_cost_id", "saw-2026"),
    ],
)
def test_put_cannot_change_what_stands_fast(api, cost, field, value) -> None:
    empty(api.put(ONE, BODY))
    message = "cannot be changed once the payment is recorded"
    with unchanged():
        answer = api.put(ONE, BODY | {field: value})
        assert read(answer, 422) == {"errors": {field: [message]}}


def test_put_cannot_move_a_payment_to_another_investment(
    api, business, project
) -> None:
    ProjectFactory(business=business, code="OTHER")
    empty(api.put(ONE, BODY))
    message = "cannot be changed once the payment is recorded"
    with unchanged():
        answer = api.put("investments/OTHER/payments/P-1", BODY)
        assert read(answer, 422) == wrong(investment_id=[message])


def test_who_may_not_pay_records_nothing(business, project) -> None:
    clerk = Door(business, a_key(business, role="clerk"))
    with unchanged():
        for answer in (clerk.post("payments", BODY), clerk.put(ONE, BODY)):
            assert answer.status_code == 403
            assert read(answer, 403)["success"] is False
    assert ids(clerk.get("payments")) == []
