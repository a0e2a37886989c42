"""The documentation page of the Nutcache dialect; its examples are tried by the tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from invoices.api.guide import Difference, Endpoint, Example, Guide, Refusal
from invoices.api.nutcache.errors import body
from invoices.models import Invoice, Product, Tax
from partners.models import Business, Membership, Partner


def _names(business: Business) -> Mapping[str, str]:
    """The demo's rows that the examples are about."""
    invoices = Invoice.objects.for_business(business).sales()
    rows: dict[str, Any] = {
        "invoice": invoices.filter(taxes__isnull=False).order_by("pk").first(),
        "customer": Partner.objects.for_business(business)
        .filter(is_customer=True)
        .order_by("pk")
        .first(),
        "member": Membership.objects.for_business(business).order_by("pk").first(),
        "tax": Tax.objects.for_business(business).order_by("pk").first(),
        "item": Product.objects.for_business(business)
        .filter(sell=True)
        .order_by("pk")
        .first(),
    }
    own = {"guid": str(business.guid), "organization": str(business.pk)}
    return own | {name: str(row.pk) for name, row in rows.items()}


def _search(*rules: tuple[str, str, object], by: str = "") -> dict[str, Any]:
    """The body of a search, in the order of one property, falling."""
    names = ("property", "operator", "value")
    found: dict[str, Any] = {
        "filter_rules": [dict(zip(names, rule, strict=True)) for rule in rules]
    }
    if by:
        found["sorting_rules"] = [{"property": by, "direction": "desc"}]
    return found


def _list(name: str, text: str, *examples: Example) -> Endpoint:
    path = f"/webapi/{name}"
    return Endpoint(
        method="GET", path=path, text=text, examples=(Example(path=path), *examples)
    )


def _one(name: str, key: str, text: str, *more: Example) -> Endpoint:
    shown = Example(path=f"/webapi/{name}/{key}")
    missing = Example(
        path=f"/webapi/{name}/999999999999", status=404, note="There is no such id."
    )
    return Endpoint(
        method="GET",
        path=f"/webapi/{name}/<id>",
        text=text,
        examples=(shown, *more, missing),
    )


def _filtered(path: str, text: str, *bodies: dict[str, Any]) -> Endpoint:
    return Endpoint(
        method="POST",
        path=path.replace("$invoice", "<id>").replace("840", "<id>"),
        text=text,
        examples=tuple(Example(path=path, body=each) for each in bodies),
    )


_INVOICES = (
    _list(
        "invoices",
        "Invoices by date, ten to a page. `limit` is at most 100, `page` starts at 1.",
        Example(path="/webapi/invoices?limit=2&page=2", note="With links both ways."),
        Example(
            path="/webapi/invoices?include=organizations,customers,members,"
            "invoice_details,invoice_taxes",
            note="Each kind is an array of its own beside the invoices.",
        ),
        Example(path="/webapi/invoices?limit=101", status=400, note="Too many."),
        Example(
            path="/webapi/invoices?include=projects", status=400, note="Not includable."
        ),
    ),
    _one(
        "invoices",
        "$invoice",
        "One invoice, in an array.",
        Example(path="/webapi/invoices/$invoice?includes=invoice_taxes"),
    ),
    Endpoint(
        method="GET",
        path="/api/invoices",
        text="The same as /webapi/invoices: the page's headings spell it so.",
        examples=(Example(path="/api/invoices"), Example(path="/api/invoices/")),
    ),
    Endpoint(
        method="GET",
        path="/api/invoices/<id>",
        text="The same as /webapi/invoices/<id>.",
        examples=(Example(path="/api/invoices/$invoice"),),
    ),
    _filtered(
        "/webapi/invoices/filtered",
        "Invoices that all rules find. Operators: eq, neq, gt, lt, gte, lte, and on "
        "texts ct, sw, ew. Directions: asc, desc. `limit`, `page` and `include` as in "
        "the list.",
        _search(("status", "eq", 3)),
        _search(
            ("customer_name", "ct", "hotel"),
            ("invoice_date", "gte", "2020-01-01T00:00:00Z"),
            ("balance", "gt", 0),
            by="total",
        ),
    ),
    Endpoint(
        method="GET",
        path="/webapi/invoices/<id>/invoice_details",
        text="An invoice's details. Includes: invoices, items.",
        examples=(
            Example(path="/webapi/invoices/$invoice/invoice_details"),
            Example(path="/webapi/invoices/$invoice/invoice_details?includes=items"),
        ),
    ),
    _filtered(
        "/webapi/invoices/$invoice/invoice_details/filtered",
        "Details of an invoice that all rules find.",
        _search(("quantity", "gte", 1), by="total_price"),
    ),
    Endpoint(
        method="GET",
        path="/webapi/invoices/<id>/invoice_taxes",
        text="An invoice's taxes, one for each component. Includes: invoices, taxes.",
        examples=(
            Example(path="/webapi/invoices/$invoice/invoice_taxes"),
            Example(path="/webapi/invoices/$invoice/invoice_taxes?includes=taxes"),
        ),
    ),
    _filtered(
        "/webapi/invoices/$invoice/invoice_taxes/filtered",
        "Taxes of an invoice that all rules find.",
        _search(("rate", "lt", 0.5)),
    ),
)

