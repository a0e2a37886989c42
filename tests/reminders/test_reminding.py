"""Which invoices are reminded of, when, how often, and what stops it."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pikepdf
import pytest
from django.core.management import call_command

from invoices.exceptions import KeyUsed
from invoices.models import Delivery, DocumentFile, Invoice, ReminderRule
from invoices.models.guarded import rows
from invoices.reminding import (
    DEFAULT_DAYS,
    default_rules,
    due_reminders,
    remind,
    remind_now,
    standings,
)
from invoices.sending import Letter
from partners.access import Actor
from partners.exceptions import Conflict, NotAllowed
from partners.models import Business
from tests.books import history, refused
from tests.factories import (
    NOW,
    TODAY,
    BusinessFactory,
    PartnerFactory,
    a_draft,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
)

DAY = datetime.timedelta(days=1)
DUE = TODAY + 30 * DAY


def at(days: int) -> datetime.datetime:
    """So many days after the due date, at noon."""
    return NOW + 30 * DAY + days * DAY


@pytest.fixture
def invoice(business, owner) -> Invoice:
    """Due on `DUE`; the business has the usual rules."""
    default_rules(business, by=owner)
    return an_issued_invoice(business, by=owner)


def keys(business: Business) -> list[str]:
    mails = Delivery.objects.for_business(business).filter(purpose="reminder")
    return list(mails.order_by("id").values_list("attempt_key", flat=True))


def run(business: Business, owner: Actor, days: int) -> list[str]:
    """What this day's run has added."""
    before = keys(business)
    remind(business, now=at(days), by=owner)
    return keys(business)[len(before) :]


def test_day_by_day_each_rule_reminds_once(business, owner, invoice):
    sent = {day: found for day in range(-5, 40) if (found := run(business, owner, day))}
    assert sent == {day: [f"rule-{day}"] for day in DEFAULT_DAYS}


def test_running_twice_on_a_day_reminds_once(business, owner, invoice):
    assert run(business, owner, 7) == ["rule-7"]
    assert run(business, owner, 7) == []


def test_after_an_outage_of_weeks_one_reminder_goes_out(business, owner, invoice):
    assert run(business, owner, -3) == ["rule--3"]
    assert run(business, owner, 20) == ["rule-14"]
    assert run(business, owner, 21) == []
    assert run(business, owner, 30) == ["rule-30"]


def test_a_rule_that_is_made_later_than_its_day_adds_nothing_behind_the_last(
    business, owner, invoice
):
    assert run(business, owner, 15) == ["rule-14"]
    ReminderRule.objects.create(business=business, days=10)
    assert run(business, owner, 16) == []
    ReminderRule.objects.create(business=business, days=16)
    assert run(business, owner, 16) == ["rule-16"]


def test_a_rule_that_is_switched_off_does_not_remind(business, owner, invoice):
    ReminderRule.objects.for_business(business).filter(days=7).update(active=False)
    assert run(business, owner, 8) == ["rule-0"]


def test_a_day_before_it_was_issued_is_passed_over(business, owner):
    """An invoice due tomorrow is not announced on the day that it is sent."""
    default_rules(business, by=owner)
    an_issued_invoice(business, by=owner, due_date=TODAY + DAY)
    assert [one.rule for one in standings(business, TODAY)] == [None]
    [tomorrow] = due_reminders(business, TODAY + DAY)
    assert tomorrow.rule is not None
    assert tomorrow.rule.days == 0


def test_the_day_is_the_business_s_own(business, owner, invoice):
    Business.objects.filter(pk=business.pk).update(time_zone="Pacific/Kiritimati")
    business.refresh_from_db()
    late = datetime.datetime.combine(DUE, datetime.time(11), datetime.UTC)
    remind(business, now=late - 4 * DAY, by=owner)
    assert keys(business) == ["rule--3"]


def test_a_reminder_is_a_letter_with_its_own_file(business, owner, invoice):
    remind(business, now=at(7), by=owner)
    mail = Delivery.objects.for_business(business).get()
    file = DocumentFile.objects.for_business(business).get(kind="reminder")
    assert (mail.invoice_id, mail.file_id) == (invoice.pk, file.pk)
    assert (mail.recipient, mail.purpose) == ("buyer@example.com", "reminder")
    assert file.name == f"reminder-INV-2026-00001-{DUE + 7 * DAY}.pdf"
    assert file.intact()
    with pikepdf.open(io.BytesIO(bytes(file.content))) as pdf:
        assert len(pdf.pages) == 1
    facts = {"recipients": ["buyer@example.com"]}
    assert history(invoice)[-1] == ("reminder.queued", facts)


