"""Another organization's rows: not by id, not by list, include, filter or sort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from invoices.models import Invoice
from partners.models import Business
from tests.api.nutcache.door import Door, ids, read, refusal, search, unchanged
from tests.factories import (
    BusinessFactory,
    PartnerFactory,
    ProductFactory,
    ProjectFactory,
    TaxFactory,
    a_line,
    a_payment,
    actor,
    an_issued_invoice,
)

MARK = "omega-secret"
NOTHING = refusal(404, "not_found", "There is nothing here with this id.")
OWNED = ("invoices", "customers", "organizations", "members", "taxes", "items")


@dataclass
class Rows:
    """One of each kind of row; the mark stands in every text."""

    ids: dict[str, int]
    invoice: Invoice


def rows(business: Business, mark: str) -> Rows:
    by = actor(business)
    mine: dict[str, Any] = {"business": business, "name": mark, "code": mark}
    customer = PartnerFactory(**mine, email=f"{mark}@example.com", contact_name=mark)
    tax, item = TaxFactory(**mine), ProductFactory(**mine, description=mark)
    invoice = an_issued_invoice(
        business,
        by=by,
        partner=customer,
        number=mark,
        memo=mark,
        terms=mark,
        description=mark,
        project=ProjectFactory(business=business, name=mark),
        lines=[a_line(1, 10, tax=tax, product=item, description=mark)],
    )
    a_payment(business, invoice, 1, by=by)
    [member] = [m.pk for m in by_member(business, by.user_id)]
    found = {
        "invoices": invoice.pk,
        "customers": customer.pk,
        "organizations": business.pk,
        "members": member,
        "taxes": tax.pk,
        "items": item.pk,
    }
    return Rows(found, invoice)


def by_member(business: Business, user_id: int | None) -> Any:
    from partners.models import Membership

    return Membership.objects.for_business(business).filter(user=user_id)


@pytest.fixture
def theirs(db: None) -> Rows:
    return rows(BusinessFactory(name=MARK, email=f"{MARK}@example.com"), MARK)


@pytest.fixture
def ours(business: Business) -> Rows:
    return rows(business, "alpha")


def silent(response: Any) -> Any:
    """The answer, in which the other organization's mark must not be."""
    assert MARK not in response.content.decode()
    return response


@pytest.mark.parametrize("name", OWNED)
def test_their_ids_are_not_there(
    api: Door, theirs: Rows, ours: Rows, name: str
) -> None:
    assert read(silent(api.get(f"{name}/{theirs.ids[name]}")), 404) == NOTHING
    assert read(api.get(f"{name}/{ours.ids[name]}"))


@pytest.mark.parametrize("part", ["invoice_details", "invoice_taxes"])
def test_nothing_is_below_their_invoice(
    api: Door, theirs: Rows, ours: Rows, part: str
) -> None:
    path = f"invoices/{theirs.invoice.pk}/{part}"
    for found in (path, f"{path}?include=invoices"):
        assert read(silent(api.get(found)), 404) == NOTHING
    posted = silent(api.send("POST", f"{path}/filtered", {}))
    assert read(posted, 404) == NOTHING
    assert len(api.shown(f"invoices/{ours.invoice.pk}/{part}")) == 1


@pytest.mark.parametrize("name", OWNED)
def test_lists_and_searches_are_ours_alone(
    api: Door, theirs: Rows, ours: Rows, name: str
) -> None:
    from invoices.api.nutcache.entities import ENTITIES

    entity = ENTITIES[name]
    include = ",".join(each.entity for each in entity.includes)
    query = f"?limit=100&include={include}" if include else "?limit=100"
    assert ours.ids[name] in ids(read(silent(api.get(f"{name}{query}")))[name])
    searches = [
        search(("id", "eq", theirs.ids[name])),
        *(
            search((prop, operator, MARK))
            for prop, kind in entity.kinds().items()
            if kind == "string"
            for operator in ("eq", "ct", "sw", "ew")
        ),
    ]
    for body in searches:
        response = silent(api.send("POST", f"{name}/filtered{query}", body))
        assert read(response)[name] == []
    for prop in entity.kinds():
        body = search((prop, "neq", None), sort=[(prop, "desc")])
        silent(api.send("POST", f"{name}/filtered{query}", body))


def test_their_key_at_our_organization_and_ours_at_theirs(
    api: Door, stranger: Door, ours: Rows, theirs: Rows
) -> None:
    assert ids(stranger.shown("members")) == [stranger.member.pk]
    for name in OWNED:
        if name not in ("organizations", "members"):
            assert stranger.shown(name) == []
        assert read(stranger.get(f"{name}/{ours.ids[name]}"), 404) == NOTHING
    swapped = {"OrganizationGuid": str(stranger.business.guid)}
    assert silent(api.get("invoices", headers=swapped)).status_code == 403


def test_asking_changes_nothing(api: Door, ours: Rows, theirs: Rows) -> None:
    with unchanged():
        for name in OWNED:
            read(api.get(name))
            read(api.get(f"{name}/{ours.ids[name]}"))
            read(api.send("POST", f"{name}/filtered", search(("id", "gt", 0))))
        read(api.get(f"invoices/{ours.invoice.pk}/invoice_details"))
        read(api.get(f"invoices/{ours.invoice.pk}/invoice_taxes"))
