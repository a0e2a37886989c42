"""The figures of the home page, each by one statement over all businesses asked for.

How each stays cheap with millions of rows: what is open, overdue and aging comes from
one pass over `invoices_open`, an index that holds nothing but open documents with all
that is summed; cash from twelve months of `payments_payment_by_date`, which holds the
amounts; what waits, is disputed, failed or unmatched is counted in partial indexes or
by state. None of these reads a table. The latest events are among the last hundred
of each business, found by the index of its events. Nothing is kept between requests, so nothing
can be out of date. Currencies are never summed together.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Sum, Value, When
from django.db.models.functions import TruncMonth

from invoices.models import Delivery, Event, Invoice
from invoices.models.delivery import DeliveryState
from invoices.querysets import EDITABLE, Direction, Kind, State
from partners import prepared
from payments.models import BankLine, LineState, Payment, PaymentDirection
from payments.reports.aging import BUCKETS

DAYS_AHEAD = 7
"""What is due from today on for so many days is due this week: the next seven days."""

MONTHS = 12
"""So many months of cash are shown, the current one last."""

EVENTS = 10
"""So many of the latest events are told."""

_MONTH = datetime.timedelta(days=30)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures, as of which day."""

    businesses: tuple[int, ...]
    today: datetime.date

    def of(self, model: Any) -> Any:
        """The rows of these businesses."""
        return model.objects.filter(business_id__in=self.businesses)

    @property
    def week_ends(self) -> datetime.date:
        """The last day of what is due this week."""
        return self.today + datetime.timedelta(days=DAYS_AHEAD - 1)

    def bucket_days(
        self, place: int
    ) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and last due date of a bucket of the aging; None for no bound."""
        first = self.today - place * _MONTH
        last = first + _MONTH - datetime.timedelta(days=1)
        return (
            None if place == len(BUCKETS) - 1 else first,
            None if place == 0 else last,
        )

    def months(self) -> list[datetime.date]:
        """The first days of the months of cash, oldest first."""
        count = self.today.year * 12 + self.today.month - MONTHS
        numbers = range(count, count + MONTHS)
        return [datetime.date(n // 12, n % 12 + 1, 1) for n in numbers]


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of so many documents."""

    amount: Decimal = _ZERO
    count: int = 0


@dataclass(frozen=True, slots=True)
class Debts:
    """What is open one way in one currency; credit notes stand apart."""

    direction: Direction
    currency: str
    open: Amount
    overdue: Amount
    this_week: Amount
    buckets: tuple[Amount, ...]
    credits: Amount