def pay(invoice: Invoice, by: Actor) -> None:
    a_payment(invoice.business, invoice, 100, by=by)


STOPS: dict[str, Any] = {
    "Nothing is open": pay,
    "objects to it": lambda one, by: one.dispute("Broken", by=by, now=NOW),
    "held back": lambda one, by: one.hold(by=by, now=NOW),
    "is void": lambda one, by: one.void(by=by, reason="x", now=NOW),
    "is written_off": lambda one, by: one.write_off(by=by, reason="x"),
}


@pytest.mark.parametrize("stop", STOPS)
def test_what_is_settled_or_contested_is_not_reminded_of(
    business, owner, invoice, stop
):
    STOPS[stop](invoice, owner)
    assert run(business, owner, 7) == []


@pytest.mark.parametrize("stop", STOPS)
def test_what_happens_between_looking_and_sending_stops_it(
    business, owner, invoice, stop
):
    """The list is read first; each document is asked again with its row locked."""
    other = an_issued_invoice(business, by=owner)
    first, second = due_reminders(business, DUE + 7 * DAY)
    STOPS[stop](Invoice.objects.get(pk=second.invoice.pk), owner)
    from invoices.reminding import _remind

    told = _remind(second.invoice, by=owner, now=at(7))
    assert told.deliveries == ()
    assert told.reason
    assert len(_remind(first.invoice, by=owner, now=at(7)).deliveries) == 1
    assert other.pk == second.invoice.pk


def test_released_and_settled_ones_are_reminded_of_again(business, owner, invoice):
    invoice.hold(by=owner, now=NOW)
    assert run(business, owner, 7) == []
    Invoice.objects.get(pk=invoice.pk).release(by=owner)
    assert run(business, owner, 8) == ["rule-7"]


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ({"no_reminders": True}, "The customer is never reminded."),
        ({"email": ""}, "The customer has no e-mail address."),
    ],
)
def test_a_partner_may_be_left_alone(business, owner, details, reason):
    default_rules(business, by=owner)
    partner = PartnerFactory(business=business, **details)
    an_issued_invoice(business, by=owner, partner=partner)
    [one] = standings(business, DUE + 7 * DAY)
    assert (one.rule, one.reason) == (None, reason)


def test_what_was_imported_is_left_to_people(business, owner, invoice):
    rows(Invoice, business.pk).filter(pk=invoice.pk).update(import_key="old-1")
    assert run(business, owner, 7) == []
    invoice.refresh_from_db()
    assert len(remind_now(invoice, by=owner, now=at(7))) == 1


def test_drafts_bills_and_other_businesses_are_not_looked_at(business, owner, invoice):
    a_draft(business, by=owner)
    an_approved_bill(business, by=owner)
    other = BusinessFactory()
    an_issued_invoice(other)
    assert [one.invoice for one in standings(business, DUE)] == [invoice]


def test_one_that_is_refused_does_not_keep_the_others_back(business, owner, invoice):
    """Its template names something that does not exist."""
    from invoices.models import MailTemplate

    french = PartnerFactory(business=business, language="fr", name="Adèle")
    broken = an_issued_invoice(business, by=owner, partner=french)
    MailTemplate.objects.create(
        business=business,
        purpose="reminder",
        language="fr",
        subject="{{ secret }}",
        body="x",
    )
    told = {one.invoice.pk: one for one in remind(business, now=at(7), by=owner)}
    assert told[broken.pk].deliveries == ()
    assert "secret" in told[broken.pk].reason
    assert len(told[invoice.pk].deliveries) == 1
    files = DocumentFile.objects.for_business(business).filter(kind="reminder")
    assert files.count() == 1


def test_a_due_date_at_the_end_of_the_calendar_keeps_nobody_back(
    business, owner, invoice
):
    """Such dates are refused now; one may have been kept before."""
    far = an_issued_invoice(business, by=owner)
    last = datetime.date.max
    rows(Invoice, business.pk).filter(pk=far.pk).update(due_date=last)
    assert run(business, owner, 7) == ["rule-7"]
    told = {one.invoice.pk: one.reason for one in standings(business, at(7).date())}
    assert told[far.pk] == "No rule has come to it yet."


