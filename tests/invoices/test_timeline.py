"""The timeline: everything about one document in order, nothing about another."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.models import Delivery, Event
from invoices.sending import Letter, send
from invoices.timeline import EntryKind, timeline
from partners.access import Actor
from partners.models import Business
from tests.factories import NOW, BusinessFactory, a_draft, actor

pytestmark = pytest.mark.django_db


def to(*recipients: str) -> Letter:
    return Letter(recipients=recipients)


def test_it_tells_events_and_deliveries_in_order(
    business: Business, owner: Actor
) -> None:
    draft = a_draft(business, by=owner)
    send(draft, to("a@example.com", "b@example.com"), by=owner, now=NOW, key="first")
    told = [
        (entry.kind, entry.verb, entry.who, entry.delivery and entry.delivery.recipient)
        for entry in timeline(draft)
    ]
    mails = [
        (EntryKind.DELIVERY, "document", owner.name, "a@example.com"),
        (EntryKind.DELIVERY, "document", owner.name, "b@example.com"),
    ]
    assert told == [
        (EntryKind.EVENT, "invoice.drafted", owner.name, None),
        (EntryKind.EVENT, "invoice.issued", owner.name, None),
        *mails,
        (EntryKind.EVENT, "document.queued", owner.name, None),
    ]


def test_entries_carry_the_facts_and_the_moments(
    business: Business, owner: Actor
) -> None:
    draft = a_draft(business, by=owner)
    send(draft, to("a@example.com"), by=owner, now=NOW, key="first")
    [mail] = Delivery.objects.for_business(business)
    events = {event.verb: event for event in Event.objects.about(draft)}
    entries = timeline(draft)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    for entry in entries:
        if entry.delivery is None:
            event = events[entry.verb]
            assert (entry.at, entry.facts) == (event.at, event.facts)
        else:
            assert (entry.delivery, entry.at) == (mail, mail.created_at)
            assert entry.facts == {}


def test_another_documents_story_is_not_told(business: Business, owner: Actor) -> None:
    alone, sent = a_draft(business, by=owner), a_draft(business, by=owner)
    send(sent, to("a@example.com"), by=owner, now=NOW, key="first")
    other = BusinessFactory()
    theirs = a_draft(other)
    send(theirs, to("x@example.com"), by=actor(other), now=NOW, key="first")
    assert [entry.verb for entry in timeline(alone)] == ["invoice.drafted"]


def test_it_costs_two_queries_however_long(business: Business, owner: Actor) -> None:
    draft = a_draft(business, by=owner)
    for key in range(5):
        send(draft, to("a@example.com"), by=owner, now=NOW, key=str(key))
    with CaptureQueriesContext(connection) as queries:
        assert len(timeline(draft)) == 12
    assert len(queries) == 2
