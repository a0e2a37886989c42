"""Sending: one transaction that issues the draft and queues its mails, once per key."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices.exceptions import (
    KeyUsed,
    NoRecipient,
    NotIssued,
    PeriodClosed,
    StaleDocument,
)
from invoices.links import find_link, link_to, revoke_links
from invoices.models import CustomerLink, Delivery, Event, Invoice
from invoices.sending import Letter, send
from partners.exceptions import Invalid, NotAllowed
from tests.books import refused, row
from tests.factories import NOW, PartnerFactory, a_bill, a_draft, actor

TWO = Letter(recipients=["a@example.com", "b@example.com", "a@example.com"])


def jobs(business) -> list[dict[str, int]]:
    waiting = ProcrastinateJob.objects.filter(
        task_name="invoices.deliver", args__business_id=business.pk
    )
    return list(waiting.order_by("id").values_list("args", flat=True))


def test_a_draft_is_issued_and_one_mail_queued_for_its_customer(business, owner):
    draft = a_draft(business, by=owner)
    [delivery] = send(draft, by=owner, now=NOW, key="first")
    draft.refresh_from_db()
    assert draft.state == "issued"
    assert jobs(business) == [{"business_id": business.pk, "delivery_id": delivery.pk}]
    link = CustomerLink.objects.for_business(business).get()
    assert row(delivery, "subject", "body") == {
        "invoice_id": draft.pk,
        "partner_id": draft.partner_id,
        "purpose": "document",
        "recipient": "buyer@example.com",
        "attempt_key": "first",
        "copies": [],
        "language": "en",
        "link_id": link.pk,
        "file_id": None,
        "with_ubl": False,
        "state": "queued",
        "attempts": 0,
        "try_after": NOW,
        "changed_at": NOW,
        "error": "",
        "answer": "",
        "bounced_at": None,
        "bounce": "",
        "user_id": owner.user_id,
        "actor": owner.name,
    }
    assert draft.number in delivery.subject
    assert link.path() in delivery.body
    verbs = [event.verb for event in Event.objects.about(draft)]
    assert verbs == ["invoice.drafted", "invoice.issued", "document.queued"]


def test_the_same_key_again_queues_nothing(business, owner):
    draft = a_draft(business, by=owner)
    first = send(draft, TWO, by=owner, now=NOW, key="first")
    again = send(draft, by=owner, now=NOW, key="first")
    assert [row.pk for row in again] == [row.pk for row in first]
    assert [row.recipient for row in first] == ["a@example.com", "b@example.com"]
    assert len(jobs(business)) == 2


@pytest.mark.parametrize(
    ("other", "field"),
    [
        (Letter(recipients=["a@example.com"]), "recipients"),
        (Letter(recipients=["a@example.com", "c@example.com"]), "recipients"),
        (Letter(copies=["c@example.com"]), "copies"),
        (Letter(subject="Other"), "subject"),
        (Letter(body="Other"), "body"),
    ],
)
def test_the_same_key_for_another_letter_is_refused(business, owner, other, field):
    draft = a_draft(business, by=owner)
    send(draft, TWO, by=owner, now=NOW, key="first")
    with refused(KeyUsed, field):
        send(draft, other, by=owner, now=NOW, key="first")


def test_the_same_letter_again_is_the_same_in_any_case_and_order(business, owner):
    words: dict[str, Any] = {"subject": "{{ number }}", "body": "At {{ link }}"}
    one = Letter(recipients=["a@example.com", "b@example.com"], **words)
    other = Letter(recipients=["B@example.com", "A@EXAMPLE.com"], **words)
    draft = a_draft(business, by=owner)
    first = send(draft, one, by=owner, now=NOW, key="first")
    assert send(draft, other, by=owner, now=NOW, key="first") == first


def test_without_a_key_nothing_is_sent_again_that_went_on_any_occasion(business, owner):
    draft = a_draft(business, by=owner)
    known = send(draft, TWO, by=owner, now=NOW, key="run-1")
    assert send(draft, by=owner, now=NOW, key="") == known
    one = Letter(recipients=["b@example.com"])
    assert send(draft, one, by=owner, now=NOW, key="") == known
    with refused(KeyUsed, "recipients"):
        other = Letter(recipients=["c@example.com"])
        send(draft, other, by=owner, now=NOW, key="")


def test_without_a_key_what_has_failed_is_sent_afresh(business, owner):
    draft = a_draft(business, by=owner)
    for key, state in (("first", "failed"), ("first-2", "withdrawn"), ("first-3", "")):
        [mail] = send(draft, by=owner, now=NOW, key="")
        assert mail.attempt_key == key
        if state:
            Delivery.objects.for_business(business).update(state=state)


def test_a_stale_copy_of_a_draft_that_was_sent_is_no_draft(business, owner):
    """Two asked at once; the second waited for the first and finds its mails."""
    draft = a_draft(business, by=owner)
    stale = Invoice.objects.get(pk=draft.pk)
    known = send(draft, by=owner, now=NOW, key="first")
    assert send(stale, by=owner, now=NOW, key="first") == known


def test_a_mailbox_gets_one_mail_however_it_is_spelt(business, owner):
    letter = Letter(
        recipients=["Ada@example.com", "ada@EXAMPLE.com", "b@example.com"],
        copies=["B@example.com", "c@example.com", "C@example.com"],
    )
    queued = send(a_draft(business, by=owner), letter, by=owner, now=NOW, key="first")
    assert [(mail.recipient, mail.copies) for mail in queued] == [
        ("Ada@example.com", ["c@example.com"]),
        ("b@example.com", []),
    ]


def test_a_copy_goes_out_once_whatever_the_number_of_recipients(business, owner):
    letter = Letter(
        recipients=["a@example.com", "b@example.com"], copies=["c@x.example"]
    )
    queued = send(a_draft(business, by=owner), letter, by=owner, now=NOW, key="first")
    assert [delivery.copies for delivery in queued] == [["c@x.example"], []]


def test_another_key_is_another_sending(business, owner):
    draft = a_draft(business, by=owner)
    send(draft, by=owner, now=NOW, key="first")
    send(draft, by=owner, now=NOW, key="second")
    keys = Delivery.objects.for_business(business).values_list("attempt_key", flat=True)
    assert sorted(keys) == ["first", "second"]
    assert CustomerLink.objects.for_business(business).count() == 1


@pytest.mark.parametrize(
    ("letter", "field"),
    [
        (Letter(recipients=["nobody"]), "recipients"),
        (Letter(recipients=["a@example.com\nBcc: b@example.com"]), "recipients"),
        (Letter(recipients=[f"a{n}@example.com" for n in range(200)]), "recipients"),
        (Letter(copies=["@example.com"]), "copies"),
        (Letter(subject="x" * 201), "subject"),
        (Letter(subject="Hello\r\nBcc: b@example.com"), "subject"),
        (Letter(body="x" * 10_001), "body"),
        (Letter(subject="{{ secret }}"), "subject"),
        (Letter(body="Dear {{ contact"), "body"),
        (Letter(body="Dear\x07"), "body"),
    ],
)
def test_what_cannot_be_mailed_is_refused_by_field(business, owner, letter, field):
    draft = a_draft(business, by=owner)
    with refused(Invalid, field):
        send(draft, letter, by=owner, now=NOW, key="first")


def test_a_customer_without_an_address_leaves_the_draft_a_draft(business, owner):
    draft = a_draft(
        business, by=owner, partner=PartnerFactory(business=business, email="")
    )
    with refused(NoRecipient, "recipients"):
        send(draft, by=owner, now=NOW, key="first")


def test_a_draft_that_cannot_be_issued_is_not_mailed(business, owner):
    draft = a_draft(business, by=owner)
    business.closed_through = draft.date
    business.save()
    with refused(PeriodClosed):
        send(draft, by=owner, now=NOW, key="first")


def test_a_stale_version_is_refused(business, owner):
    draft = a_draft(business, by=owner)
    with refused(StaleDocument):
        send(draft, by=owner, now=NOW, key="first", expected_version=7)


def test_void_documents_and_bills_are_not_sent(business, owner):
    voided = a_draft(business, by=owner).issue(by=owner, now=NOW)
    voided.void(by=owner, reason="Wrong", now=NOW)
    for document in (voided, a_bill(business, by=owner)):
        with refused(NotIssued):
            send(document, by=owner, now=NOW, key="first")


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_roles_that_do_not_issue_do_not_send(business, owner, role):
    draft, by = a_draft(business, by=owner), actor(business, role)
    with refused(NotAllowed):
        send(draft, by=by, now=NOW, key="first")


@pytest.mark.parametrize(
    "name",
    [
        "Smith\r\nBcc: all@example.com",
        "{{ number }} {% now %}",
        "<script>alert(1)</script>",
        "#eval[1+1] $x^2$ @label",
        "京都園芸 กล้วยไม้ \u202e",
    ],
)
def test_no_name_breaks_the_words(business, owner, name):
    partner = PartnerFactory(business=business, name=name)
    [delivery] = send(
        a_draft(business, by=owner, partner=partner), by=owner, now=NOW, key="first"
    )
    assert "\n" not in delivery.subject
    assert "\r" not in delivery.subject


def test_a_link_opens_until_it_is_revoked_or_expires(business, owner):
    invoice = a_draft(business, by=owner).issue(by=owner, now=NOW)
    link = link_to(invoice, now=NOW)
    _, _, shown, public_id, token, _ = link.path().split("/")

    def opened(at=NOW, token=token):
        found = find_link(shown, public_id, token, now=at)
        return found and found.pk

    assert opened() == link.pk
    assert opened(token=token[:-1] + "!") is None
    assert opened(at=NOW + datetime.timedelta(days=366)) is None
    assert link_to(invoice, now=NOW + datetime.timedelta(days=10)) == link
    assert link_to(invoice, now=NOW + datetime.timedelta(days=200)) != link
    assert revoke_links(invoice, by=owner, now=NOW) == 2
    assert opened() is None


def test_a_link_of_another_business_does_not_open(business, owner):
    from partners import public_ids

    invoice = a_draft(business, by=owner).issue(by=owner, now=NOW)
    link = link_to(invoice, now=NOW)
    other = public_ids.encode("business", business.pk + 1)
    assert find_link(other, link.public_id, link.token, now=NOW) is None
