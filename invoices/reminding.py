"""Reminding customers of what is open: by the business's rules, or by hand.

A document is reminded of by the furthest rule that its due date has reached, if that
lies beyond the last one sent. So whoever was not reminded for weeks, because nothing
ran or because the rules are new, hears once and not once per rule.
"""

from __future__ import annotations

import datetime
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import InterfaceError, OperationalError, transaction

from invoices.documents.facts import OpenItem, ReminderFacts
from invoices.documents.reading import between
from invoices.files import file_name
from invoices.models import Delivery, DocumentFile, Invoice, ReminderRule
from invoices.models.document_file import FileKind
from invoices.models.mail_template import Purpose
from invoices.querysets import Direction, Kind, State
from invoices.sending import Letter, check_letter, send
from partners import history
from partners.access import Actor, Capability
from partners.exceptions import BookError, Conflict, NotAllowed
from partners.models import Business

DEFAULT_DAYS = (-3, 0, 7, 14, 30)
"""A usual schedule: before it is due, on the day, and three times after."""

_RULE, _BY_HAND = "rule-", "manual-"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """An open document: the rule that is due for it, or the reason why none is."""

    invoice: Invoice
    rule: ReminderRule | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reminded:
    """What became of a reminder: its mails, or why there are none."""

    invoice: Invoice
    deliveries: tuple[Delivery, ...] = ()
    reason: str = ""


def default_rules(business: Business, *, by: Actor) -> list[ReminderRule]:
    """The usual schedule, where the business has no rule on those days yet.

    Raises NotAllowed.
    """
    by.require(Capability.SETTINGS, business.pk)
    rules = ReminderRule.objects.for_business(business)
    wanted = [ReminderRule(business=business, days=days) for days in DEFAULT_DAYS]
    known = set(rules.values_list("days", flat=True))
    with transaction.atomic():
        ReminderRule.objects.bulk_create(wanted, ignore_conflicts=True)
        found = list(rules.order_by("days"))
        new = [rule for rule in found if rule.days not in known]
        history.write_made(new, by=by)
    return found


def standings(business: Business, today: datetime.date) -> list[Standing]:
    """Every open invoice and what is due for it on that day; three queries."""
    rows = Invoice.objects.for_business(business).sales().unpaid()
    found = list(rows.select_related("partner").order_by("due_date", "id"))
    rules = _rules(business)
    keys = _keys(business, found)
    for invoice in found:
        invoice.business = business
    return [_standing(row, rules, keys[row.pk], today) for row in found]


def due_reminders(business: Business, today: datetime.date) -> list[Standing]:
    """Those of `standings` for which a rule is due."""
    return [one for one in standings(business, today) if one.rule is not None]


def remind(business: Business, *, now: datetime.datetime, by: Actor) -> list[Reminded]:
    """Queue every reminder that is due, each in a transaction of its own.

    One that is refused, or that we fail at, does not keep the others back. Whatever was paid, disputed or
    held in the meantime is left out. Raises NotAllowed.
    """
    by.require(Capability.ISSUE, business.pk)
    due = due_reminders(business, business.today(now))
    return [_remind(one.invoice, by=by, now=now) for one in due]


def remind_now(
    invoice: Invoice,
    letter: Letter = Letter(),  # noqa: B008 - frozen
    *,
    by: Actor,
    now: datetime.datetime,
) -> list[Delivery]:
    """Queue a reminder by hand, whatever the rules say; once a day.

    Raises NotIssued, Conflict where nothing is open or it is disputed or held back,
    what `send` raises (KeyUsed on the same day), NotAllowed; then nothing is queued.
    """
    by.require(Capability.ISSUE, invoice.business_id)
    letter = replace(letter, purpose=Purpose.REMINDER)
    check_letter(letter)
    with transaction.atomic():
        invoice.lock()
        invoice.must_be_issued()
        obstacle = _obstacle(invoice)
        if obstacle:
            raise Conflict(obstacle)
        today = invoice.business.today(now)
        keys = _keys(invoice.business, [invoice])[invoice.pk]
        key = f"{_BY_HAND}{today}"
        if key in keys:
            return send(invoice, letter, by=by, now=now, key=key)
        return _send(invoice, letter, keys, key, by=by, now=now)


# --- deciding ---------------------------------------------------------------------------


def _standing(
    invoice: Invoice,
    rules: Sequence[ReminderRule],
    keys: set[str],
    today: datetime.date,
) -> Standing:
    obstacle = _obstacle(invoice) or _left_alone(invoice, today)
    if obstacle:
        return Standing(invoice, None, obstacle)
    reached = [rule for rule in rules if _reaches(rule, invoice, today)]
    if not reached:
        return Standing(invoice, None, "No rule has come to it yet.")
    furthest = reached[-1]
    if furthest.days <= max(_days_sent(keys), default=furthest.days - 1):
        return Standing(invoice, None, f"The reminder “{furthest}” has been sent.")
    return Standing(invoice, furthest)


