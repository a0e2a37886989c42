"""Recurring templates, runs of drafts, and statements of account."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest

from invoices.models import Delivery, Product, RecurringInvoice, SendRun, SendRunItem
from partners.models import Business, Partner
from tests.api.native.door import Door, ids, read, reference, refusal, unchanged, wrong
from tests.factories import (
    NOW,
    RecurringFactory,
    RecurringPeriodFactory,
    a_draft,
    actor,
    an_issued_invoice,
)


@pytest.fixture
def body(customer: Partner, product: Product) -> dict[str, Any]:
    """A template of one line, on the last day of each month."""
    return {
        "name": "Upkeep",
        "customer": reference(customer),
        "currency": {"code": "USD"},
        "every": "month",
        "starts_on": "2199-01-31",
        "details": [{"product": reference(product), "quantity": 2, "unit_price": 5}],
    }


def whole(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The template as it is shown, but for its id."""
    [line] = body["details"]
    return {
        "name": body["name"],
        "customer": body["customer"],
        "currency": body["currency"],
        "discount": 0,
        "due_days": 30,
        "po_so_no": "",
        "terms": "",
        "memo": "",
        "every": "month",
        "interval": 1,
        "starts_on": "2199-01-31",
        "until": None,
        "count": None,
        "makes": "draft",
        "active": True,
        "made": 0,
        "next_on": "2199-01-31",
        "problem": "",
        "version": 1,
        "details": [line | {"description": "", "tax": None}],
    } | changes


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_life_of_a_template(api: Door, body: dict[str, Any], slash: str) -> None:
    response = api.post(f"recurring{slash}", body)
    made = read(response, 201)
    [row] = RecurringInvoice.objects.all()
    expected = whole(body, id=row.public_id)
    assert (made, response["ETag"]) == (expected, '"1"')
    path = f"recurring/{row.public_id}{slash}"
    assert read(api.get(path)) == expected
    assert read(api.get(f"recurring{slash}")) == [expected]
    changed = read(api.patch(path, {"terms": "14 days", "count": 3}))
    assert changed == expected | {"terms": "14 days", "count": 3, "version": 2}
    assert read(api.put(path, body)) == expected | {"version": 3}
    in_body = api.put(f"recurring{slash}", body | {"id": row.public_id})
    assert read(in_body) == expected | {"version": 4}
    assert api.delete(path).status_code == 204
    assert RecurringInvoice.objects.count() == 0


def test_it_is_paused_resumed_and_skipped(api: Door, body: dict[str, Any]) -> None:
    made = read(api.post("recurring", body), 201)
    path = f"recurring/{made['id']}"
    paused = read(api.post(f"{path}/pause/"))
    assert paused == made | {"active": False, "version": 2}
    assert read(api.post(f"{path}/resume/")) == made | {"version": 3}
    skipped = made | {"next_on": "2199-02-28", "version": 4}
    assert read(api.post(f"{path}/skip/")) == skipped


def test_only_the_version_that_was_seen_changes(
    api: Door, business: Business, body: dict[str, Any]
) -> None:
    row = RecurringFactory(business=business)
    path, old = f"recurring/{row.public_id}", {"If-Match": '"7"'}
    calls = [("PUT", "", body), ("PATCH", "", {}), ("DELETE", "", None)]
    calls += [("POST", f"/{verb}", None) for verb in ("pause", "resume", "skip")]
    for method, verb, sent in calls:
        with unchanged():
            answer = api.send(method, f"{path}{verb}", sent, headers=old)
        assert read(answer, 412)["apierror"]["status"] == 412


def test_a_template_that_made_something_stays(api: Door, business: Business) -> None:
    row = RecurringFactory(business=business)
    RecurringPeriodFactory(recurring=row)
    with unchanged():
        refused = read(api.delete(f"recurring/{row.public_id}"), 409)
    assert refused["apierror"]["code"] == "in_use"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"every": "fortnight"}, "every"),
        ({"interval": 0}, "interval"),
        ({"until": "2198-01-01"}, "until"),
        ({"starts_on": "1999-01-01"}, "starts_on"),
        ({"starts_on": "9999-12-31"}, "starts_on"),
        ({"starts_on": "2199-12-31"}, "due_days"),
        ({"customer": {"id": "dd921fea0"}}, "customer"),
        ({"details": []}, "details.non_field_errors"),
        ({"currency": {"code": "XXQ"}}, "currency"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    api: Door, body: dict[str, Any], change: Any, field: str
) -> None:
    with unchanged():
        refused = read(api.post("recurring/", body | change), 400)
    [named] = refused["apierror"]["fields"]
    assert named == field.removesuffix(".non_field_errors")