_MASTERS = (
    _list(
        "customers",
        "Customers by name. Includes: organizations, countries, currencies, states, "
        "taxes.",
        Example(path="/webapi/customers?include=countries,currencies"),
    ),
    _one("customers", "$customer", "One customer, in an array."),
    _filtered(
        "/webapi/customers/filtered",
        "Customers that all rules find.",
        _search(("name", "ct", "house"), by="name"),
    ),
    _list(
        "organizations",
        "The organization that the key is for, with its `guid`. Needs no "
        "OrganizationGuid. Includes: countries, states, currencies.",
        Example(path="/webapi/organizations?include=countries,currencies"),
    ),
    _one("organizations", "$organization", "The organization, in an array."),
    _filtered(
        "/webapi/organizations/filtered",
        "The organization, if all rules find it.",
        _search(("is_owner", "eq", True)),
    ),
    _list("members", "People of the organization."),
    _one("members", "$member", "One member, in an array."),
    _filtered(
        "/webapi/members/filtered",
        "Members that all rules find.",
        _search(("role", "eq", "owner")),
    ),
    _list("taxes", "Taxes with their components and the rates of today."),
    _one("taxes", "$tax", "One tax, in an array."),
    _filtered(
        "/webapi/taxes/filtered",
        "Taxes that all rules find.",
        _search(("code", "sw", "VAT"), by="code"),
    ),
    _list("items", "What is sold, by name."),
    _one("items", "$item", "One item, in an array."),
    _filtered(
        "/webapi/items/filtered",
        "Items that all rules find.",
        _search(("price", "lte", 50), by="price"),
    ),
)

_WORLD = (
    _list(
        "currencies",
        "Currencies by code; the id is the ISO number.",
        Example(path="/webapi/currencies?limit=2&page=13"),
    ),
    _one("currencies", "840", "One currency, in an array."),
    _filtered(
        "/webapi/currencies/filtered",
        "Currencies that all rules find.",
        _search(("code", "eq", "CAD")),
    ),
    _list(
        "countries",
        "Countries by code; the id is the ISO number. Includes: currencies.",
        Example(path="/webapi/countries?limit=2&page=20"),
    ),
    _one("countries", "840", "One country, in an array."),
    Endpoint(
        method="GET",
        path="/webapi/countries/<id>/states",
        text="The states of a country.",
        examples=(Example(path="/webapi/countries/840/states"),),
    ),
    _filtered(
        "/webapi/countries/840/states/filtered",
        "States of a country that all rules find.",
        _search(("name_enus", "sw", "New")),
    ),
    _filtered(
        "/webapi/countries/filtered",
        "Countries that all rules find.",
        _search(("name_dede", "ew", "land"), by="name_dede"),
    ),
    _list(
        "states",
        "States by code; the id is the ISO code read in base 36. Includes: countries.",
        Example(path="/webapi/states?limit=2&page=26"),
    ),
    _one("states", "1436830", "One state, in an array."),
    _filtered(
        "/webapi/states/filtered",
        "States that all rules find.",
        _search(("code", "eq", "CA_SK")),
    ),
)


