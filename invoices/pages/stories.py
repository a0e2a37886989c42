"""The timeline in words: what happened to a document, one sentence each."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from invoices.models import Delivery, Invoice
from invoices.models.delivery import DeliveryState
from invoices.timeline import TimelineEntry, timeline

_VERBS = {
    "invoice.drafted": "Drafted",
    "invoice.revised": "Edited",
    "invoice.issued": "Issued",
    "invoice.sent": "Sent",
    "invoice.viewed": "Opened by the customer",
    "invoice.disputed": "The customer says that something is wrong",
    "invoice.dispute_settled": "Objection settled",
    "invoice.held": "Held back from reminders",
    "invoice.released": "Reminders may go out again",
    "invoice.links_revoked": "Links to the customer’s page closed",
    "invoice.voided": "Voided",
    "invoice.credited": "Credited",
    "invoice.written_off": "Written off",
    "document.queued": "Handed over to be mailed",
    "reminder.queued": "Reminder handed over to be mailed",
    "document.stored": "PDF and e-invoice stored",
    "delivery.sent": "The mail server took the mail",
    "delivery.delayed": "The mail is tried again later",
    "delivery.failed": "The mail could not be delivered",
    "delivery.uncertain": "The mail server never answered",
    "delivery.retried": "The mail is tried again",
    "delivery.withdrawn": "The mail was taken back",
    "delivery.bounced": "The mail came back",
}
_PURPOSES = {"document": "Mail", "reminder": "Reminder", "statement": "Statement"}
_STATES = {
    DeliveryState.QUEUED: "waits to be sent",
    DeliveryState.CLAIMED: "is being sent",
    DeliveryState.OFFERED: "is being sent",
    DeliveryState.SENT: "was taken by the mail server",
    DeliveryState.FAILED: "could not be sent",
    DeliveryState.UNCERTAIN: "may have arrived: the mail server never answered",
    DeliveryState.WITHDRAWN: "was given up",
}
_TOLD = ("number", "recipient", "recipients", "amount", "reason", "links", "level")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the story; a delivery stands beside it, to be acted on."""

    at: datetime.datetime
    sentence: str
    detail: str
    who: str
    delivery: Delivery | None = None


def story(invoice: Invoice) -> list[Entry]:
    """Everything that happened, newest first; two queries."""
    entries = [_told(entry) for entry in timeline(invoice)]
    return entries[::-1]


def standing(delivery: Delivery) -> str:
    """How a mail stands, as the end of a sentence."""
    return _STATES[DeliveryState(delivery.state)]


def _told(entry: TimelineEntry) -> Entry:
    if entry.delivery is not None:
        return _of_mail(entry, entry.delivery)
    return Entry(entry.at, _sentence(entry.verb), _facts(entry), entry.who)


def _of_mail(entry: TimelineEntry, mail: Delivery) -> Entry:
    purpose = _PURPOSES.get(mail.purpose, mail.purpose)
    sentence = f"{purpose} to {mail.recipient} {standing(mail)}"
    if mail.bounced_at:
        sentence = f"{sentence}, and came back"
    told = mail.bounce or mail.error or mail.answer
    return Entry(entry.at, sentence, told, entry.who, mail)


def _sentence(verb: str) -> str:
    """The verb in words; an unknown one as it is spelled: `invoice.linked` → Linked."""
    plain = verb.rpartition(".")[2].replace("_", " ").capitalize()
    return _VERBS.get(verb, plain)


def _facts(entry: TimelineEntry) -> str:
    parts = []
    for name in _TOLD:
        value = entry.facts.get(name)
        if value:
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            parts.append(str(shown))
    return " · ".join(parts)