def _obstacle(invoice: Invoice) -> str:
    """Why nobody may be reminded of it at all, or nothing."""
    if invoice.direction != Direction.ISSUED or invoice.kind != Kind.INVOICE:
        return f"{invoice} is no invoice of ours."
    if invoice.state != State.ISSUED or not invoice.balance:
        return f"Nothing is open on {invoice}."
    if invoice.disputed_at is not None:
        return "The customer objects to it; settle the dispute first."
    if invoice.held_at is not None:
        return "It is held back; release it first."
    return ""


def _left_alone(invoice: Invoice, today: datetime.date) -> str:
    """Why the rules leave it alone, though somebody may remind of it by hand."""
    if invoice.import_key:
        return "It was imported; remind of it by hand."
    if invoice.partner.no_reminders:
        return "The customer is never reminded."
    if not invoice.partner.email:
        return "The customer has no e-mail address."
    if _issued_on(invoice) >= today:
        return "It was issued today."
    return ""


def _reaches(rule: ReminderRule, invoice: Invoice, today: datetime.date) -> bool:
    """Whether the rule's day has come; one before it was issued never does."""
    # Differences, since the day itself may lie behind the end of the calendar.
    late = (today - invoice.due_date).days
    early = (invoice.due_date - _issued_on(invoice)).days
    return rule.days <= late and (rule.days > 0 or early > -rule.days)


def _issued_on(invoice: Invoice) -> datetime.date:
    if invoice.issued_at is None:
        return invoice.date
    return invoice.business.today(invoice.issued_at)


def _days_sent(keys: set[str]) -> list[int]:
    return [int(key.removeprefix(_RULE)) for key in keys if key.startswith(_RULE)]


def _rules(business: Business) -> list[ReminderRule]:
    rules = ReminderRule.objects.for_business(business).filter(active=True)
    return list(rules.order_by("days"))


def _keys(business: Business, invoices: Sequence[Invoice]) -> dict[int, set[str]]:
    """The occasions on which each document was reminded of."""
    mails = Delivery.objects.for_business(business).filter(purpose=Purpose.REMINDER)
    about = mails.filter(invoice_id__in=[invoice.pk for invoice in invoices])
    found: dict[int, set[str]] = defaultdict(set)
    for pk, key in about.values_list("invoice_id", "attempt_key"):
        found[pk].add(key)
    return found


# --- writing the letter -----------------------------------------------------------------


def _remind(invoice: Invoice, *, by: Actor, now: datetime.datetime) -> Reminded:
    try:
        with transaction.atomic():
            invoice.lock()
            today = invoice.business.today(now)
            keys = _keys(invoice.business, [invoice])[invoice.pk]
            # What was true a moment ago, asked again with the row in hand.
            standing = _standing(invoice, _rules(invoice.business), keys, today)
            if standing.rule is None:
                return Reminded(invoice, reason=standing.reason)
            key = f"{_RULE}{standing.rule.days}"
            letter = Letter()
            mails = _send(invoice, letter, keys, key, by=by, now=now)
            return Reminded(invoice, tuple(mails))
    except (NotAllowed, OperationalError, InterfaceError):
        raise
    except BookError as refusal:
        return Reminded(invoice, reason=refusal.message)
    except Exception as error:
        # A fault of ours with this document; those after it do not wait for its end.
        logger.exception("No reminder of %s could be made.", invoice)
        return Reminded(invoice, reason=f"Our side failed: {type(error).__name__}.")


def _send(
    invoice: Invoice,
    letter: Letter,
    keys: set[str],
    key: str,
    *,
    by: Actor,
    now: datetime.datetime,
) -> list[Delivery]:
    """The letter printed and kept, and its mail queued; the row is locked."""
    facts = reminder_facts(
        invoice, invoice.business.today(now), _level(invoice, keys, now)
    )
    file = _printed(invoice, facts)
    letter = replace(letter, purpose=Purpose.REMINDER, file=file)
    return send(invoice, letter, by=by, now=now, key=key)


def reminder_facts(invoice: Invoice, today: datetime.date, level: int) -> ReminderFacts:
    """What the letter says; level 0 before it is late. Two or three queries."""
    item = OpenItem(
        number=invoice.number,
        date=invoice.date,
        due_date=invoice.due_date,
        total=invoice.total,
        open=invoice.balance,
        days=(today - invoice.due_date).days,
    )
    invoice.partner.business = invoice.business
    return ReminderFacts(
        date=today,
        currency=invoice.currency,
        items=(item,),
        total=invoice.balance,
        level=level,
        **between(invoice.partner)._asdict(),
    )


def _level(invoice: Invoice, keys: set[str], now: datetime.datetime) -> int:
    """How urgent the words are: 0 until it is late, then one more each time."""
    if invoice.business.today(now) <= invoice.due_date:
        return 0
    early = [day for day in _days_sent(keys) if day <= 0]
    return len(keys) - len(early) + 1


def _printed(invoice: Invoice, facts: ReminderFacts) -> DocumentFile:
    from invoices.documents.printing import print_reminder

    file = DocumentFile.holding(
        print_reminder(facts),
        business_id=invoice.business_id,
        invoice_id=invoice.pk,
        partner_id=invoice.partner_id,
        kind=FileKind.REMINDER,
        name=f"{file_name(f'reminder-{invoice.number}-{facts.date}')}.pdf",
    )
    DocumentFile.objects.bulk_create([file])
    return file
