"""The page's part on invoices, their payments and credit notes."""

from __future__ import annotations

from invoices.api.guide import Endpoint
from invoices.api.native.guide import sending
from invoices.api.native.guide.making import Body, endpoint, example, payments, ref

_PANCAKES = {"product": ref("o89j"), "quantity": 20, "unit_price": 100}
_WAFFLES = {
    "product": ref("p7lk"),
    "quantity": 5,
    "unit_price": 400,
    "tax": ref("ty1n"),
}
_POSTED: Body = {
    "invoice_no": "INV00000001",
    "date": "2017-01-26",
    "due_date": "2017-02-26",
    "currency": {"code": "THB"},
    "currency_rate": 1,
    "details": [_PANCAKES],
}
_WHOLE: Body = _POSTED | {"customer": ref("bef8"), "details": [_PANCAKES, _WAFFLES]}

_INVOICES = (
    endpoint(
        "GET",
        "invoices/",
        "Invoices by date, oldest first: from_date, to_date, invoice_no, per_page (100 "
        "at most) and page, from 0. Beyond the contract status, due_from, due_to, "
        "total_min, total_max, currency, partner, project, reference, q, ordering and "
        "after.",
        example("invoices?per_page=50&page=2", note="As the page prints it."),
        example("invoices/?status=Overdue,Paid%20Partially"),
        example("invoices/?q=harbour&ordering=-total"),
        example("invoices/?from_date=yesterday", status=400),
    ),
    endpoint(
        "GET",
        "partners/<partner_id>/invoices/",
        "One partner's invoices.",
        example("partners/$bef8/invoices?from_date=2017-01-01"),
    ),
    endpoint(
        "GET",
        "invoices/<id>/",
        "One invoice, with its version as ETag.",
        example("invoices/$ib0v/"),
        example("invoices/dd921fea0/", status=404, note="There is none with this id."),
    ),
    endpoint(
        "PUT",
        "invoices/",
        "Replaces a draft; its id is in the body. What the contract does not have stays "
        "if it is left out.",
        example("invoices/", {"id": "$ib0v"} | _WHOLE),
        example(
            "invoices/",
            {"id": "$partly"} | _WHOLE,
            status=409,
            note="Only drafts change.",
        ),
    ),
    endpoint(
        "POST",
        "invoices/",
        "With an id the same as PUT, because the page's curl says POST. Without one, "
        "and beyond the contract, a new draft for the customer named.",
        example("invoices/", {"id": "$ib0v"} | _WHOLE, note="As the page prints it."),
        example(
            "invoices/",
            _WHOLE
            | {
                "invoice_no": "INV00000002",
                "reference": "order-7",
                "description": "Breakfast",
                "terms": "30 days net",
                "project": ref("workshop"),
            },
            status=201,
            note="With what the contract does not have.",
        ),
    ),
    endpoint(
        "PUT",
        "invoices/<id>/",
        "The same, with the id in the path.",
        example("invoices/$ib0v/", _WHOLE),
        beyond=True,
    ),
    endpoint(
        "PATCH",
        "invoices/<id>/",
        "Changes some attributes of a draft; details, if given, replaces them all.",
        example("invoices/$ib0v/", {"memo": "Thank you", "discount": 5}),
        example("invoices/$ib0v/", {"discount": 101}, status=400),
        beyond=True,
    ),
    endpoint(
        "DELETE",
        "invoices/<id>/",
        "Deletes a draft.",
        example("invoices/$ib0v/", status=204),
        example("invoices/$partly/", status=409, note="It is issued."),
    ),
    endpoint(
        "POST",
        "partners/<partner_id>/invoices/",
        "A new draft for this partner.",
        example("partners/$bef8/invoices/", _POSTED, status=201),
        example(
            "partners/$bef8/invoices/", _POSTED, status=409, note="The number is taken."
        ),
        example(
            "partners/$bef8/invoices/", {}, status=400, note="Attributes are named."
        ),
    ),
    endpoint(
        "POST",
        "invoices/<id>/issue/",
        "Makes a draft final: it takes its number and never changes again.",
        example("invoices/$draft/issue/"),
        beyond=True,
    ),
    endpoint(
        "POST",
        "invoices/<id>/credit/",
        "A credit note for some of the lines, or without details for all that is left.",
        example(
            "invoices/$issued/credit/",
            {"reason": "One came back", "details": [{"line": 1, "quantity": 1}]},
            status=201,
        ),
        beyond=True,
    ),
    endpoint(
        "POST",
        "invoices/<id>/void/",
        "Cancels an issued invoice on which nothing was paid or credited.",
        example("invoices/$unpaid/void/", {"reason": "Ordered twice"}),
        example("invoices/$partly/void/", {}, status=409, note="Part of it is paid."),
        beyond=True,
    ),
    endpoint(
        "POST",
        "invoices/<id>/write_off/",
        "Gives up what is open on an issued invoice; it may still be paid later. Needs "
        "the capability correct.",
        example("invoices/$partly/write_off/", {"reason": "They are bankrupt"}),
        example("invoices/$partly/write_off/", {}, status=400),
        beyond=True,
    ),
)

_CREDIT_NOTES = (
    endpoint(
        "GET",
        "credit_notes/",
        "Credit notes, shown and filtered as invoices are.",
        example("credit_notes/"),
        beyond=True,
    ),
    endpoint(
        "GET",
        "credit_notes/<id>/",
        "One of them; credits names its invoice.",
        example("credit_notes/$note/"),
        beyond=True,
    ),
    endpoint(
        "POST",
        "credit_notes/<id>/issue/",
        "Those of this system are issued as they are made.",
        example("credit_notes/$note/issue/", status=409),
        beyond=True,
    ),
    endpoint(
        "POST",
        "credit_notes/<id>/void/",
        "Takes a credit note back; its invoice is open again.",
        example("credit_notes/$note/void/", {"reason": "Nothing came back"}),
        beyond=True,
    ),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *_INVOICES,
    *sending.INVOICES,
    *sending.CREDIT_NOTES,
    *_CREDIT_NOTES,
    *payments(
        "inc_payments",
        "invoices",
        payee="partly",
        one="incoming",
        other="incoming2",
        text="Money received",
        again="This is its name on the page of January 2017.",
    ),
    *payments(
        "invoicepayments",
        "invoices",
        payee="partly",
        one="incoming",
        other="incoming",
        text="Money received",
        again="The same as inc_payments, under its later name.",
    ),
)
