"""Who is told of what when events are sealed, and whose papers are stored."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from invoices.crediting import credit
from invoices.following import EVENT_TYPES, follow
from invoices.models import Event, WebhookEndpoint, WebhookMessage
from invoices.models.event import seal
from payments.recording import cancel_payment
from payments.verifying import verify
from tests.factories import (
    NOW,
    TODAY,
    BusinessFactory,
    a_draft,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
)


def messages(business) -> list[tuple[str, dict[str, Any]]]:
    rows = WebhookMessage.objects.for_business(business).order_by("id")
    return [(row.type, row.payload["data"]) for row in rows]


def jobs(business, task: str) -> list[dict[str, Any]]:
    own = ProcrastinateJob.objects.filter(args__business_id=business.pk)
    rows = own.filter(task_name=task).order_by("id")
    return list(rows.values_list("args", flat=True))


def test_the_life_of_an_invoice_is_told_in_order(business, owner, endpoint):
    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, invoice, 100, by=owner)
    cancel_payment(payment, by=owner, now=NOW)
    seal(business)
    ids = {"business": business.public_id}
    about = ids | {"invoice": invoice.public_id, "kind": "invoice"}
    money = ids | {
        "payment": payment.public_id,
        "amount": "100.00",
        "currency": "USD",
    }
    number = {"number": "INV-2026-00001", "total": "100.00", "currency": "USD"}
    paid = {"payment": payment.public_id, "amount": "100.00", "balance": "0.00"}
    assert messages(business) == [
        ("invoice.issued", about | number),
        ("payment.recorded", money),
        ("invoice.paid", about | paid),
        ("payment.cancelled", money),
    ]


def test_a_message_has_type_moment_and_data(business, owner, endpoint):
    an_issued_invoice(business, by=owner)
    seal(business)
    message = WebhookMessage.objects.for_business(business).get()
    event = Event.objects.for_business(business).get(verb="invoice.issued")
    assert set(message.payload) == {"type", "timestamp", "data"}
    assert message.payload["timestamp"] == event.at.isoformat()
    assert (message.event, message.state, message.attempts) == (event.pk, "waiting", 0)
    assert jobs(business, "invoices.post") == [
        {"business_id": business.pk, "message_id": message.pk}
    ]


def test_a_credit_note_is_told_with_its_kind_and_its_invoice(business, owner, endpoint):
    invoice = an_issued_invoice(business, by=owner)
    credit(invoice, {1: Decimal("0.5")}, by=owner, now=NOW, date=TODAY)
    seal(business)
    told = [(word, data["kind"]) for word, data in messages(business)]
    assert told == [
        ("invoice.issued", "invoice"),
        ("invoice.credited", "invoice"),
        ("invoice.issued", "credit_note"),
    ]


def test_bills_are_told_in_their_own_words(business, owner, endpoint):
    bill = an_approved_bill(business, by=owner)
    a_payment(business, bill, 100, by=owner, direction="out")
    seal(business)
    told = [word for word, _ in messages(business)]
    assert told == ["bill.approved", "payment.recorded", "bill.paid"]
    assert jobs(business, "invoices.store_papers") == []


def test_only_what_an_endpoint_asked_for_is_told_to_it(business, owner, endpoint):
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(events=["invoice.paid"])
    invoice = an_issued_invoice(business, by=owner)
    a_payment(business, invoice, 100, by=owner)
    seal(business)
    assert [word for word, _ in messages(business)] == ["invoice.paid"]


def test_what_happened_before_the_endpoint_is_not_told(business, owner, endpoint):
    later = endpoint.created_at + datetime.timedelta(hours=1)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(created_at=later)
    an_issued_invoice(business, by=owner)
    seal(business)
    assert messages(business) == []


def test_a_switched_off_endpoint_hears_nothing(business, owner, endpoint):
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(active=False)
    an_issued_invoice(business, by=owner)
    seal(business)
    assert messages(business) == []


def test_another_business_s_endpoint_hears_nothing(business, owner, endpoint):
    other = BusinessFactory()
    an_issued_invoice(other, by=actor(other))
    seal(other)
    assert WebhookMessage.objects.count() == 0


def test_following_the_same_events_again_tells_nothing_more(business, owner, endpoint):
    an_issued_invoice(business, by=owner)
    seal(business)
    before = messages(business)
    follow(business, list(Event.objects.for_business(business)))
    assert messages(business) == before


def test_verifying_the_books_tells_too(business, owner, endpoint):
    an_issued_invoice(business, by=owner)
    verify(business)
    assert [word for word, _ in messages(business)] == ["invoice.issued"]


def test_drafts_are_told_to_nobody_and_cost_no_query(
    business, owner, endpoint, django_assert_num_queries
):
    a_draft(business, by=owner)
    events = list(Event.objects.for_business(business))
    with django_assert_num_queries(0):
        follow(business, events)


def test_the_papers_of_what_was_issued_are_stored_by_a_job(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    note = credit(invoice, None, by=owner, now=NOW, date=TODAY)
    seal(business)
    wanted = [
        {"business_id": business.pk, "invoice_id": pk} for pk in (invoice.pk, note.pk)
    ]
    assert jobs(business, "invoices.store_papers") == wanted


def test_every_type_is_spelled_once():
    assert len(EVENT_TYPES) == len(set(EVENT_TYPES))
    assert all(word.count(".") == 1 for word in EVENT_TYPES)


def test_the_periodic_job_asks_one_question_where_nothing_is_new(
    business, owner, endpoint, django_assert_num_queries
):
    from invoices.jobs import follow_books

    an_issued_invoice(business, by=owner)
    follow_books(0)
    assert [word for word, _ in messages(business)] == ["invoice.issued"]
    with django_assert_num_queries(1):
        follow_books(0)


def test_one_business_s_fault_does_not_keep_the_others_waiting(
    business, owner, endpoint, monkeypatch
):
    from invoices import following
    from invoices.jobs import follow_books

    other = BusinessFactory()
    an_issued_invoice(business, by=owner)
    an_issued_invoice(other, by=actor(other))
    rightly = following.follow

    def failing(of: Any, events: Any) -> None:
        if of.pk == business.pk:
            raise RuntimeError("broken")
        rightly(of, events)

    monkeypatch.setattr(following, "follow", failing)
    follow_books(0)
    unsealed = Event.objects.filter(position=None)
    assert set(unsealed.values_list("business_id", flat=True)) == {business.pk}
    assert messages(business) == []
    monkeypatch.setattr(following, "follow", rightly)
    follow_books(0)
    assert [word for word, _ in messages(business)] == ["invoice.issued"]
