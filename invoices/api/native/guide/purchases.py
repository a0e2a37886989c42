"""The page's part on bills, their payments, and what they belong to."""

from __future__ import annotations

from invoices.api.guide import Endpoint
from invoices.api.native.guide.making import (
    Body,
    endpoint,
    example,
    payments,
    ref,
    rows,
)

_LINE = {"product": ref("o89j"), "quantity": 2, "unit_price": 320}
_POSTED: Body = {
    "bill_no": "NT-1300",
    "date": "2026-03-10",
    "due_date": "2026-04-09",
    "currency": {"code": "GBP"},
    "currency_rate": 1,
    "details": [_LINE],
}
_WHOLE: Body = _POSTED | {"bill_no": "NT-1220", "vendor": ref("timber")}
_BELONGING = {
    "project": ref("workshop"),
    "cost_shares": [
        {"cost": ref("saw"), "percent": 62.5},
        {"cost": ref("bench"), "percent": 37.5},
    ],
}

_BILLS = (
    endpoint(
        "GET",
        "bills/",
        "Bills by date, oldest first: from_date, to_date, bill_no, per_page and page. "
        "Beyond the contract approved, and all that invoices can be filtered by.",
        example("bills?from_date=2025-01-01&per_page=50"),
        example("bills/?status=Outstanding&approved=false"),
        example("bills/?status=Draft", status=400, note="The known words are named."),
    ),
    endpoint(
        "GET",
        "partners/<partner_id>/bills/",
        "One vendor's bills.",
        example("partners/$timber/bills/"),
    ),
    endpoint(
        "GET",
        "bills/<id>/",
        "One bill, with its version as ETag.",
        example("bills/$waiting/"),
    ),
    endpoint(
        "POST",
        "partners/<partner_id>/bills/",
        "A bill from this vendor; it is Outstanding, and waits for approval.",
        example("partners/$timber/bills/", _POSTED, status=201),
        example(
            "partners/$timber/bills/",
            _POSTED,
            status=409,
            note="The vendor's number is booked already.",
        ),
        example(
            "partners/$timber/bills/",
            _POSTED | {"duplicate_reason": "They sent it in two parts"},
            status=201,
            note="With a reason it is booked once more.",
        ),
    ),
    endpoint(
        "POST",
        "bills/",
        "A bill from the vendor named, or with an id the same as PUT.",
        example(
            "bills/",
            _POSTED
            | {"bill_no": "NT-1301", "customer": ref("timber"), "expected_total": 640},
            status=201,
            note="The page's example calls the vendor customer; either will do.",
        ),
        example(
            "bills/",
            _POSTED | {"vendor": ref("timber"), "expected_total": 641},
            status=400,
            note="The lines do not total what the paper says.",
        ),
        example(
            "bills/",
            _POSTED | {"bill_no": "NT-1302", "vendor": ref("timber")} | _BELONGING,
            status=201,
            note="Shared out to the costs of a project.",
        ),
    ),
    endpoint(
        "PUT",
        "bills/",
        "Replaces a bill that waits for approval; its id is in the body. What the "
        "contract does not have stays if it is left out.",
        example("bills/", {"id": "$waiting"} | _WHOLE),
        example("bills/", {"id": "$owed"} | _WHOLE, status=409, note="It is approved."),
    ),
    endpoint(
        "PUT",
        "bills/<id>/",
        "The same, with the id in the path.",
        example("bills/$waiting/", _WHOLE),
        beyond=True,
    ),
    endpoint(
        "PATCH",
        "bills/<id>/",
        "Changes some attributes.",
        example("bills/$waiting/", {"memo": "By lorry"}),
        beyond=True,
    ),
    endpoint(
        "POST",
        "bills/<id>/assign/",
        "Says what a bill belongs to, approved or not; the shares make up 100 percent. "
        "Without a project it is taken off on purpose.",
        example("bills/$owed/assign/", _BELONGING),
        example(
            "bills/$owed/assign/",
            {
                "project": ref("workshop"),
                "cost_shares": [{"cost": ref("saw"), "percent": 99}],
            },
            status=400,
        ),
        example("bills/$owed/assign/", {"project": None}),
        beyond=True,
    ),
    endpoint(
        "POST",
        "bills/<id>/approve/",
        "Accepts a bill as owed; it never changes again. Who pays need not be allowed "
        "to do this.",
        example("bills/$waiting/approve/"),
        example("bills/$paid/approve/", status=409),
        beyond=True,
    ),
    endpoint(
        "POST",
        "bills/<id>/cancel/",
        "Turns a bill down, or withdraws the approval of one that is not paid.",
        example("bills/$late/cancel/", {"reason": "The panes were broken"}),
        beyond=True,
    ),
    endpoint(
        "DELETE",
        "bills/<id>/",
        "Deletes a bill that waits for approval; cancels an approved one, which stays.",
        example("bills/$waiting/", status=204),
        example("bills/$paid/", status=409, note="It is paid."),
    ),
)

_PROJECTS = (
    *rows(
        "projects",
        "workshop",
        new={"code": "KILN", "name": "Drying kiln", "keywords": ["premises"]},
        whole={"code": "WORKSHOP", "name": "New workshop", "owner": "$user"},
        change={"rationale": "The old one is too small"},
        lists={"?closed=false": "Open ones; code finds one by its code."},
        beyond=True,
    ),
    endpoint(
        "POST",
        "projects/<id>/close/",
        "Says that a project ended, today unless told.",
        example("projects/$workshop/close/", {}),
        beyond=True,
    ),
    endpoint(
        "POST",
        "projects/<id>/reopen/",
        "Undoes that.",
        example("projects/$loft/reopen/"),
        beyond=True,
    ),
    endpoint(
        "GET",
        "projects/<project_id>/costs/",
        "A project's costs.",
        example("projects/$workshop/costs/"),
        beyond=True,
    ),
    endpoint(
        "POST",
        "projects/<project_id>/costs/",
        "A new cost of this project.",
        example(
            "projects/$workshop/costs/",
            {"name": "Crane", "unique_cost_id": "crane-2026", "unit_price": 9000},
            status=201,
        ),
        beyond=True,
    ),
    *rows(
        "costs",
        "saw",
        new={"project": ref("workshop"), "name": "Lift", "vendor": ref("timber")},
        whole={
            "project": ref("workshop"),
            "name": "Panel saw",
            "unique_cost_id": "saw-2026",
            "unit_price": 18500,
        },
        change={"approved": True},
        lists={"?unique_cost_id=saw-2026": "By what purchases are matched with."},
        beyond=True,
    ),
    *rows(
        "cost_categories",
        "equipment",
        new={"name": "Tools", "parent": ref("equipment")},
        whole={"name": "Equipment", "code": "EQUIP"},
        change={"name": "Equipment and tools"},
        lists={"": "By name."},
        beyond=True,
    ),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *_BILLS,
    *payments(
        "billpayments",
        "bills",
        payee="owed",
        one="outgoing",
        other="outgoing2",
        text="Money paid to vendors",
        again="Paying a bill that waits approves it first, if the key may.",
    ),
    *payments(
        "exp_payments",
        "bills",
        payee="owed",
        one="outgoing",
        other="outgoing",
        text="Money paid to vendors",
        again="The same as billpayments, under its earlier name.",
    ),
    *_PROJECTS,
)
