"""Endpoints: who may add them, what is refused, and trying them out."""

from __future__ import annotations

import datetime

import pytest

from invoices.following import EVENT_TYPES
from invoices.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from invoices.webhooks.endpoints import (
    MOST_ENDPOINTS,
    EndpointDraft,
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    resend,
    rotate_secret,
    send_test,
)
from invoices.webhooks.working import work_off
from partners.exceptions import Conflict, Invalid, NotAllowed
from tests.books import history, refused, row
from tests.factories import actor

URL = "https://hooks.example/in"


def public(host: str, port: int) -> list[str]:
    return ["8.8.8.8"]


def private(host: str, port: int) -> list[str]:
    return ["10.0.0.1"]


def test_an_endpoint_is_added_with_a_secret_of_its_own(business, owner):
    draft = EndpointDraft(url=URL, description="Books", events=["invoice.paid"] * 2)
    endpoint = add_endpoint(business, draft, by=owner, resolve=public)
    assert row(endpoint, "secret") == {
        "url": URL,
        "description": "Books",
        "events": ["invoice.paid"],
        "active": True,
    }
    assert endpoint.secret.startswith("whsec_")
    facts = {"url": URL, "events": ["invoice.paid"], "active": True}
    assert history(endpoint) == [("endpoint.added", facts)]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (EndpointDraft(url="ftp://hooks.example"), "url"),
        (EndpointDraft(url=URL, events=["invoice.issued", "invoice.eaten"]), "events"),
        (EndpointDraft(url=URL, description="x" * 201), "description"),
        (EndpointDraft(url=URL, description="\0"), "description"),
    ],
)
def test_bad_input_is_refused(business, owner, draft, field):
    with refused(Invalid, field) as caught:
        add_endpoint(business, draft, by=owner, resolve=public)
    if field == "events":
        assert all(word in caught.value.message for word in EVENT_TYPES)


def test_a_private_address_is_refused_when_it_is_saved(business, owner):
    endpoint = add_endpoint(business, EndpointDraft(url=URL), by=owner, resolve=public)
    with refused(Invalid, "url"):
        add_endpoint(business, EndpointDraft(url=URL), by=owner, resolve=private)
    with refused(Invalid, "url"):
        change_endpoint(endpoint, EndpointDraft(url=URL), by=owner, resolve=private)


def test_there_are_at_most_twenty(business, owner):
    for _ in range(MOST_ENDPOINTS):
        add_endpoint(business, EndpointDraft(url=URL), by=owner, resolve=public)
    with refused(Conflict):
        add_endpoint(business, EndpointDraft(url=URL), by=owner, resolve=public)


def test_one_whose_host_is_gone_can_be_switched_off(business, owner):
    endpoint = add_endpoint(business, EndpointDraft(url=URL), by=owner, resolve=public)
    off = EndpointDraft(url=URL, active=False)
    change_endpoint(endpoint, off, by=owner, resolve=private)
    assert not WebhookEndpoint.objects.get().active


def test_a_rotated_secret_is_another(business, owner):
    endpoint = add_endpoint(business, EndpointDraft(url=URL), by=owner, resolve=public)
    before = endpoint.secret
    rotate_secret(endpoint, by=owner)
    assert WebhookEndpoint.objects.get().secret == endpoint.secret != before


def test_only_who_may_change_settings_may_touch_them(business, owner):
    draft, clerk = EndpointDraft(url=URL), actor(business, "clerk")
    endpoint = add_endpoint(business, draft, by=owner, resolve=public)
    now = datetime.datetime.now(datetime.UTC)
    message = send_test(endpoint, by=owner, now=now)
    deeds = [
        lambda: add_endpoint(business, draft, by=clerk, resolve=public),
        lambda: change_endpoint(endpoint, draft, by=clerk, resolve=public),
        lambda: rotate_secret(endpoint, by=clerk),
        lambda: remove_endpoint(endpoint, by=clerk),
        lambda: send_test(endpoint, by=clerk, now=now),
        lambda: resend(message, by=clerk, now=now),
    ]
    for deed in deeds:
        with refused(NotAllowed):
            deed()


def test_a_test_message_arrives(business, owner, endpoint, receiver):
    now = datetime.datetime.now(datetime.UTC)
    message = send_test(endpoint, by=owner, now=now)
    work_off(business.pk, message.pk, now=now)
    message.refresh_from_db()
    assert (message.type, message.state) == ("endpoint.test", "delivered")
    assert message.payload == {
        "type": "endpoint.test",
        "timestamp": now.isoformat(),
        "data": {"business": business.public_id, "endpoint": endpoint.public_id},
    }


def test_a_switched_off_endpoint_is_not_tried_out(business, owner, endpoint):
    draft = EndpointDraft(url=endpoint.url, active=False)
    change_endpoint(endpoint, draft, by=owner)
    with refused(Conflict):
        send_test(endpoint, by=owner, now=datetime.datetime.now(datetime.UTC))


def test_what_is_being_posted_is_not_resent_at_the_same_time(business, owner, endpoint):
    now = datetime.datetime.now(datetime.UTC)
    message = send_test(endpoint, by=owner, now=now)
    lease = now + datetime.timedelta(minutes=5)
    WebhookMessage.objects.update(attempts=1, try_after=lease)
    with refused(Conflict):
        resend(message, by=owner, now=now)
    resend(message, by=owner, now=lease)


def test_a_removed_endpoint_leaves_only_history(business, owner, endpoint):
    now = datetime.datetime.now(datetime.UTC)
    message = send_test(endpoint, by=owner, now=now)
    work_off(business.pk, message.pk, now=now)
    key = endpoint.pk
    remove_endpoint(endpoint, by=owner)
    rows = (WebhookEndpoint, WebhookMessage, WebhookAttempt)
    assert [model.objects.count() for model in rows] == [0, 0, 0]
    endpoint.pk = key
    verbs = [verb for verb, _ in history(endpoint)]
    assert verbs == ["endpoint.added", "endpoint.tested", "endpoint.removed"]
