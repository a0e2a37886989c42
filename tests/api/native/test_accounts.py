"""Accounts: the contract's types however they are spelled, and its filters."""

from __future__ import annotations

import pytest

from invoices.models import Account
from invoices.models.account import AccountType
from partners.models import Business
from tests.api.native.door import Door, ids, read, refusal, unchanged, wrong
from tests.factories import AccountFactory, a_key, a_payment

FULL = {
    "name": "Cash box",
    "code": "1000",
    "type": "Assets - Current",
    "description": "Below the till",
    "payment_account": True,
    "contra_account": True,
    "iban": "DE89370400440532013000",
}


@pytest.mark.parametrize("slash", ["", "/"])
def test_an_account_is_created_read_and_listed(api: Door, slash: str) -> None:
    created = read(api.post(f"accounts{slash}", FULL), 201)
    [stored] = Account.objects.all()
    assert created == FULL | {"id": stored.public_id}
    assert read(api.get(f"accounts/{stored.public_id}{slash}")) == created
    assert read(api.get(f"accounts{slash}")) == [created]


@pytest.mark.parametrize("way", ["PUT", "POST", "item"])
def test_an_update_replaces_all_attributes(api: Door, way: str) -> None:
    created = read(api.post("accounts/", FULL), 201)
    body = {"name": "Till", "type": "Equity"}
    if way == "item":
        response = api.put(f"accounts/{created['id']}", body)
    else:
        response = api.send(way, "accounts", body | {"id": created["id"]})
    assert read(response) == {
        "id": created["id"],
        "name": "Till",
        "code": "",
        "type": "Equity",
        "description": "",
        "payment_account": False,
        "contra_account": False,
        "iban": FULL["iban"],
    }


def test_an_iban_is_taken_as_people_write_it_and_refused_where_it_is_none(
    api: Door,
) -> None:
    spaced = read(
        api.post("accounts/", FULL | {"iban": "de89 3704 0044 0532 0130 00"}), 201
    )
    assert spaced["iban"] == FULL["iban"]
    with unchanged():
        typo = FULL | {"code": "1001", "iban": "DE00 3704 0044 0532 0130 00"}
        refused = read(api.post("accounts/", typo), 400)
    said = "The IBAN's check digits do not fit: compare it with the bank's paper."
    assert refused == wrong("iban", said)


def test_patch_changes_only_what_it_names(api: Door) -> None:
    created = read(api.post("accounts/", FULL), 201)
    changed = read(api.patch(f"accounts/{created['id']}", {"name": "Till"}))
    assert changed == created | {"name": "Till"}


@pytest.mark.parametrize("kind", AccountType.values)
def test_every_type_of_the_page_is_known(api: Door, kind: str) -> None:
    for spelled in (kind, kind.upper(), kind.replace(" - ", "  -  ")):
        created = read(api.post("accounts/", {"name": "x", "type": spelled}), 201)
        assert created["type"] == kind


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("Money", '"Money" is not a valid choice.'),
        (7, '"7" is not a valid choice.'),
        (["Equity"], "\"['Equity']\" is not a valid choice."),
        (None, "This field may not be null."),
    ],
)
def test_an_unknown_type_is_refused(api: Door, kind: object, message: str) -> None:
    with unchanged():
        refused = read(api.post("accounts/", {"name": "x", "type": kind}), 400)
    assert refused == wrong("type", message)


def test_name_and_type_are_required(api: Door) -> None:
    required = ["This field is required."]
    with unchanged():
        refused = read(api.post("accounts/", {}), 400)
    assert refused["apierror"]["fields"] == {"name": required, "type": required}


def test_the_list_is_by_code_and_takes_the_contracts_filters(
    api: Door, business: Business
) -> None:
    kinds = {
        "3": AccountType.ASSETS_CURRENT,
        "1": AccountType.ASSETS,
        "2": AccountType.EXPENSES_OPERATING,
        "4": AccountType.REVENUES_NON_OPERATING,
    }
    made = {
        code: AccountFactory(
            business=business, code=code, type=kind, payment_account=code == "3"
        ).public_id
        for code, kind in kinds.items()
    }

    def codes(query: str) -> str:
        found = ids(api.get(f"accounts?{query}"))
        return "".join(code for one in found for code in made if made[code] == one)

    assert codes("") == "1234"
    assert codes("type=assets") == "13"
    assert codes("type=assets&sub_type=current") == "3"
    assert codes("type=ASSETS%20-%20Current") == "3"
    assert codes("type=asset") == ""
    assert codes("sub_type=operating") == "2"
    assert codes("sub_type=ts") == ""
    assert codes("sub_type=%25") == ""
    assert codes("code=4") == "4"
    assert codes("payment_account=true") == "3"
    assert codes("payment_account=false&type=assets") == "1"


def test_a_taken_code_is_a_conflict(api: Door) -> None:
    read(api.post("accounts/", FULL), 201)
    message = "Another account has this code."
    with unchanged():
        refused = read(api.post("accounts/", FULL), 409)
    assert refused == refusal(409, "code_taken", message, {"code": [message]})


def test_a_used_account_is_not_deleted(api: Door, business: Business) -> None:
    used, spare = AccountFactory.create_batch(2, business=business)
    a_payment(business, None, 1, account=used)
    with unchanged():
        refused = read(api.delete(f"accounts/{used.public_id}"), 409)
    assert refused["apierror"]["code"] == "in_use"
    assert api.delete(f"accounts/{spare.public_id}").status_code == 204
    assert list(Account.objects.all()) == [used]


def test_accounts_belong_to_the_accountant(business: Business) -> None:
    clerk = Door(business, a_key(business, role="clerk"))
    accountant = Door(business, a_key(business, role="accountant"))
    with unchanged():
        read(clerk.post("accounts/", FULL), 403)
    read(accountant.post("accounts/", FULL), 201)
