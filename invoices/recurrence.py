"""Invoices that come again: their templates saved, their periods made once each.

What a schedule makes is made by an operator named after it, with every capability:
who saved it needed those that its documents need, may be gone by the time they are
made, and stands in the template's history.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction

from invoices.drafting import InvoiceDraft, LineDraft, check, draft_invoice
from invoices.exceptions import BadDates
from invoices.models import (
    Event,
    Invoice,
    RecurringInvoice,
    RecurringLine,
    RecurringPeriod,
)
from invoices.models.recurring import Every, Makes
from invoices.periods import EARLIEST, LATEST, check_day
from invoices.schedules import Schedule
from invoices.sending import send
from partners.access import Actor, Capability
from partners.exceptions import BookError, Conflict, Invalid, Stale
from partners.models import Business, Partner

_LONGEST_PAST = datetime.timedelta(days=366)
_DAY = datetime.timedelta(days=1)
_MOST_AT_ONCE = 60
_MOST_CHARACTERS, _MOST_PROBLEM = 2000, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringDraft:
    """A template as a door hands it in; unit prices are in `currency`."""

    business: Business
    name: str
    partner: Partner
    currency: str
    lines: Sequence[LineDraft]
    every: str
    starts_on: datetime.date
    interval: int = 1
    until: datetime.date | None = None
    count: int | None = None
    makes: str = Makes.DRAFT
    due_days: int = 30
    discount_percent: Decimal = Decimal(0)
    purchase_order: str = ""
    terms: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A period that was due: its document, or why there is none."""

    recurring: RecurringInvoice
    date: datetime.date
    invoice: Invoice | None = None
    reason: str = ""


_COPIED = tuple(part.name for part in fields(RecurringDraft) if part.name != "lines")
_TEXTS = ("name", "purchase_order", "terms", "memo")
_FIXED = ("every", "interval", "starts_on")


def save_recurring(
    recurring: RecurringInvoice | None,
    draft: RecurringDraft,
    *,
    by: Actor,
    now: datetime.datetime,
    expected_version: int | None = None,
) -> RecurringInvoice:
    """Make a template, or replace its whole content.

    A start may lie up to a year back; what is due since then is made at once. Once
    something was made, the start and the step stay: end it with `until` and make
    another. Raises what `drafting.check` raises, Invalid, BadDates, Conflict, Stale,
    NotAllowed; then nothing is saved.
    """
    wanted = {Capability.DRAFT} if draft.makes == Makes.DRAFT else {Capability.ISSUE}
    for capability in {Capability.DRAFT, *wanted}:
        by.require(capability, draft.business.pk)
    _check(draft)
    with transaction.atomic():
        new = recurring is None
        row = RecurringInvoice() if recurring is None else _locked(recurring)
        _must_be(row, expected_version)
        _check_start(row, draft, draft.business.today(now))
        place = _next_place(row, draft)
        for name in _COPIED:
            setattr(row, name, getattr(draft, name))
        row.next_on = schedule_of(row).upcoming(place, row.made)
        row.problem, row.version = "", row.version if new else row.version + 1
        _validate(row)
        row.save()
        _replace_lines(row, draft.lines)
        Event.record(row, "recurring.saved", by=by, name=row.name, makes=row.makes)
    return row


def pause(recurring: RecurringInvoice, *, by: Actor) -> RecurringInvoice:
    """Make nothing until it is resumed; once is enough. Raises NotAllowed."""
    by.require(Capability.DRAFT, recurring.business_id)
    with transaction.atomic():
        row = _locked(recurring)
        if row.active:
            row.active, row.version = False, row.version + 1
            row.save()
            Event.record(row, "recurring.paused", by=by)
    return row


def resume(
    recurring: RecurringInvoice, *, by: Actor, now: datetime.datetime
) -> RecurringInvoice:
    """Go on with the first date from today; what lay in the pause is not made.

    Nothing changes where it goes on already. Raises NotAllowed, as for saving it.
    """
    by.require(
        Capability.DRAFT if recurring.makes == Makes.DRAFT else Capability.ISSUE,
        recurring.business_id,
    )
    with transaction.atomic():
        row = _locked(recurring)
        if row.active:
            return row
        schedule, today = schedule_of(row), row.business.today(now)
        if row.next_on is not None:
            place = max(schedule.place(today), schedule.place(row.next_on))
            row.next_on = schedule.upcoming(place, row.made)
        row.active, row.problem, row.version = True, "", row.version + 1
        row.save()
        Event.record(row, "recurring.resumed", by=by, next_on=row.next_on)
    return row


