"""Taking a message to its endpoint: claimed once, retried with pauses, logged."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from standardwebhooks import Webhook

from invoices import jobs
from invoices.models import Event, WebhookAttempt, WebhookEndpoint, WebhookMessage
from invoices.models.webhook import MessageState
from invoices.webhooks.addresses import Resolve, checked, resolve
from invoices.webhooks.posting import Answer, post
from partners.access import Actor
from partners.exceptions import Invalid

_MINUTE, _HOUR = 60, 3600
PAUSES = (
    5,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
"""Seconds before the second, third … try; after the last one it is given up."""

_CLAIM = datetime.timedelta(minutes=5)  # longer than a post can take
_FORGOTTEN = datetime.timedelta(minutes=1)
_GONE = 410
_OFF = "The endpoint is switched off."
_MOST_ANSWER, _MOST_FORGOTTEN = 1000, 1000


def work_off(
    business_id: int,
    message_id: int,
    *,
    now: datetime.datetime,
    resolve: Resolve = resolve,
) -> None:
    """Post one message, if it is due and nobody else has it.

    A worker that dies with it leaves it to another after five minutes; its receiver
    knows a repetition by the `webhook-id`.
    """
    message = _claim(business_id, message_id, now)
    if message is None:
        return
    answer = _post(message, now, resolve) if message.endpoint.active else _silence(_OFF)
    _finish(message, answer, now)


def forgotten(now: datetime.datetime) -> list[WebhookMessage]:
    """Messages of all businesses that were due a minute ago; at most a thousand."""
    waiting = WebhookMessage.objects.filter(state=MessageState.WAITING)
    due = waiting.filter(try_after__lt=now - _FORGOTTEN)
    return list(due.order_by("id").only("id", "business_id")[:_MOST_FORGOTTEN])


def signed(
    message: WebhookMessage, now: datetime.datetime
) -> tuple[bytes, dict[str, str]]:
    """The body and the headers that prove where it comes from."""
    body = json.dumps(message.payload, ensure_ascii=False, separators=(",", ":"))
    name = f"msg_{message.public_id}"
    moment = now.astimezone(datetime.UTC)
    signature = Webhook(message.endpoint.secret).sign(name, moment, body)
    return body.encode(), {
        "content-type": "application/json",
        "user-agent": "Counterfoil",
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature,
    }


def _claim(
    business_id: int, message_id: int, now: datetime.datetime
) -> WebhookMessage | None:
    rows = WebhookMessage.objects.for_business(business_id).filter(pk=message_id)
    due = rows.filter(state=MessageState.WAITING, try_after__lte=now)
    # Of two who ask at once, the second finds it no longer due.
    if not due.update(attempts=F("attempts") + 1, try_after=now + _CLAIM):
        return None
    return rows.select_related("endpoint", "business").get()


def _post(message: WebhookMessage, now: datetime.datetime, resolve: Resolve) -> Answer:
    try:
        target = checked(message.endpoint.url, resolve)
    except Invalid as refusal:
        return _silence(refusal.message)
    return post(target, *signed(message, now))


def _silence(error: str) -> Answer:
    return Answer(Decimal(0), error=error[:500])


def _finish(message: WebhookMessage, answer: Answer, began: datetime.datetime) -> None:
    """Log the try and say what becomes of the message; one transaction."""
    now = began + datetime.timedelta(seconds=float(answer.seconds))
    pause = _pause(message, answer)
    with transaction.atomic():
        WebhookAttempt.objects.create(
            business_id=message.business_id,
            message=message,
            at=began,
            status=answer.status,
            answer=answer.text[:_MOST_ANSWER],
            error=answer.error,
            seconds=answer.seconds,
        )
        rows = WebhookMessage.objects.for_business(message.business_id)
        waiting = rows.filter(pk=message.pk, state=MessageState.WAITING)
        if answer.taken:
            waiting.update(state=MessageState.DELIVERED)
        elif pause is None:
            waiting.update(state=MessageState.FAILED)
        else:
            waiting.update(try_after=now + pause)
            jobs.queue_again(message, now + pause)
        if answer.status == _GONE:
            _switch_off(message)


def _pause(message: WebhookMessage, answer: Answer) -> datetime.timedelta | None:
    """How long to wait before the next try; None for no more."""
    over = message.attempts > len(PAUSES) or answer.status == _GONE
    if over or not message.endpoint.active:
        return None
    return datetime.timedelta(seconds=PAUSES[message.attempts - 1])


def _switch_off(message: WebhookMessage) -> None:
    rows = WebhookEndpoint.objects.for_business(message.business_id)
    if rows.filter(pk=message.endpoint_id, active=True).update(active=False):
        by = Actor.operator(message.business, "counterfoil")
        Event.record(message.endpoint, "endpoint.gone", by=by, status=_GONE)
