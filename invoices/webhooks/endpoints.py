"""Endpoints of webhooks: added, changed, tried out, and posted to once more."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from invoices import jobs
from invoices.following import EVENT_TYPES
from invoices.models import Event, WebhookAttempt, WebhookEndpoint, WebhookMessage
from invoices.models.webhook import MessageState, new_secret
from invoices.webhooks.addresses import Resolve, checked, resolve
from partners import history
from partners.access import Actor, Capability
from partners.exceptions import Conflict, Invalid
from partners.models import Business

MOST_ENDPOINTS = 20
TEST = "endpoint.test"
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDraft:
    """An endpoint as a door hands it in; `events` empty for all of EVENT_TYPES."""

    url: str
    description: str = ""
    events: Sequence[str] = ()
    active: bool = True


def add_endpoint(
    business: Business, draft: EndpointDraft, *, by: Actor, resolve: Resolve = resolve
) -> WebhookEndpoint:
    """A new endpoint with a secret of its own; it hears of what happens from now on.

    Asks the resolver. Raises Invalid for `url`, `events` and `description`, Conflict
    for the twenty-first, NotAllowed.
    """
    by.require(Capability.SETTINGS, business.pk)
    _check(draft)
    checked(draft.url, resolve)
    with transaction.atomic():
        Business.objects.select_for_update(no_key=True).get(pk=business.pk)
        if WebhookEndpoint.objects.for_business(business).count() >= MOST_ENDPOINTS:
            raise Conflict(f"There are {MOST_ENDPOINTS} endpoints; remove one first.")
        endpoint = WebhookEndpoint.objects.create(business=business, **_values(draft))
        history.write(endpoint, None, by=by)
        Event.record(endpoint, "endpoint.added", by=by, **_facts(endpoint))
    return endpoint


def change_endpoint(
    endpoint: WebhookEndpoint,
    draft: EndpointDraft,
    *,
    by: Actor,
    resolve: Resolve = resolve,
) -> WebhookEndpoint:
    """Replace all but the secret. Raises what `add_endpoint` raises.

    One whose host is gone can still be switched off.
    """
    by.require(Capability.SETTINGS, endpoint.business_id)
    _check(draft)
    if draft.active or draft.url != endpoint.url:
        checked(draft.url, resolve)
    with transaction.atomic():
        before = history.snapshot(endpoint)
        for name, value in _values(draft).items():
            setattr(endpoint, name, value)
        endpoint.save(update_fields=[*_values(draft)])
        history.write(endpoint, before, by=by)
        Event.record(endpoint, "endpoint.changed", by=by, **_facts(endpoint))
    return endpoint


def rotate_secret(endpoint: WebhookEndpoint, *, by: Actor) -> WebhookEndpoint:
    """A new secret, which holds from the next post on. Raises NotAllowed."""
    by.require(Capability.SETTINGS, endpoint.business_id)
    with transaction.atomic():
        before = history.snapshot(endpoint)
        endpoint.secret = new_secret()
        endpoint.save(update_fields=["secret"])
        history.write(endpoint, before, by=by)
        Event.record(endpoint, "endpoint.secret_rotated", by=by)
    return endpoint


def remove_endpoint(endpoint: WebhookEndpoint, *, by: Actor) -> None:
    """Delete it with its messages and their log. Raises NotAllowed."""
    by.require(Capability.SETTINGS, endpoint.business_id)
    with transaction.atomic():
        Event.record(endpoint, "endpoint.removed", by=by, **_facts(endpoint))
        messages = WebhookMessage.objects.for_business(endpoint.business_id)
        messages = messages.filter(endpoint_id=endpoint.pk)
        log = WebhookAttempt.objects.for_business(endpoint.business_id)
        log.filter(message__in=messages).delete()
        messages.delete()
        history.write_deleted(endpoint, by=by)
        endpoint.delete()


def send_test(
    endpoint: WebhookEndpoint, *, by: Actor, now: datetime.datetime
) -> WebhookMessage:
    """Have a message of the type `endpoint.test` posted. Raises Conflict, NotAllowed."""
    by.require(Capability.SETTINGS, endpoint.business_id)
    if not endpoint.active:
        raise Conflict("The endpoint is switched off; switch it on first.")
    with transaction.atomic():
        event = Event.record(endpoint, "endpoint.tested", by=by)
        data = {
            "business": endpoint.business.public_id,
            "endpoint": endpoint.public_id,
        }
        message = WebhookMessage.objects.create(
            business=endpoint.business,
            endpoint=endpoint,
            event=event.pk,
            type=TEST,
            payload={"type": TEST, "timestamp": now.isoformat(), "data": data},
            try_after=now,
        )
        jobs.queue_messages([message])
    return message


def resend(
    message: WebhookMessage, *, by: Actor, now: datetime.datetime
) -> WebhookMessage:
    """Post it (again) at once; where that fails, the pauses go on where they were.

    Raises Conflict while a worker is posting it, NotAllowed.
    """
    by.require(Capability.SETTINGS, message.business_id)
    with transaction.atomic():
        rows = WebhookMessage.objects.for_business(message.business_id)
        locked = rows.select_for_update(of=("self",)).get(pk=message.pk)
        log = WebhookAttempt.objects.for_business(message.business_id)
        # Whoever has claimed it has not logged that try yet.
        tried = log.filter(message_id=message.pk).count()
        if locked.attempts > tried and locked.try_after > now:
            raise Conflict("It is being posted at this moment.")
        locked.state, locked.try_after = MessageState.WAITING, now
        locked.save(update_fields=["state", "try_after"])
        Event.record(locked, "message.resent", by=by, type=locked.type)
        jobs.queue_messages([locked])
    return locked


def _check(draft: EndpointDraft) -> None:
    unknown = sorted(set(draft.events) - set(EVENT_TYPES))
    if unknown:
        raise Invalid(
            f"{unknown[0][:60]!r} is no event; there are {', '.join(EVENT_TYPES)}.",
            field="events",
        )
    if len(draft.description) > _MOST_WORDS or "\0" in draft.description:
        raise Invalid(f"At most {_MOST_WORDS} characters.", field="description")


def _values(draft: EndpointDraft) -> dict[str, object]:
    return {
        "url": draft.url,
        "description": draft.description,
        "events": sorted(set(draft.events)),
        "active": draft.active,
    }


def _facts(endpoint: WebhookEndpoint) -> dict[str, object]:
    return {"url": endpoint.url, "events": endpoint.events, "active": endpoint.active}
