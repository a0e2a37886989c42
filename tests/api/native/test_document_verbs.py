"""issue, void and credit, and the credit notes' own door."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from invoices.models import Invoice, Product
from partners.models import Business, Partner
from tests.api.native.door import (
    UNSENT,
    Door,
    ids,
    read,
    reference,
    refusal,
    unchanged,
    wrong,
)
from tests.factories import (
    NOW,
    a_draft,
    a_key,
    a_line,
    a_payment,
    actor,
    an_issued_invoice,
)

STALE = refusal(
    412, "stale_document", "Someone else changed the document; read it again."
)


@pytest.fixture
def issued(business: Business, customer: Partner, product: Product) -> Invoice:
    """Two lines of 100 and 50, due when none of us lives."""
    return an_issued_invoice(
        business,
        partner=customer,
        number="F-1",
        due_date=NOW.date().replace(year=2199),
        lines=[a_line(10, 10, product=product), a_line(1, 50, product=product)],
    )


def test_issuing_gives_a_number_and_freezes(
    api: Door, business: Business, customer: Partner
) -> None:
    draft = a_draft(business, partner=customer, due_date=NOW.date().replace(year=2199))
    before = read(api.get(f"invoices/{draft.public_id}"))
    response = api.post(f"invoices/{draft.public_id}/issue")
    issued = {"status": "Sent", "invoice_no": "INV-2026-00001", "version": 2}
    assert read(response) == before | issued
    assert response["ETag"] == '"2"'
    customer.billing_line1 = "Elsewhere"
    customer.save()
    after = read(api.get(f"invoices/{draft.public_id}"))
    assert after == before | issued


def test_issuing_twice_is_refused(api: Door, issued: Invoice) -> None:
    with unchanged():
        refused = read(api.post(f"invoices/{issued.public_id}/issue/"), 409)
    assert refused["apierror"]["code"] == "not_a_draft"


def test_voiding_keeps_the_document(api: Door, issued: Invoice) -> None:
    before = read(api.get(f"invoices/{issued.public_id}"))
    response = api.post(f"invoices/{issued.public_id}/void/", {"reason": "Twice"})
    after = {"status": "Void", "version": 3, "due_amount": 0}
    assert read(response) == before | after
    assert response["ETag"] == '"3"'


def test_writing_off_gives_up_what_is_open(api: Door, issued: Invoice) -> None:
    path = f"invoices/{issued.public_id}"
    before = read(api.get(path))
    body = {"reason": "They are bankrupt"}
    with unchanged():
        refused = read(api.post(f"{path}/write_off/", {}), 400)
        old = api.post(f"{path}/write_off/", body, headers={"If-Match": '"7"'})
    assert refused == wrong("reason", "This field is required.")
    assert old.status_code == 412
    response = api.post(f"{path}/write_off/", body)
    after = read(response)
    assert after == before | {"status": after["status"], "version": 3}
    assert response["ETag"] == '"3"'
    issued.refresh_from_db()
    assert (issued.state, issued.balance) == ("written_off", 150)
    with unchanged():
        again = read(api.post(f"{path}/write_off/", body), 409)
    message = "Only an issued document with something open."
    assert again == refusal(409, "not_issued", message)


def test_a_clerk_writes_nothing_off(business: Business, issued: Invoice) -> None:
    clerk = Door(business, a_key(business, role="clerk"))
    path = f"invoices/{issued.public_id}/write_off/"
    with unchanged():
        refused = read(clerk.post(path, {"reason": "x"}), 403)
    assert refused["apierror"]["code"] == "not_allowed"


def test_voiding_needs_no_body(api: Door, issued: Invoice) -> None:
    assert read(api.post(f"invoices/{issued.public_id}/void"))["status"] == "Void"


def test_what_was_paid_cannot_be_voided(
    api: Door, business: Business, issued: Invoice
) -> None:
    a_payment(business, issued, 10)
    message = "Undo its payments and credits first."
    with unchanged():
        refused = read(api.post(f"invoices/{issued.public_id}/void/"), 409)
    assert refused == refusal(409, "has_settlements", message)


def test_crediting_all_makes_a_linked_note(
    api: Door, issued: Invoice, customer: Partner, product: Product
) -> None:
    response = api.post(
        f"invoices/{issued.public_id}/credit/",
        {"date": "2026-03-12", "invoice_no": "CN-1", "reason": "Returned"},
    )
    note = read(response, 201)
    stored = Invoice.objects.get(number="CN-1")
    same = {"product": reference(product), "description": "Work", "tax": None}
    line: Any = partial(dict, same, tax_amount=0, discount_amount=0)
    assert (
        note
        == {
            "id": stored.public_id,
            "invoice_no": "CN-1",
            "date": "2026-03-12",
            "due_date": "2026-03-12",
            "currency": {"code": "USD"},
            "currency_rate": 1,
            "po_so_no": "",
            "memo": "Returned",
            "customer": {"id": customer.public_id, "name": "Susan"},
            "address_line_1": "2 Market Square",
            "address_line_2": "Second floor",
            "status": "Paid",
            "discount": 0,
            "sub_total": 150,
            "tax_total": 0,
            "total": 150,
            "paid_amount": 0,
            "due_amount": 0,
            "credited_amount": 0,
            "credits": reference(issued),
            "reference": "",
            "description": "",
            "terms": "",
            "project": None,
            "version": 1,
            "details": [
                line(quantity=10, unit_price=10, line_amount=100, total_amount=100),
                line(quantity=1, unit_price=50, line_amount=50, total_amount=50),
            ],
        }
        | UNSENT
    )
    assert response["ETag"] == '"1"'
    assert read(api.get(f"credit_notes/{stored.public_id}/")) == note
    assert read(api.get("credit_notes")) == [note]
    credited = read(api.get(f"invoices/{issued.public_id}"))
    assert (credited["credited_amount"], credited["due_amount"]) == (150, 0)


def test_crediting_some_of_a_line(api: Door, issued: Invoice) -> None:
    details = [{"line": 1, "quantity": 2.5}]
    note = read(
        api.post(f"invoices/{issued.public_id}/credit", {"details": details}), 201
    )
    assert note["total"] == 25
    assert read(api.get(f"invoices/{issued.public_id}"))["due_amount"] == 125


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ([], wrong("details", "Ensure this field has at least 1 elements.")),
        (
            [{"line": 1, "quantity": 1}, {"line": 1, "quantity": 1}],
            wrong("details", "Name each line once."),
        ),
        (
            [{"line": 0, "quantity": 1}],
            wrong(
                "details.0.line",
                "Ensure this value is greater than or equal to 1.",
            ),
        ),
        (
            [{"line": 3, "quantity": 1}],
            refusal(
                400,
                "bad_lines",
                "There is no line 3.",
                {"details": ["There is no line 3."]},
            ),
        ),
    ],
)
def test_lines_to_credit_that_cannot_be(
    api: Door, issued: Invoice, details: list, expected: dict
) -> None:
    path = f"invoices/{issued.public_id}/credit/"
    with unchanged():
        assert read(api.post(path, {"details": details}), 400) == expected


def test_no_more_than_was_invoiced_is_credited(api: Door, issued: Invoice) -> None:
    path = f"invoices/{issued.public_id}/credit/"
    with unchanged():
        too_much = {"details": [{"line": 1, "quantity": 10.5}]}
        refused = read(api.post(path, too_much), 409)
    assert refused["apierror"]["code"] == "credit_exceeds"
    read(api.post(path, {}), 201)
    with unchanged():
        refused = read(api.post(path, {}), 409)
    assert refused["apierror"]["code"] == "credit_exceeds"


def test_a_draft_can_be_neither_voided_nor_credited(
    api: Door, business: Business
) -> None:
    draft = a_draft(business, number="D-1")
    with unchanged():
        for verb in ("void", "credit"):
            refused = read(api.post(f"invoices/{draft.public_id}/{verb}/", {}), 409)
            message = "D-1 is draft, not issued."
            assert refused == refusal(409, "not_issued", message)


def test_voiding_a_note_reopens_its_invoice(api: Door, issued: Invoice) -> None:
    note = read(api.post(f"invoices/{issued.public_id}/credit/", {}), 201)
    voided = read(api.post(f"credit_notes/{note['id']}/void/", {}))
    assert voided["status"] == "Void"
    reopened = read(api.get(f"invoices/{issued.public_id}"))
    assert (reopened["credited_amount"], reopened["due_amount"]) == (0, 150)


def test_notes_and_invoices_have_each_their_own_list(
    api: Door, issued: Invoice
) -> None:
    note = read(api.post(f"invoices/{issued.public_id}/credit/", {}), 201)
    assert ids(api.get("invoices")) == [issued.public_id]
    assert ids(api.get("credit_notes")) == [note["id"]]
    read(api.get(f"invoices/{note['id']}"), 404)
    read(api.get(f"credit_notes/{issued.public_id}"), 404)
    read(api.post(f"credit_notes/{issued.public_id}/void/"), 404)


def test_if_match_guards_every_verb(
    api: Door, business: Business, issued: Invoice
) -> None:
    draft = a_draft(business)
    note = read(api.post(f"invoices/{issued.public_id}/credit/", {}), 201)
    paths = [
        f"invoices/{draft.public_id}/issue/",
        f"invoices/{issued.public_id}/void/",
        f"invoices/{issued.public_id}/credit/",
        f"credit_notes/{note['id']}/void/",
    ]
    with unchanged():
        for path in paths:
            refused = read(api.post(path, {}, headers={"If-Match": '"99"'}), 412)
            assert refused == STALE
    tag = api.get(f"credit_notes/{note['id']}")["ETag"]
    read(api.post(paths[3], {}, headers={"If-Match": tag}))


def test_a_clerk_issues_but_neither_voids_nor_credits(
    business: Business, issued: Invoice
) -> None:
    clerk = Door(business, a_key(business, role="clerk"))
    draft = a_draft(business, by=actor(business, "clerk"))
    read(clerk.post(f"invoices/{draft.public_id}/issue/"))
    with unchanged():
        for verb in ("void", "credit"):
            path = f"invoices/{issued.public_id}/{verb}/"
            assert read(clerk.post(path, {}), 403)["apierror"]["fields"] == {}


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"text"'])
def test_a_verb_wants_an_object_or_nothing(
    api: Door, issued: Invoice, body: bytes
) -> None:
    message = "The body must be a JSON object."
    with unchanged():
        for verb in ("void", "credit"):
            refused = read(api.post(f"invoices/{issued.public_id}/{verb}/", body), 400)
            assert refused == refusal(400, "parse_error", message)