def test_a_fault_of_ours_with_one_document_keeps_nobody_back(business, owner, invoice):
    """What is printed on it is not what the paper needs."""
    broken = an_issued_invoice(business, by=owner)
    rows(Invoice, business.pk).filter(pk=broken.pk).update(printed=["x"])
    told = {one.invoice.pk: one for one in remind(business, now=at(7), by=owner)}
    assert told[broken.pk].deliveries == ()
    assert told[broken.pk].reason.startswith("Our side failed: ")
    assert len(told[invoice.pk].deliveries) == 1


def test_a_reminder_by_hand_goes_out_once_a_day(business, owner, invoice):
    first = remind_now(invoice, by=owner, now=at(1))
    assert [mail.pk for mail in remind_now(invoice, by=owner, now=at(1))] == [
        mail.pk for mail in first
    ]
    remind_now(invoice, by=owner, now=at(2))
    assert keys(business) == [f"manual-{DUE + DAY}", f"manual-{DUE + 2 * DAY}"]
    with refused(KeyUsed, "recipients"):
        other = Letter(recipients=["other@example.com"])
        remind_now(invoice, other, by=owner, now=at(2))
    assert run(business, owner, 7) == ["rule-7"]


@pytest.mark.parametrize("stop", ["Nothing is open", "objects to it", "held back"])
def test_by_hand_nothing_settled_or_contested_is_reminded_of(
    business, owner, invoice, stop
):
    STOPS[stop](invoice, owner)
    with refused(Conflict) as caught:
        remind_now(invoice, by=owner, now=at(7))
    assert stop in caught.value.message


def test_a_draft_is_not_issued_by_reminding_of_it(business, owner):
    from invoices.exceptions import NotIssued

    draft = a_draft(business, by=owner)
    with refused(NotIssued):
        remind_now(draft, by=owner, now=NOW)


def test_it_needs_the_capability_to_issue(business, owner, invoice):
    viewer, clerk = actor(business, "viewer"), actor(business, "clerk")
    with refused(NotAllowed):
        remind_now(invoice, by=viewer, now=at(7))
    with refused(NotAllowed):
        remind(business, now=at(7), by=viewer)
    with refused(NotAllowed):
        default_rules(business, by=clerk)


def test_the_letter_grows_firmer_each_time(business, owner, invoice):
    from invoices.reminding import _level

    assert _level(invoice, set(), at(-3)) == 0
    assert _level(invoice, {"rule--3"}, at(0)) == 0
    assert _level(invoice, {"rule--3", "rule-0"}, at(7)) == 1
    assert _level(invoice, {"rule--3", "rule-0", "rule-7"}, at(14)) == 2
    assert _level(invoice, {"rule-7", "manual-2026-04-20"}, at(14)) == 3


def command(**options: Any) -> list[str]:
    out = io.StringIO()
    call_command("send_reminders", stdout=out, **options)
    return [line.strip() for line in out.getvalue().splitlines()]


def test_the_command_shows_and_sends(business, owner):
    today = business.today(datetime.datetime.now(datetime.UTC))
    moment = NOW.replace(year=2020)
    dates = {"date": today - 40 * DAY, "due_date": today - 10 * DAY}
    default_rules(business, by=owner)
    a_draft(business, by=owner, **dates).issue(by=owner, now=moment)
    for _ in range(6):
        held = a_draft(business, by=owner, **dates).issue(by=owner, now=moment)
        held.hold(by=owner, now=NOW)
    numbers = list(
        Invoice.objects.for_business(business)
        .order_by("id")
        .values_list("number", flat=True)
    )
    assert command(dry_run=True) == [
        business.slug,
        f"{numbers[0]}  would go: +7 days",
        f"6 left: It is held back; release it first. {', '.join(numbers[1:6])}, …",
        "1 of 7 open invoices would be reminded of.",
    ]
    assert keys(business) == []
    assert command(business=business.slug) == [
        business.slug,
        f"{numbers[0]}  to buyer@example.com",
        "1 reminders queued.",
    ]
    assert keys(business) == ["rule-7"]


def test_the_cost_does_not_grow_with_the_invoices(
    business, owner, invoice, django_assert_num_queries
):
    for _ in range(5):
        an_issued_invoice(business, by=owner)
    with django_assert_num_queries(3):
        assert len(due_reminders(business, DUE + 7 * DAY)) == 6