def _refusal(
    status: int, when: str, code: str, message: str, prop: str | None = None
) -> Refusal:
    text = json.dumps(body(status, code, message, prop), ensure_ascii=False)
    return Refusal(status=status, when=when, body=text)


_REFUSALS = (
    _refusal(
        400,
        "The request is not in the correct format: a header, a parameter or a rule.",
        "bad_request",
        "filter_rules[0]: total takes a number of at most 30 digits before and behind "
        "the point.",
        "total",
    ),
    _refusal(
        401,
        "The credential is missing or malformed, or its parts do not fit each other.",
        "authentication_failed",
        "Key, user and password do not fit each other, or the key is expired, revoked "
        "or for another dialect.",
    ),
    _refusal(
        403,
        "OrganizationGuid names an organization that is not the key's.",
        "other_organization",
        "The key is not for the organization in OrganizationGuid.",
    ),
    _refusal(
        404,
        "The id or the path does not exist.",
        "not_found",
        "There is nothing here with this id.",
    ),
    _refusal(
        405,
        "A write: none is documented.",
        "method_not_allowed",
        "DELETE is not offered here: the API documents no writes, only GET of "
        "documents and POST of searches to …/filtered.",
    ),
    _refusal(
        429,
        "More calls than 5 in a second, 200 in a minute or 20,000 in a day; "
        "Retry-After says after how many seconds one is allowed again.",
        "throttled",
        "Request was throttled. Expected available in 1 second.",
    ),
)

_DIFFERENCES = (
    Difference(
        what="Bodies of errors are in one shape of ours.",
        why="The original documents their statuses only.",
    ),
    Difference(
        what="Deleted (7) invoices do not occur; a written-off invoice is void (6).",
        why="What is deleted is gone, and nobody is asked to pay what is written off.",
    ),
    Difference(
        what="No currency is shown on an invoice.",
        why="The page has no such attribute; amounts are in the invoice's currency.",
    ),
    Difference(
        what="Projects and estimates cannot be fetched or included; details still link "
        "to their project.",
        why="The original's page names them and documents neither.",
    ),
    Difference(
        what="Ids of currencies, countries and states are not the original's numbers.",
        why="Those are not published as a list; ISO's are.",
    ),
    Difference(
        what="Included entities are arrays beside the collection.",
        why="The original does not show where they are.",
    ),
    Difference(
        what="Mobile phone, custom title, estimate, website, logo and last activity are "
        "always null.",
        why="The books do not keep them, and the contract leaves out nothing.",
    ),
)

GUIDE = Guide(
    dialect="nutcache",
    title="Nutcache",
    summary="Reads invoices and all that they refer to, as Nutcache's API did. Every "
    "attribute is present, blank as null; one document too is an array; amounts are "
    "exact JSON numbers.",
    base="/webapi",
    credential="Authorization: nut-basic and the Base64 of key:user:password, where the "
    "user is the e-mail address of the key's owner. OrganizationGuid says which "
    "organization; GET /webapi/organizations tells it.",
    headers=(
        ("Authorization", "nut-basic $nut_basic"),
        ("api-version", "3"),
        ("OrganizationGuid", "$guid"),
    ),
    endpoints=(*_INVOICES, *_MASTERS, *_WORLD),
    refusals=_REFUSALS,
    differences=_DIFFERENCES,
    names=_names,
)
