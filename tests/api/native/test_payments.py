"""inc_payments and invoicepayments: one door under two names."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.models import Account, Invoice
from partners.models import Business, Partner
from payments.models import Payment
from tests.api.native.door import Door, ids, read, reference, refusal, unchanged, wrong
from tests.factories import (
    AccountFactory,
    a_draft,
    a_key,
    a_line,
    a_payment,
    an_issued_invoice,
)

NAMES = ["inc_payments", "invoicepayments"]


@pytest.fixture
def ib0v(business: Business, customer: Partner) -> Invoice:
    """The page's invoice, with 2,000 open."""
    return an_issued_invoice(
        business,
        partner=customer,
        number="INV00000001",
        date=datetime.date(2017, 1, 26),
        due_date=datetime.date(2199, 1, 1),
        lines=[a_line(20, 100)],
    )


@pytest.fixture
def body(bank: Account) -> dict:
    """The page's request, with its slip of the pen."""
    return {
        "date": "2017-01-26",
        "currency_rate": 1,
        "amount": 1000,
        "payment_account": reference(bank),
        "desription": "Payment for Invoice#INV00000001",
    }


def shown(payment: Payment, bank: Account, ib0v: Invoice, **changes: Any) -> dict:
    """The page's payment as it is shown."""
    return {
        "id": payment.public_id,
        "date": "2017-01-26",
        "currency_rate": 1,
        "payment_account": reference(bank),
        "amount": 1000,
        "description": "Payment for Invoice#INV00000001",
        "currency": {"code": "USD"},
        "customer": reference(ib0v.partner),
        "unallocated_amount": 0,
        "allocations": [{"invoice": reference(ib0v), "amount": 1000}],
        "version": payment.version,
    } | changes


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("name", NAMES)
def test_a_payment_lowers_what_is_due(
    *, api: Door, ib0v: Invoice, bank: Account, body: dict, name: str, slash: str
) -> None:
    response = api.post(f"invoices/{ib0v.public_id}/{name}{slash}", body)
    created = read(response, 201)
    payment = Payment.objects.get()
    assert created == shown(payment, bank, ib0v)
    assert response["ETag"] == f'"{payment.version}"'
    assert b'"amount":1000.00,' in response.content
    invoice = read(api.get(f"invoices/{ib0v.public_id}"))
    assert (invoice["paid_amount"], invoice["due_amount"]) == (1000, 1000)
    assert invoice["status"] == "Paid Partially"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, "Payment for Invoice#INV00000001"),
        ({"description": ""}, "Payment for Invoice#INV00000001"),
        ({"description": None}, "Payment for Invoice#INV00000001"),
        ({"description": "By cheque"}, "By cheque"),
        ({"desription": "By cheque"}, "By cheque"),
        ({"description": "By cheque", "desription": "misspelt"}, "By cheque"),
    ],
)
def test_a_payment_without_words_gets_the_contracts(
    api: Door, ib0v: Invoice, body: dict, words: dict, expected: str
) -> None:
    del body["desription"]
    created = read(
        api.post(f"invoices/{ib0v.public_id}/inc_payments/", body | words), 201
    )
    assert created["description"] == expected


def test_read_only_attributes_are_passed_over(
    api: Door, ib0v: Invoice, bank: Account, body: dict
) -> None:
    lies = {
        "id": "dd921fea0",
        "currency": {"code": "EUR"},
        "customer": {"id": "dd921fea0"},
        "unallocated_amount": 7,
        "allocations": [],
        "version": 99,
    }
    created = read(
        api.post(f"invoices/{ib0v.public_id}/inc_payments/", body | lies), 201
    )
    assert created == shown(Payment.objects.get(), bank, ib0v)