def skip(recurring: RecurringInvoice, *, by: Actor) -> RecurringInvoice:
    """Leave out the next document, one that cannot be made for instance.

    Raises Conflict where there is none, NotAllowed.
    """
    by.require(Capability.DRAFT, recurring.business_id)
    with transaction.atomic():
        row = _locked(recurring)
        if row.next_on is None:
            raise Conflict(f"{row} has ended; there is nothing to skip.")
        Event.record(row, "recurring.skipped", by=by, date=row.next_on)
        place = schedule_of(row).place(row.next_on) + 1
        row.next_on = schedule_of(row).upcoming(place, row.made)
        row.problem, row.version = "", row.version + 1
        row.save()
    return row


def due(business: Business, today: datetime.date) -> list[RecurringInvoice]:
    """The templates of which something is to be made, the longest due first."""
    rows = RecurringInvoice.objects.for_business(business)
    waiting = rows.filter(active=True, next_on__lte=today)
    return list(waiting.select_related("partner").order_by("next_on", "id"))


def missed(recurring: RecurringInvoice, today: datetime.date) -> list[datetime.date]:
    """The dates of the documents that would be made on that day, one after another."""
    if not recurring.active or recurring.next_on is None:
        return []
    schedule, made = schedule_of(recurring), recurring.made
    dates = schedule.through(today, schedule.place(recurring.next_on), made)
    return list(islice(dates, _MOST_AT_ONCE))


def make_due(business: Business, *, now: datetime.datetime) -> list[Made]:
    """Make every period that is due, each in a transaction of its own.

    After an outage each missed one is made once, with its own date. One that is
    refused is tried again at the next call, before those after it; its reason stands
    in the template's `problem`. Other templates do not wait for it.
    """
    return [
        made
        for recurring in due(business, business.today(now))
        for made in _make_periods(recurring, now)
    ]


def schedule_of(recurring: RecurringInvoice) -> Schedule:
    """The template's dates."""
    return Schedule(
        recurring.starts_on,
        recurring.every,
        recurring.interval,
        recurring.until,
        recurring.count,
    )


# --- saving -----------------------------------------------------------------------------


def _check(draft: RecurringDraft) -> None:
    for field, word, words in (
        ("every", draft.every, Every),
        ("makes", draft.makes, Makes),
    ):
        if word not in list(words):
            raise Invalid(f"Use one of {', '.join(words)}.", field=field)
    _check_texts(draft)
    check_day(draft.starts_on, "starts_on")
    if draft.until is not None and draft.until < draft.starts_on:
        raise BadDates("It would end before it starts.", field="until")
    if draft.count is not None and draft.count < 1:
        raise Invalid("At least one document.", field="count")
    if not 0 <= draft.due_days <= 3650:
        raise Invalid("0 to 3650 days.", field="due_days")
    closed = min(draft.business.closed_through or EARLIEST, LATEST)
    check(_document(draft, draft.lines, max(draft.starts_on, closed + _DAY)))


def _check_texts(draft: RecurringDraft) -> None:
    texts = {name: getattr(draft, name) for name in _TEXTS}
    for position, line in enumerate(draft.lines):
        texts[f"lines.{position}.description"] = line.description
    for field, text in texts.items():
        if len(text) > _MOST_CHARACTERS or "\0" in text:
            raise Invalid(f"Use at most {_MOST_CHARACTERS} characters.", field=field)


def _check_start(
    row: RecurringInvoice, draft: RecurringDraft, today: datetime.date
) -> None:
    if _has_made(row):
        if any(getattr(row, name) != getattr(draft, name) for name in _FIXED):
            raise Conflict(
                "It has made documents, so its start and step stay; end it with "
                "“until” and make another.",
            )
    elif draft.starts_on < today - _LONGEST_PAST:
        raise BadDates("Start at most a year back.", field="starts_on")


def _validate(row: RecurringInvoice) -> None:
    try:
        row.clean_fields(exclude={"business", "partner"})
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(" ".join(messages), field=field) from error


def _must_be(row: RecurringInvoice, version: int | None) -> None:
    if version is not None and row.version != version:
        raise Stale("Someone else changed the template; read it again.")


def _has_made(row: RecurringInvoice) -> bool:
    return bool(row.created_at) and row.periods.exists()


