"""Requests about what purchases are assigned to, in an order that works in a demo."""

from __future__ import annotations

from invoices.api.guide import Endpoint, Example

_INVESTMENT = "/api/investments/WORKSHOP"
_COST = {
    "name": "Band saw",
    "account": "Bank",
    "expected_units": [{"quantity": 1, "project_month": "M3"}],
    "unique_cost_id": "band-saw",
    "vendor_name": "Nordholm Timber Yard",
    "cost_category": "Equipment",
    "unit_price": {"dollars": 1200.50, "currency": "GBP"},
}
_PROJECT = {
    "organization_code": "$organization",
    "name": "Showroom",
    "investment_id": "SHOWROOM",
    "investment_category_name": "Premises",
    "owner_email": "$owner",
    "project_start_as_time": "Oct-2015",
    "in_service_date_as_time": "2016-03-01",
}

_VENDORS = (
    Endpoint(
        method="GET",
        path="/api/vendors",
        text="All vendors, by name.",
        examples=(Example(path="/api/vendors"),),
    ),
    Endpoint(
        method="POST",
        path="/api/vendors",
        text="A new vendor. Paths may name it by any of its `external_ids`.",
        examples=(
            Example(
                path="/api/vendors",
                status=201,
                body={"name": "Steel & Sons", "external_ids": ["supplier-0050"]},
            ),
            Example(path="/api/vendors", status=422, body={}),
            Example(
                path="/api/vendors",
                status=422,
                body={"name": "Timber", "vendor_id": "TIMBER"},
                note="The vendor_id is taken.",
            ),
        ),
    ),
    Endpoint(
        method="PUT",
        path="/api/vendors/<vendor_id>",
        text="Change a vendor, or create one with this vendor_id.",
        examples=(
            Example(
                path="/api/vendors/supplier-0050.json",
                status=204,
                body={"name": "Steel & Daughters", "city": "Sheffield"},
            ),
            Example(path="/api/vendors/PAINT", status=204, body={"name": "Paint"}),
        ),
    ),
    Endpoint(
        method="POST",
        path="/api/vendors/<vendor_id>",
        text="The older upsert: 201, and where it is in `Location`.",
        examples=(
            Example(path="/api/vendors/PAINT", status=201, body={"name": "Paint"}),
        ),
    ),
)

_INVESTMENTS = (
    Endpoint(
        method="GET",
        path="/api/investments",
        text="All investments, by name. Filters: start_month, start_year, end_month, "
        "end_year, keywords, organization, categories[], rounds, vendor.",
        examples=(
            Example(path="/api/investments"),
            Example(path="/api/investments?keywords=premises,2026&rounds=Closed"),
            Example(
                path="/api/investments?budgeted_status=budgeted",
                status=422,
                note="Not kept in these books.",
            ),
        ),
    ),
    Endpoint(
        method="POST",
        path="/api/investments",
        text="A new investment; the owner is a member, by e-mail address or name.",
        examples=(
            Example(path="/api/investments", status=201, body=_PROJECT),
            Example(
                path="/api/investments",
                status=422,
                body={"organization_code": "$organization"},
            ),
            Example(path="/api/investments", status=404, body={"name": "Showroom"}),
        ),
    ),
    Endpoint(
        method="GET",
        path="/api/investments/<investment_id>",
        text="One investment, by id or code.",
        examples=(
            Example(path=_INVESTMENT),
            Example(path="/api/investments/NONE", status=404),
        ),
    ),
    Endpoint(
        method="PUT",
        path="/api/investments/<investment_id>",
        text="Change the attributes given.",
        examples=(
            Example(path="/api/investments/SHOWROOM", body={"name": "New showroom"}),
            Example(
                path="/api/investments/SHOWROOM",
                status=422,
                body={"project_start_as_time": "Oct-2018"},
                note="It would start after it is in service.",
            ),
        ),
    ),
    Endpoint(
        method="GET",
        path="/api/investments/<investment_id>/costs",
        text="The costs of an investment, by name.",
        examples=(Example(path=f"{_INVESTMENT}/costs"),),
    ),
    Endpoint(
        method="POST",
        path="/api/investments/<investment_id>/costs",
        text="A new cost. Account, vendor and category go by name; of the expected "
        "units the first counts, in the investment's month `M1`, `M2`, …",
        examples=(
            Example(path=f"{_INVESTMENT}/costs", status=201, body=_COST),
            Example(
                path=f"{_INVESTMENT}/costs",
                status=406,
                body=_COST | {"account": "Foo", "unique_cost_id": ""},
            ),
            Example(path=f"{_INVESTMENT}/costs", status=422, body={"account": "Bank"}),
        ),
    ),
    Endpoint(
        method="GET",
        path="/api/investments/<investment_id>/costs/<cost_id>",
        text="One cost.",
        examples=(
            Example(path=f"{_INVESTMENT}/costs/$cost"),
            Example(path=f"{_INVESTMENT}/costs/saw-2026", status=404),
        ),
    ),
    Endpoint(
        method="GET",
        path="/api/cost_categories",
        text="All cost categories, by name.",
        examples=(Example(path="/api/cost_categories"),),
    ),
    Endpoint(
        method="POST",
        path="/api/cost_categories",
        text="A new cost category, inside `parent_name`, which is made if need be.",
        examples=(
            Example(
                path="/api/cost_categories",
                status=201,
                body={"name": "Blades", "category_code": "BL", "parent_name": "Tools"},
            ),
            Example(path="/api/cost_categories", status=422, body={}),
        ),
    ),
    Endpoint(
        method="PUT",
        path="/api/cost_categories/<category_id>",
        text="Change a cost category.",
        examples=(
            Example(path="/api/cost_categories/$category", body={"name": "Equipment"}),
            Example(
                path="/api/cost_categories/none", status=404, body={"name": "Equipment"}
            ),
        ),
    ),
)

ENDPOINTS = (*_VENDORS, *_INVESTMENTS)
"""Those about vendors, investments, costs and categories."""
