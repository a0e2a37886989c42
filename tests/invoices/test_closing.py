"""Closing the books, reopening them, and the exceptions that are granted."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.assigning import assign
from invoices.closing import close_books
from invoices.crediting import credit
from invoices.drafting import draft_invoice
from invoices.exceptions import BadDates, PeriodClosed
from invoices.models import Event, PeriodException
from invoices.periods import check_period
from invoices.readiness import ready
from partners.exceptions import Conflict, Invalid, NotAllowed, Stale
from payments.recording import cancel_payment
from tests.books import history, refused, row
from tests.factories import (
    NOW,
    TODAY,
    BusinessFactory,
    a_draft,
    a_payment,
    actor,
    an_issued_invoice,
    bill_of,
    draft_of,
)

DAY = datetime.timedelta(days=1)
MARCH = datetime.date(2026, 3, 1)


def closed(business, by, through=TODAY):
    return close_books(business, through, by=by, now=NOW, expected=None)


def granted(business, by, until=None, first=MARCH, last=TODAY):
    until = until or datetime.datetime.now(datetime.UTC) + DAY
    return PeriodException.grant(
        business,
        first,
        last,
        reason="The auditor's entry",
        valid_until=until,
        by=by,
        now=until - DAY,
    )


# --- closing ----------------------------------------------------------------------


def test_closing_and_reopening_are_written_down(business, owner):
    closed(business, owner)
    with refused(Invalid, "reason"):
        close_books(business, MARCH, by=owner, now=NOW, expected=TODAY, reason=" ")
    close_books(business, MARCH, by=owner, now=NOW, expected=TODAY, reason="Too early")
    close_books(business, None, by=owner, now=NOW, expected=MARCH, reason="A mistake")
    assert history(business) == [
        ("books.closed", {"through": "2026-03-10", "before": None}),
        (
            "books.reopened",
            {"through": "2026-03-01", "before": "2026-03-10", "reason": "Too early"},
        ),
        (
            "books.reopened",
            {"through": None, "before": "2026-03-01", "reason": "A mistake"},
        ),
    ]
    business.refresh_from_db()
    assert business.closed_through is None


@pytest.mark.parametrize(
    ("through", "seen", "refusal"),
    [
        (TODAY + DAY, TODAY, BadDates),
        (datetime.date(1026, 3, 1), TODAY, BadDates),
        (TODAY, TODAY, Conflict),
        (TODAY, MARCH, Stale),
        (None, None, Stale),
    ],
)
def test_a_closing_day_that_cannot_be(business, owner, through, seen, refusal):
    closed(business, owner)
    with refused(refusal):
        close_books(business, through, by=owner, now=NOW, expected=seen, reason="So")


def test_who_does_not_keep_the_books_neither_closes_nor_opens_them(business, owner):
    closed(business, owner)
    exception = granted(business, owner)
    for clerk in (actor(business, "clerk"), actor(business, "approver")):
        with refused(NotAllowed):
            close_books(business, None, by=clerk, now=NOW, expected=TODAY, reason="So")
        with refused(NotAllowed):
            granted(business, clerk)
        with refused(NotAllowed):
            exception.revoke(by=clerk, now=NOW)
    stranger = actor(BusinessFactory())
    with refused(NotAllowed):
        granted(business, stranger)


# --- exceptions -------------------------------------------------------------------


def test_an_exception_is_named_dated_and_logged(business, owner):
    closed(business, owner)
    exception = granted(business, owner, until=NOW + DAY)
    exception.revoke(by=owner, now=NOW + DAY / 2)
    facts = {
        "from_day": "2026-03-01",
        "to_day": "2026-03-10",
        "reason": "The auditor's entry",
        "valid_until": "2026-03-11 12:00:00+00:00",
    }
    assert history(exception) == [
        ("period.exception_granted", facts),
        ("period.exception_revoked", facts),
    ]
    assert row(exception) == {
        "from_day": MARCH,
        "to_day": TODAY,
        "reason": "The auditor's entry",
        "granted_by": owner.name,
        "granted_at": NOW,
        "valid_until": NOW + DAY,
        "revoked_by": owner.name,
        "revoked_at": NOW + DAY / 2,
    }
    with refused(Conflict):
        exception.revoke(by=owner, now=NOW + DAY / 2)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"first": TODAY, "last": MARCH}, BadDates, "to_day"),
        ({"last": TODAY + DAY}, BadDates, "to_day"),
        ({"reason": " \n"}, Invalid, "reason"),
        ({"reason": "x" * 501}, Invalid, "reason"),
        ({"valid_until": NOW}, BadDates, "valid_until"),
        ({"valid_until": NOW + 93 * DAY}, BadDates, "valid_until"),
    ],
)
def test_an_exception_that_cannot_be(business, owner, changes, refusal, field):
    closed(business, owner)
    days = changes.pop("first", MARCH), changes.pop("last", TODAY)
    words = {"reason": "So", "valid_until": NOW + DAY, **changes}
    with refused(refusal, field):
        PeriodException.grant(business, *days, **words, by=owner, now=NOW)


def test_open_books_need_no_exception(business, owner):
    with refused(BadDates, "to_day"):
        granted(business, owner)


def test_every_deed_names_the_exception_that_it_was_done_under(business, owner):
    draft = a_draft(business, by=owner)
    invoice = an_issued_invoice(business, by=owner)
    paid = an_issued_invoice(business, by=owner)
    payment = a_payment(business, paid, 10, by=owner)
    bill = draft_invoice(bill_of(business), by=owner)
    closed(business, owner)
    exception = granted(business, owner)
    before = set(Event.objects.for_business(business).values_list("pk", flat=True))

    assert list(ready(business).values_list("pk", flat=True)) == [draft.pk]
    a_draft(business, by=owner)
    assign(draft, None, by=owner)
    draft.issue(by=owner, now=NOW)
    credit(invoice, {1: Decimal(1)}, by=owner, now=NOW, date=TODAY)
    bill.approve(by=owner, now=NOW)
    bill.cancel(by=owner, reason="")
    cancel_payment(payment, by=owner, now=NOW)
    paid.void(by=owner, reason="", now=NOW)
    a_payment(business, None, 10, by=owner)

    done = Event.objects.for_business(business).exclude(pk__in=before).order_by("id")
    under = {"period_exception": exception.pk}
    assert [(e.verb, {**e.facts, **under} == e.facts) for e in done] == [
        ("invoice.drafted", True),
        ("invoice.assigned", True),
        ("invoice.issued", True),
        ("invoice.credited", True),
        ("invoice.issued", True),
        ("invoice.approved", True),
        ("invoice.cancelled", True),
        ("invoice.payment_released", True),
        ("payment.cancelled", True),
        ("invoice.voided", True),
        ("payment.recorded", True),
    ]


def test_an_exception_opens_its_days_only_and_only_while_it_counts(business, owner):
    closed(business, owner)
    exception = granted(business, owner, first=TODAY, last=TODAY)
    assert check_period(business, TODAY) == {"period_exception": exception.pk}
    for day in (MARCH, TODAY - DAY):
        early = draft_of(business, date=day, due_date=day)
        with refused(PeriodClosed, "date"):
            draft_invoice(early, by=owner)
    assert not ready(business).exists()
    draft, viewer = draft_of(business), actor(business, "viewer")
    with refused(NotAllowed):
        draft_invoice(draft, by=viewer)
    exception.revoke(by=owner, now=exception.granted_at)
    granted(business, owner, until=NOW)
    other = BusinessFactory(closed_through=TODAY)
    granted(other, actor(other))
    with refused(PeriodClosed, "date"):
        draft_invoice(draft, by=owner)


def test_only_a_day_in_closed_books_costs_a_query(business, owner):
    closed(business, owner, through=TODAY - DAY)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        check_period(business, TODAY)
        assert len(queries) == 0
        with pytest.raises(PeriodClosed):
            check_period(business, TODAY - DAY)
        assert len(queries) == 1
