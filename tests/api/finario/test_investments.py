"""Investments and cost categories as documented in §3.4 and §3.5 of the contract."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from invoices.models import CostCategory, Project
from partners.models import Membership
from tests.api.finario.door import failure, ids, read, unchanged
from tests.api.finario.rows import a_vendor
from tests.factories import MembershipFactory, ProjectFactory, a_cost

ALL_MISSING = {
    "errors": [
        "Name can't be blank",
        "Project start can't be blank",
        "In service date can't be blank",
        "Estimated completion date can't be blank",
        "Investment category can't be blank",
        "Owner can't be blank",
    ]
}


def sentences(*said: str) -> dict[str, list[str]]:
    return {"errors": list(said)}


@pytest.fixture
def posted(business, api) -> dict[str, Any]:
    owner = Membership.objects.get(business=business).user
    return {
        "organization_code": business.slug,
        "name": "Workshop",
        "investment_category_name": "Buildings",
        "owner_email": owner.email,
        "project_start_as_time": "Oct-2015",
        "in_service_date_as_time": "2016-03-01",
        "investment_id": "WS-1",
        "description": "More room",
        "rationale": "Orders wait",
        "api_request": True,
    }


def shown(project: Project, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Workshop",
        "id": project.public_id,
        "investment_id": "WS-1",
        "investment_category_name": "Buildings",
        "api_request": True,
        "costs_path": f"/api/investments/{project.public_id}/costs",
        "organization_code": project.business.slug,
    } | changes


@pytest.mark.parametrize("form", ["", ".json", "/"])
def test_an_investment_is_created_listed_and_shown(api, business, posted, form) -> None:
    created = read(api.post(f"investments{form}", posted), 201)
    project = Project.objects.get()
    assert created == shown(project)
    assert read(api.get(f"investments{form}")) == [shown(project)]
    for name in (project.public_id, "WS-1"):
        assert read(api.get(f"investments/{name}{form}")) == shown(project)
    owner = Membership.objects.get(business=business).user
    assert (project.owner, project.keywords) == (owner, ["api"])
    assert project.starts_on == datetime.date(2015, 10, 1)
    assert project.in_service_on == datetime.date(2016, 3, 1)
    assert (project.description, project.rationale) == ("More room", "Orders wait")


def test_an_owner_goes_by_name_too_and_a_code_is_made_of_the_name(
    api, business, posted
) -> None:
    member = MembershipFactory(business=business, user__name="Ann Alder")
    del posted["owner_email"], posted["investment_id"]
    posted |= {"owner_name": "Ann Alder", "organization_name": business.name}
    codes = [read(api.post("investments", posted), 201)["investment_id"] for _ in "abc"]
    assert codes == ["workshop", "workshop-2", "workshop-3"]
    assert {p.owner for p in Project.objects.all()} == {member.user}


def test_everything_missing_is_told_in_sentences(api, business) -> None:
    with unchanged():
        body = {"organization_code": business.slug}
        assert read(api.post("investments", body), 422) == ALL_MISSING


@pytest.mark.parametrize("owner", ["nobody@example.com", "stranger", "former", "", 7])
def test_an_owner_is_a_member(api, business, posted, owner) -> None:
    if owner == "stranger":
        owner = MembershipFactory().user.email
    if owner == "former":
        owner = MembershipFactory(business=business, active=False).user.email
    with unchanged():
        answer = api.post("investments", posted | {"owner_email": owner})
        expected = sentences("Owner can't be blank")
        if owner == 7:
            expected = sentences("Owner can't be blank")
        assert read(answer, 422) == expected


def test_a_name_of_two_members_names_none(api, business, posted) -> None:
    for _ in range(2):
        MembershipFactory(business=business, user__name="Ann")
    del posted["owner_email"]
    answer = api.post("investments", posted | {"owner_name": "Ann"})
    assert read(answer, 422) == sentences("Owner can't be blank")


@pytest.mark.parametrize(
    "organization",
    [
        {"organization_code": None},
        {"organization_code": "another"},
        {"organization_code": 7},
        {"organization_name": "another"},
    ],
)
def test_another_organization_is_not_found(api, posted, organization) -> None:
    with unchanged():
        answer = api.post("investments", posted | organization)
        assert read(answer, 404) == failure("Organization Not Found")
        answer = api.post("investments", {})
        assert read(answer, 404) == failure("Organization Not Found")


def test_it_cannot_be_in_service_before_it_starts(api, posted) -> None:
    with unchanged():
        body = posted | {"in_service_date_as_time": "Sep-2015"}
        expected = sentences("In service date cannot be before project start date")
        assert read(api.post("investments", body), 422) == expected


def test_a_code_that_is_taken(api, posted) -> None:
    ProjectFactory(business=api.business, code="WS-1")
    with unchanged():
        expected = sentences("Investment has already been taken")
        assert read(api.post("investments", posted), 422) == expected


def test_put_changes_what_is_given_and_answers_with_it(api, posted) -> None:
    read(api.post("investments", posted), 201)
    project = Project.objects.get()
    answer = api.put("investments/WS-1", {"name": "Mill", "api_request": False})
    assert read(answer) == shown(project, name="Mill", api_request=False)
    answer = api.put(f"investments/{project.public_id}", posted)
    assert read(answer) == shown(project)
    project.refresh_from_db()
    assert project.description == "More room"


def test_put_refuses(api, posted) -> None:
    read(api.post("investments", posted), 201)
    with unchanged():
        for blank in ("", None, "another"):
            answer = api.put("investments/WS-1", {"organization_code": blank})
            assert read(answer, 422) == sentences("Organization can't be blank")
        answer = api.put("investments/WS-1", {"name": "", "owner_email": "nobody"})
        expected = sentences("Name can't be blank", "Owner can't be blank")
        assert read(answer, 422) == expected
        answer = api.put("investments/WS-1", {"project_start_as_time": "Oct-2016"})
        expected = sentences("In service date cannot be before project start date")
        assert read(answer, 422) == expected
        answer = api.put("investments/WS-1", {"project_start_as_time": "someday"})
        assert read(answer, 422) == sentences("Project start is invalid")


def test_a_row_of_ours_cannot_be_given(api, posted) -> None:
    read(api.post("investments", posted), 201)
    owner = Project.objects.get().owner
    read(api.put("investments/WS-1", {"owner": "x", "name": "Mill"}))
    project = Project.objects.get()
    assert (project.owner, project.name) == (owner, "Mill")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_not_found_has_a_shape_of_its_own(api, method) -> None:
    with unchanged():
        answer = api.send(
            method, "investments/nothing", {} if method == "PUT" else None
        )
        assert read(answer, 404) == {"errors": ["Not Found"]}


# --- filters --------------------------------------------------------------------------


@pytest.fixture
def projects(business) -> dict[str, str]:
    """Three investments, by their ids."""
    day = datetime.date
    rows = [
        ProjectFactory(
            business=business,
            name="A",
            category="Buildings",
            keywords=["api", "wood"],
            starts_on=day(2015, 10, 1),
        ),
        ProjectFactory(
            business=business,
            name="B",
            category="Machines",
            keywords=["wood"],
            starts_on=day(2015, 12, 31),
            closed_on=day(2020, 1, 1),
        ),
        ProjectFactory(business=business, name="C"),
    ]
    a_cost(business, project=rows[1], vendor=a_vendor(business, name="Timber & Co."))
    return {project.public_id: project.name for project in rows}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "ABC"),
        ("keywords=wood", "AB"),
        ("keywords=wood,api", "A"),
        ("keywords=api, ,wood", "A"),
        ("keywords=iron", ""),
        ("categories[]=Buildings", "A"),
        ("categories[]=Buildings&categories[]=Machines", "AB"),
        ("rounds=Closed", "B"),
        ("rounds=Approved", "AC"),
        ("rounds=Approved,Closed", "ABC"),
        ("rounds[]=Approved&rounds[]=Closed", "ABC"),
        ("round=Closed", "B"),
        ("rounds=Idea", ""),
        ("rounds=My round", ""),
        ("vendor=Timber %26 Co.", "B"),
        ("vendor=nobody", ""),
        ("start_year=2015", "AB"),
        ("start_year=2015&start_month=11", "B"),
        ("end_year=2015", "AB"),
        ("end_year=2015&end_month=11", "A"),
        ("start_month=10&start_year=2015&end_month=12&end_year=2015", "AB"),
        ("start_year=2016", ""),
        ("organization=another", ""),
        ("keywords=wood&rounds=Closed", "B"),
    ],
)
def test_investments_are_found_by(api, projects, query, found) -> None:
    shown = ids(api.get(f"/api/investments?{query}"))
    assert "".join(projects[one] for one in shown) == found


def test_the_organization_goes_by_name_and_code(api, business, projects) -> None:
    for name in (business.name, business.slug):
        assert len(ids(api.get("investments", organization=name))) == 3


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "size_range=greater_than,$1M",
            "Size range is not kept in these books: nothing can be found by it",
        ),
        (
            "budgeted_status=budgeted",
            "Budgeted status is not kept in these books: nothing can be found by it",
        ),
        (
            "approved_before=2015-1-1",
            "Approved before is not kept in these books: nothing can be found by it",
        ),
        (
            "c_Region=East",
            "C region is not kept in these books: nothing can be found by it",
        ),
        (
            "c.Region=East",
            "C.region is not kept in these books: nothing can be found by it",
        ),
        ("start_year=x", "Start year is not a number"),
        ("start_month=13", "Start month must be less than or equal to 12"),
        ("start_month=1", "Start year can't be blank"),
        ("keywords=a%00b", "Keywords is invalid"),
        ("categories[]=a%00b", "Categories is invalid"),
    ],
)
def test_what_cannot_be_asked_is_told(api, projects, query, said) -> None:
    assert read(api.get(f"/api/investments?{query}"), 422) == sentences(said)


# --- cost categories ------------------------------------------------------------------


@pytest.mark.parametrize("form", ["", ".json", "/"])
def test_a_category_is_created_listed_and_changed(api, form) -> None:
    body = {"name": "Saws", "category_code": "S", "parent_name": "Tools"}
    created = read(api.post(f"cost_categories{form}", body), 201)
    saws = CostCategory.objects.get(name="Saws")
    tools = CostCategory.objects.get(name="Tools")
    assert saws.parent == tools
    shown = {"category_code": "S", "name": "Saws", "id": saws.public_id}
    assert created == shown
    around = {"category_code": None, "name": "Tools", "id": tools.public_id}
    assert read(api.get(f"cost_categories{form}")) == [shown, around]
    answer = api.put(f"cost_categories/{saws.public_id}{form}", {"name": "Blades"})
    assert read(answer) == shown | {"name": "Blades"}
    saws.refresh_from_db()
    assert saws.parent == tools
    body = {"name": "Blades", "parent_name": ""}
    read(api.put(f"cost_categories/{saws.public_id}", body))
    saws.refresh_from_db()
    assert saws.parent is None


def test_a_categorys_name_is_unique_beside_it(api, business) -> None:
    body = {"name": "Saws", "parent_name": "Tools"}
    read(api.post("cost_categories", body), 201)
    other = read(api.post("cost_categories", {"name": "Saws"}), 201)
    read(api.post("cost_categories", {"name": "Saws", "parent_name": "Old"}), 201)
    taken = sentences("Name has already been taken")
    path = f"cost_categories/{other['id']}"
    with unchanged():
        assert read(api.post("cost_categories", body), 422) == taken
        assert read(api.post("cost_categories", {"name": "Saws"}), 422) == taken
        assert read(api.post("cost_categories", {"name": "Tools"}), 422) == taken
        assert read(api.put(path, body), 422) == taken
        assert read(api.put(path, {"name": "Old"}), 422) == taken
        assert read(api.put(path, {"name": "Saws"})) == other


def test_categories_refuse(api, business) -> None:
    tools = CostCategory.objects.create(business=business, name="Tools", code="T")
    saws = CostCategory.objects.create(business=business, name="Saws", parent=tools)
    path = f"cost_categories/{tools.public_id}"
    with unchanged():
        for body in ({}, {"name": " "}):
            expected = sentences("Name can't be blank")
            assert read(api.post("cost_categories", body), 422) == expected
            assert read(api.put(path, body), 422) == expected
        answer = api.put("cost_categories/nothing", {"name": "x"})
        assert read(answer, 404) == sentences("Cost Category Not Found")
        answer = api.post("cost_categories", {"name": "x", "category_code": "T"})
        assert read(answer, 422) == sentences("Category code has already been taken")
        answer = api.put(path, {"name": "x", "parent_name": saws.name})
        assert read(answer, 422) == sentences("Parent name cannot lie inside itself")
