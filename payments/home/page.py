"""What the home page shows to one person, ready for its template."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from invoices.querysets import Direction, Kind
from partners.admin_access import chosen_business, own_businesses
from partners.models import Business
from partners.tables import shown
from payments.home import figures, pictures
from payments.home.figures import Amount, Debts, Month, Scope
from payments.home.links import Links
from payments.home.steps import Step, first_steps
from payments.home.telling import Told, told
from payments.models import PaymentDirection
from payments.reports.aging import Side, bucket_labels

MOST_BUSINESSES = 50
"""For more than these at once the page asks to choose one."""

_SIDES = {Direction.ISSUED: Side.CUSTOMERS, Direction.RECEIVED: Side.VENDORS}


class Figure(NamedTuple):
    """A figure with its words, and the list that proves it."""

    label: str
    digits: str
    unit: str = ""
    note: str = ""
    link: str = ""
    tone: str = ""


class Standing(NamedTuple):
    """What is open in a currency: a large figure, two smaller ones, credit notes."""

    open: Figure
    parts: list[Figure]
    credits: Figure | None


class Bar(NamedTuple):
    """One bucket of the aging with its bar."""

    figure: Figure
    picture: SafeString


class Ages(NamedTuple):
    """The aging in one currency."""

    currency: str
    bars: list[Bar]


class Panel(NamedTuple):
    """All about one side: what is open, and for how long it has been due."""

    title: str
    aging_title: str
    nothing: str
    standings: list[Standing]
    ages: list[Ages]
    report: str


class CashMonth(NamedTuple):
    """A month of the table behind the picture."""

    name: str
    short: str
    year: str
    into: Figure
    out: Figure
    net: str


class CashPicture(NamedTuple):
    """Twelve months of cash in a currency."""

    currency: str
    picture: SafeString
    top: str
    bottom: str
    months: list[CashMonth]


class Home(NamedTuple):
    """The page; without figures where `steps` teach or a business must be chosen.

    Everywhere the currency that the books are kept in comes first.
    """

    today: datetime.date
    businesses: int = 0
    choose: bool = False
    steps: Sequence[Step] = ()
    panels: Sequence[Panel] = ()
    waiting: Sequence[Figure] = ()
    cash: Sequence[CashPicture] = ()
    events: Sequence[Told] = ()
    journal: str = ""

    @property
    def next_step(self) -> Step | None:
        """The first step that the person may do and nobody has done."""
        return next((s for s in self.steps if s.link and not s.done), None)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the admin's index with `home`; at most eleven queries.

    Days are those of the chosen business; for all of them, the server's.
    """
    chosen, businesses = chosen_business(request), own_businesses(request)
    title = str(chosen) if chosen else _("All businesses")
    seen = [chosen] if chosen else businesses
    now = timezone.now()
    today = chosen.today(now) if chosen else timezone.localdate(now)
    return {**context, "title": title, "home": _home(request, seen, today)}


def _home(
    request: HttpRequest, businesses: list[Business], today: datetime.date
) -> Home:
    if not businesses:
        return Home(today)
    if len(businesses) > MOST_BUSINESSES:
        return Home(today, len(businesses), choose=True)
    scope = Scope(tuple(business.pk for business in businesses), today)
    links = Links(request, scope)
    own = {business.currency for business in businesses}
    debts = sorted(figures.debts(scope), key=lambda one: one.currency not in own)
    found = sorted(figures.cash(scope).items(), key=lambda one: one[0] not in own)
    cash = [_cash(currency, months, links) for currency, months in found]
    waits, events = _waiting(scope, links), figures.latest(scope)
    if not (debts or cash or waits or events):
        steps = first_steps(request, businesses, links)
        return Home(today, len(businesses), steps=steps)
    names = {one.pk: one.name for one in businesses} if len(businesses) > 1 else {}
    return Home(
        today=today,
        businesses=len(businesses),
        panels=[_panel(side, debts, links) for side in Direction],
        waiting=waits,
        cash=cash,
        events=list(told(events, figures.numbers(scope, events), names, links)),
        journal=links.events(),
    )


# --- what is open -------------------------------------------------------------------------