@pytest.mark.parametrize("name", NAMES)
def test_one_payment_with_and_without_the_slash(
    api: Door, ib0v: Invoice, bank: Account, body: dict, name: str
) -> None:
    created = read(api.post(f"invoices/{ib0v.public_id}/{name}", body), 201)
    for slash in ("", "/"):
        assert read(api.get(f"{name}/{created['id']}{slash}")) == created


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", ["PUT", "POST", "item"])
def test_an_update_replaces_the_payment_also_where_the_curl_says_post(
    *,
    api: Door,
    business: Business,
    ib0v: Invoice,
    bank: Account,
    body: dict,
    name: str,
    slash: str,
    way: str,
) -> None:
    created = read(api.post(f"invoices/{ib0v.public_id}/{name}/", body), 201)
    other = AccountFactory(business=business)
    change = {
        "date": "2017-01-27",
        "amount": 1500.5,
        "payment_account": reference(other),
        "desription": "Corrected",
    }
    if way == "item":
        response = api.put(f"{name}/{created['id']}{slash}", body | change)
    else:
        known = {"id": created["id"]}
        response = api.send(way, f"{name}{slash}", body | change | known)
    payment = Payment.objects.get()
    assert read(response) == shown(
        payment,
        other,
        ib0v,
        date="2017-01-27",
        amount=Decimal("1500.5"),
        description="Corrected",
        allocations=[{"invoice": reference(ib0v), "amount": Decimal("1500.5")}],
    )
    assert response["ETag"] == f'"{payment.version}"'
    assert read(api.get(f"invoices/{ib0v.public_id}"))["due_amount"] == Decimal("499.5")


def test_an_update_without_words_keeps_the_old_ones(
    api: Door, ib0v: Invoice, body: dict
) -> None:
    path = f"invoices/{ib0v.public_id}/inc_payments/"
    created = read(api.post(path, body | {"description": "By cheque"}), 201)
    del body["desription"]
    updated = read(api.put("inc_payments/", body | {"id": created["id"]}))
    assert updated["description"] == "By cheque"


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("name", NAMES)
def test_deleting_a_payment_reopens_the_invoice(
    api: Door, ib0v: Invoice, body: dict, name: str, slash: str
) -> None:
    created = read(api.post(f"invoices/{ib0v.public_id}/{name}/", body), 201)
    response = api.delete(f"{name}/{created['id']}{slash}")
    assert (response.status_code, response.content) == (204, b"")
    assert read(api.get(f"invoices/{ib0v.public_id}"))["due_amount"] == 2000
    read(api.get(f"{name}/{created['id']}"), 404)
    assert ids(api.get(name)) == []
    assert Payment.objects.get().cancelled_at is not None


@pytest.mark.parametrize("name", NAMES)
def test_the_lists_are_by_date_and_take_the_contracts_filters(
    api: Door, business: Business, ib0v: Invoice, bank: Account, name: str
) -> None:
    days = [datetime.date(2017, 2, day) for day in (3, 1, 2)]
    third, first, second = (
        a_payment(business, ib0v, 10, date=day, account=bank) for day in days
    )
    on_account = a_payment(
        business, None, 5, date=datetime.date(2017, 2, 2), account=bank
    )
    everything = [one.public_id for one in (first, second, on_account, third)]
    of_invoice = f"invoices/{ib0v.public_id}/{name}"
    for slash in ("", "/"):
        assert ids(api.get(f"{name}{slash}")) == everything
        assert ids(api.get(f"{of_invoice}{slash}")) == [
            one.public_id for one in (first, second, third)
        ]
        assert ids(api.get(f"{name}{slash}?from_date=2017-02-02")) == everything[1:]
        assert ids(api.get(f"{name}{slash}?to_date=2017-02-01")) == everything[:1]
        assert ids(api.get(f"{of_invoice}{slash}?per_page=1&page=1")) == [
            second.public_id
        ]
    assert read(api.get(name)) == [
        read(api.get(f"{name}/{public_id}")) for public_id in everything
    ]


def test_an_unknown_invoice_has_no_payments(api: Door, body: dict) -> None:
    expected = refusal(404, "not_found", "There is nothing here with this id.")
    with unchanged():
        assert read(api.get("invoices/dd921fea0/inc_payments"), 404) == expected
        assert read(api.post("invoices/dd921fea0/inc_payments", body), 404) == expected


@pytest.mark.parametrize("name", ["date", "currency_rate", "amount", "payment_account"])
def test_required_attributes_are_named(
    api: Door, ib0v: Invoice, body: dict, name: str
) -> None:
    del body[name]
    with unchanged():
        refused = read(api.post(f"invoices/{ib0v.public_id}/inc_payments/", body), 400)
    assert refused == wrong(name, "This field is required.")


