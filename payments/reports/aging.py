"""Aging: what each customer owes, or each vendor is owed, by how long it is due.

*As of a day* means what the books know today about that day, not what they said on it:
documents dated on or before it, less what payments and credit notes dated on or before
it settle. What was voided or cancelled since never was, and a payment that was moved
to another day or document counts where it stands now. What was given up is owed until
the day on which it was written off, apart from what was paid after all. Money counts as
paid ahead until the day of the document that it settles. So the total of a partner is
what their statement of account ends with on that day.

A day is reckoned backwards from what is open now, so a report as of today reads the
open documents and little else, and one of last year also what was settled since.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django import forms
from django.db.models import (
    Case,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices import money
from invoices.models import Event, Invoice
from invoices.querysets import Direction, Kind, State
from partners.models import Business, Partner
from partners.tables import Column, Table
from partners.tables import Kind as Cell
from payments.models import Allocation, Payment, PaymentDirection

BUCKETS = ("not_due", "days_1_30", "days_31_60", "days_61_90", "over_90")
"""The columns of a report, by how many days ago something was due."""

_CREDITS, _BASE = len(BUCKETS), len(BUCKETS) + 1
_MONTH = datetime.timedelta(days=30)
_DAY = datetime.timedelta(days=1)
_EXACT = DecimalField(max_digits=60, decimal_places=12)


@dataclass(frozen=True, slots=True)
class _Sum:
    """What was found of one partner, in one currency, for one column."""

    partner: int
    currency: str
    place: int
    amount: Decimal
    base: Decimal

    def negated(self) -> _Sum:
        return replace(self, amount=-self.amount, base=-self.base)


_Amounts = dict[tuple[int, str], list[Decimal]]
_Found = Iterator[_Sum]


class Side(StrEnum):
    """Who owes whom."""

    CUSTOMERS = "customers"
    VENDORS = "vendors"

    @property
    def direction(self) -> Direction:
        """Which documents are meant."""
        return Direction.ISSUED if self is Side.CUSTOMERS else Direction.RECEIVED


class Since(StrEnum):
    """From which of a document's dates days are counted."""

    DUE_DATE = "due_date"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Aging:
    """What is asked: whose debts, as of which day, counted from which date."""

    as_of: datetime.date
    side: Side = Side.CUSTOMERS
    since: Since = Since.DUE_DATE


class AgingForm(forms.Form):
    """The same as people choose it on a page."""

    side = forms.ChoiceField(
        label=gettext_lazy("Of"),
        choices=[
            (Side.CUSTOMERS.value, gettext_lazy("customers")),
            (Side.VENDORS.value, gettext_lazy("vendors")),
        ],
        initial=Side.CUSTOMERS.value,
    )
    as_of = forms.DateField(label=gettext_lazy("As of"))
    since = forms.ChoiceField(
        label=gettext_lazy("Days are counted from"),
        choices=[
            (Since.DUE_DATE.value, gettext_lazy("the due date")),
            (Since.DATE.value, gettext_lazy("the document's date")),
        ],
        initial=Since.DUE_DATE.value,
    )

    def asked(self) -> Aging:
        """The question; only when the form is valid."""
        given = self.cleaned_data
        return Aging(given["as_of"], Side(given["side"]), Since(given["since"]))


def aging(business: Business, asked: Aging) -> Table:
    """One row per partner and currency with anything open, and a total per currency.

    Credit notes and money on account have a column of their own and are below zero;
    the total is after them. The base value is at each document's frozen rate (a
    payment's own for money on account), rounded per row. Nine queries.
    """
    amounts = _amounts(business, asked)
    partners = Partner.objects.for_business(business)
    found = partners.filter(pk__in={pk for pk, _ in amounts})
    names = {pk: names for pk, *names in found.values_list("pk", "name", "code")}
    in_order = sorted(amounts, key=lambda key: (names[key[0]], *key))
    rows = [
        (*names[pk], *_row(currency, amounts[pk, currency], business.currency))
        for pk, currency in in_order
    ]
    return Table(
        title=_title(asked),
        columns=_columns(asked.since),
        rows=rows,
        totals=_totals(rows, business.currency),
        notes=_notes(asked),
    )


# --- what is owed, backwards from what is open now --------------------------------------


