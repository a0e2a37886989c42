"""The dialect's page: what to send, what comes back, what is not as in the original."""

from __future__ import annotations

import json
from collections.abc import Mapping

from invoices.api.cannlytics.auth import NOT_AUTHENTICATED
from invoices.api.cannlytics.base import NO_ORGANIZATION, NOT_A_MEMBER, NOT_TO_DELETE
from invoices.api.cannlytics.errors import body
from invoices.api.cannlytics.written import NOT_RECOGNIZED
from invoices.api.guide import Difference, Endpoint, Example, Guide, Refusal
from invoices.models import Invoice
from invoices.querysets import State
from partners.models import Business

_ALL = "/api/invoices?organization_id=alder-finch"
_ONE = "/api/invoices/{}?organization_id=alder-finch"

_TEST = {
    "invoice_id": "TEST",
    "project_id": "project-1",
    "amount": "350",
    "currency": "USD",
}
_WHOLE = {
    "invoice_id": "IV210818-1",
    "organization": "Harbour House Hotel",
    "billing_city": "Bristol",
    "total": 100,
    "currency": "£",
    "status": "unpaid",
    "due_at": "12/31/2199",
    "notes": "Thank you",
    "analyses": [{"analysis_id": "A1", "price": 100.0}],
}


def _names(business: Business) -> Mapping[str, str]:
    """An invoice that is no draft any more."""
    sales = Invoice.objects.for_business(business).sales()
    issued = sales.filter(state=State.ISSUED).order_by("pk").first()
    return {"issued": issued.public_id} if issued else {}


_SAVING = Endpoint(
    method="POST",
    path="/api/invoices",
    text="Creates the invoice with this invoice_id, or merges the words into the one "
    "that is there: maps are merged, everything else is replaced. An object or an array "
    "of at most 500; the answer is what was posted.",
    examples=(
        Example(path=_ALL, body=_TEST, note="Create an invoice."),
        Example(
            path=_ALL,
            body={"invoice_id": "TEST", "amount": "720"},
            note="Update an invoice.",
        ),
        Example(
            path=_ALL,
            body=[_WHOLE, {"invoice_id": "TWO", "amount": "5.50"}],
            note="Several at once; all are saved, or none.",
        ),
        Example(
            path=_ALL,
            body={"invoice_id": "$issued", "amount": "1"},
            status=409,
            note="An issued invoice does not change.",
        ),
        Example(
            path=_ALL,
            body={"invoice_id": "TWO", "status": "paid"},
            status=409,
            note="A payment is recorded in the books; a status does not make one.",
        ),
        Example(path=_ALL, body={"amount": "1"}, status=400, note="Without an id."),
    ),
)
_LISTING = Endpoint(
    method="GET",
    path="/api/invoices",
    text="The organization's invoices, at most limit (1000) of them, by invoice_id. "
    "order_by sorts by any word and leaves out documents without it; desc with any text "
    "turns that round; items takes ids with commas between them.",
    examples=(
        Example(path=_ALL, note="Get all invoices."),
        Example(path=f"{_ALL}&limit=3&order_by=total&desc=true", note="The largest."),
        Example(path=f"{_ALL}&items=TEST,TWO", note="Only these."),
        Example(path=f"{_ALL}&limit=none", status=400),
        Example(
            path="/api/invoices", status=403, note="organization_id is always needed."
        ),
    ),
)
_READING = Endpoint(
    method="GET",
    path="/api/invoices/<invoice_id>",
    text="One invoice as an object; null where there is none with this id.",
    examples=(
        Example(path=_ONE.format("TEST")),
        Example(
            path=_ONE.format("$issued"),
            note="One that was made elsewhere shows all words that the books know.",
        ),
        Example(path=_ONE.format("NONE"), note="There is none; that is no error."),
    ),
)
_SAVING_ONE = Endpoint(
    method="POST",
    path="/api/invoices/<invoice_id>",
    text="What the console sends for “save”. The body's invoice_id decides, not the "
    "path's.",
    examples=(
        Example(
            path=_ONE.format("TEST"),
            body={"invoice_id": "TEST", "notes": "Net 30", "lab": {"rush": True}},
        ),
        Example(
            path=_ONE.format("TEST"),
            body=[],
            status=400,
            note="Neither an object nor an array of objects.",
        ),
    ),
)
_DELETING = Endpoint(
    method="DELETE",
    path="/api/invoices",
    text="Deletes the draft that the body names, or the drafts of an array: all or "
    "none. An id that never was is no error. Owners and accountants may.",
    examples=(
        Example(path=_ALL, body={"invoice_id": "TEST"}, note="Delete an invoice."),
        Example(path=_ALL, body=[{"invoice_id": "IV210818-1"}, {"invoice_id": "NONE"}]),
        Example(
            path=_ALL,
            body=[{"invoice_id": "TWO"}, {"invoice_id": "$issued"}],
            status=409,
            note="One of them is issued, so none is deleted.",
        ),
    ),
)
_DELETING_ONE = Endpoint(
    method="DELETE",
    path="/api/invoices/<invoice_id>",
    text="What the console sends for “delete”. A body may be any JSON.",
    examples=(
        Example(path=_ONE.format("TWO"), body={"deletion_reason": "Ordered twice"}),
        Example(path=_ONE.format("TWO"), note="Once more; that is no error."),
    ),
)


