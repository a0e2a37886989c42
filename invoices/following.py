"""Following the books: what the world is told, and stored, when events are sealed.

An event joins the chain exactly once, behind the writers, and the same transaction
writes down who is to hear of it. So nothing is told that was rolled back, nothing is
told twice, and a writer pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from invoices import jobs
from invoices.models import Event, Invoice, WebhookEndpoint, WebhookMessage
from invoices.querysets import Direction
from partners import public_ids
from partners.models import Business

_SALES = {
    verb: verb
    for verb in (
        "invoice.issued",
        "invoice.sent",
        "invoice.viewed",
        "invoice.paid",
        "invoice.voided",
        "invoice.credited",
        "invoice.written_off",
        "invoice.disputed",
        "invoice.dispute_settled",
    )
}
_PURCHASES = {
    "invoice.approved": "bill.approved",
    "invoice.cancelled": "bill.cancelled",
    "invoice.paid": "bill.paid",
}
_OTHERS = {
    verb: verb
    for verb in (
        "payment.recorded",
        "payment.cancelled",
        "payment.refunded",
        "delivery.failed",
        "delivery.bounced",
    )
}
_VERBS = {*_SALES, *_PURCHASES, *_OTHERS}
EVENT_TYPES = sorted({*_SALES.values(), *_PURCHASES.values(), *_OTHERS.values()})
"""What an endpoint can hear of, in the words of the outside."""

_KEYS = {"payment": "payment", "refund": "payment"}
"""Facts that hold a primary key, and of what kind of row."""


def follow(business: Business, events: Sequence[Event]) -> None:
    """Have the world told of events that are being sealed; in the same transaction.

    A credit note is told of as an invoice whose `kind` says so. Three queries where
    something is told, one where only papers are stored, none for anything else.
    """
    told = [event for event in events if event.verb in _VERBS]
    if told:
        documents = _documents(business, told)
        _store_papers(told, documents)
        _tell(business, told, documents)


def _documents(business: Business, events: Sequence[Event]) -> dict[int, Invoice]:
    pks = {event.subject_id for event in events if event.subject == "invoice"}
    rows = Invoice.objects.for_business(business).filter(pk__in=pks)
    return {row.pk: row for row in rows.only("direction", "kind", "business_id")}


def _store_papers(events: Sequence[Event], documents: dict[int, Invoice]) -> None:
    """Have what was issued printed and kept; imported documents were not issued here."""
    issued = [
        documents[event.subject_id]
        for event in events
        if event.verb == "invoice.issued" and event.subject_id in documents
    ]
    jobs.queue_papers([row for row in issued if row.direction == Direction.ISSUED])


def _tell(
    business: Business, events: Sequence[Event], documents: dict[int, Invoice]
) -> None:
    active = WebhookEndpoint.objects.for_business(business).filter(active=True)
    endpoints = list(active)
    if not endpoints:
        return
    pks = [event.pk for event in events]
    known = WebhookMessage.objects.for_business(business).filter(event__in=pks)
    told = set(known.values_list("endpoint_id", "event"))
    rows = [
        _message(business, endpoint, event, word, documents.get(event.subject_id))
        for event in events
        if (word := _type(event, documents.get(event.subject_id)))
        for endpoint in endpoints
        if (endpoint.pk, event.pk) not in told and _hears(endpoint, event, word)
    ]
    WebhookMessage.objects.bulk_create(rows)
    jobs.queue_messages(rows)


def _type(event: Event, document: Invoice | None) -> str:
    """The public word for the event; empty where the outside has none."""
    if event.subject != "invoice" or event.verb in _OTHERS:
        return _OTHERS.get(event.verb, "")
    if document is None:
        return ""
    sold = document.direction == Direction.ISSUED
    return (_SALES if sold else _PURCHASES).get(event.verb, "")


def _hears(endpoint: WebhookEndpoint, event: Event, word: str) -> bool:
    wanted = not endpoint.events or word in endpoint.events
    return wanted and event.at >= endpoint.created_at


def _message(
    business: Business,
    endpoint: WebhookEndpoint,
    event: Event,
    word: str,
    document: Invoice | None,
) -> WebhookMessage:
    return WebhookMessage(
        business=business,
        endpoint=endpoint,
        event=event.pk,
        type=word,
        payload=_payload(business, event, word, document),
        try_after=event.at,
    )


def _payload(
    business: Business, event: Event, word: str, document: Invoice | None
) -> dict[str, object]:
    """Thin: which rows it is about and the facts of the moment; amounts are texts."""
    kind = {"kind": document.kind} if event.subject == "invoice" and document else {}
    return {
        "type": word,
        "timestamp": event.at.isoformat(),
        "data": {
            "business": business.public_id,
            event.subject: public_ids.encode(event.subject, event.subject_id),
            **kind,
            **{name: _shown(name, value) for name, value in event.facts.items()},
        },
    }


def _shown(name: str, value: object) -> object:
    kind = _KEYS.get(name)
    return public_ids.encode(kind, value) if kind and isinstance(value, int) else value