@pytest.mark.parametrize(
    ("change", "status", "code", "field", "message"),
    [
        (
            {"amount": 2000.01},
            409,
            "exceeds_open",
            "amount",
            "2000.01 is more than the 2000.00 open on INV00000001.",
        ),
        ({"amount": 0}, 400, "bad_payment", "amount", "The amount must be above zero."),
        (
            {"amount": -5},
            400,
            "bad_payment",
            "amount",
            "The amount must be above zero.",
        ),
        ({"amount": 0.001}, 400, "bad_payment", "amount", "USD has 2 decimals."),
        (
            {"currency_rate": 2},
            400,
            "bad_payment",
            "currency_rate",
            "The rate of the base currency USD is 1.",
        ),
    ],
)
def test_what_cannot_be_paid_is_named(
    *,
    api: Door,
    ib0v: Invoice,
    body: dict,
    change: dict,
    status: int,
    code: str,
    field: str,
    message: str,
) -> None:
    path = f"invoices/{ib0v.public_id}/inc_payments/"
    with unchanged():
        refused = read(api.post(path, body | change), status)
    assert refused == refusal(status, code, message, {field: [message]})


def test_the_account_must_be_ours_and_open_for_payments(
    api: Door, business: Business, stranger: Door, ib0v: Invoice, body: dict
) -> None:
    closed = AccountFactory(business=business, code="4000", payment_account=False)
    theirs = AccountFactory(business=stranger.business)
    path = f"invoices/{ib0v.public_id}/inc_payments/"
    message = "4000 Bank is no payment account; mark it as one or choose another."
    with unchanged():
        refused = read(
            api.post(path, body | {"payment_account": reference(closed)}), 400
        )
        assert refused == refusal(
            400, "bad_payment", message, {"payment_account": [message]}
        )
        for public_id in (theirs.public_id, "dd921fea0"):
            refused = read(
                api.post(path, body | {"payment_account": {"id": public_id}}), 400
            )
            assert refused == wrong("payment_account", "There is no such row.")


def test_a_draft_cannot_be_paid(api: Door, business: Business, body: dict) -> None:
    draft = a_draft(business, number="D-1", lines=[a_line(20, 100)])
    message = "D-1 is draft: it cannot be paid."
    with unchanged():
        refused = read(api.post(f"invoices/{draft.public_id}/inc_payments/", body), 409)
    assert refused == refusal(409, "not_issued", message)


def test_an_update_cannot_pay_more_than_is_open(
    api: Door, ib0v: Invoice, body: dict
) -> None:
    path = f"invoices/{ib0v.public_id}/inc_payments/"
    created = read(api.post(path, body), 201)
    with unchanged():
        refused = read(
            api.put("inc_payments/", body | {"id": created["id"], "amount": 2001}), 409
        )
    assert refused["apierror"]["code"] == "exceeds_open"


@pytest.mark.parametrize("way", ["PUT", "POST"])
def test_an_update_needs_an_id(api: Door, ib0v: Invoice, body: dict, way: str) -> None:
    with unchanged():
        refused = read(api.send(way, "inc_payments/", body), 400)
    assert refused == wrong("id", "Give the id of what is to be updated.")


def test_if_match_guards_updates_and_deletions(
    api: Door, ib0v: Invoice, body: dict
) -> None:
    created = read(api.post(f"invoices/{ib0v.public_id}/inc_payments/", body), 201)
    path = f"inc_payments/{created['id']}"
    stale = {"If-Match": '"99"'}
    message = "Someone else changed the payment; read it again."
    with unchanged():
        known = body | {"id": created["id"]}
        answers = [
            api.put(path, body, headers=stale),
            api.put("inc_payments/", known, headers=stale),
            api.post("inc_payments/", known, headers=stale),
            api.delete(path, headers=stale),
        ]
        for answer in answers:
            assert read(answer, 412) == refusal(412, "stale", message)
    tag = api.get(path)["ETag"]
    updated = api.put(path, body, headers={"If-Match": tag})
    assert updated["ETag"] != tag
    fresh = {"If-Match": updated["ETag"]}
    assert api.delete(path, headers=fresh).status_code == 204


def test_a_clerk_sees_payments_but_records_none(
    business: Business, ib0v: Invoice, bank: Account, body: dict
) -> None:
    clerk = Door(business, a_key(business, role="clerk"))
    payment = a_payment(business, ib0v, 1, account=bank)
    assert ids(clerk.get("inc_payments")) == [payment.public_id]
    path = f"inc_payments/{payment.public_id}"
    with unchanged():
        read(clerk.post(f"invoices/{ib0v.public_id}/inc_payments/", body), 403)
        read(clerk.put(path, body), 403)
        read(clerk.delete(path), 403)