def _amounts(business: Business, asked: Aging) -> _Amounts:
    """By partner and currency: a sum for each bucket, for credits, and in base."""
    found: _Amounts = defaultdict(lambda: [Decimal(0)] * (_BASE + 1))
    for piece in (
        _open,
        _given_up_later,
        _paid_later,
        _credited_later,
        _on_account,
        _paid_ahead,
        _refunded_meanwhile,
    ):
        for part in piece(business, asked):
            sums = found[part.partner, part.currency]
            sums[part.place] = money.add(sums[part.place], part.amount)
            sums[_BASE] = money.add(sums[_BASE], part.base)
    return {key: sums for key, sums in found.items() if any(sums[:_BASE])}


def _open(business: Business, asked: Aging) -> _Found:
    """What is open now, of documents of that day and before."""
    documents = Invoice.objects.for_business(business).unpaid()
    return _of_documents(documents, asked, "", "balance")


def _given_up_later(business: Business, asked: Aging) -> _Found:
    """What was written off only after that day, and never paid."""
    documents = Invoice.objects.for_business(business).filter(
        state=State.WRITTEN_OFF, balance__gt=0
    )
    midnight = datetime.datetime.combine(
        asked.as_of + _DAY, datetime.time(), business.zone()
    )
    told = Event.objects.for_business(business).filter(
        subject="invoice",
        subject_id=OuterRef("pk"),
        verb="invoice.written_off",
        at__lt=midnight,
    )
    return _of_documents(documents.filter(~Exists(told)), asked, "", "balance")


def _paid_later(business: Business, asked: Aging) -> _Found:
    """What payments of later days settle."""
    shares = Allocation.objects.for_business(business).filter(
        payment__business=business, payment__date__gt=asked.as_of
    )
    return _of_documents(shares, asked, "invoice__", "amount")


def _credited_later(business: Business, asked: Aging) -> _Found:
    """What credit notes of later days took off."""
    notes = Invoice.objects.for_business(business).filter(
        direction=asked.side.direction,
        kind=Kind.CREDIT_NOTE,
        date__gt=asked.as_of,
        credit_applied__gt=0,
    )
    return _of_documents(notes, asked, "credited_invoice__", "credit_applied")


def _of_documents(rows: QuerySet[Any], asked: Aging, to: str, amount: str) -> _Found:
    """Sums of a column of rows that lead to documents of that day and before."""
    within = {f"{to}direction": asked.side.direction, f"{to}date__lte": asked.as_of}
    place = Case(
        When(**{f"{to}kind": Kind.CREDIT_NOTE}, then=Value(_CREDITS)),
        *_places(f"{to}{asked.since}", asked.as_of),
        default=Value(_CREDITS - 1),
    )
    for found in _sums(rows.filter(**within), to, amount, place):
        yield found if found.place < _CREDITS else found.negated()


def _places(date: str, day: datetime.date) -> Iterator[When]:
    """The bucket of a date: 0 until the day itself, then by thirty days."""
    for place in range(len(BUCKETS) - 1):
        yield When(**{f"{date}__gte": day - place * _MONTH}, then=Value(place))


# --- what was paid ahead ----------------------------------------------------------------


def _on_account(business: Business, asked: Aging) -> _Found:
    """What is left now of payments of that day and before."""
    payments = Payment.objects.for_business(business).standing()
    left = payments.filter(_ours(asked.side), unallocated__gt=0)
    for found in _sums(left.filter(date__lte=asked.as_of), "", "unallocated"):
        yield found.negated()


def _paid_ahead(business: Business, asked: Aging) -> _Found:
    """What payments of that day and before settle of later documents."""
    shares = Allocation.objects.for_business(business).filter(
        invoice__business=business,
        invoice__direction=asked.side.direction,
        invoice__date__gt=asked.as_of,
        payment__date__lte=asked.as_of,
    )
    raises = When(invoice__kind=Kind.CREDIT_NOTE, then=Value(1))
    sign = Case(raises, default=Value(-1))
    for found in _sums(shares, "invoice__", place=sign):
        signed = found if found.place > 0 else found.negated()
        yield replace(signed, place=_CREDITS)


