"""Endpoints of webhooks, their secret, their messages and sending once more."""

from __future__ import annotations

from decimal import Decimal

import pytest

from invoices.models import WebhookEndpoint, WebhookMessage
from partners.models import Business
from tests.api.native.door import Door, ids, read, reference, refusal, unchanged
from tests.api.native.routes_sending import HOOK
from tests.factories import (
    NOW,
    WebhookAttemptFactory,
    WebhookEndpointFactory,
    WebhookMessageFactory,
    a_key,
)


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_secret_is_shown_when_it_is_made_and_never_again(
    api: Door, slash: str
) -> None:
    body = {"url": HOOK, "events": ["invoice.paid", "invoice.issued"]}
    made = read(api.post(f"webhooks{slash}", body), 201)
    [row] = WebhookEndpoint.objects.all()
    secret = made.pop("secret")
    assert secret == row.secret
    assert made == {
        "id": row.public_id,
        "url": HOOK,
        "description": "",
        "events": ["invoice.issued", "invoice.paid"],
        "active": True,
        "created_at": made["created_at"],
    }
    path = f"webhooks/{row.public_id}"
    assert read(api.get(f"{path}{slash}")) == made
    assert read(api.get(f"webhooks{slash}")) == [made]
    rotated = read(api.post(f"{path}/rotate{slash}"))
    row.refresh_from_db()
    assert rotated == made | {"secret": row.secret}
    assert row.secret != secret


def test_an_endpoint_changes_and_goes(api: Door, business: Business) -> None:
    row = WebhookEndpointFactory(business=business, url=HOOK)
    message = WebhookMessageFactory(endpoint=row)
    WebhookAttemptFactory(message=message)
    path = f"webhooks/{row.public_id}/"
    before = read(api.get(path))
    changed = read(api.patch(path, {"events": ["invoice.paid"], "active": False}))
    assert changed == before | {"events": ["invoice.paid"], "active": False}
    assert read(api.put(path, {"url": HOOK})) == before
    assert api.delete(path).status_code == 204
    assert (WebhookEndpoint.objects.count(), WebhookMessage.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1/x", "no public address"),
        ("http://[::1]/x", "no public address"),
        ("http://169.254.169.254/latest", "no public address"),
        ("ftp://1.1.1.1/x", "Use https or http"),
        ("https://user:secret@1.1.1.1/", "Leave out names"),
        ("nonsense", "Use https or http"),
    ],
)
def test_addresses_inside_are_refused(api: Door, url: str, words: str) -> None:
    with unchanged():
        refused = read(api.post("webhooks/", {"url": url}), 400)
    [message] = refused["apierror"]["fields"]["url"]
    assert words in message


def test_unknown_events_are_named_with_the_known_ones(api: Door) -> None:
    with unchanged():
        refused = read(api.post("webhooks/", {"url": HOOK, "events": ["x"]}), 400)
    [message] = refused["apierror"]["fields"]["events"]
    assert message.startswith("'x' is no event; there are ")
    assert "invoice.issued" in message


def test_endpoints_need_the_capability(business: Business) -> None:
    row = WebhookEndpointFactory(business=business, url=HOOK)
    clerk = Door(business, a_key(business, role="clerk"))
    with unchanged():
        for answer in (
            clerk.post("webhooks/", {"url": HOOK}),
            clerk.delete(f"webhooks/{row.public_id}"),
            clerk.post(f"webhooks/{row.public_id}/rotate"),
            clerk.post(f"webhooks/{row.public_id}/test"),
        ):
            assert read(answer, 403)["apierror"]["code"] == "not_allowed"


def test_a_test_message_is_queued(api: Door, business: Business) -> None:
    row = WebhookEndpointFactory(business=business, url=HOOK)
    queued = read(api.post(f"webhooks/{row.public_id}/test/"), 202)
    [message] = WebhookMessage.objects.all()
    assert queued == {
        "id": message.public_id,
        "endpoint": reference(row),
        "type": "endpoint.test",
        "payload": message.payload,
        "state": "waiting",
        "try_after": queued["try_after"],
        "created_at": queued["created_at"],
        "attempts": [],
    }
    WebhookEndpoint.objects.update(active=False)
    with unchanged():
        refused = read(api.post(f"webhooks/{row.public_id}/test/"), 409)
    text = "The endpoint is switched off; switch it on first."
    assert refused == refusal(409, "conflict", text)


def test_messages_are_listed_with_each_try_and_sent_again(
    api: Door, business: Business
) -> None:
    row = WebhookEndpointFactory(business=business, url=HOOK)
    failed = WebhookMessageFactory(endpoint=row, state="failed", attempts=1)
    WebhookAttemptFactory(message=failed, status=500, answer="no")
    waiting = WebhookMessageFactory(endpoint=row)
    WebhookMessageFactory(endpoint=WebhookEndpointFactory(business=business))
    path = f"webhooks/{row.public_id}/messages"
    assert ids(api.get(path)) == [waiting.public_id, failed.public_id]
    assert ids(api.get(path, state="failed")) == [failed.public_id]
    assert ids(api.get(path, since="2199-01-01")) == []
    one = read(api.get(f"{path}/{failed.public_id}/"))
    attempt = {"at": NOW.isoformat().replace("+00:00", "Z"), "status": 500}
    attempt |= {"answer": "no", "error": "", "seconds": "0.100"}
    assert one["attempts"] == [attempt]
    assert one["state"] == "failed"
    again = read(api.post(f"{path}/{failed.public_id}/resend/"), 202)
    assert again == one | {"state": "waiting", "try_after": again["try_after"]}
    assert Decimal(again["attempts"][0]["seconds"]) == Decimal("0.1")