@dataclass(frozen=True, slots=True)
class Month:
    """What came in and went out in a month."""

    first: datetime.date
    into: Decimal = _ZERO
    out: Decimal = _ZERO

    @property
    def net(self) -> Decimal:
        """What the month brought."""
        return self.into - self.out


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for somebody."""

    drafts: int
    bills: int
    mails: int
    bank_lines: int
    disputed: int


def debts(scope: Scope) -> list[Debts]:
    """What is open, by direction and currency; one pass over the open documents."""
    rows: dict[tuple[str, str], dict[int, Amount]] = defaultdict(dict)
    for row in _open_by_place(scope):
        key = row["direction"], row["currency"]
        rows[key][row["place"]] = Amount(row["amount"], row["count"])
    return [
        _debts(Direction(direction), currency, places)
        for (direction, currency), places in sorted(rows.items())
    ]


_THIS_WEEK, _CREDITS = len(BUCKETS), len(BUCKETS) + 1


def _open_by_place(scope: Scope) -> Iterable[dict[str, Any]]:
    """Sums by where a document stands: its bucket, due this week, or a credit note."""
    places = [When(kind=Kind.CREDIT_NOTE, then=Value(_CREDITS))]
    places.append(When(due_date__gt=scope.week_ends, then=Value(0)))
    places.append(When(due_date__gte=scope.today, then=Value(_THIS_WEEK)))
    for place in range(1, len(BUCKETS) - 1):
        first, _ = scope.bucket_days(place)
        places.append(When(due_date__gte=first, then=Value(place)))
    rows = scope.of(Invoice).unpaid().order_by()
    grouped = rows.values(
        "direction",
        "currency",
        place=Case(*places, default=Value(len(BUCKETS) - 1)),
    )
    found: Iterable[dict[str, Any]] = grouped.annotate(
        amount=Sum("balance"), count=Count("*")
    )
    return found


def _debts(direction: Direction, currency: str, places: Mapping[int, Amount]) -> Debts:
    week = places.get(_THIS_WEEK, Amount())
    later = places.get(0, Amount())
    late = tuple(places.get(place, Amount()) for place in range(1, len(BUCKETS)))
    not_due = total([later, week])
    return Debts(
        direction=direction,
        currency=currency,
        open=total([not_due, *late]),
        overdue=total(late),
        this_week=week,
        buckets=(not_due, *late),
        credits=places.get(_CREDITS, Amount()),
    )


def total(parts: Iterable[Amount]) -> Amount:
    """The sum of amounts in one currency."""
    found = list(parts)
    amount = sum((part.amount for part in found), _ZERO)
    return Amount(amount, sum(part.count for part in found))


def cash(scope: Scope) -> dict[str, list[Month]]:
    """What came in and went out in each of twelve months, by currency."""
    months = scope.months()
    # Naming both directions lets the index find the days of each.
    rows = scope.of(Payment).filter(
        direction__in=list(PaymentDirection),
        date__gte=months[0],
        date__lt=next_month(months[-1]),
        cancelled_at__isnull=True,
    )
    grouped = rows.order_by().values("currency", "direction", month=TruncMonth("date"))
    sums: dict[str, dict[tuple[str, datetime.date], Decimal]] = defaultdict(dict)
    for row in grouped.annotate(amount=Sum("amount")):
        sums[row["currency"]][row["direction"], row["month"]] = row["amount"]
    return {
        currency: [
            Month(
                first,
                found.get((PaymentDirection.IN, first), _ZERO),
                found.get((PaymentDirection.OUT, first), _ZERO),
            )
            for first in months
        ]
        for currency, found in sorted(sums.items())
    }


def next_month(first: datetime.date) -> datetime.date:
    """The first day of the month after the one that begins so."""
    return (first + datetime.timedelta(days=31)).replace(day=1)


FAILED = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)
"""Mails that a person must look at."""


def waiting(scope: Scope) -> Waiting:
    """What waits for somebody; four counts, each within an index."""
    editable = scope.of(Invoice).filter(state__in=EDITABLE).order_by()
    states = dict(editable.values_list("state").annotate(count=Count("*")))
    mails = scope.of(Delivery).filter(state__in=FAILED)
    lines = scope.of(BankLine).filter(state=LineState.OPEN)
    disputed = scope.of(Invoice).filter(disputed_at__isnull=False)
    return Waiting(
        drafts=states.get(State.DRAFT, 0),
        bills=states.get(State.RECEIVED, 0),
        mails=mails.count(),
        bank_lines=lines.count(),
        disputed=disputed.count(),
    )


# Papers that a worker stored come last: a large run would fill the list with them.
_LATEST = """
SELECT event.id FROM unnest(%s) AS business (pk)
CROSS JOIN LATERAL (
  SELECT id, verb FROM invoices_event WHERE business_id = business.pk
  ORDER BY id DESC LIMIT %s
) event ORDER BY event.verb = 'document.stored', event.id DESC LIMIT %s"""
_LOOKED_AT = 100


def latest(scope: Scope) -> list[Event]:
    """The latest events, newest first, those of stored papers last; two queries."""
    if not scope.businesses:
        return []
    pks = prepared.fetch(_LATEST, [list(scope.businesses), _LOOKED_AT, EVENTS])
    order = [pk for (pk,) in pks]
    rows = scope.of(Event).in_bulk(order)
    return [rows[pk] for pk in order]


def numbers(scope: Scope, events: Iterable[Event]) -> dict[int, str]:
    """The numbers of the documents that events are about, by primary key."""
    pks = {event.subject_id for event in events if event.subject == "invoice"}
    if not pks:
        return {}
    return dict(scope.of(Invoice).filter(pk__in=pks).values_list("pk", "number"))
