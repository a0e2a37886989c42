"""billpayments, earlier exp_payments: money paid to vendors, one door under two names."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.models import Account, Invoice
from partners.models import Business
from payments.models import Payment
from payments.recording import refund
from tests.api.native.door import Door, ids, read, reference, refusal, unchanged
from tests.factories import (
    TODAY,
    AccountFactory,
    a_bill,
    a_key,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
)

NAMES = ["billpayments", "exp_payments"]


@pytest.fixture
def bill(business: Business) -> Invoice:
    """An approved bill of 100, due in a thousand years."""
    return an_approved_bill(
        business,
        number="BILL-7",
        date=datetime.date(2017, 1, 26),
        due_date=datetime.date(2199, 1, 1),
    )


@pytest.fixture
def body(bank: Account) -> dict:
    """The least that the contract wants."""
    return {
        "date": "2017-01-26",
        "currency_rate": 1,
        "amount": 40,
        "payment_account": reference(bank),
    }


def shown(payment: Payment, bank: Account, bill: Invoice, **changes: Any) -> dict:
    """The payment as it is shown."""
    return {
        "id": payment.public_id,
        "date": "2017-01-26",
        "currency_rate": 1,
        "payment_account": reference(bank),
        "amount": 40,
        "description": "Payment for vendor bill#BILL-7",
        "currency": {"code": "USD"},
        "vendor": reference(bill.partner),
        "unallocated_amount": 0,
        "allocations": [{"bill": reference(bill), "amount": 40}],
        "version": payment.version,
    } | changes


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("name", NAMES)
def test_a_payment_lowers_what_is_due(
    *, api: Door, bill: Invoice, bank: Account, body: dict, name: str, slash: str
) -> None:
    response = api.post(f"bills/{bill.public_id}/{name}{slash}", body)
    payment = Payment.objects.get()
    assert read(response, 201) == shown(payment, bank, bill)
    assert response["ETag"] == f'"{payment.version}"'
    assert payment.direction == "out"
    after = read(api.get(f"bills/{bill.public_id}"))
    assert (after["paid_amount"], after["due_amount"], after["status"]) == (
        40,
        60,
        "Paid Partially",
    )
    for end in ("", "/"):
        assert read(api.get(f"{name}/{payment.public_id}{end}")) == shown(
            payment, bank, bill
        )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"description": None}, "Payment for vendor bill#BILL-7"),
        ({"description": "By cheque"}, "By cheque"),
        ({"desription": "By cheque"}, "By cheque"),
    ],
)
def test_a_payment_without_words_gets_the_contracts(
    api: Door, bill: Invoice, body: dict, words: dict, expected: str
) -> None:
    path = f"bills/{bill.public_id}/billpayments/"
    assert read(api.post(path, body | words), 201)["description"] == expected


def test_paying_a_bill_that_waits_approves_it(
    api: Door, business: Business, body: dict
) -> None:
    waiting = a_bill(business, due_date=datetime.date(2199, 1, 1))
    read(
        api.post(f"bills/{waiting.public_id}/billpayments", body | {"amount": 100}), 201
    )
    after = read(api.get(f"bills/{waiting.public_id}"))
    assert (after["status"], after["approved"]) == ("Paid", True)


@pytest.mark.parametrize(
    ("role", "capability"),
    [("accountant", "approve"), ("approver", "pay"), ("clerk", "approve")],
)
def test_who_may_not_do_both_pays_no_bill_that_waits(
    business: Business, body: dict, role: str, capability: str
) -> None:
    waiting = a_bill(business)
    door = Door(business, a_key(business, role=role))
    message = (
        f"This needs the capability “{capability}”, which the role or the key's scopes "
        "of this caller do not include."
    )
    with unchanged():
        refused = read(door.post(f"bills/{waiting.public_id}/billpayments", body), 403)
    assert refused == refusal(403, "not_allowed", message)


def test_an_accountant_pays_what_is_approved(
    business: Business, bill: Invoice, body: dict
) -> None:
    door = Door(business, a_key(business, role="accountant"))
    read(door.post(f"bills/{bill.public_id}/billpayments", body), 201)


@pytest.mark.parametrize(
    ("change", "status", "code", "message"),
    [
        (
            {"amount": 100.01},
            409,
            "exceeds_open",
            "100.01 is more than the 100.00 open on BILL-7.",
        ),
        ({"amount": 0}, 400, "bad_payment", "The amount must be above zero."),
        ({"amount": 0.001}, 400, "bad_payment", "USD has 2 decimals."),
    ],
)
def test_what_cannot_be_paid_is_named(
    *,
    api: Door,
    bill: Invoice,
    body: dict,
    change: dict,
    status: int,
    code: str,
    message: str,
) -> None:
    with unchanged():
        refused = read(
            api.post(f"bills/{bill.public_id}/billpayments/", body | change), status
        )
    assert refused == refusal(status, code, message, {"amount": [message]})


def test_a_cancelled_bill_and_an_invoice_are_not_paid_here(
    api: Door, business: Business, body: dict
) -> None:
    off = a_bill(business)
    off.cancel(by=actor(business), reason="")
    sale = an_issued_invoice(business)
    message = "V-1 is cancelled: it cannot be paid."
    with unchanged():
        refused = read(api.post(f"bills/{off.public_id}/billpayments", body), 409)
        assert refused == refusal(409, "not_issued", message)
        for path in (
            f"bills/{sale.public_id}/billpayments",
            f"invoices/{off.public_id}/inc_payments",
        ):
            assert read(api.post(path, body), 404)["apierror"]["code"] == "not_found"
            read(api.get(path), 404)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", ["PUT", "POST", "item"])
def test_an_update_replaces_the_payment(
    *,
    api: Door,
    business: Business,
    bill: Invoice,
    body: dict,
    name: str,
    slash: str,
    way: str,
) -> None:
    created = read(api.post(f"bills/{bill.public_id}/{name}/", body), 201)
    other = AccountFactory(business=business)
    change = {"amount": 50.5, "payment_account": reference(other)}
    if way == "item":
        response = api.put(f"{name}/{created['id']}{slash}", body | change)
    else:
        known = {"id": created["id"]}
        response = api.send(way, f"{name}{slash}", body | change | known)
    half = Decimal("50.5")
    assert read(response) == shown(
        Payment.objects.get(),
        other,
        bill,
        amount=half,
        allocations=[{"bill": reference(bill), "amount": half}],
    )
    assert read(api.get(f"bills/{bill.public_id}"))["due_amount"] == Decimal("49.5")


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("name", NAMES)
def test_deleting_a_payment_reopens_the_bill(
    api: Door, bill: Invoice, body: dict, name: str, slash: str
) -> None:
    created = read(api.post(f"bills/{bill.public_id}/{name}/", body), 201)
    response = api.delete(f"{name}/{created['id']}{slash}")
    assert (response.status_code, response.content) == (204, b"")
    after = read(api.get(f"bills/{bill.public_id}"))
    assert (after["due_amount"], after["status"]) == (100, "Outstanding")
    read(api.get(f"{name}/{created['id']}"), 404)
    assert ids(api.get(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_lists_are_by_date_and_take_the_contracts_filters(
    api: Door, business: Business, bill: Invoice, bank: Account, name: str
) -> None:
    days = [datetime.date(2017, 2, day) for day in (3, 1, 2)]
    out = {"direction": "out", "account": bank}
    third, first, second = (
        a_payment(business, bill, 10, date=day, **out) for day in days
    )
    advance = a_payment(business, None, 5, date=datetime.date(2017, 2, 2), **out)
    everything = [one.public_id for one in (first, second, advance, third)]
    of_bill = f"bills/{bill.public_id}/{name}"
    for slash in ("", "/"):
        assert ids(api.get(f"{name}{slash}")) == everything
        listed = ids(api.get(f"{of_bill}{slash}"))
        assert listed == [one.public_id for one in (first, second, third)]
        assert ids(api.get(f"{name}{slash}?from_date=2017-02-02")) == everything[1:]
        assert ids(api.get(f"{name}{slash}?to_date=2017-02-01")) == everything[:1]
        page = ids(api.get(f"{of_bill}{slash}?per_page=1&page=1"))
        assert page == [second.public_id]
    assert read(api.get(name)) == [
        read(api.get(f"{name}/{public_id}")) for public_id in everything
    ]


def test_money_from_customers_and_back_to_them_is_no_bill_payment(
    api: Door, business: Business, bill: Invoice, bank: Account
) -> None:
    by = actor(business)
    received = a_payment(business, None, 50, account=bank, by=by)
    back = refund(received, Decimal(20), date=TODAY, account=bank, by=by)
    paid = a_payment(business, bill, 10, direction="out", account=bank, by=by)
    assert ids(api.get("billpayments")) == [paid.public_id]
    assert ids(api.get("inc_payments")) == [received.public_id]
    for one in (received, back):
        read(api.get(f"billpayments/{one.public_id}"), 404)
    read(api.get(f"inc_payments/{paid.public_id}"), 404)


def test_if_match_guards_updates_and_deletions(
    api: Door, bill: Invoice, body: dict
) -> None:
    created = read(api.post(f"bills/{bill.public_id}/billpayments/", body), 201)
    path = f"billpayments/{created['id']}"
    stale = {"If-Match": '"99"'}
    message = "Someone else changed the payment; read it again."
    with unchanged():
        for answer in (
            api.put(path, body, headers=stale),
            api.put("billpayments/", body | {"id": created["id"]}, headers=stale),
            api.delete(path, headers=stale),
        ):
            assert read(answer, 412) == refusal(412, "stale", message)