def test_a_run_issues_and_sends_as_a_job(
    api: Door, business: Business, customer: Partner
) -> None:
    drafts = [a_draft(business, partner=customer) for _ in range(2)]
    key = str(uuid.uuid4())
    asked = {"invoices": [reference(row) for row in drafts], "key": key}
    started = read(api.post("send_runs/", asked | {"subject": "Hello"}), 202)
    [run] = SendRun.objects.all()
    waiting = {"state": "waiting", "code": "", "reason": "", "done_at": None}
    assert started == {
        "id": run.public_id,
        "key": key,
        "who": run.actor,
        "subject": "Hello",
        "body": "",
        "copies": [],
        "created_at": started["created_at"],
        "finished_at": None,
        "stopped_at": None,
        "progress": {"waiting": 2},
        "mails": {},
        "items": [{"invoice": reference(row)} | waiting for row in drafts],
    }
    with unchanged():
        assert read(api.post("send_runs/", asked), 202) == started
    path = f"send_runs/{run.public_id}"
    assert read(api.get(path)) == started
    assert ids(api.get("send_runs")) == [run.public_id]
    stopped = read(api.post(f"{path}/stop/"))
    assert stopped["progress"] == {"skipped": 2}
    assert stopped["stopped_at"] == stopped["finished_at"] is not None
    with unchanged():
        refused = read(api.post(f"{path}/stop/"), 409)
    message = "The run is over; there is nothing left to stop."
    assert refused == refusal(409, "run_finished", message)


def test_a_run_of_nothing_or_of_strangers_is_refused(
    api: Door, business: Business, stranger: Door
) -> None:
    theirs = a_draft(stranger.business)
    for invoices in ([], [reference(theirs)]):
        with unchanged():
            refused = read(api.post("send_runs/", {"invoices": invoices}), 400)
        assert [*refused["apierror"]["fields"]] == ["invoices"]
    own = reference(a_draft(business))
    with unchanged():
        refused = read(api.post("send_runs/", {"invoices": [own], "key": "x"}), 400)
    assert refused == wrong("key", "Must be a valid UUID.")
    assert SendRunItem.objects.count() == 0


def test_a_statement_is_a_pdf(api: Door, business: Business, customer: Partner) -> None:
    an_issued_invoice(business, partner=customer)
    path = f"partners/{customer.public_id}/statement/"
    response = api.get(path, since="2026-01-01", until="2026-12-31", currency="USD")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert 'filename="statement-SU-2026-12-31.pdf"' in response["Content-Disposition"]
    assert api.get(path).status_code == 200
    for query in ({"since": "x"}, {"currency": "QQQ"}):
        refused = read(api.get(path, **query), 400)
        assert [*refused["apierror"]["fields"]] == [*query]
    refused = read(api.get(path, since="2026-02-01", until="2026-01-01"), 400)
    message = "It would end before it starts."
    assert refused == refusal(400, "bad_dates", message, {"until": [message]})


def test_a_statement_is_of_the_only_currency_there_is(
    api: Door, business: Business, customer: Partner
) -> None:
    euro = {"currency": "EUR", "currency_rate": Decimal(1)}
    an_issued_invoice(business, partner=customer, **euro)
    path = f"partners/{customer.public_id}/statement/"
    [mail] = read(api.post(path, {"until": "2026-12-31"}), 202)
    assert mail["key"] == "2026-01-01 2026-12-31 EUR"
    assert "EUR" in mail["body"]
    an_issued_invoice(business, partner=customer)
    with unchanged():
        for refused in (api.get(path), api.post(path, {})):
            message = "Choose one of EUR, USD."
            told = refusal(400, "invalid", message, {"currency": [message]})
            assert read(refused, 400) == told


def test_a_statement_is_mailed_once(
    api: Door, business: Business, customer: Partner
) -> None:
    an_issued_invoice(business, partner=customer, by=actor(business), date=NOW.date())
    path = f"partners/{customer.public_id}/statement/"
    asked: dict[str, Any] = {"since": "2026-01-01", "until": "2026-12-31"}
    customer.email = ""
    customer.save()
    with unchanged():
        nobody = read(api.post(path, asked), 409)
    assert nobody["apierror"]["code"] == "no_recipient"
    asked["recipients"] = ["susan@example.com"]
    first = read(api.post(path, asked), 202)
    [mail] = Delivery.objects.all()
    assert [row["id"] for row in first] == [mail.public_id]
    assert (first[0]["purpose"], first[0]["invoice"]) == ("statement", None)
    with unchanged():
        assert read(api.post(path, asked)) == first
