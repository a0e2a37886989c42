"""One draft in many hands, and the history sealed while it is written."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from invoices.drafting import revise_draft
from invoices.models import Event, Invoice
from invoices.models.event import broken_link, seal
from payments.models import Payment
from payments.recording import cancel_payment
from tests.concurrency.racing import disagreements, race, refusals, tell
from tests.factories import NOW, a_draft, a_payment, draft_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_edits_of_one_version_exactly_one_wins(business, owner):
    draft = a_draft(business, by=owner)
    for version in range(1, 21):
        changes = [
            draft_of(business, partner=draft.partner, memo=memo)
            for memo in ("left", "right")
        ]
        copies = [Invoice.objects.get(pk=draft.pk) for _ in changes]
        outcomes = race(
            *(
                [
                    lambda c=copy, d=change, v=version: (
                        revise_draft(c, d, by=owner, expected_version=v).memo
                    )
                ]
                for copy, change in zip(copies, changes, strict=True)
            )
        )
        assert refusals(outcomes) == ["StaleDocument"]
        stored = Invoice.objects.get(pk=draft.pk)
        assert stored.memo in outcomes
        assert stored.version == version + 1
    assert Event.objects.about(draft).filter(verb="invoice.revised").count() == 20
    assert disagreements(business) == []


def test_of_two_plain_saves_of_one_version_exactly_one_wins(business, owner):
    draft = a_draft(business, by=owner)
    for version in range(1, 11):
        copies = [Invoice.objects.get(pk=draft.pk) for _ in range(2)]
        outcomes = race(*([copy.save] for copy in copies))
        assert refusals(outcomes) == ["StaleDocument"]
        assert Invoice.objects.get(pk=draft.pk).version == version + 1


def test_a_draft_is_issued_or_deleted_never_both(business, owner):
    for _ in range(10):
        draft = a_draft(business, by=owner)
        copy = Invoice.objects.get(pk=draft.pk)
        outcomes = race(
            [partial(draft.issue, by=owner, now=NOW)],
            [partial(copy.delete, by=owner)],
        )
        assert refusals(outcomes) in (["NotADraft"], ["StaleDocument"])
    assert disagreements(business) == []


def test_a_payment_is_cancelled_once(business, owner):
    payment = a_payment(business, None, 10, by=owner)
    copies = [Payment.objects.get(pk=payment.pk) for _ in range(4)]
    outcomes = race(
        *([lambda c=copy: cancel_payment(c, by=owner, now=NOW)] for copy in copies)
    )
    assert refusals(outcomes) == ["PaymentCancelled"] * 3


def test_the_history_is_sealed_while_it_is_written(business, owner, monkeypatch):
    monkeypatch.setattr("invoices.models.event._BATCH", 7)
    partner = a_draft(business, by=owner).partner
    writers, each = 4, 25
    busy = threading.Semaphore(0)

    def write() -> None:
        a_draft(business, by=owner, partner=partner)
        busy.release()

    def seal_until_written() -> int:
        sealed = 0
        for _ in range(writers * each // 2):
            busy.acquire(timeout=30)
            sealed += seal(business)
        return sealed

    outcomes = race(
        *([write] * each for _ in range(writers)),
        [seal_until_written],
        [seal_until_written],
    )
    rest = seal(business)

    assert refusals(outcomes) == []
    events = Event.objects.for_business(business)
    positions = events.order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(1, writers * each + 2))
    assert broken_link(business) is None
    early = sum(one for one in outcomes if isinstance(one, int))
    assert early + rest == writers * each + 1
    tell(f"seals: {early} of {early + rest} events sealed by two among writers")