def _panel(direction: Direction, debts: Sequence[Debts], links: Links) -> Panel:
    own = [one for one in debts if one.direction == direction]
    issued = direction == Direction.ISSUED
    return Panel(
        title=_("To receive") if issued else _("To pay"),
        aging_title=_("Customers by age") if issued else _("Vendors by age"),
        nothing=_("Customers owe nothing.") if issued else _("No bill is open."),
        standings=[_standing(one, links) for one in own],
        ages=[_ages(one, links) for one in own if one.open.count],
        report=links.report(_SIDES[direction]),
    )


def _standing(one: Debts, links: Links) -> Standing:
    direction, currency = one.direction, one.currency
    overdue = _figure(
        _("Overdue"), one.overdue, one, links.overdue(direction, currency)
    )
    week = links.this_week(direction, currency)
    notes = links.open(direction, currency, Kind.CREDIT_NOTE)
    return Standing(
        _figure(_("Open"), one.open, one, links.open(direction, currency)),
        [
            overdue._replace(tone="ill") if one.overdue.count else overdue,
            _figure(_("Next 7 days"), one.this_week, one, week),
        ],
        _figure(_("Credit notes to settle"), one.credits, one, notes)
        if one.credits.count
        else None,
    )


def _figure(label: str, found: Amount, one: Debts, link: str) -> Figure:
    return Figure(
        label=label,
        digits=shown(found.amount, one.currency),
        unit=one.currency,
        note=_counted(found.count, one.direction) if found.count else "",
        link=link,
        tone="" if found.count else "nothing",
    )


def _counted(count: int, direction: Direction) -> str:
    if direction == Direction.ISSUED:
        text = ngettext("{count} document", "{count} documents", count)
    else:
        text = ngettext("{count} bill", "{count} bills", count)
    return text.format(count=f"{count:,}")


def _ages(one: Debts, links: Links) -> Ages:
    most = max(bucket.amount for bucket in one.buckets)
    return Ages(
        one.currency,
        [
            Bar(
                _figure(label, bucket, one, _bucket_link(one, place, links)),
                pictures.bar(place, bucket.amount, most),
            )
            for place, (label, bucket) in enumerate(
                zip(bucket_labels(), one.buckets, strict=True)
            )
        ],
    )


def _bucket_link(one: Debts, place: int, links: Links) -> str:
    return links.bucket(one.direction, one.currency, place)


# --- what waits ---------------------------------------------------------------------------


def _waiting(scope: Scope, links: Links) -> list[Figure]:
    """One figure for each kind of thing that waits; none for what does not."""
    found = figures.waiting(scope)
    kinds: list[tuple[str, int, Callable[[], str], str]] = [
        (_("Drafts to issue"), found.drafts, links.drafts, ""),
        (_("Bills to approve"), found.bills, links.bills, ""),
        (_("Bank lines to match"), found.bank_lines, links.bank_lines, ""),
        (_("Mails that failed"), found.mails, links.mails, "ill"),
        (_("Disputed by customers"), found.disputed, links.disputed, "ill"),
    ]
    return [
        Figure(label, f"{count:,}", link=link(), tone=tone)
        for label, count, link, tone in kinds
        if count
    ]


# --- cash ---------------------------------------------------------------------------------


def _cash(currency: str, months: Sequence[Month], links: Links) -> CashPicture:
    rows = [_month(currency, month, links) for month in months]
    targets = [
        pictures.Target(
            f"{row.name}: {row.into.label} {row.into.digits} {currency}",
            row.into.link,
            f"{row.name}: {row.out.label} {row.out.digits} {currency}",
            row.out.link,
        )
        for row in rows
    ]
    scale = pictures.Scale.of(months)
    return CashPicture(
        currency=currency,
        picture=pictures.columns(months, targets),
        top=shown(scale.top),
        bottom=shown(scale.bottom) if scale.bottom else "",
        months=rows,
    )


def _month(currency: str, month: Month, links: Links) -> CashMonth:
    def figure(label: str, amount: Decimal, direction: PaymentDirection) -> Figure:
        link = links.cash(direction, currency, month.first) if amount else ""
        return Figure(label, shown(amount, currency), currency, link=link)

    return CashMonth(
        name=date_format(month.first, "F Y"),
        short=date_format(month.first, "M"),
        year=date_format(month.first, "Y"),
        into=figure(_("in"), month.into, PaymentDirection.IN),
        out=figure(_("out"), month.out, PaymentDirection.OUT),
        net=shown(month.net, currency),
    )
