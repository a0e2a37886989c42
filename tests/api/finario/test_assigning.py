"""Which investment and cost an invoice belongs to, and finding invoices by it."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from invoices.models import Invoice
from tests.api.finario.door import BLANK, empty, failure, ids, read, unchanged, wrong
from tests.api.finario.rows import a_vendor, an_invoice
from tests.factories import ProjectFactory, a_cost

PATH = "investments/WORKSHOP/vendors/TIMBER/invoices"
BODY = {"amount": 10, "date": "2016-11-30", "number": "42"}


def cost_of(response) -> str | None:
    return read(response, 201)["assignment"]["cost_id"]


def test_a_unique_cost_id_says_which_cost(api, business, vendor, project, cost) -> None:
    bench = a_cost(business, project=project, unique_cost_id="bench-2026")
    posted = BODY | {"unique_cost_id": "bench-2026"}
    assert cost_of(api.post(PATH, posted)) == bench.public_id


def test_otherwise_the_only_cost_with_that_vendor(api, cost) -> None:
    assert cost_of(api.post(PATH, BODY)) == cost.public_id


def test_of_two_costs_with_that_vendor_none_is_chosen(
    api, business, vendor, project, cost
) -> None:
    a_cost(business, project=project, vendor=vendor)
    shown = read(api.post(PATH, BODY), 201)["assignment"]
    assert shown["investment_id"] == project.public_id
    assert shown["cost_id"] is None


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_unmatched_unique_cost_id_is_refused(api, cost, method) -> None:
    tail = "" if method == "POST" else "/r"
    posted = BODY | {"unique_cost_id": "nothing"}
    with unchanged():
        answer = api.send(method, PATH + tail, posted)
        expected = {"errors": ["Cost with ID nothing not found"]}
        assert read(answer, 404) == expected
        # A cost's own id is none, as the page says.
        answer = api.send(
            method, PATH + tail, BODY | {"unique_cost_id": cost.public_id}
        )
        assert answer.status_code == 404


def test_a_cost_of_another_investment_is_not_matched(api, business, cost) -> None:
    a_cost(business, unique_cost_id="elsewhere")
    with unchanged():
        answer = api.post(PATH, BODY | {"unique_cost_id": "elsewhere"})
        expected = {"errors": ["Cost with ID elsewhere not found"]}
        assert read(answer, 404) == expected


@pytest.mark.parametrize("name", ["public_id", "code"])
def test_investments_and_vendors_go_by_id_code_and_alias(
    api, vendor, project, cost, name
) -> None:
    vendor.aliases.create(business=vendor.business, value="ERP 9")
    who = [vendor.public_id, vendor.code, "ERP%209"]
    for number, vendor_name in enumerate(who):
        path = f"investments/{getattr(project, name)}/vendors/{vendor_name}/invoices"
        read(api.post(path, BODY | {"number": str(number)}), 201)
    assert Invoice.objects.filter(partner=vendor, project=project).count() == 3


def test_a_name_is_no_vendor_in_a_path(api, vendor, project) -> None:
    path = "investments/WORKSHOP/vendors/Timber%20&%20Co./invoices"
    assert read(api.post(path, BODY), 404) == failure("Vendor Not Found")


def test_customers_are_no_vendors(api, business, project) -> None:
    a_vendor(business, code="C", is_vendor=False, is_customer=True)
    path = "investments/WORKSHOP/vendors/C/invoices"
    assert read(api.post(path, BODY), 404) == failure("Vendor Not Found")


def test_an_upsert_moves_an_invoice_to_the_investment_in_its_path(
    api, business, vendor, cost
) -> None:
    other = ProjectFactory(business=business, code="OTHER")
    empty(api.put(f"{PATH}/r", BODY))
    empty(api.put("investments/OTHER/vendors/TIMBER/invoices/r", BODY))
    shown = read(api.get("invoices/r"))
    assert shown["assignment"]["investment_id"] == other.public_id
    assert shown["assignment"]["cost_id"] is None


# --- closed ---------------------------------------------------------------------------


@pytest.fixture
def listed(business, vendor) -> dict[str, str]:
    """An invoice of an open investment, of two closed ones, and of none, by name."""
    today = business.today(timezone.now())
    projects = {
        "open": ProjectFactory(business=business),
        "lately": ProjectFactory(business=business, closed_on=today),
        "ten days ago": ProjectFactory(
            business=business, closed_on=today - datetime.timedelta(days=10)
        ),
        "nowhere": None,
    }
    return {
        an_invoice(vendor, project=project, number=name).public_id: name
        for name, project in projects.items()
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["open", "lately", "ten days ago", "nowhere"]),
        ({"closed": "true"}, ["lately", "ten days ago"]),
        ({"closed": "false"}, ["open"]),
        ({"closed_within_days_ago": "10"}, ["lately", "ten days ago"]),
        ({"closed_within_days_ago": "9"}, ["lately"]),
        ({"closed_within_days_ago": "0"}, ["lately"]),
        ({"closed": "true", "closed_within_days_ago": "9"}, ["lately"]),
        ({"closed": "false", "closed_within_days_ago": "9"}, []),
    ],
)
def test_invoices_are_found_by_their_investment(api, listed, query, found) -> None:
    assert [listed[one] for one in ids(api.get("invoices", **query))] == found


@pytest.mark.parametrize("door", ["invoices", "payments"])
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("closed", "maybe", "is not included in the list"),
        ("closed", "", "is not included in the list"),
        ("closed", "a\0", "is not included in the list"),
        ("closed_within_days_ago", "x", "is not a number"),
        ("closed_within_days_ago", "1.5", "is not a number"),
        ("closed_within_days_ago", "\u0663", "is not a number"),
        ("closed_within_days_ago", "", "is not a number"),
        ("closed_within_days_ago", "-1", "must be greater than or equal to 0"),
        ("closed_within_days_ago", "36526", "must be less than or equal to 36525"),
        ("closed_within_days_ago", "9" * 2000, "is not a number"),
    ],
)
def test_nonsense_is_told(api, door, name, value, message) -> None:
    answer = api.get(door, **{name: value})
    assert read(answer, 422) == {"errors": {name: [message]}}


def test_two_vendors_reference_needs_the_vendor(api, business, vendor) -> None:
    for one in (vendor, a_vendor(business)):
        an_invoice(one, reference="same")
    assert read(api.get("invoices/same"), 422) == wrong(vendor_id=BLANK)
