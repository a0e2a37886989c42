"""Projects, costs and categories: what purchases belong to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from invoices.models import Cost, Project
from partners.models import Business
from tests.api.native.door import Door, ids, read, reference, refusal, unchanged, wrong
from tests.books import history
from tests.factories import (
    TODAY,
    AccountFactory,
    CostCategoryFactory,
    MembershipFactory,
    PartnerFactory,
    ProjectFactory,
    a_bill,
    a_cost,
    a_key,
)


@pytest.fixture
def mill(business: Business) -> Project:
    """A project."""
    return ProjectFactory(business=business, code="MILL", name="Mill")


@pytest.fixture
def whole(business: Business) -> dict:
    """Every attribute of a project."""
    member = MembershipFactory(business=business)
    return {
        "code": "MILL",
        "name": "Mill",
        "description": "A saw mill",
        "rationale": "Planks are dear",
        "category": "Buildings",
        "keywords": ["wood", "water"],
        "owner": member.user.email,
        "starts_on": "2026-01-01",
        "in_service_on": "2026-12-31",
    }


NOTHING: dict[str, Any] = {
    "description": "",
    "rationale": "",
    "category": "",
    "keywords": [],
    "owner": None,
    "starts_on": None,
    "in_service_on": None,
    "closed_on": None,
}


# --- projects -------------------------------------------------------------------------


def test_a_project_is_made_read_and_listed(api: Door, whole: dict) -> None:
    created = read(api.post("projects/", whole), 201)
    assert created == {"id": created["id"], "closed_on": None} | whole
    assert read(api.get(f"projects/{created['id']}")) == created
    least = read(api.post("projects", {"code": "A", "name": "Annex"}), 201)
    assert least == {"id": least["id"], "code": "A", "name": "Annex"} | NOTHING
    assert read(api.get("projects")) == [least, created]
    assert ids(api.get("projects?code=MILL")) == [created["id"]]


def test_an_update_replaces_all_attributes_and_a_patch_some(
    api: Door, whole: dict
) -> None:
    created = read(api.post("projects/", whole), 201)
    one = f"projects/{created['id']}"
    patched = read(api.patch(one, {"name": "Water mill", "keywords": []}))
    assert patched == created | {"name": "Water mill", "keywords": []}
    least = {"code": "M", "name": "Mill"}
    for answer in (
        api.put(one, least),
        api.put("projects/", least | {"id": created["id"]}),
        api.post("projects/", least | {"id": created["id"]}),
    ):
        assert read(answer) == NOTHING | least | {"id": created["id"]}


@pytest.mark.parametrize(
    ("change", "status", "code", "field", "message"),
    [
        (
            {"code": "TAKEN"},
            409,
            "code_taken",
            "code",
            "Another project has this code.",
        ),
        (
            {"in_service_on": "2025-12-31"},
            400,
            "bad_dates",
            "in_service_on",
            "cannot be before project start date",
        ),
    ],
)
def test_what_the_books_refuse_is_named(
    *,
    api: Door,
    business: Business,
    whole: dict,
    change: dict,
    status: int,
    code: str,
    field: str,
    message: str,
) -> None:
    ProjectFactory(business=business, code="TAKEN")
    with unchanged():
        refused = read(api.post("projects/", whole | change), status)
    assert refused == refusal(status, code, message, {field: [message]})


def test_the_owner_is_a_member(api: Door, stranger: Door, whole: dict) -> None:
    theirs = MembershipFactory(business=stranger.business).user.email
    with unchanged():
        for email in (theirs, "nobody@example.com"):
            refused = read(api.post("projects/", whole | {"owner": email}), 400)
            assert refused == wrong("owner", "There is no such member.")


@pytest.mark.parametrize("name", ["code", "name"])
def test_a_project_has_code_and_name(api: Door, whole: dict, name: str) -> None:
    del whole[name]
    with unchanged():
        refused = read(api.post("projects/", whole), 400)
    assert refused == wrong(name, "This field is required.")


def test_a_project_that_documents_belong_to_is_not_deleted(
    api: Door, business: Business, mill: Project
) -> None:
    bill = a_bill(business, project=mill)
    message = "Mill is used by invoices; archive it instead of deleting it."
    with unchanged():
        refused = read(api.delete(f"projects/{mill.public_id}"), 409)
    assert refused == refusal(409, "in_use", message)
    api.delete(f"bills/{bill.public_id}")
    assert api.delete(f"projects/{mill.public_id}").status_code == 204
    assert not Project.objects.exists()


def test_a_project_is_closed_and_reopened(
    api: Door, business: Business, mill: Project
) -> None:
    one = f"projects/{mill.public_id}"
    before = read(api.get(one))
    closed = read(api.post(f"{one}/close/", {"closed_on": "2026-03-10"}))
    assert closed == before | {"closed_on": "2026-03-10"}
    assert ids(api.get("projects?closed=true")) == [mill.public_id]
    assert ids(api.get("projects?closed=false")) == []
    message = "Mill was closed on 2026-03-10."
    with unchanged():
        refused = read(api.post(f"{one}/close/"), 409)
        assert refused == refusal(409, "conflict", message)

    assert read(api.post(f"{one}/reopen/")) == before

    with unchanged():
        refused = read(api.post(f"{one}/reopen/"), 409)
        assert refused == refusal(409, "conflict", "Mill is open.")
    facts = {"code": "MILL", "closed_on": "2026-03-10"}
    assert history(mill) == [("project.closed", facts), ("project.reopened", facts)]
    today = read(api.post(f"{one}/close/"))["closed_on"]
    assert today > str(TODAY)


def test_a_project_does_not_end_before_it_starts(api: Door, whole: dict) -> None:
    created = read(api.post("projects/", whole), 201)
    message = "Mill starts on 2026-01-01."
    with unchanged():
        path = f"projects/{created['id']}/close/"
        refused = read(api.post(path, {"closed_on": "2025-12-31"}), 400)
    assert refused == refusal(400, "bad_dates", message, {"closed_on": [message]})


# --- costs ----------------------------------------------------------------------------


@pytest.fixture
def planks(business: Business, mill: Project) -> dict:
    """Every attribute of a cost."""
    return {
        "project": reference(mill),
        "name": "Planks",
        "description": "Oak",
        "unique_cost_id": "u-1",
        "vendor": reference(PartnerFactory(business=business)),
        "category": reference(CostCategoryFactory(business=business)),
        "account": reference(AccountFactory(business=business)),
        "currency": {"code": "EUR"},
        "quantity": 3,
        "unit_price": 20,
        "freight": 5,
        "taxed": True,
        "month": "2026-03-01",
        "approved": True,
    }


LEAST: dict[str, Any] = {
    "description": "",
    "unique_cost_id": "",
    "vendor": None,
    "category": None,
    "account": None,
    "currency": {"code": "USD"},
    "quantity": 1,
    "unit_price": 0,
    "freight": 0,
    "taxed": False,
    "month": None,
    "approved": False,
}


def test_a_cost_is_made_in_its_project_or_under_it(
    api: Door, mill: Project, planks: dict
) -> None:
    created = read(api.post("costs/", planks), 201)
    assert created == {"id": created["id"]} | planks
    under = f"projects/{mill.public_id}/costs"
    other = read(api.post(f"{under}/", {"name": "Nails"}), 201)
    kept = {"id": other["id"], "project": reference(mill), "name": "Nails"}
    assert other == kept | LEAST
    for path in ("costs", "costs/", under, f"{under}/"):
        assert read(api.get(path)) == [other, created]
    assert read(api.get(f"costs/{other['id']}")) == other


def test_costs_are_found_by_what_purchases_are_matched_with(
    api: Door, business: Business, mill: Project, planks: dict
) -> None:
    elsewhere = a_cost(business)
    created = read(api.post("costs/", planks), 201)
    for query in (
        f"project={mill.public_id}",
        f"vendor={planks['vendor']['id']}",
        "unique_cost_id=u-1",
    ):
        assert ids(api.get(f"costs?{query}")) == [created["id"]]
    project = elsewhere.project.public_id
    assert ids(api.get(f"projects/{project}/costs")) == [elsewhere.public_id]
    read(api.get("projects/dd921fea0/costs"), 404)


def test_an_update_replaces_a_cost_and_a_patch_some_of_it(
    api: Door, mill: Project, planks: dict
) -> None:
    created = read(api.post("costs/", planks), 201)
    one = f"costs/{created['id']}"
    assert read(api.patch(one, {"quantity": 4})) == created | {"quantity": 4}
    least = {"project": reference(mill), "name": "Boards"}
    for answer in (
        api.put(one, least),
        api.put("costs/", least | {"id": created["id"]}),
    ):
        assert read(answer) == LEAST | least | {"id": created["id"]}


@pytest.mark.parametrize(
    ("change", "code", "field", "message"),
    [
        (
            {"unique_cost_id": "taken"},
            "invalid",
            "unique_cost_id",
            "has already been taken",
        ),
        (
            {"currency": {"code": "XQQ"}},
            "invalid",
            "currency",
            "XQQ is no ISO 4217 currency code.",
        ),
    ],
)
def test_what_is_wrong_with_a_cost_is_named(
    *,
    api: Door,
    business: Business,
    planks: dict,
    change: dict,
    code: str,
    field: str,
    message: str,
) -> None:
    a_cost(business, unique_cost_id="taken")
    with unchanged():
        refused = read(api.post("costs/", planks | change), 400)
    assert refused == refusal(400, code, message, {field: [message]})


def test_a_cost_stays_in_its_project(
    api: Door, business: Business, planks: dict
) -> None:
    created = read(api.post("costs/", planks), 201)
    other = {"project": reference(ProjectFactory(business=business))}
    message = "A cost stays in its project."
    with unchanged():
        for answer in (
            api.put(f"costs/{created['id']}", planks | other),
            api.patch(f"costs/{created['id']}", other),
        ):
            expected = refusal(400, "invalid", message, {"project": [message]})
            assert read(answer, 400) == expected


def test_a_cost_in_which_purchases_share_is_not_deleted(
    api: Door, business: Business
) -> None:
    cost: Cost = a_cost(business)
    a_bill(business, project=cost.project, cost_shares=[(cost, Decimal(100))])
    with unchanged():
        refused = read(api.delete(f"costs/{cost.public_id}"), 409)
    assert refused["apierror"]["code"] == "in_use"


# --- categories -----------------------------------------------------------------------


def test_categories_lie_in_each_other_but_never_in_themselves(api: Door) -> None:
    wood = read(api.post("cost_categories/", {"name": "Wood", "code": "W"}), 201)
    assert wood == {"id": wood["id"], "code": "W", "name": "Wood", "parent": None}
    inside = {"parent": {"id": wood["id"]}}
    oak = read(api.post("cost_categories/", {"name": "Oak"} | inside), 201)
    assert oak == {"id": oak["id"], "code": "", "name": "Oak"} | inside
    assert read(api.get("cost_categories")) == [oak, wood]
    assert read(api.get("cost_categories?code=W")) == [wood]
    message = "cannot lie inside itself"
    with unchanged():
        for above in (oak, wood):
            change = {"parent": {"id": above["id"]}}
            refused = read(api.patch(f"cost_categories/{wood['id']}", change), 400)
            expected = refusal(400, "invalid", message, {"parent": [message]})
            assert refused == expected
    message = "Wood is used by cost categories; it stays."
    with unchanged():
        refused = read(api.delete(f"cost_categories/{wood['id']}"), 409)
        assert refused == refusal(409, "in_use", message)
    for category in (oak, wood):
        path = f"cost_categories/{category['id']}/"
        assert api.delete(path).status_code == 204


# --- who may --------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_who_keeps_no_master_data_only_looks(
    business: Business, mill: Project, role: str
) -> None:
    door = Door(business, a_key(business, role=role))
    cost = a_cost(business, project=mill)
    category = CostCategoryFactory(business=business)
    assert ids(door.get("projects")) == [mill.public_id]
    with unchanged():
        for path in (
            f"projects/{mill.public_id}",
            f"costs/{cost.public_id}",
            f"cost_categories/{category.public_id}",
        ):
            read(door.patch(path, {"name": "New"}), 403)
            read(door.delete(path), 403)
        read(door.post(f"projects/{mill.public_id}/close"), 403)
        read(door.post(f"projects/{mill.public_id}/costs", {"name": "New"}), 403)
