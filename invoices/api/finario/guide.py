"""The documentation page of the Finario dialect; its examples are tried by the tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from invoices.api.finario import guide_documents, guide_masters
from invoices.api.guide import Difference, Guide, Refusal
from invoices.models import Cost, CostCategory, Invoice
from partners.models import Business, Membership
from payments.models import Payment


def _names(business: Business) -> Mapping[str, str]:
    """The demo's rows that the examples are about, or that earlier ones made."""
    rows: dict[str, Any] = {
        "invoice": Invoice.objects.for_business(business).received(),
        "payment": Payment.objects.for_business(business).paid_out(),
        "cost": Cost.objects.for_business(business).filter(project__code="WORKSHOP"),
        "category": CostCategory.objects.for_business(business),
    }
    first = {name: found.order_by("pk").first() for name, found in rows.items()}
    own = {"organization": business.slug, "owner": _owner(business)}
    return own | {name: row.public_id for name, row in first.items() if row}


def _owner(business: Business) -> str:
    members = Membership.objects.for_business(business).filter(active=True)
    first = members.select_related("user").order_by("pk").first()
    return first.user.email if first else ""


def _refusal(status: int, when: str, body: object) -> Refusal:
    return Refusal(status=status, when=when, body=json.dumps(body))


_BLANK = ["can't be blank"]
_TAKEN = ["has already been taken"]
_REFUSALS = (
    _refusal(
        401,
        "The token is missing, unknown, expired, revoked or for another dialect, or "
        "header and query say different ones.",
        {"success": False, "message": "…"},
    ),
    _refusal(
        403,
        "The role or the key's scopes do not include it.",
        {"success": False, "message": "…"},
    ),
    *(
        _refusal(404, f"No such {what.lower()}.", {"success": False, "message": said})
        for what in ("Invoice", "Investment", "Vendor", "Cost", "Payment")
        for said in [f"{what} Not Found"]
    ),
    _refusal(
        404,
        "A new investment names another organization.",
        {"success": False, "message": "Organization Not Found"},
    ),
    _refusal(404, "No such investment, shown or changed.", {"errors": ["Not Found"]}),
    _refusal(404, "No such cost category.", {"errors": ["Cost Category Not Found"]}),
    _refusal(
        404,
        "No cost has this unique_cost_id.",
        {"errors": ["Cost with ID x not found"]},
    ),
    _refusal(
        406,
        "A new cost names an account that is not there.",
        {"success": False, "message": "Account 'Foo' Not Found"},
    ),
    _refusal(
        422,
        "Required attributes of an invoice are missing; all are told at once.",
        {"errors": {"date": _BLANK, "amount": _BLANK, "number": _BLANK}},
    ),
    _refusal(
        422,
        "The same on the older path: nothing is wrapped.",
        {"date": _BLANK, "amount": _BLANK, "number": _BLANK},
    ),
    _refusal(422, "The reference is taken.", {"errors": {"reference": _TAKEN}}),
    _refusal(
        422,
        "The vendor's number is booked already.",
        {"errors": {"number": _TAKEN}},
    ),
    _refusal(
        422,
        "The vendor_id of a new vendor is taken.",
        {"errors": {"short_name": _TAKEN}},
    ),
    _refusal(
        422,
        "Several vendors have this reference, and vendor_id does not say whose it is.",
        {"errors": {"vendor_id": _BLANK}},
    ),
    _refusal(
        422,
        "Attributes of an investment or a cost category are missing.",
        {"errors": ["Name can't be blank", "Owner can't be blank"]},
    ),
    _refusal(
        422,
        "The books forbid it: the invoice was approved or cancelled.",
        {"errors": {"base": ["…"]}},
    ),
    _refusal(
        409,
        "Others changed the same row at the same moment; send it again.",
        {"success": False, "message": "…"},
    ),
    *(
        _refusal(status, when, {"success": False, "message": "…"})
        for status, when in {
            400: "The body cannot be read.",
            405: "The path has no such method.",
            411: "The body comes in chunks, without its length.",
            413: "The body is too long.",
            415: "The body is neither JSON nor a form.",
        }.items()
    ),
)

_DIFFERENCES = (
    Difference(
        what="An upsert answers 204 without a body, where the page prints `null`.",
        why="A 204 has none.",
    ),
    Difference(
        what="Shown alone, an invoice has all attributes of the list.",
        why="The page's example leaves out number and reference, its older version "
        "has them, and a client needs them.",
    ),
    Difference(
        what="A vendor's number can be booked only once.",
        why="Whoever pays the same invoice twice has lost the money.",
    ),
    Difference(
        what="An approved or cancelled invoice cannot be changed, only sent again "
        "unchanged. Cancelled ones are not shown.",
        why="What was approved is what is owed; staff correct it in the back office.",
    ),
    Difference(
        what="An amount below zero is a vendor's credit note; a payment is above zero.",
        why="Money that comes back from a vendor is recorded in the back office.",
    ),
    Difference(
        what="Of a recorded payment only amount, date, description and account can be "
        "changed.",
        why="The rest says what it settled; cancel it in the back office and record "
        "another.",
    ),
    Difference(
        what="A payment whose invoice_number names an approved invoice of its vendor "
        "settles it; the rest stays on account.",
        why="The original keeps a text; these books know what is open.",
    ),
    Difference(
        what="A new cost takes unique_cost_id.",
        why="The original has no documented way to give one, and purchases are "
        "matched by it.",
    ),
    Difference(
        what="Investments cannot be found by size_range, budgeted_status, "
        "approved_before, approved_after or custom fields: 422.",
        why="These books do not keep them, and a filter passed over would lie.",
    ),
    Difference(
        what="An investment's round is Approved or Closed; of others there is none.",
        why="A project here is open or closed.",
    ),
    Difference(
        what="Spends, revised forecasts and depreciation of a cost are null.",
        why="These books do not plan; invoices and payments say what was spent.",
    ),
    Difference(
        what="Purchase orders, organizations, users, approvals and hooks are left out.",
        why="These books have no purchase orders; the rest is the back office's.",
    ),
)

GUIDE = Guide(
    dialect="finario",
    title="Finario",
    summary="Vendor invoices and payments, assigned to the costs of investments. "
    "Amounts come in as units (`10.00`) and go out as cents in the currency's own "
    "decimals; a date is a day where the business is. Bodies are JSON or forms, every "
    "path may end in `.json` or a slash, and lists are whole.",
    base="/api",
    credential="`x-api-token: KEY`, or `?token=KEY`.",
    headers=(("x-api-token", "$key"),),
    endpoints=(*guide_documents.ENDPOINTS, *guide_masters.ENDPOINTS),
    refusals=_REFUSALS,
    differences=_DIFFERENCES,
    names=_names,
)
