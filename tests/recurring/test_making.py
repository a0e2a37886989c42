"""What schedules make: each period once, with its own date, wholly or not at all."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

from django.core.management import call_command

from invoices.models import (
    Delivery,
    Event,
    ExchangeRate,
    Invoice,
    RecurringInvoice,
    RecurringPeriod,
)
from invoices.recurrence import due, make_due, missed, pause
from partners.models import Business, Partner
from tests.books import contents, history
from tests.factories import NOW, TODAY, BusinessFactory, PartnerFactory, actor
from tests.recurring.test_saving import a_template

D = datetime.date
DAY = datetime.timedelta(days=1)


def documents(business) -> list[tuple[D, str, str]]:
    rows = Invoice.objects.for_business(business).order_by("id")
    return list(rows.values_list("date", "state", "number"))


def test_missed_periods_are_made_once_each_with_their_own_dates(business, owner):
    a_template(business, owner)
    made = make_due(business, now=NOW)
    assert [one.date for one in made] == [D(2026, 1, 31), D(2026, 2, 28)]
    drafts = [(D(2026, 1, 31), "draft", ""), (D(2026, 2, 28), "draft", "")]
    assert documents(business) == drafts
    assert make_due(business, now=NOW) == []
    assert documents(business) == drafts
    periods = RecurringPeriod.objects.for_business(business)
    pks = list(Invoice.objects.order_by("id").values_list("pk", flat=True))
    assert list(periods.values_list("number", "date", "invoice")) == [
        (1, D(2026, 1, 31), pks[0]),
        (2, D(2026, 2, 28), pks[1]),
    ]
    template = RecurringInvoice.objects.get()
    assert (template.made, template.next_on) == (2, D(2026, 3, 31))


def test_day_by_day_every_period_is_made_on_its_day(business, owner):
    a_template(business, owner, every="week", starts_on=TODAY, count=3, makes="issue")
    days = [make_due(business, now=NOW + day * DAY) for day in range(30)]
    assert [len(made) for made in days] == [int(day in (0, 7, 14)) for day in range(30)]
    assert [number for _, _, number in documents(business)] == [
        f"INV-2026-0000{n}" for n in (1, 2, 3)
    ]


def test_the_document_is_what_the_template_says(business, owner):
    a_template(
        business,
        owner,
        starts_on=TODAY,
        due_days=10,
        discount_percent=Decimal(10),
        purchase_order="PO-1",
        terms="Net 10",
        memo="Thanks",
    )
    [made] = make_due(business, now=NOW)
    invoice = made.invoice
    assert invoice is not None
    told = (invoice.date, invoice.due_date, invoice.total, invoice.purchase_order)
    assert told == (TODAY, TODAY + 10 * DAY, Decimal("90.00"), "PO-1")
    assert (invoice.terms, invoice.memo) == ("Net 10", "Thanks")
    actor_name = Event.objects.about(invoice).get().actor
    assert actor_name == "schedule “Rent”"
    template = RecurringInvoice.objects.get()
    facts = {"date": str(TODAY), "invoice": invoice.pk, "number": 1}
    assert history(template)[-1] == ("recurring.made", facts)


def test_sending_queues_a_mail_for_each(business, owner):
    a_template(business, owner, makes="send")
    make_due(business, now=NOW)
    mails = Delivery.objects.for_business(business).order_by("id")
    assert list(mails.values_list("attempt_key", "recipient", "state")) == [
        ("recurring-1", "buyer@example.com", "queued"),
        ("recurring-2", "buyer@example.com", "queued"),
    ]
    assert [state for _, state, _ in documents(business)] == ["issued", "issued"]


def test_the_rate_is_that_of_the_document_s_day(business, owner):
    for day, rate in ((D(2026, 1, 1), "1.1"), (D(2026, 2, 15), "1.2")):
        ExchangeRate.objects.create(
            business=business, currency="EUR", date=day, rate=Decimal(rate)
        )
    a_template(business, owner, currency="EUR")
    made = make_due(business, now=NOW)
    rates = [one.invoice.currency_rate for one in made if one.invoice]
    assert rates == [Decimal("1.1"), Decimal("1.2")]


def unchanged_but_problem(business, word: str) -> None:
    """Making is refused: only the template's problem is written, and it says why."""
    before = contents()
    [made] = make_due(business, now=NOW)
    assert made.invoice is None
    template = RecurringInvoice.objects.get(pk=made.recurring.pk)
    assert word in template.problem
    RecurringInvoice.objects.filter(pk=template.pk).update(problem="")
    assert contents() == before


