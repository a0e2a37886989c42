"""One message and many workers: it is posted once."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.models import WebhookAttempt, WebhookMessage
from invoices.models.event import broken_link, seal
from invoices.webhooks import posting, working
from invoices.webhooks.endpoints import EndpointDraft, add_endpoint, send_test
from invoices.webhooks.working import work_off
from tests.concurrency.racing import Gate, race, refusals
from tests.factories import NOW, a_draft

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 6


@pytest.fixture
def message(business, owner, settings, monkeypatch) -> WebhookMessage:
    """A message that waits; whoever posts it finds a receiver that takes it."""
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    draft = EndpointDraft(url="http://127.0.0.1:8080/")
    endpoint = add_endpoint(business, draft, by=owner)
    now = datetime.datetime.now(datetime.UTC)
    return send_test(endpoint, by=owner, now=now)


def workers(message: WebhookMessage, monkeypatch: Any) -> int:
    """How often it was posted by so many at once."""
    posted: list[bytes] = []

    def post(target: object, body: bytes, headers: object) -> posting.Answer:
        posted.append(body)
        return posting.Answer(Decimal("0.1"), 200)

    monkeypatch.setattr(working, "post", post)
    now = datetime.datetime.now(datetime.UTC)
    deed = [lambda: work_off(message.business_id, message.pk, now=now)]
    assert refusals(race(*[deed] * THREADS)) == []
    assert WebhookAttempt.objects.count() == len(posted)
    return len(posted)


def test_many_workers_post_a_message_once(message, monkeypatch):
    assert workers(message, monkeypatch) == 1


def test_without_the_claim_it_is_posted_by_each(message, monkeypatch):
    """The control: reading that it waits, then posting it."""
    gate = Gate(THREADS)

    def unclaimed(business_id: int, pk: int, now: object) -> WebhookMessage:
        found = WebhookMessage.objects.for_business(business_id)
        row = found.select_related("endpoint", "business").get(pk=pk, state="waiting")
        gate.wait()
        return row

    monkeypatch.setattr(working, "_claim", unclaimed)
    assert workers(message, monkeypatch) == THREADS


def test_many_sealers_beside_writers_tell_each_event_once(business, owner, message):
    drafts = [a_draft(business, by=owner) for _ in range(30)]
    issues = [lambda one=one: one.issue(by=owner, now=NOW) for one in drafts]
    seals = [lambda: seal(business)] * 10
    assert refusals(race(issues[:15], issues[15:], seals, seals, seals)) == []
    seal(business)
    told = WebhookMessage.objects.for_business(business).exclude(pk=message.pk)
    events = list(told.values_list("event", flat=True))
    assert len(events) == len(set(events)) == 30
    assert set(told.values_list("type", flat=True)) == {"invoice.issued"}
    assert broken_link(business) is None
