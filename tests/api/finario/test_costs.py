"""Costs as documented in §3.5 of the contract."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.models import Cost
from tests.api.finario.door import (
    BLANK,
    INVALID,
    TAKEN,
    failure,
    read,
    unchanged,
    wrong,
)
from tests.factories import AccountFactory, CostCategoryFactory, ProjectFactory, a_cost

PATH = "investments/WORKSHOP/costs"


@pytest.fixture
def posted(business, vendor, project) -> dict[str, Any]:
    AccountFactory(business=business, name="Machinery")
    CostCategoryFactory(business=business, name="Tools")
    project.starts_on = datetime.date(2015, 8, 1)
    project.save()
    return {
        "name": "Saw",
        "account": "Machinery",
        "expected_units": [{"quantity": 2, "project_month": "M3"}, {"quantity": 9}],
        "vendor_name": vendor.name,
        "cost_category": "Tools",
        "apply_tax": "yes",
        "description": "It cuts",
        "unique_cost_id": "saw-1",
        "unit_price": {"dollars": "1000.50", "currency": "USD"},
        "freight": {"dollars": 20},
    }


def shown(cost: Cost, **changes: Any) -> dict[str, Any]:
    total = {"cents": 202100, "currency": "USD"}
    price = {"cents": 100050, "currency": "USD"}
    return {
        "account_id": cost.account.public_id,
        "approved": False,
        "cost_category_id": cost.category.public_id,
        "unit_price": price,
        "freight": {"cents": 2000, "currency": "USD"},
        "sales_tax_rule": {"rate": None, "taxable": ["unit_price"]},
        "expected_units": [{"date": [2015, 10], "quantity": "2", "unit_cost": price}],
        "id": cost.public_id,
        "name": "Saw",
        "vendor_id": cost.vendor.public_id,
        "depreciable_cache": None,
        "forecast_spends": [[total, [2015, 10]]],
        "suspended_spends": None,
        "approved_spends": None,
        "actual_spends": None,
        "revised_forecast": None,
        "forecasted_by_id": None,
        "forecasted_at": None,
        "base_forecast_total": total,
        "base_approved_total": None,
        "base_spends": None,
        "investment_closed_at": None,
    } | changes


@pytest.mark.parametrize("form", ["", ".json", "/"])
def test_a_cost_is_created_listed_and_shown(api, project, posted, form) -> None:
    created = read(api.post(PATH + form, posted), 201)
    cost = Cost.objects.get()
    assert created == shown(cost)
    assert (cost.unique_cost_id, cost.month) == ("saw-1", datetime.date(2015, 10, 1))
    assert read(api.get(f"{PATH}/{cost.public_id}{form}")) == shown(cost)
    assert read(api.get(PATH + form)) == [
        {
            "name": "Saw",
            "id": cost.public_id,
            "description": "It cuts",
            "investment_id": project.public_id,
        }
    ]


def test_approval_and_closing_show(api, project, posted) -> None:
    read(api.post(PATH, posted), 201)
    Cost.objects.update(approved=True)
    project.closed_on = datetime.date(2020, 7, 1)
    project.save()
    cost = Cost.objects.get()
    assert read(api.get(f"{PATH}/{cost.public_id}")) == shown(
        cost,
        approved=True,
        base_approved_total={"cents": 202100, "currency": "USD"},
        investment_closed_at="2020-07-01T00:00:00-04:00",
    )


def test_the_least_that_makes_a_cost(api, project, posted) -> None:
    project.starts_on = None
    project.save()
    least = {"name": "x", "account": "Machinery", "expected_units": [{"quantity": 1}]}
    created = read(api.post(PATH, least), 201)
    nothing = {"cents": 0, "currency": "USD"}
    assert created["unit_price"] == created["base_forecast_total"] == nothing
    units = {"date": None, "quantity": "1", "unit_cost": nothing}
    assert created["expected_units"] == [units]
    assert created["forecast_spends"] == []
    assert created["sales_tax_rule"] == {"rate": None, "taxable": []}
    assert (created["vendor_id"], created["cost_category_id"]) == (None, None)


def test_cents_are_in_the_currencys_own_exponent(api, posted) -> None:
    posted |= {"unit_price": {"dollars": "1.2340", "currency": "bhd"}, "freight": None}
    created = read(api.post(PATH, posted), 201)
    assert created["unit_price"] == {"cents": 1234, "currency": "BHD"}
    assert Cost.objects.get().unit_price == Decimal("1.234")


def test_what_is_too_large_to_be_shown_is_refused(api, posted) -> None:
    posted["expected_units"] = [{"quantity": 100_000_000_000}]
    posted["unit_price"] = {"dollars": 100_000_000_000}
    with unchanged():
        message = "makes the cost too large: it stays below 10000000000000"
        answer = api.post(PATH, posted)
        assert read(answer, 422) == wrong(unit_price=[message])
        posted |= {"unit_price": None, "freight": {"dollars": 10_000_000_000_000}}
        answer = api.post(PATH, posted)
        assert read(answer, 422) == wrong(freight=[message])


def test_a_cost_that_others_made_too_large_is_shown(api, posted) -> None:
    read(api.post(PATH, posted), 201)
    Cost.objects.update(quantity=10**11, unit_price=10**11, freight=0)
    total = {"cents": 10**24, "currency": "USD"}
    price = {"cents": 10**13, "currency": "USD"}
    unit = {"date": [2015, 10], "quantity": str(10**11), "unit_cost": price}
    cost = Cost.objects.get()
    assert read(api.get(f"{PATH}/{cost.public_id}")) == shown(
        cost,
        unit_price=price,
        freight={"cents": 0, "currency": "USD"},
        expected_units=[unit],
        forecast_spends=[[total, [2015, 10]]],
        base_forecast_total=total,
    )


@pytest.mark.parametrize(
    ("word", "taxed"),
    [("YES", True), ("true", True), (True, True), ("no", False), (False, False)],
)
def test_whether_it_is_taxed(api, posted, word, taxed) -> None:
    read(api.post(PATH, posted | {"apply_tax": word}), 201)
    assert Cost.objects.get().taxed is taxed


def test_not_found(api, business, project, posted) -> None:
    elsewhere = a_cost(business, project=ProjectFactory(business=business))
    with unchanged():
        for method in ("GET", "POST"):
            answer = api.send(method, "investments/NONE/costs", posted)
            assert read(answer, 404) == failure("Investment Not Found")
        answer = api.get("investments/NONE/costs/x")
        assert read(answer, 404) == failure("Investment Not Found")
        for name in ("nothing", elsewhere.public_id):
            answer = api.get(f"{PATH}/{name}")
            assert read(answer, 404) == failure("Cost Not Found")
        answer = api.post(PATH, posted | {"vendor_name": "nobody"})
        assert read(answer, 404) == failure("Vendor Not Found")
        answer = api.post(PATH, posted | {"cost_category": "none"})
        assert read(answer, 404) == {"errors": ["Cost Category Not Found"]}


def test_an_unknown_account_is_a_406(api, posted) -> None:
    with unchanged():
        answer = api.post(PATH, posted | {"account": "Foo"})
        assert read(answer, 406) == failure("Account 'Foo' Not Found")


def test_what_is_missing(api, posted) -> None:
    with unchanged():
        answer = api.post(PATH, posted | {"name": None})
        assert read(answer, 422) == wrong(name=BLANK)
        expected = wrong(name=BLANK, account=BLANK, expected_units=BLANK)
        assert read(api.post(PATH, {}), 422) == expected


@pytest.mark.parametrize(
    ("change", "field", "messages"),
    [
        ({"expected_units": []}, "expected_units", BLANK),
        ({"expected_units": "M3"}, "expected_units", INVALID),
        ({"expected_units": ["M3"]}, "expected_units", INVALID),
        ({"expected_units": [{"project_month": "3"}]}, "expected_units", INVALID),
        (
            {"expected_units": [{"quantity": "x"}]},
            "expected_units",
            ["is not a number"],
        ),
        ({"unit_price": 10}, "unit_price", INVALID),
        ({"unit_price": {}}, "unit_price", BLANK),
        (
            {"freight": {"dollars": 1, "currency": "EUR"}},
            "freight",
            ["is in another currency than the unit price"],
        ),
        (
            {"unit_price": {"dollars": 1, "currency": "XYZ"}},
            "currency_iso_code",
            ["XYZ is no ISO 4217 currency code."],
        ),
        (
            {"unit_price": {"dollars": "1.005"}},
            "unit_price",
            ["has more than the 2 decimals of USD"],
        ),
        (
            {"freight": {"dollars": "1.5", "currency": "jpy"}, "unit_price": None},
            "freight",
            ["has more than the 0 decimals of JPY"],
        ),
        (
            {"freight": {"dollars": "-1"}},
            "freight",
            ["must be greater than or equal to 0"],
        ),
        (
            {"expected_units": [{"quantity": -1}]},
            "expected_units",
            ["must be greater than or equal to 0"],
        ),
        ({"expected_units": [{}]}, "expected_units", BLANK),
        ({"apply_tax": "maybe"}, "apply_tax", INVALID),
        ({"apply_tax": 7}, "apply_tax", INVALID),
    ],
)
def test_what_cannot_be_a_cost(api, posted, change, field, messages) -> None:
    with unchanged():
        answer = api.post(PATH, posted | change)
        assert read(answer, 422) == {"errors": {field: messages}}


def test_a_unique_cost_id_is_unique(api, business, posted) -> None:
    a_cost(business, unique_cost_id="saw-1")
    with unchanged():
        answer = api.post(PATH, posted)
        assert read(answer, 422) == wrong(unique_cost_id=TAKEN)