def _next_place(row: RecurringInvoice, draft: RecurringDraft) -> int:
    """The place that is next, also of a schedule that had ended.

    A schedule that is new, or is moved before it made anything, begins at its start.
    """
    moved = any(getattr(row, name) != getattr(draft, name) for name in _FIXED)
    if not _has_made(row) and moved:
        return 0
    if row.next_on is not None:
        return schedule_of(row).place(row.next_on)
    last = row.periods.order_by("number").values_list("number", flat=True).last()
    return last or 0


def _replace_lines(row: RecurringInvoice, lines: Sequence[LineDraft]) -> None:
    RecurringLine.objects.for_business(row.business_id).filter(recurring=row).delete()
    RecurringLine.objects.bulk_create(
        RecurringLine(
            business_id=row.business_id,
            recurring=row,
            position=position,
            **line._asdict(),
        )
        for position, line in enumerate(lines, start=1)
    )


def _locked(recurring: RecurringInvoice) -> RecurringInvoice:
    rows = RecurringInvoice.objects.for_business(recurring.business_id)
    locked = rows.select_for_update(of=("self",)).select_related("business", "partner")
    return locked.get(pk=recurring.pk)


# --- making -----------------------------------------------------------------------------


def _make_periods(recurring: RecurringInvoice, now: datetime.datetime) -> list[Made]:
    found: list[Made] = []
    while len(found) < _MOST_AT_ONCE and (made := _make_next(recurring, now)):
        found.append(made)
        if made.invoice is None:
            break
    return found


def _make_next(recurring: RecurringInvoice, now: datetime.datetime) -> Made | None:
    """The next period, if it is due; everything of it or nothing."""
    try:
        with transaction.atomic():
            row = _locked(recurring)
            if not row.active or row.next_on is None:
                return None
            if row.next_on > row.business.today(now):
                return None
            return Made(row, row.next_on, _make(row, row.next_on, now))
    except BookError as refusal:
        return _refused(recurring, refusal)


def _make(
    row: RecurringInvoice, date: datetime.date, now: datetime.datetime
) -> Invoice:
    """The document of a locked template's next period, and the step to the one after."""
    by = Actor.operator(row.business, f"schedule “{row.name}”"[:254])
    schedule = schedule_of(row)
    place = schedule.place(date)
    invoice = draft_invoice(_document(row, _lines(row), date), by=by)
    RecurringPeriod.objects.create(
        business=row.business,
        recurring=row,
        number=place + 1,
        date=date,
        invoice=invoice.pk,
    )
    if row.makes == Makes.ISSUE:
        invoice.issue(by=by, now=now)
    elif row.makes == Makes.SEND:
        send(invoice, by=by, now=now, key=f"recurring-{place + 1}")
    row.made += 1
    row.next_on, row.problem = schedule.upcoming(place + 1, row.made), ""
    row.save(update_fields=["made", "next_on", "problem"])
    facts = {"date": date, "invoice": invoice.pk, "number": place + 1}
    Event.record(row, "recurring.made", by=by, **facts)
    return invoice


def _refused(recurring: RecurringInvoice, refusal: BookError) -> Made:
    rows = RecurringInvoice.objects.for_business(recurring.business_id)
    problem = f"{recurring.next_on}: {refusal.message}"[:_MOST_PROBLEM]
    rows.filter(pk=recurring.pk).update(problem=problem)
    row = rows.select_related("partner").get(pk=recurring.pk)
    return Made(row, row.next_on or row.starts_on, reason=refusal.message)


def _document(
    of: RecurringDraft | RecurringInvoice,
    lines: Sequence[LineDraft],
    date: datetime.date,
) -> InvoiceDraft:
    """The document of one date; the exchange rate is that day's. Raises BadDates."""
    due_date = date + datetime.timedelta(days=of.due_days)
    if due_date > LATEST:
        raise BadDates(f"It would be due after {LATEST}.", field="due_days")
    return InvoiceDraft(
        business=of.business,
        partner=of.partner,
        date=date,
        due_date=due_date,
        currency=of.currency,
        lines=lines,
        discount_percent=of.discount_percent,
        purchase_order=of.purchase_order,
        terms=of.terms,
        memo=of.memo,
    )


def _lines(row: RecurringInvoice) -> list[LineDraft]:
    rows = row.lines.select_related("product", "tax").order_by("position")
    return [
        LineDraft(
            quantity=line.quantity,
            unit_price=line.unit_price,
            product=line.product,
            description=line.description,
            tax=line.tax,
        )
        for line in rows
    ]
