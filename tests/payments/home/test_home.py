"""The home page: each figure is what the list behind it holds, for each person."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from invoices.crediting import credit
from invoices.models import Event, Invoice
from partners.models import Business
from payments.home.figures import Scope
from payments.home.page import MOST_BUSINESSES, Figure, Home
from payments.recording import cancel_payment
from payments.reports.aging import Aging, Side, aging
from tests.admin_cast import signed_in, staff
from tests.factories import (
    NOW,
    AccountFactory,
    BankLineFactory,
    BankStatementFactory,
    BusinessFactory,
    DeliveryFactory,
    MembershipFactory,
    PartnerFactory,
    a_bill,
    a_draft,
    a_line,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def fill(business: Business, *, partner: Any = None) -> None:
    """Something of everything that the page tells, in two currencies."""
    by, today = actor(business), business.today(timezone.now())
    partner = partner or PartnerFactory(business=business, is_vendor=True)
    values = {"by": by, "partner": partner}
    for due in (-100, -70, -40, -1, 0, 6, 7, 50):
        dates = {"date": today - 120 * DAY, "due_date": today + due * DAY}
        an_issued_invoice(business, lines=[a_line(1, 200 + due)], **dates, **values)
    euro = {"currency": "EUR", "currency_rate": Decimal("1.1")}
    dates = {"date": today - 60 * DAY, "due_date": today - 30 * DAY}
    late = an_issued_invoice(business, **euro, **dates, **values)
    a_payment(business, late, 40, by=by, date=today - 40 * DAY, spare=3)
    cancelled = a_payment(business, late, 5, by=by, date=today)
    cancel_payment(cancelled, by=by, now=NOW)
    bill = an_approved_bill(business, number="A", **dates, **values)
    a_payment(business, bill, 30, by=by, date=today, direction="out")
    paid = an_issued_invoice(business, **dates, **values)
    a_payment(business, paid, 100, by=by, date=today - 200 * DAY)
    credit(paid, None, by=by, now=NOW, date=today)
    a_draft(business, **values)
    a_bill(business, "B", **values)
    late.dispute("Wrong", by=by, now=NOW)
    for state in ("failed", "uncertain", "sent"):
        DeliveryFactory(invoice=late, state=state)
    statement = BankStatementFactory(account=AccountFactory(business=business))
    BankLineFactory(statement=statement)


def home_of(client: Any) -> Home:
    response = client.get("/admin/")
    assert response.status_code == 200
    home: Home = response.context["home"]
    return home


def links_of(home: Home) -> Iterator[Figure]:
    """Every figure of the page that leads somewhere."""
    yield from home.waiting
    for panel in home.panels:
        for standing in panel.standings:
            yield from (standing.open, *standing.parts)
            yield from [standing.credits] if standing.credits else []
        yield from (bar.figure for age in panel.ages for bar in age.bars)
    for cash in home.cash:
        for month in cash.months:
            yield from (figure for figure in (month.into, month.out) if figure.link)


def proven(client: Any, figure: Figure) -> str:
    """What the list behind a figure holds, said as the figure says it."""
    context = client.get(figure.link).context
    if figure.link == "/admin/bank/":
        return f"{context['counts']['open']:,}"
    listed = context["cl"].queryset
    if not figure.unit:
        return f"{listed.count():,}"
    column = "balance" if hasattr(listed.model, "balance") else "amount"
    assert {row.currency for row in listed} <= {figure.unit}
    return f"{sum((getattr(row, column) for row in listed), Decimal(0)):,.2f}"


@pytest.fixture
def client(business):
    fill(business)
    return signed_in(staff(business, "accountant"))


def test_every_figure_is_what_the_list_behind_it_holds(business, client):
    stranger = BusinessFactory()
    fill(stranger)
    home = home_of(client)
    told = list(links_of(home))
    assert {figure.label for figure in told} >= {
        *("Drafts to issue", "Bills to approve", "Bank lines to match"),
        *("Mails that failed", "Disputed by customers", "Open", "Overdue"),
        *("Next 7 days", "Credit notes to settle", "Not due"),
        *("1–30 days", "31–60 days", "61–90 days", "Over 90 days", "in", "out"),
    }
    assert all(figure.link for figure in told)
    assert [figure.digits for figure in told] == [proven(client, f) for f in told]


def test_what_is_open_stands_by_side_and_currency(business, client):
    receive, pay = home_of(client).panels
    found = [
        [
            (one.open.digits, one.open.unit, one.open.note),
            *(p.digits for p in one.parts),
        ]
        for one in receive.standings
    ]
    assert found == [
        [("1,452.00", "USD", "8 documents"), "589.00", "406.00"],
        [("60.00", "EUR", "1 document"), "60.00", "0.00"],
    ]
    assert [one.credits and one.credits.digits for one in receive.standings] == [
        "100.00",
        None,
    ]
    assert [(one.open.digits, one.open.note) for one in pay.standings] == [
        ("70.00", "1 bill")
    ]


def test_the_bars_are_the_totals_of_the_report(business, client):
    home, today = home_of(client), business.today(timezone.now())
    for panel, side in zip(home.panels, Side, strict=True):
        totals = aging(business, Aging(today, side)).totals
        reported = {
            row[2]: [f"{amount:,.2f}" for amount in row[3:8]]
            for row in totals
            if row[2]
        }
        shown = {a.currency: [b.figure.digits for b in a.bars] for a in panel.ages}
        assert shown == reported


def test_all_businesses_are_summed_by_currency_until_one_is_chosen(business, client):
    other = BusinessFactory(name="Other")
    fill(other)
    person = staff(business, "viewer")
    MembershipFactory(business=other, user=person, role="viewer")
    both = signed_in(person)
    home = home_of(both)
    assert home.panels[0].standings[0].open.digits == "2,904.00"
    told = [*home.waiting, *home.panels[0].standings[0].parts]
    assert [figure.digits for figure in told] == [proven(both, f) for f in told]
    assert {event.business for event in home.events} == {"Other"}
    both.post("/admin/business/", {"business": other.pk})
    assert home_of(both).panels[0].standings[0].open.digits == "1,452.00"


def test_its_cost_does_not_grow(business, client):
    """Neither with documents nor with businesses; the other one is for their names."""
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/admin/")
    fill(business)
    other = BusinessFactory()
    fill(other)
    person = staff(business, "viewer")
    for one in (other, BusinessFactory()):
        MembershipFactory(business=one, user=person, role="viewer")
    many = signed_in(person)
    with CaptureQueriesContext(connection) as more:
        many.get("/admin/")
    assert (len(few), len(more)) == (13, 13)


def test_the_pictures_have_tables_and_need_no_script(client):
    text = client.get("/admin/").content.decode()
    page = text[text.index('<div class="home">') :]
    page = page[: page.index("home-events")]
    assert len(re.findall("<details>", page)) == len(re.findall("<summary>", page)) == 4
    assert len(re.findall('<svg class="columns"', page)) == 2
    assert not re.search(r"<script|style=|onclick=", page)
    [base, euro] = re.findall(r"<caption.*?Cash by month.*?</table>", page, re.DOTALL)[
        :2
    ]
    assert ("-30.00" in base, "43.00" in base) == (True, False)
    assert ("-30.00" in euro, "43.00" in euro) == (False, True)


def test_the_latest_events_are_told_with_where_they_lead(business, client):
    invoice = Invoice.objects.for_business(business).sales().latest("pk")
    by = actor(business)
    Event.record(invoice, "invoice.sent", by=by)
    Event.record(invoice, "document.stored", by=by)
    Event.record(invoice, "payment.odd", by=by)
    first, second, *_, last = home_of(client).events
    page = f"/admin/invoices/invoice/{invoice.pk}/change/"
    assert (first.verb, second.verb) == ("payment: odd", "Sent")
    assert (second.name, second.link, second.who) == (
        invoice.number or "draft",
        page,
        by.name,
    )
    assert last.verb != "PDF stored"


@pytest.mark.parametrize(
    ("role", "links"),
    [("owner", 3), ("accountant", 3), ("clerk", 2), ("approver", 0), ("viewer", 0)],
)
def test_empty_books_teach_three_steps_to_those_who_may_do_them(role, links):
    business = BusinessFactory(country="", line1="")
    client = signed_in(staff(business, role))
    home = home_of(client)
    assert [step.done for step in home.steps] == [False, False, False]
    assert sum(bool(step.link) for step in home.steps) == links
    assert all(
        client.get(step.link).status_code == 200 for step in home.steps if step.link
    )
    assert not home.panels
    assert home.next_step == (home.steps[3 - links] if links else None)


def test_steps_that_are_done_say_so(business):
    PartnerFactory(business=business)
    home = home_of(signed_in(staff(business)))
    assert [step.done for step in home.steps] == [True, True, False]


def test_who_works_for_no_business_is_told_whom_to_ask():
    response = signed_in(staff()).get("/admin/")
    assert "Ask an owner" in response.content.decode()


def test_for_very_many_businesses_one_must_be_chosen():
    root = staff(is_superuser=True)
    BusinessFactory.create_batch(MOST_BUSINESSES + 1)
    home = home_of(signed_in(root))
    assert (home.choose, home.businesses) == (True, MOST_BUSINESSES + 1)


def test_months_and_buckets_leave_no_day_out():
    scope = Scope((), datetime.date(2026, 1, 31))
    months = scope.months()
    assert (months[0], months[-1]) == (
        datetime.date(2025, 2, 1),
        datetime.date(2026, 1, 1),
    )
    bounds = [scope.bucket_days(place) for place in range(5)]
    assert bounds[0] == (scope.today, None)
    for (first, _), (_, last) in pairwise(bounds):
        assert last is not None
        assert first == last + DAY
    assert bounds[4][0] is None
