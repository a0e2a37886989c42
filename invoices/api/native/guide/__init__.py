"""The dialect's page: every endpoint with requests that work in the demo."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from invoices.api.guide import Difference, Guide, Refusal
from invoices.api.native.errors import body
from invoices.api.native.guide import masters, purchases, sales, sending
from invoices.models import (
    Account,
    Cost,
    CostCategory,
    Delivery,
    Invoice,
    MailTemplate,
    Product,
    Project,
    RecurringInvoice,
    ReminderRule,
    SendRun,
    Tax,
    WebhookEndpoint,
    WebhookMessage,
)
from invoices.querysets import InvoiceQuerySet, State
from partners.models import Business, Partner
from payments.models import Payment


def _names(business: Business) -> Mapping[str, str]:
    """The public ids that the examples use, those of the seed page under its names."""
    found = {"business": business} | _masters(business) | _documents(business)
    found |= _correspondence(business)
    return {name: row.public_id for name, row in found.items() if row is not None}


def _masters(business: Business) -> dict[str, Any]:
    def with_code(model: Any, code: str) -> Any:
        return model.objects.for_business(business).filter(code=code).first()

    costs = Cost.objects.for_business(business)
    return {
        "bef8": with_code(Partner, "MOEBEL"),
        "o89j": with_code(Product, "OAK-STOOL"),
        "p7lk": with_code(Product, "LINEN-3"),
        "ty1n": with_code(Tax, "VAT-20"),
        "cedar": with_code(Partner, "CEDAR"),
        "timber": with_code(Partner, "TIMBER"),
        "bank": with_code(Account, "1000"),
        "sales": with_code(Account, "4000"),
        "workshop": with_code(Project, "WORKSHOP"),
        "loft": with_code(Project, "LOFT"),
        "equipment": with_code(CostCategory, "EQUIP"),
        "saw": costs.filter(unique_cost_id="saw-2026").first(),
        "bench": costs.filter(unique_cost_id="bench-2026").first(),
    }


def _documents(business: Business) -> dict[str, Any]:
    oldest = Invoice.objects.for_business(business).order_by("pk")
    drafts, bills = oldest.filter(state=State.DRAFT), oldest.bills()
    payments = Payment.objects.for_business(business).order_by("pk")

    def of(code: str, documents: InvoiceQuerySet) -> Invoice | None:
        return documents.sales().filter(partner__code=code).first()

    incoming, outgoing = (list(payments.filter(direction=d)[:2]) for d in ("in", "out"))
    return {
        "ib0v": of("MOEBEL", drafts),
        "draft": of("HARBOUR", drafts),
        "partly": of("RIVERSIDE", oldest),
        "issued": of("MOEBEL", oldest),
        "unpaid": of("CEDAR", oldest),
        "note": oldest.sales_credits().first(),
        "paid": bills.filter(number="NT-1180").first(),
        "owed": bills.filter(number="NT-1214").first(),
        "waiting": bills.filter(number="NT-1220").first(),
        "late": bills.filter(number="2025/0771").first(),
        **dict(zip(("incoming", "incoming2"), incoming, strict=False)),
        **dict(zip(("outgoing", "outgoing2"), outgoing, strict=False)),
    }


def _correspondence(business: Business) -> dict[str, Any]:
    def first(model: Any) -> Any:
        return model.objects.for_business(business).order_by("pk").first()

    drafts = Invoice.objects.for_business(business).filter(state=State.DRAFT)
    return {
        "moebel": Partner.objects.for_business(business).filter(code="MOEBEL").first(),
        "ready": drafts.filter(partner__code="RIVERSIDE").order_by("pk").first(),
        "mail": first(Delivery),
        "run": first(SendRun),
        "template": first(MailTemplate),
        "rule": first(ReminderRule),
        "recurring": first(RecurringInvoice),
        "hook": first(WebhookEndpoint),
        "message": first(WebhookMessage),
    }


def _refusal(
    status: int, code: str, when: str, message: str, field: str = ""
) -> Refusal:
    fields = {field: [message]} if field else {}
    text = json.dumps(body(status, code, message, fields), ensure_ascii=False)
    return Refusal(status=status, when=when, body=text)


_NEEDS = (
    "This needs the capability “approve”, which the role or the key's scopes of this "
    "caller do not include."
)
_REFUSALS = (
    _refusal(
        400,
        "invalid",
        "An attribute is missing or of the wrong form; fields names each, as in "
        "details.1.quantity.",
        "details.1.quantity: A valid number is required.",
    ),
    _refusal(
        400,
        "total_differs",
        "The books cannot take it as it is; code says why.",
        "The lines total 640.00, the paper says 641.",
        "expected_total",
    ),
    _refusal(
        401,
        "authentication_failed",
        "The key is missing, unknown, expired, revoked or for another dialect.",
        "The key is unknown, expired, revoked or for another dialect.",
    ),
    _refusal(
        403, "not_allowed", "The role or the key's scopes do not include it.", _NEEDS
    ),
    _refusal(
        404,
        "not_found",
        "No row has this id, or it is another business's.",
        "There is nothing here with this id.",
    ),
    _refusal(
        405,
        "method_not_allowed",
        "The path has no such method; Allow names those it has.",
        'Method "DELETE" not allowed.',
    ),
    _refusal(
        406,
        "not_acceptable",
        "Accept leaves out application/json.",
        "Could not satisfy the request Accept header.",
    ),
    _refusal(
        409,
        "not_a_draft",
        "The books, as they stand, forbid it.",
        "INV-2026-00001 is issued; only a draft can be changed.",
    ),
    _refusal(
        409,
        "duplicate_bill",
        "A number, code or reference is taken.",
        "Nordholm Timber Yard's number NT-1220 is booked already; say why it is booked "
        "once more, if it is meant.",
        "bill_no",
    ),
    _refusal(
        409,
        "key_used",
        "The key was used for another letter; another key sends this one.",
        "It was sent in other words; name another key to send it again.",
        "body",
    ),
    _refusal(
        409,
        "no_einvoice",
        "The document cannot be an e-invoice; the message says what is missing.",
        "It cannot be an e-invoice. The seller needs a VAT number.",
    ),
    _refusal(
        409,
        "no_recipient",
        "Nobody is known to whom it could be mailed.",
        "Susan has no e-mail address: fill it in, or name a recipient.",
        "recipients",
    ),
    _refusal(
        411,
        "length_required",
        "The body comes in chunks.",
        "Send the body with its Content-Length, not in chunks.",
    ),
    _refusal(
        412,
        "stale_document",
        "If-Match names an older version.",
        "Someone else changed the document; read it again.",
    ),
    _refusal(
        413,
        "too_large",
        "The body is longer than 5 MiB.",
        "The body is longer than 5242880 bytes.",
    ),
    _refusal(
        415,
        "unsupported_media_type",
        "The body is not application/json.",
        'Unsupported media type "text/plain" in request.',
    ),
)
_DIFFERENCES = (
    Difference(
        what="Lists are plain arrays; Link and X-Total-Count are headers.",
        why="The page leaves every answer empty, so a client can have expected nothing "
        "else of it.",
    ),
    Difference(
        what="An invoice also becomes Sent by issue, Void, Written Off or Overdue.",
        why="The page says only Draft; sending happens in the product's own pages. The "
        "words are those of its help pages as far as there are any.",
    ),
    Difference(
        what="PUT leaves alone what the contract does not have, such as reference.",
        why="A client of the original cannot send it back, and another client's key of "
        "the document would be lost.",
    ),
    Difference(
        what="A bill is changed only until it is approved, which is beyond the contract.",
        why="What is owed does not change; approving and paying may be two people's. A "
        "payment approves the bill if the key may do both.",
    ),
    Difference(
        what="An approved bill is cancelled by DELETE, and a paid one refused.",
        why="The page deletes even bills that are paid in part. Here no history is "
        "lost: undo the payments first.",
    ),
    Difference(
        what="The same number of the same vendor is refused without duplicate_reason.",
        why="Paying a bill twice costs money; the page says nothing about it.",
    ),
    Difference(
        what="DELETE cancels a payment, which is then no longer shown.",
        why="Its history stays.",
    ),
    Difference(
        what="There are no quotes, sales receipts and purchase orders.",
        why="This system has none of them.",
    ),
)

GUIDE = Guide(
    dialect="native",
    title="Native (Pymlo)",
    summary="Pymlo's contract of January 2017 to the letter, and what grew beyond it. "
    "Every path works with and without the slash at its end. Ids are short opaque texts, "
    "amounts JSON numbers, days yyyy-MM-dd; a new row answers 201, a deletion 204.",
    base="/businesses/<business_id>/",
    credential="A key as Authorization: Bearer KEY; its role and scopes say what it may "
    "do.",
    headers=(("Authorization", "Bearer $key"),),
    endpoints=(
        *sales.ENDPOINTS,
        *sending.ENDPOINTS,
        *purchases.ENDPOINTS,
        *masters.ENDPOINTS,
    ),
    refusals=_REFUSALS,
    differences=_DIFFERENCES,
    names=_names,
)
