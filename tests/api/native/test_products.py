"""Products: prices in the base currency, accounts and taxes by reference."""

from __future__ import annotations

import pytest

from invoices.models import Account, Product, Tax
from partners.models import Business
from tests.api.native.door import Door, ids, read, reference, refusal, unchanged, wrong
from tests.factories import (
    AccountFactory,
    ProductFactory,
    TaxFactory,
    a_draft,
    a_line,
)

EMPTY = {
    "code": "",
    "description": "",
    "sell": False,
    "default_revenue_account": None,
    "default_selling_price": None,
    "default_selling_tax": None,
    "buy": False,
    "default_expense_account": None,
    "default_buying_price": None,
    "default_buying_tax": None,
}


@pytest.fixture
def full(bank: Account, tax: Tax) -> dict:
    """Every attribute that can be written."""
    return {
        "name": "Pancake",
        "code": "PAN",
        "description": "Round",
        "sell": True,
        "default_revenue_account": reference(bank),
        "default_selling_price": 30,
        "default_selling_tax": reference(tax),
        "buy": True,
        "default_expense_account": reference(bank),
        "default_buying_price": 12,
        "default_buying_tax": reference(tax),
    }


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_pages_example_creates_a_product(
    api: Door, bank: Account, slash: str
) -> None:
    posted = {
        "name": "Pancake",
        "sell": True,
        "default_revenue_account": reference(bank),
        "default_selling_price": 30,
    }
    created = read(api.post(f"products{slash}", posted), 201)
    [stored] = Product.objects.all()
    assert created == EMPTY | posted | {"id": stored.public_id}
    assert str(stored.selling_price.currency) == "USD"
    assert read(api.get(f"products/{stored.public_id}{slash}")) == created
    assert read(api.get(f"products{slash}")) == [created]


def test_every_attribute_is_kept(api: Door, full: dict) -> None:
    created = read(api.post("products/", full), 201)
    assert created == full | {"id": Product.objects.get().public_id}


@pytest.mark.parametrize("way", ["PUT", "POST", "item"])
def test_an_update_replaces_all_attributes(api: Door, full: dict, way: str) -> None:
    created = read(api.post("products/", full), 201)
    body = {"name": "Crêpe"}
    if way == "item":
        response = api.put(f"products/{created['id']}/", body)
    else:
        response = api.send(way, "products/", body | {"id": created["id"]})
    assert read(response) == EMPTY | body | {"id": created["id"]}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Crêpe"},
        {"default_selling_price": 31},
        {"sell": False, "default_selling_price": None},
        {"default_buying_tax": None},
        {},
    ],
)
def test_patch_changes_only_what_it_names(api: Door, full: dict, change: dict) -> None:
    created = read(api.post("products/", full), 201)
    assert read(api.patch(f"products/{created['id']}", change)) == created | change


def test_patch_does_not_look_at_what_it_does_not_touch(
    api: Door, business: Business
) -> None:
    product = ProductFactory(business=business)  # sold, without an account
    path = f"products/{product.public_id}"
    assert read(api.patch(path, {"name": "New"}))["name"] == "New"
    with unchanged():
        refused = read(api.patch(path, {"sell": True}), 400)
    assert refused == wrong("default_revenue_account", "Required where sell is true.")


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (
            {"default_revenue_account": None},
            "default_revenue_account",
            "Required where sell is true.",
        ),
        (
            {"default_expense_account": None},
            "default_expense_account",
            "Required where buy is true.",
        ),
        (
            {"default_revenue_account": {"id": "dd921fea0"}},
            "default_revenue_account",
            "There is no such row.",
        ),
        (
            {"default_selling_tax": {"id": "ty1n"}},
            "default_selling_tax",
            "There is no such row.",
        ),
        (
            {"default_buying_tax": "ty1n"},
            "default_buying_tax",
            'Use an object with an id: {"id": "…"}.',
        ),
        (
            {"default_selling_price": "dear"},
            "default_selling_price",
            "A valid number is required.",
        ),
        ({"sell": "perhaps"}, "sell", "Must be a valid boolean."),
    ],
)
def test_a_wrong_attribute_is_named(
    api: Door, full: dict, change: dict, field: str, message: str
) -> None:
    with unchanged():
        refused = read(api.post("products/", full | change), 400)
    assert refused == wrong(field, message)


@pytest.mark.parametrize(("flag", "kind"), [("sell", "selling"), ("buy", "buying")])
def test_what_is_sold_or_bought_has_a_price(
    api: Door, full: dict, flag: str, kind: str
) -> None:
    word = "sold" if flag == "sell" else "bought"
    message = f"A product that is {word} needs a {kind} price."
    with unchanged():
        refused = read(
            api.post("products/", full | {f"default_{kind}_price": None}), 400
        )
    assert refused == refusal(400, "invalid", message, {"": [message]})


def test_other_businesses_rows_are_no_rows(
    api: Door, stranger: Door, full: dict
) -> None:
    theirs = {
        "default_revenue_account": AccountFactory(business=stranger.business),
        "default_expense_account": AccountFactory(business=stranger.business),
        "default_selling_tax": TaxFactory(business=stranger.business),
        "default_buying_tax": TaxFactory(business=stranger.business),
    }
    with unchanged():
        for name, row in theirs.items():
            refused = read(api.post("products/", full | {name: reference(row)}), 400)
            assert refused == wrong(name, "There is no such row.")


def test_the_list_is_by_name_and_takes_the_contracts_filters(
    api: Door, business: Business
) -> None:
    waffle = ProductFactory(business=business, name="Waffle", code="W", buy=False)
    iron = ProductFactory(
        business=business,
        name="Iron",
        sell=False,
        buy=True,
        buying_price=12,
        price_currency="USD",
    )
    assert ids(api.get("products")) == [iron.public_id, waffle.public_id]
    assert ids(api.get("products?sell=true")) == [waffle.public_id]
    assert ids(api.get("products?buy=true")) == [iron.public_id]
    assert ids(api.get("products?buy=false&sell=True")) == [waffle.public_id]
    assert ids(api.get("products?code=W")) == [waffle.public_id]
    assert ids(api.get("products?code=X")) == []


def test_a_taken_code_is_a_conflict(api: Door, full: dict) -> None:
    read(api.post("products/", full), 201)
    message = "Another product has this code."
    with unchanged():
        refused = read(api.post("products/", full), 409)
    assert refused == refusal(409, "code_taken", message, {"code": [message]})


def test_what_stands_on_an_invoice_is_not_deleted(
    api: Door, business: Business
) -> None:
    used, spare = ProductFactory.create_batch(2, business=business)
    a_draft(business, lines=[a_line(product=used)])
    with unchanged():
        refused = read(api.delete(f"products/{used.public_id}/"), 409)
    assert refused["apierror"]["code"] == "in_use"
    assert api.delete(f"products/{spare.public_id}/").status_code == 204
    assert list(Product.objects.all()) == [used]