def test_an_archived_partner_leaves_nothing_half_made(business, owner):
    saved = a_template(business, owner, makes="send")
    Partner.objects.filter(pk=saved.partner_id).update(archived_at=NOW)
    unchanged_but_problem(business, "archived")


def test_a_closed_period_leaves_nothing_half_made(business, owner):
    a_template(business, owner, makes="issue")
    Business.objects.filter(pk=business.pk).update(closed_through=D(2026, 1, 31))
    business.refresh_from_db()
    unchanged_but_problem(business, "closed through 2026-01-31")


def test_a_missing_rate_leaves_nothing_half_made(business, owner):
    a_template(business, owner, currency="EUR", makes="issue")
    unchanged_but_problem(business, "EUR")


def test_a_missing_address_leaves_nothing_half_made(business, owner):
    """It was drafted and issued before the address was looked for."""
    saved = a_template(business, owner, makes="send")
    Partner.objects.filter(pk=saved.partner_id).update(email="")
    unchanged_but_problem(business, "e-mail")


def test_what_is_mended_goes_on_and_the_problem_is_gone(business, owner):
    saved = a_template(business, owner, makes="send")
    Partner.objects.filter(pk=saved.partner_id).update(email="")
    make_due(business, now=NOW)
    Partner.objects.filter(pk=saved.partner_id).update(email="a@example.com")
    assert len(make_due(business, now=NOW)) == 2
    assert RecurringInvoice.objects.get().problem == ""


def test_others_do_not_wait_for_the_one_that_is_refused(business, owner):
    broken = PartnerFactory(business=business, email="")
    a_template(business, owner, makes="send", partner=broken, name="First")
    a_template(business, owner, makes="send", name="Second")
    made = make_due(business, now=NOW)
    told = [(one.recurring.name, one.invoice is not None) for one in made]
    assert told == [("First", False), ("Second", True), ("Second", True)]


def test_a_deleted_draft_is_not_made_again(business, owner):
    a_template(business, owner, starts_on=TODAY)
    [made] = make_due(business, now=NOW)
    assert made.invoice is not None
    made.invoice.delete(by=owner)
    assert make_due(business, now=NOW) == []
    assert documents(business) == []


def test_the_day_is_the_business_s_own(business, owner):
    a_template(business, owner, starts_on=TODAY + DAY)
    assert make_due(business, now=NOW) == []
    Business.objects.filter(pk=business.pk).update(time_zone="Pacific/Kiritimati")
    business.refresh_from_db()
    assert len(make_due(business, now=NOW)) == 1


def test_another_business_s_schedules_are_not_made(business, owner):
    other = BusinessFactory()
    a_template(other, actor(other))
    assert make_due(business, now=NOW) == []
    assert due(business, TODAY) == []


def test_what_was_missed_is_told_before_it_is_made(business, owner):
    start = TODAY - 60 * DAY
    row = a_template(business, owner, starts_on=start, every="week", interval=2)
    told = missed(row, TODAY)
    assert told == [start + 14 * n * DAY for n in range(5)]
    assert [one.date for one in make_due(business, now=NOW)] == told
    row.refresh_from_db()
    assert missed(row, TODAY) == []


def test_what_is_paused_or_ended_misses_nothing(business, owner):
    row = a_template(business, owner, starts_on=TODAY - 60 * DAY, count=1)
    assert len(missed(row, TODAY)) == 1
    assert missed(pause(row, by=owner), TODAY) == []


def command(**options) -> list[str]:
    out = io.StringIO()
    call_command("make_recurring", stdout=out, **options)
    return [line.strip() for line in out.getvalue().splitlines()]


def test_the_command_shows_and_makes(business, owner):
    partner = PartnerFactory(business=business, name="Ada")
    today = business.today(datetime.datetime.now(datetime.UTC))
    RecurringInvoice.objects.all().delete()
    a_template(
        business, owner, partner=partner, starts_on=today, makes="issue", every="year"
    )
    assert command(dry_run=True) == [
        business.slug,
        f"Rent  Ada, issue, 1 to make: {today}",
        "1 to make, of 1 schedules.",
    ]
    assert documents(business) == []
    assert command(business=business.slug) == [
        business.slug,
        f"Rent  {today}  INV-{today:%Y}-00001",
        "1 made, 0 refused.",
    ]
