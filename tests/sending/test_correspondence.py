"""What happens to an issued document between the business and its customer."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from invoices.exceptions import NotDisputed, NotHeld, NotIssued, TooManyObjections
from invoices.models import Event
from partners.exceptions import Invalid, NotAllowed
from tests.books import contents, refused
from tests.factories import NOW, a_bill, a_draft, actor, an_issued_invoice

LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def invoice(business, owner):
    return an_issued_invoice(business, by=owner)


def told(invoice):
    return [
        (event.verb, event.actor, event.facts)
        for event in Event.objects.about(invoice)
        if event.verb not in ("invoice.drafted", "invoice.issued")
    ]


def test_the_first_view_counts_and_the_others_do_not(invoice):
    assert [invoice.record_view(NOW), invoice.record_view(LATER)] == [True, False]
    invoice.refresh_from_db()
    assert invoice.viewed_at == NOW
    assert told(invoice) == [
        ("invoice.viewed", f"{invoice.partner.name} (customer)", {})
    ]


def test_sent_keeps_its_first_moment_and_every_recipient(invoice, owner):
    invoice.record_sent(NOW, by=owner, to="a@example.com")
    invoice.record_sent(LATER, by=owner, to="b@example.com")
    invoice.refresh_from_db()
    assert invoice.sent_at == NOW
    assert told(invoice) == [
        ("invoice.sent", owner.name, {"recipient": "a@example.com"}),
        ("invoice.sent", owner.name, {"recipient": "b@example.com"}),
    ]


def test_a_dispute_is_noted_replaced_and_settled_without_a_new_version(invoice, owner):
    version = invoice.version
    invoice.dispute(" Two chairs missing ", by=invoice.customer(), now=NOW)
    invoice.dispute("Three, in fact", by=owner, now=LATER)
    invoice.refresh_from_db()
    assert (invoice.disputed_at, invoice.dispute_reason) == (LATER, "Three, in fact")
    invoice.settle_dispute(by=owner)
    invoice.refresh_from_db()
    assert (invoice.disputed_at, invoice.dispute_reason) == (None, "")
    assert invoice.version == version
    assert [verb for verb, _, _ in told(invoice)] == [
        "invoice.disputed",
        "invoice.disputed",
        "invoice.dispute_settled",
    ]


def test_the_same_words_once_more_change_nothing(invoice):
    stale = type(invoice).objects.for_business(invoice.business_id).get(pk=invoice.pk)
    invoice.dispute("Broken", by=invoice.customer(), now=NOW)
    before = contents()
    stale.dispute(" Broken", by=stale.customer(), now=LATER)
    assert contents() == before


def test_ten_objections_in_a_day_are_enough(invoice, owner):
    for number in range(10):
        invoice.dispute(f"Broken {number}", by=invoice.customer(), now=timezone.now())
    with refused(TooManyObjections):
        invoice.dispute("Broken", by=invoice.customer(), now=timezone.now())
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    assert invoice.dispute("Broken", by=invoice.customer(), now=tomorrow)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_a_dispute_needs_a_reason_of_bearable_length(invoice, reason):
    with refused(Invalid, "reason"):
        invoice.dispute(reason, by=invoice.customer(), now=NOW)


def test_the_customer_may_object_and_nothing_else(invoice):
    with refused(NotAllowed):
        invoice.hold(by=invoice.customer(), now=NOW)
    with refused(NotAllowed):
        invoice.void(by=invoice.customer(), reason="I do not like it", now=NOW)


def test_a_viewer_can_neither_object_nor_hold(business, invoice):
    viewer = actor(business, "viewer")
    with refused(NotAllowed):
        invoice.dispute("No", by=viewer, now=NOW)
    with refused(NotAllowed):
        invoice.hold(by=viewer, now=NOW)


def test_holding_twice_keeps_the_first_moment_and_releasing_ends_it(invoice, owner):
    invoice.hold("Talks", by=owner, now=NOW)
    invoice.hold(by=owner, now=LATER)
    assert invoice.held_at == NOW
    invoice.release(by=owner)
    invoice.refresh_from_db()
    assert invoice.held_at is None


def test_what_is_not_so_cannot_be_ended(invoice, owner):
    with refused(NotDisputed):
        invoice.settle_dispute(by=owner)
    with refused(NotHeld):
        invoice.release(by=owner)


def test_drafts_and_bills_have_no_customer_to_object(business, owner):
    for document in (a_draft(business, by=owner), a_bill(business, by=owner)):
        with refused(NotIssued):
            document.dispute("No", by=owner, now=NOW)
        with refused(NotIssued):
            document.hold(by=owner, now=NOW)
