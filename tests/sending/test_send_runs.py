"""Runs: many drafts sent at once, each wholly or not at all."""

from __future__ import annotations

import uuid

import pytest

from invoices import readiness, send_runs
from invoices.exceptions import BadRun, RunFinished
from invoices.models import Delivery, Event, SendRun, SendRunItem
from invoices.sending import Letter
from partners.exceptions import Invalid, NotAllowed
from tests.books import refused
from tests.factories import (
    NOW,
    BusinessFactory,
    PartnerFactory,
    a_draft,
    actor,
    an_issued_invoice,
)

KEY = uuid.UUID(int=7)


@pytest.fixture
def drafts(business, owner):
    return [a_draft(business, by=owner) for _ in range(4)]


def start(business, drafts, by, **more):
    return send_runs.start(business, drafts, by=by, now=NOW, key=KEY, **more)


def states(run):
    items = SendRunItem.objects.for_business(run.business_id).filter(run=run)
    return [(item.state, item.code) for item in items.order_by("position")]


def test_a_run_sends_each_draft_once(business, owner, drafts):
    run = start(business, drafts, owner)
    send_runs.work(business.pk, run.pk)
    send_runs.work(business.pk, run.pk)
    assert states(run) == [("done", "")] * 4
    sent = Delivery.objects.for_business(business)
    assert sorted(sent.values_list("invoice_id", flat=True)) == [d.pk for d in drafts]
    told = send_runs.progress(run)
    assert (told.items, told.deliveries) == ({"done": 4}, {"queued": 4})
    assert (told.total, told.waiting, told.finished, told.stopped) == (
        4,
        0,
        True,
        False,
    )


def test_a_second_click_is_the_same_run(business, owner, drafts):
    assert start(business, drafts, owner) == start(business, drafts[:1], owner)
    assert SendRunItem.objects.for_business(business).count() == 4


def test_what_is_refused_says_why_and_the_rest_goes_on(business, owner, drafts):
    silent = a_draft(
        business, by=owner, partner=PartnerFactory(business=business, email="")
    )
    issued = an_issued_invoice(business, by=owner)
    gone = a_draft(business, by=owner)
    run = start(business, [silent, issued, gone, drafts[0]], owner)
    gone.delete(by=owner)
    send_runs.work(business.pk, run.pk)
    assert states(run) == [
        ("refused", "no_recipient"),
        ("refused", "not_a_draft"),
        ("refused", "not_a_draft"),
        ("done", ""),
    ]
    silent.refresh_from_db()
    assert (silent.state, silent.number) == ("draft", "")


def test_stopping_leaves_the_rest_untouched(business, owner, drafts):
    run = start(business, drafts, owner)
    assert send_runs._next(run, owner)
    assert send_runs.stop(run, by=owner, now=NOW) == 3
    send_runs.work(business.pk, run.pk)
    assert states(run) == [("done", "")] + [("skipped", "")] * 3
    for draft in drafts:
        draft.refresh_from_db()
    assert [draft.state for draft in drafts] == ["issued", "draft", "draft", "draft"]
    verbs = [event.verb for event in Event.objects.about(run)]
    assert verbs == ["run.started", "run.stopped"]
    with refused(RunFinished):
        send_runs.stop(run, by=owner, now=NOW)


def test_the_words_of_the_run_go_into_every_mail(business, owner, drafts):
    letter = Letter(
        subject="Your invoice", body="Here it is.", copies=["c@example.com"]
    )
    run = start(business, drafts, owner, letter=letter)
    send_runs.work(business.pk, run.pk)
    words = Delivery.objects.for_business(business).values_list("subject", "copies")
    assert list(words) == [("Your invoice", ["c@example.com"])] * 4


def test_what_cannot_be_a_run_is_refused(business, owner, drafts):
    foreign, viewer = a_draft(BusinessFactory()), actor(business, "viewer")
    with refused(BadRun, "invoices"):
        start(business, [], owner)
    with refused(BadRun, "invoices"):
        start(business, [foreign], owner)
    with refused(BadRun, "recipients"):
        start(business, drafts, owner, letter=Letter(recipients=["a@example.com"]))
    with refused(Invalid, "subject"):
        start(business, drafts, owner, letter=Letter(subject="{{ secret }}"))
    with refused(Invalid, "body"):
        start(business, drafts, owner, letter=Letter(body="Dear {{ contact"))
    with refused(NotAllowed):
        start(business, drafts, viewer)
    assert not SendRun.objects.for_business(business).exists()


def test_drafts_say_what_is_in_their_way(business, owner):
    fine = a_draft(business, by=owner)
    silent = a_draft(
        business, by=owner, partner=PartnerFactory(business=business, email="")
    )
    archived = a_draft(business, by=owner)
    archived.partner.archived_at = NOW
    archived.partner.save()
    an_issued_invoice(business, by=owner)
    found = readiness.drafts(business).values_list("pk", "obstacle").order_by("pk")
    assert list(found) == [
        (fine.pk, None),
        (silent.pk, "no_recipient"),
        (archived.pk, "not_a_customer"),
    ]
    assert list(readiness.ready(business)) == [fine]
    business.closed_through = fine.date
    found = readiness.drafts(business).values_list("obstacle", flat=True).order_by("pk")
    assert list(found) == ["period_closed", "no_recipient", "not_a_customer"]
