"""Requests about invoices and payments, in an order that works from a fresh demo."""

from __future__ import annotations

from invoices.api.guide import Endpoint, Example

_INVESTMENT = "/api/investments/WORKSHOP"
_INVOICES = f"{_INVESTMENT}/vendors/TIMBER/invoices"
_INVOICE = {"amount": 10.00, "date": "2016-11-30", "number": "42"}
_RUBY = {
    "amount": 100.00,
    "date": "Dec-31-2013",
    "number": "12-A",
    "vendor_id": "Nordholm Timber Yard",
}
_PAYMENT = {"amount": 60.00, "date": "2016-12-15", "reference": "P-1"}

_READING_INVOICES = (
    Endpoint(
        method="GET",
        path="/api/invoices",
        text="All invoices and credit notes that vendors sent, by date; not the "
        "cancelled ones. `closed` and `closed_within_days_ago` ask for those assigned "
        "to such investments.",
        examples=(
            Example(path="/api/invoices"),
            Example(path="/api/invoices.json?token=$key"),
            Example(path="/api/invoices?closed=true&closed_within_days_ago=30"),
            Example(path="/api/invoices?closed=false"),
            Example(path="/api/invoices?closed=maybe", status=422),
        ),
    ),
    Endpoint(
        method="GET",
        path="/api/invoices/<invoice_id>",
        text="One invoice, by id or reference; `vendor_id` (id, code, external id or "
        "name) says whose reference it is.",
        examples=(
            Example(path="/api/invoices/$invoice"),
            Example(path="/api/invoices/nt-1220?vendor_id=TIMBER"),
            Example(path="/api/invoices/nothing", status=404),
        ),
    ),
)

_WRITING_INVOICES = (
    Endpoint(
        method="POST",
        path="/api/investments/<investment_id>/vendors/<vendor_id>/invoices",
        text="A new invoice that waits for approval. It is assigned to the cost with "
        "the `unique_cost_id`, or else to the investment's only cost with the vendor. "
        "Investments go by id or code, vendors by id, code or external id.",
        examples=(
            Example(
                path=_INVOICES,
                status=201,
                body=_INVOICE
                | {
                    "reference": "unique-42",
                    "currency_iso_code": "GBP",
                    "description": "An invoice we like a lot",
                    "po_number": "33",
                    "po_line": "2",
                    "po_type": "blanket",
                    "gl_line": "2",
                    "unique_cost_id": "saw-2026",
                },
            ),
            Example(
                path=_INVOICES,
                status=422,
                body=_INVOICE | {"number": "43", "reference": "unique-42"},
                note="The reference is taken.",
            ),
            Example(
                path=_INVOICES,
                status=422,
                body={},
                note="All that is missing, at once.",
            ),
            Example(
                path=_INVOICES,
                status=404,
                body=_INVOICE | {"number": "44", "unique_cost_id": "nothing"},
                note="No cost has this id.",
            ),
            Example(
                path="/api/investments/NONE/vendors/TIMBER/invoices",
                status=404,
                body=_INVOICE,
            ),
            Example(
                path=f"{_INVESTMENT}/vendors/NONE/invoices", status=404, body=_INVOICE
            ),
        ),
    ),
    Endpoint(
        method="PUT",
        path="/api/investments/<investment_id>/vendors/<vendor_id>/invoices/<invoice_id>",
        text="Change an invoice by id or reference, or create one with this "
        "reference. What is left out stays; the same once more writes nothing.",
        examples=(
            Example(path=f"{_INVOICES}/unique-42", status=204, body=_INVOICE),
            Example(
                path=f"{_INVOICES}/unique-45.json",
                status=204,
                body=_INVOICE | {"number": "45", "amount": "-2.50"},
                note="Unknown, so it is created: a credit note of 2.50.",
            ),
            Example(
                path=f"{_INVOICES}/nt-1180",
                status=422,
                body=_INVOICE | {"number": "NT-1180"},
                note="It was approved and paid: nothing changes.",
            ),
        ),
    ),
    Endpoint(
        method="POST",
        path="/api/investments/<investment_id>/invoices/<invoice_id>",
        text="The older upsert, as the published Ruby client sends it: the vendor is "
        "in the body, by name, id or code. 200, and where the invoice is in "
        "`Location`.",
        examples=(
            Example(path=f"{_INVESTMENT}/invoices/INV-1.json?token=$key", body=_RUBY),
            Example(
                path=f"{_INVESTMENT}/invoices/INV-1.json?token=$key",
                body=_RUBY,
                note="Once more: still one invoice.",
            ),
            Example(
                path=f"{_INVESTMENT}/invoices/INV-2",
                status=422,
                body=_INVOICE,
                note="Nobody knows whose it is.",
            ),
        ),
    ),
)

_PAYMENTS = (
    Endpoint(
        method="POST",
        path="/api/payments",
        text="Money paid, from the first payment account unless `account_id` says "
        "another. It settles the vendor's approved invoice `invoice_number`.",
        examples=(
            Example(
                path="/api/payments",
                status=201,
                body=_PAYMENT | {"vendor_id": "TIMBER", "unique_cost_id": "saw-2026"},
            ),
            Example(path="/api/payments", status=422, body={}),
            Example(
                path="/api/payments", status=422, body=_PAYMENT, note="Sent already."
            ),
        ),
    ),
    Endpoint(
        method="POST",
        path="/api/investments/<investment_id>/payments",
        text="Money paid for an investment; `unique_cost_id` may be in the query.",
        examples=(
            Example(
                path=f"{_INVESTMENT}/payments?unique_cost_id=bench-2026",
                status=201,
                body=_PAYMENT | {"reference": "P-2"},
            ),
            Example(
                path=f"{_INVESTMENT}/payments?unique_cost_id=nothing",
                status=404,
                body=_PAYMENT | {"reference": "P-9"},
            ),
        ),
    ),
    Endpoint(
        method="POST",
        path="/api/investments/<investment_id>/costs/<cost_id>/payments",
        text="Money paid for one cost.",
        examples=(
            Example(
                path=f"{_INVESTMENT}/costs/$cost/payments",
                status=201,
                body=_PAYMENT | {"reference": "P-3"},
            ),
        ),
    ),
    Endpoint(
        method="PUT",
        path="/api/investments/<investment_id>/payments/<payment_id>",
        text="Correct amount, date, description or account of a payment, by id or "
        "reference, or record one with this reference.",
        examples=(
            Example(
                path=f"{_INVESTMENT}/payments/P-4",
                status=204,
                body={"amount": 60.00, "date": "2016-12-15"},
            ),
            Example(
                path=f"{_INVESTMENT}/payments/P-4",
                status=204,
                body={"amount": 61.00, "date": "2016-12-16"},
            ),
            Example(
                path=f"{_INVESTMENT}/payments/P-4",
                status=422,
                body={"amount": 61.00, "date": "2016-12-16", "vendor_id": "TIMBER"},
                note="Whom it went to stands fast.",
            ),
        ),
    ),
    Endpoint(
        method="GET",
        path="/api/payments",
        text="All payments to vendors, by date, with the filters of invoices.",
        examples=(
            Example(path="/api/payments"),
            Example(path="/api/payments?closed=false"),
        ),
    ),
    Endpoint(
        method="GET",
        path="/api/payments/<payment_id>",
        text="One payment, by id or reference.",
        examples=(
            Example(path="/api/payments/$payment"),
            Example(path="/api/payments/P-1"),
            Example(path="/api/payments/nothing", status=404),
        ),
    ),
)

ENDPOINTS = (*_READING_INVOICES, *_WRITING_INVOICES, *_PAYMENTS)
"""Those about documents."""
