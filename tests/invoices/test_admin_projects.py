"""Projects, costs and categories in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from invoices.models import Cost, CostCategory, Project
from tests.admin_cast import (
    Books,
    act,
    books,
    errors,
    everything,
    said,
    signed_in,
    staff,
    url,
)
from tests.books import history, row
from tests.factories import CostCategoryFactory, MembershipFactory, ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def owner(own: Books) -> Client:
    return signed_in(staff(own.business))


def project(own: Books, **values: Any) -> dict[str, Any]:
    return {
        "business": own.business.pk,
        "code": "KILN",
        "name": "Kiln",
        "description": "",
        "rationale": "",
        "category": "",
        "keywords": "",
        "owner": "",
        "starts_on": "",
        "in_service_on": "",
        **values,
    }


def test_a_project_is_kept_with_its_owner_and_keywords(
    own: Books, owner: Client
) -> None:
    member = MembershipFactory(business=own.business).user
    data = project(own, keywords="wood,heat", owner=member.pk, starts_on="2026-01-01")
    response = owner.post(url(Project, "add"), data)
    assert response.status_code == 302, errors(response)
    kiln = Project.objects.get(code="KILN")
    stored = row(kiln)
    assert (stored["keywords"], stored["owner_id"]) == (["wood", "heat"], member.pk)
    response = owner.post(url(kiln, "change"), data | {"name": "Drying kiln"})
    assert response.status_code == 302, errors(response)
    assert row(kiln) == stored | {"name": "Drying kiln"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"code": "Own"}, "Another project has this code."),
        (
            {"starts_on": "2026-02-01", "in_service_on": "2026-01-01"},
            "In service date cannot be before project start date",
        ),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_with_a_project_is_shown(
    own: Books, owner: Client, values: dict[str, str], message: str
) -> None:
    before = everything()
    response = owner.post(url(Project, "add"), project(own, **values))
    assert errors(response) == [message]
    assert everything() == before


def test_the_owner_works_for_the_projects_business(own: Books) -> None:
    second = books("Second")
    user = staff(own.business)
    theirs = MembershipFactory(business=second.business).user
    MembershipFactory(business=second.business, user=user)
    client = signed_in(user)
    before = everything()
    response = client.post(url(Project, "add"), project(own, owner=theirs.pk))
    assert errors(response) == ["This person does not work for the business."]
    stranger = MembershipFactory().user
    before = everything()
    response = client.post(url(Project, "add"), project(own, owner=stranger.pk))
    assert any("Select a valid choice" in text for text in errors(response))
    assert everything() == before


def test_a_project_is_closed_and_reopened(own: Books, owner: Client) -> None:
    asked = act(owner, "close", own.project)
    assert "Close these projects today?" in asked.content.decode()
    done = act(owner, "close", own.project, confirmed="yes")
    assert said(done) == ["Closed Own Mill."]
    own.project.refresh_from_db()
    assert not own.project.is_open
    again = act(owner, "close", own.project, confirmed="yes")
    assert said(again) == [f"Own Mill: Own Mill was closed on {own.project.closed_on}."]
    text = owner.get(url(own.project, "change")).content.decode()
    assert "project.closed" in text
    assert 'value="reopen"' in text
    assert said(act(owner, "reopen", own.project)) == ["Reopened Own Mill."]
    assert [verb for verb, _ in history(own.project)] == [
        "project.closed",
        "project.reopened",
    ]


def test_a_cost_stays_in_its_project(own: Books, owner: Client) -> None:
    other = ProjectFactory(business=own.business)
    stored = row(own.cost)
    data = {
        "project": other.pk,
        "name": "Panel saw",
        "currency": "USD",
        "quantity": "1",
        "unit_price": "18500",
        "freight": "0",
        "unique_cost_id": "Own-saw",
        "category": own.cost.category_id,
    }
    response = owner.post(url(own.cost, "change"), data)
    assert response.status_code == 302, errors(response)
    after = stored | {"name": "Panel saw", "unit_price": 18500}
    assert row(own.cost) == after
    data |= {"business": own.business.pk}
    before = everything()
    taken = owner.post(url(Cost, "add"), data)
    assert errors(taken) == ["Another cost has this unique cost id."]
    assert everything() == before


def test_a_cost_of_another_business_is_refused(own: Books, owner: Client) -> None:
    other = books("Zebra")
    data = {"business": own.business.pk, "name": "X", "currency": "USD"}
    data |= {"quantity": "1", "unit_price": "1", "freight": "0"}
    before = everything()
    for values in (
        {"project": other.project.pk},
        {"project": own.project.pk, "vendor": other.bill.partner_id},
        {"project": own.project.pk, "category": other.cost.category_id},
    ):
        response = owner.post(url(Cost, "add"), data | values)
        assert any("Select a valid choice" in text for text in errors(response))
    assert everything() == before


def test_a_category_never_lies_in_itself(own: Books, owner: Client) -> None:
    inner = CostCategoryFactory(business=own.business)
    outer: CostCategory = own.cost.category
    data = {"name": inner.name, "code": inner.code, "parent": outer.pk}
    assert owner.post(url(inner, "change"), data).status_code == 302
    before = everything()
    data = {"name": outer.name, "code": outer.code}
    for above in (inner, outer):
        response = owner.post(url(outer, "change"), data | {"parent": above.pk})
        assert errors(response) == ["cannot lie inside itself"]
    assert everything() == before


def test_what_is_in_use_is_not_deleted(own: Books, owner: Client) -> None:
    before = everything()
    for used in (own.project, own.cost, own.cost.category):
        response = owner.post(url(used, "delete"), {"post": "yes"}, follow=True)
        assert "is used by" in said(response)[0]
    assert everything() == before


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_who_keeps_no_master_data_only_looks(own: Books, role: str) -> None:
    client = signed_in(staff(own.business, role))
    before = everything()
    for target in (own.project, own.cost, own.cost.category):
        assert client.get(url(target, "change")).status_code == 200
        assert client.post(url(target, "change"), {"name": "X"}).status_code == 403
        assert client.post(url(type(target), "add"), {}).status_code == 403
    act(client, "close", own.project, confirmed="yes")
    assert everything() == before
