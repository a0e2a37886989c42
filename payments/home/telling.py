"""The latest events in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from invoices.models import Event
from partners.tables import shown
from payments.home.links import Links

_VERBS = {
    "bank_line.matched": _("Bank line matched"),
    "bank_line.reopened": _("Bank line opened again"),
    "bank_line.set_aside": _("Bank line set aside"),
    "books.reopened": _("Books reopened"),
    "delivery.bounced": _("Mail came back"),
    "delivery.delayed": _("Mail not taken yet"),
    "delivery.failed": _("Mail failed"),
    "delivery.retried": _("Mail tried again"),
    "delivery.sent": _("Mail sent"),
    "delivery.uncertain": _("Mail perhaps sent"),
    "delivery.withdrawn": _("Mail taken back"),
    "document.queued": _("Mail queued"),
    "document.stored": _("PDF stored"),
    "invitation.made": _("Invitation sent"),
    "invoice.approved": _("Approved"),
    "invoice.assigned": _("Assigned"),
    "invoice.cancelled": _("Cancelled"),
    "invoice.credited": _("Credited"),
    "invoice.deleted": _("Draft deleted"),
    "invoice.dispute_settled": _("Objection settled"),
    "invoice.disputed": _("Customer objects"),
    "invoice.drafted": _("Drafted"),
    "invoice.held": _("Held back"),
    "invoice.imported": _("Imported"),
    "invoice.issued": _("Issued"),
    "invoice.paid": _("Paid in full"),
    "invoice.payment_applied": _("Payment applied"),
    "invoice.payment_released": _("Payment taken off"),
    "invoice.released": _("Released"),
    "invoice.revised": _("Edited"),
    "invoice.sent": _("Sent"),
    "invoice.viewed": _("Opened by the customer"),
    "invoice.voided": _("Voided"),
    "invoice.written_off": _("Written off"),
    "member.joined": _("Joined"),
    "payment.cancelled": _("Payment cancelled"),
    "payment.recorded": _("Payment recorded"),
    "payment.refunded": _("Payment refunded"),
    "payment.revised": _("Payment corrected"),
    "recurring.made": _("Recurring draft made"),
    "reminder.queued": _("Reminder queued"),
    "statement.queued": _("Statement queued"),
    "statement.read": _("Bank statement read"),
}


class Told(NamedTuple):
    """One event: what happened to what, who did it, when, and where it is seen."""

    verb: str
    name: str
    link: str
    who: str
    business: str
    at: datetime.datetime


def told(
    events: Sequence[Event],
    numbers: Mapping[int, str],
    businesses: Mapping[int, str],
    links: Links,
) -> Iterator[Told]:
    """The events as they stand on the page; `numbers` are those of documents."""
    for event in events:
        gone = event.subject == "invoice" and event.subject_id not in numbers
        yield Told(
            verb=verb_words(event.verb),
            name=_name(event, numbers),
            link="" if gone else links.row(event.subject, event.subject_id),
            who=event.actor,
            business=businesses.get(event.business_id, ""),
            at=event.at,
        )


def verb_words(verb: str) -> str:
    """A verb as people say it; one that is unknown here as it is written."""
    return str(_VERBS.get(verb) or verb.replace(".", ": ").replace("_", " "))


def _name(event: Event, numbers: Mapping[int, str]) -> str:
    facts = event.facts
    if event.subject == "invoice":
        return numbers.get(event.subject_id) or str(facts.get("number") or _("draft"))
    if "amount" in facts and "currency" in facts:
        return _money(str(facts["amount"]), str(facts["currency"]))
    return str(facts.get("name") or facts.get("email") or _("details"))


def _money(text: str, currency: str) -> str:
    """An amount with its currency; as it stands where it is no number."""
    try:
        return f"{shown(Decimal(text), currency)} {currency}"
    except (InvalidOperation, ValueError):
        return f"{text} {currency}"
