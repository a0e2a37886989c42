"""What a purchase belongs to: a project, and shares of its costs that make up 100 %."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from invoices.assigning import assign, matched_cost
from invoices.drafting import draft_invoice
from invoices.exceptions import (
    BadShares,
    NoSuchCost,
    NotIssued,
    PeriodClosed,
    StaleDocument,
)
from invoices.models import CostShare
from partners.exceptions import NotAllowed
from tests.books import history, refused, row
from tests.factories import (
    NOW,
    TODAY,
    BusinessFactory,
    PartnerFactory,
    ProjectFactory,
    a_bill,
    a_cost,
    a_draft,
    actor,
    an_approved_bill,
    an_issued_invoice,
    bill_of,
)

WHOLE = Decimal(100)


@pytest.fixture
def mill(business):
    """A project."""
    return ProjectFactory(business=business, code="MILL")


def shares_of(document) -> Any:
    found = document.cost_shares.order_by("id")
    return list(found.values_list("cost_id", "percent"))


# --- assign -----------------------------------------------------------------------------


def test_a_bill_is_shared_out_to_the_last_part(business, owner, mill):
    bill = a_bill(business, by=owner)
    costs = [a_cost(business, project=mill) for _ in range(3)]
    parts = [Decimal(text) for text in ("33.333333", "33.333333", "33.333334")]
    before = row(bill)

    assign(bill, mill, list(zip(costs, parts, strict=True)), by=owner)

    assert row(bill) == before | {"project_id": mill.pk, "version": 2}
    assert shares_of(bill) == [
        (cost.pk, part) for cost, part in zip(costs, parts, strict=True)
    ]
    assert history(bill)[1:] == [
        (
            "invoice.assigned",
            {
                "project": "MILL",
                "shares": {
                    str(cost.pk): str(part)
                    for cost, part in zip(costs, parts, strict=True)
                },
            },
        )
    ]


def test_assigning_again_replaces_what_was(business, owner, mill):
    bill = a_bill(business, by=owner)
    first, second = a_cost(business, project=mill), a_cost(business)
    assign(bill, mill, [(first, WHOLE)], by=owner)
    assign(bill, second.project, [(second, WHOLE)], by=owner)
    assert row(bill)["project_id"] == second.project_id
    assert shares_of(bill) == [(second.pk, 100)]
    assign(bill, mill, by=owner)
    assert (row(bill)["project_id"], shares_of(bill)) == (mill.pk, [])


def test_a_bill_taken_off_its_project_says_so(business, owner, mill):
    bill = a_bill(business, by=owner, project=mill)
    assign(bill, None, by=owner)
    stored = row(bill)
    assert (stored["project_id"], stored["manually_unassigned"]) == (None, True)
    assert history(bill)[-1] == ("invoice.assigned", {"project": None, "shares": {}})
    assign(bill, mill, by=owner)
    stored = row(bill)
    assert (stored["project_id"], stored["manually_unassigned"]) == (mill.pk, False)


def test_final_documents_too_are_assigned_and_nothing_else_of_them_changes(
    business, owner, mill
):
    cost = a_cost(business, project=mill)
    for document in (
        an_approved_bill(business, by=owner),
        a_draft(business, by=owner),
        an_issued_invoice(business, by=owner),
    ):
        before = row(document)
        assign(document, mill, [(cost, WHOLE)], by=owner)
        after = {"project_id": mill.pk, "version": before["version"] + 1}
        assert row(document) == before | after


def test_cancelled_and_void_documents_belong_nowhere(business, owner, mill):
    bill, sale = a_bill(business, by=owner), an_issued_invoice(business, by=owner)
    bill.cancel(by=owner, reason="")
    sale.void(by=owner, reason="", now=NOW)
    for document in (bill, sale):
        with refused(NotIssued):
            assign(document, mill, by=owner)


def test_what_stops_an_assignment(business, owner, mill):
    bill = a_bill(business, by=owner)
    with refused(StaleDocument):
        assign(bill, mill, by=owner, expected_version=7)
    for role in ("viewer", "approver"):
        by = actor(business, role)
        with refused(NotAllowed):
            assign(bill, mill, by=by)
    stranger = actor(BusinessFactory())
    with refused(NotAllowed):
        assign(bill, mill, by=stranger)
    business.closed_through = TODAY
    business.save()
    with refused(PeriodClosed, "date"):
        assign(bill, mill, by=owner)


# --- shares -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts",
    [
        ["99.99"],
        ["101"],
        ["50", "49.999999"],
        ["50", "50.000001"],
        ["100", "0"],
        ["150", "-50"],
        ["NaN"],
        ["Infinity"],
        ["33.3333335", "66.6666665"],
    ],
)
def test_shares_make_up_the_whole_or_nothing_is_assigned(business, owner, mill, parts):
    shares = [(a_cost(business, project=mill), Decimal(part)) for part in parts]
    bill = a_bill(business, by=owner)
    with refused(BadShares, "cost_shares"):
        assign(bill, mill, shares, by=owner)
    draft = bill_of(business, project=mill, cost_shares=shares)
    with refused(BadShares, "cost_shares"):
        draft_invoice(draft, by=owner)


def test_each_cost_is_named_once(business, owner, mill):
    cost = a_cost(business, project=mill)
    bill = a_bill(business, by=owner)
    with refused(BadShares, "cost_shares"):
        assign(bill, mill, [(cost, Decimal(50)), (cost, Decimal(50))], by=owner)


def test_costs_of_two_projects_do_not_share_a_purchase(business, owner, mill):
    half = Decimal(50)
    here, elsewhere = a_cost(business, project=mill), a_cost(business)
    bill = a_bill(business, by=owner)
    for project, shares in (
        (mill, [(here, half), (elsewhere, half)]),
        (mill, [(elsewhere, WHOLE)]),
        (None, [(here, WHOLE)]),
    ):
        with refused(BadShares, "cost_shares"):
            assign(bill, project, shares, by=owner)


def test_nothing_is_assigned_to_another_business(business, owner, mill):
    theirs = a_cost(BusinessFactory())
    bill = a_bill(business, by=owner)
    with refused(BadShares, "project"):
        assign(bill, theirs.project, by=owner)
    with refused(BadShares, "project"):
        assign(bill, theirs.project, [(theirs, WHOLE)], by=owner)
    with refused(BadShares, "cost_shares"):
        assign(bill, mill, [(theirs, WHOLE)], by=owner)
    draft = bill_of(business, project=theirs.project)
    with refused(BadShares, "project"):
        draft_invoice(draft, by=owner)
    assert not CostShare.objects.for_business(business).exists()


# --- the matching cost --------------------------------------------------------------------


def test_a_unique_cost_id_finds_its_cost(business, mill):
    cost = a_cost(business, project=mill, unique_cost_id="u-1")
    a_cost(business, project=mill, unique_cost_id="u-2")
    theirs = a_cost(BusinessFactory(), unique_cost_id="u-3")
    assert matched_cost(business, mill, None, "u-1") == cost
    assert matched_cost(business, None, None, "u-1") == cost
    for project, wanted in (
        (mill, "u-3"),
        (None, "u-3"),
        (mill, "U-1"),
        (ProjectFactory(business=business), "u-1"),
    ):
        with refused(NoSuchCost, "unique_cost_id") as caught:
            matched_cost(business, project, None, wanted)
        assert caught.value.facts == {"id": wanted}
    assert theirs.unique_cost_id == "u-3"


def test_the_only_cost_with_a_vendor_is_found(business, mill):
    vendor, other = PartnerFactory.create_batch(2, business=business)
    cost = a_cost(business, project=mill, vendor=vendor)
    a_cost(business, vendor=vendor)
    assert matched_cost(business, mill, vendor) == cost
    assert matched_cost(business, mill, other) is None
    assert matched_cost(business, None, vendor) is None
    assert matched_cost(business, mill, None) is None
    a_cost(business, project=mill, vendor=vendor)
    assert matched_cost(business, mill, vendor) is None