def _refunded_meanwhile(business: Business, asked: Aging) -> _Found:
    """What had not been given back yet on that day, or had been before it was paid."""
    refunds = Payment.objects.for_business(business).standing()
    ours = refunds.filter(_ours(asked.side, "refund_of__"), refund_of__isnull=False)
    paid, back = Q(refund_of__date__lte=asked.as_of), Q(date__lte=asked.as_of)
    for found in _sums(ours.filter(paid, ~back), ""):
        yield found.negated()
    yield from _sums(ours.filter(back, ~paid), "")


def _ours(side: Side, to: str = "") -> Q:
    """Payments that a customer made, or that were made to a vendor."""
    direction = PaymentDirection.IN if side is Side.CUSTOMERS else PaymentDirection.OUT
    return Q(
        **{
            f"{to}direction": direction,
            f"{to}refund_of__isnull": True,
            f"{to}partner__isnull": False,
        }
    )


def _sums(
    rows: QuerySet[Any], to: str, amount: str = "amount", place: Any = None
) -> _Found:
    """Sums of a column by partner, currency and bucket, where the row leads to."""
    grouped = rows.order_by().values(
        owed_by=F(f"{to}partner_id"),
        money=F(f"{to}currency"),
        place=place or Value(_CREDITS),
    )
    base = Sum(F(amount) * F(f"{to}currency_rate"), output_field=_EXACT)
    summed = grouped.annotate(sum=Sum(amount), base=base)
    names = ("owed_by", "money", "place", "sum", "base")
    return (_Sum(*found) for found in summed.values_list(*names))


# --- as a table -------------------------------------------------------------------------


def _title(asked: Aging) -> str:
    if asked.side is Side.CUSTOMERS:
        return _("Aging of customers as of {day}").format(day=asked.as_of)
    return _("Aging of vendors as of {day}").format(day=asked.as_of)


def bucket_labels(since: Since = Since.DUE_DATE) -> tuple[str, ...]:
    """What the buckets are called."""
    return (
        _("Not due") if since is Since.DUE_DATE else _("Of the day"),
        _("1–30 days"),
        _("31–60 days"),
        _("61–90 days"),
        _("Over 90 days"),
    )


def _columns(since: Since) -> Sequence[Column]:
    labels = bucket_labels(since)
    return (
        Column("partner", _("Partner")),
        Column("code", _("Code")),
        Column("currency", _("Currency")),
        *(
            Column(name, label, Cell.MONEY)
            for name, label in zip(BUCKETS, labels, strict=True)
        ),
        Column("credits", _("Credits and on account"), Cell.MONEY),
        Column("total", _("Total"), Cell.MONEY),
        Column("base_currency", _("Base currency")),
        Column("base_total", _("Total in base currency"), Cell.MONEY, "base_currency"),
    )


def _row(currency: str, sums: list[Decimal], base: str) -> tuple[object, ...]:
    amounts = [money.rounded(amount, currency) for amount in sums[:_BASE]]
    total = money.summed(amounts, currency)
    in_base = money.rounded(sums[_BASE], base)
    return (currency, *amounts, total, base, in_base)


def _totals(rows: Sequence[Sequence[Any]], base: str) -> list[tuple[object, ...]]:
    """A sum for each currency; for several also one of all, in base currency alone."""
    found: list[tuple[object, ...]] = []
    for currency in sorted({row[2] for row in rows}):
        own = [row for row in rows if row[2] == currency]
        amounts = (
            money.summed((row[place] for row in own), currency)
            for place in range(3, 3 + _BASE + 1)
        )
        in_base = money.summed((row[-1] for row in own), base)
        found.append((_("Total"), "", currency, *amounts, base, in_base))
    if len(found) > 1:
        in_base = money.summed((row[-1] for row in rows), base)
        nothing = [None] * (_BASE + 1)
        found.append((_("All currencies"), "", "", *nothing, base, in_base))
    return found


def _notes(asked: Aging) -> Sequence[str]:
    since = {
        Since.DUE_DATE: _("Days are counted from the due date."),
        Since.DATE: _("Days are counted from the document's date."),
    }
    return (
        _(
            "As the books know that day today: documents and payments dated on or "
            "before it; what was voided or cancelled since is left out."
        ),
        since[asked.since],
        _("Payments of nobody in particular count only as far as they settle."),
    )
