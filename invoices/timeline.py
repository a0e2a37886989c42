"""The story of a document: what was done to it and what was mailed about it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from invoices.models import Delivery, Event, Invoice


class EntryKind(StrEnum):
    """Where an entry comes from."""

    EVENT = "event"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """Something that happened, when, and who did it.

    `verb` is the event's; of a delivery it is its purpose, and the delivery stands
    beside it with its state as of now. `facts` are those of the event.
    """

    at: datetime.datetime
    kind: EntryKind
    verb: str
    who: str
    facts: dict[str, Any]
    delivery: Delivery | None = None


def timeline(invoice: Invoice) -> list[TimelineEntry]:
    """Every event and delivery of a document, oldest first; two queries.

    A delivery stands where it was queued. Its words are not loaded.
    """
    deliveries = Delivery.objects.for_business(invoice.business_id)
    mails = deliveries.filter(invoice_id=invoice.pk).order_by("id").defer("body")
    entries = [_of_event(event) for event in Event.objects.about(invoice)]
    entries += [_of_delivery(mail) for mail in mails]
    # The sort keeps what happened in one moment in the order of the rows.
    return sorted(entries, key=lambda entry: entry.at)


def _of_event(event: Event) -> TimelineEntry:
    return TimelineEntry(
        at=event.at,
        kind=EntryKind.EVENT,
        verb=event.verb,
        who=event.actor,
        facts=event.facts,
    )


def _of_delivery(delivery: Delivery) -> TimelineEntry:
    return TimelineEntry(
        at=delivery.created_at,
        kind=EntryKind.DELIVERY,
        verb=delivery.purpose,
        who=delivery.actor,
        facts={},
        delivery=delivery,
    )