def _refusal(status: int, when: str, message: str) -> Refusal:
    return Refusal(
        status=status, when=when, body=json.dumps(body(message), ensure_ascii=False)
    )


_REFUSALS = (
    _refusal(
        400,
        "The body is JSON, but neither an object nor an array of objects, or an empty "
        "array.",
        NOT_RECOGNIZED,
    ),
    _refusal(
        400,
        "A body or an entry has no invoice_id.",
        "invoice_id: Give the id of the invoice.",
    ),
    _refusal(
        400,
        "A word that the books know means nothing; the message names it.",
        "amount: An amount in USD has at most 2 decimals.",
    ),
    _refusal(
        401,
        "The key is missing, unknown, expired, revoked or for another dialect.",
        NOT_AUTHENTICATED,
    ),
    _refusal(403, "The query has no organization_id.", NO_ORGANIZATION),
    _refusal(
        403,
        "The organization is not the key's, or the role or the key's scopes allow no "
        "drafting.",
        NOT_A_MEMBER,
    ),
    _refusal(403, "A mere team member deletes.", NOT_TO_DELETE),
    _refusal(
        404,
        "The path ends in a slash, or goes on after the id.",
        "There is no such path.",
    ),
    Refusal(
        status=405,
        when="PUT or PATCH.",
        body='{"detail": "Method \\"PUT\\" not allowed."}',
    ),
    _refusal(
        409,
        "The books forbid it; several entries are refused as a whole.",
        "Entry 2 (TEST): INV-2026-00001 is issued; only a draft can be changed.",
    ),
    _refusal(
        413,
        "The body, or the document it would make, is longer than 1 MiB.",
        "The body is longer than 1048576 bytes.",
    ),
    _refusal(
        415,
        "The body is not application/json.",
        'Unsupported media type "text/plain" in request.',
    ),
)


def _differs(what: str, why: str) -> Difference:
    return Difference(what=what, why=why)


_DIFFERENCES = (
    _differs(
        "amount, total, currency, project_id, invoice_id, status, due_at, notes, "
        "organization and billing_… are checked, and tell what the books say.",
        "Other clients work on the same invoices. A posted form that is still true "
        "comes back as it was posted; all other words always do.",
    ),
    _differs(
        "amount and total are one thing; a new invoice is a draft of one line, dated "
        "today and due on due_at, or else the same day.",
        "Every invoice of the books has lines and dates; the contract has neither.",
    ),
    _differs(
        "Only drafts are changed and deleted: 409 for others.",
        "An issued invoice is somebody else's paper too; it is corrected by a credit "
        "note. To post just what it says already succeeds.",
    ),
    _differs(
        "A posted status other than the true one is refused.",
        "A payment has a date, an account and an amount. Record it in the books.",
    ),
    _differs(
        "The amount of a draft made up elsewhere of several lines, taxes or a discount "
        "is refused when it differs.",
        "Nobody could say which of the lines had changed.",
    ),
    _differs(
        "organization names a customer, project_id a project; unknown ones are made.",
        "The books know both. A document that names no customer belongs to “Customer "
        "not named”.",
    ),
    _differs(
        "A missing invoice_id, unreadable JSON and an empty array are 400.",
        "The original answers 500.",
    ),
    _differs(
        "DELETE on an item's path works without a body.",
        "The original answers 500 without one, and only logs it.",
    ),
    _differs(
        "An array is refused as a whole, and has at most 500 entries.",
        "A half-done array cannot be repeated safely.",
    ),
    _differs(
        "items takes whole ids.",
        "The original takes its text apart into single characters.",
    ),
    _differs(
        "An organization_id is needed for every call and must be the key's own.",
        "Later versions of the original do not check it.",
    ),
    _differs(
        "There are no updated_at, updated_by, daily totals and logs.",
        "The page says that the answer has only what was posted; who did what is in the "
        "history of the books.",
    ),
    _differs(
        "There are no contacts, analyses and other resources, and no session cookie.",
        "This is the invoices' page.",
    ),
)

GUIDE = Guide(
    dialect="cannlytics",
    title="Cannlytics",
    summary="Invoices as Cannlytics' API of July 2021 has them: the client's own id and "
    "words, merged and returned as posted, in a success envelope with status 200.",
    base="/api",
    credential="Authorization: Bearer and the key, which is the header's last word. "
    "organization_id in every query is the organization's short name.",
    headers=(("Authorization", "Bearer $key"),),
    endpoints=(_SAVING, _LISTING, _READING, _SAVING_ONE, _DELETING, _DELETING_ONE),
    refusals=_REFUSALS,
    differences=_DIFFERENCES,
    names=_names,
)
