"""The timeline in words: what happened to a document, one sentence each."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from invoices.documents import numbers
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
    "invoice.payment_applied": "Payment",
    "invoice.paid": "Paid in full",
    "invoice.payment_released": "Payment taken off again",
    "document.stored": "PDF stored",
}
_MAILS = {
    "delivery.sent": "{} was taken by the mail server",
    "delivery.delayed": "{} was not taken yet and is tried again",
    "delivery.failed": "{} could not be delivered",
    "delivery.uncertain": "{} may have arrived: the mail server never answered",
    "delivery.retried": "{} is tried again",
    "delivery.withdrawn": "{} was taken back",
    "delivery.bounced": "{} came back",
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
# What a mail's own lines tell already.
_TOLD_BY_MAILS = frozenset({"document.queued", "reminder.queued", "invoice.sent"})
_TOLD = ("number", "recipient", "credit_note", "reason", "answer", "links", "level")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the story.

    `delivery` stands beside the newest line about a mail, to be acted on.
    """

    at: datetime.datetime
    sentence: str
    detail: str
    who: str
    delivery: Delivery | None = None


def story(invoice: Invoice, problems: Sequence[str] = ()) -> list[Entry]:
    """Everything that happened, newest first; two queries.

    `problems` say why there is no e-invoice.
    """
    entries = timeline(invoice)
    mails = {e.delivery.public_id: e.delivery for e in entries if e.delivery}
    told = _Telling(invoice, mails, "; ".join(problems))
    return list(told.newest_first(entries))


def standing(delivery: Delivery) -> str:
    """How a mail stands, as the end of a sentence."""
    return _STATES[DeliveryState(delivery.state)]


class _Telling:
    """A document's entries put into words."""

    def __init__(
        self, invoice: Invoice, mails: dict[str, Delivery], problems: str
    ) -> None:
        self._currency = invoice.currency
        self._mails = mails
        self._problems = problems
        self._acted_on: set[str] = set()

    def newest_first(self, entries: Sequence[TimelineEntry]) -> Iterator[Entry]:
        """The lines; a mail's buttons stand beside its newest one."""
        for entry in reversed(entries):
            if entry.delivery is not None:
                yield self._queued(entry, entry.delivery)
            elif entry.verb in _MAILS:
                yield self._of_mail(entry)
            elif not (self._mails and entry.verb in _TOLD_BY_MAILS):
                yield Entry(
                    entry.at, self._sentence(entry), self._facts(entry), entry.who
                )

    def _queued(self, entry: TimelineEntry, mail: Delivery) -> Entry:
        sentence = f"{_named(mail)} was handed over to be sent"
        return Entry(entry.at, sentence, "", entry.who, self._newest(mail))

    def _of_mail(self, entry: TimelineEntry) -> Entry:
        mail = self._mails.get(str(entry.facts.get("delivery", "")))
        named = _named(mail) if mail else f"Mail to {entry.facts.get('recipient', '')}"
        sentence = _MAILS[entry.verb].format(named)
        told = [entry.facts.get(name) for name in ("reason", "answer", "code")]
        detail = " · ".join(str(word) for word in told if word)
        acted_on = self._newest(mail) if mail else None
        return Entry(entry.at, sentence, detail, entry.who, acted_on)

    def _newest(self, mail: Delivery) -> Delivery | None:
        """The mail the first time it is asked for, which is at its newest line."""
        if mail.public_id in self._acted_on:
            return None
        self._acted_on.add(mail.public_id)
        return mail

    def _sentence(self, entry: TimelineEntry) -> str:
        """The verb in words; an unknown one as it is spelled: `invoice.linked` → Linked."""
        if entry.verb == "document.stored":
            return self._stored(entry)
        plain = entry.verb.rpartition(".")[2].replace("_", " ").capitalize()
        return _VERBS.get(entry.verb, plain)

    def _stored(self, entry: TimelineEntry) -> str:
        if entry.facts.get("ubl"):
            return "PDF and e-invoice stored"
        why = f": {self._problems}" if self._problems else "."
        return f"PDF stored; no e-invoice{why}"

    def _facts(self, entry: TimelineEntry) -> str:
        parts = [self._money(entry.facts.get("amount"))]
        parts += [str(entry.facts[name]) for name in _TOLD if entry.facts.get(name)]
        if entry.verb == "invoice.payment_applied":
            parts.append(f"{self._money(entry.facts.get('balance'))} still open")
        return " · ".join(part for part in parts if part)

    def _money(self, value: object) -> str:
        """An amount as it is written on papers; nothing for what is none."""
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            return ""
        return numbers.money(amount, self._currency, "en")


def _named(mail: Delivery) -> str:
    return f"{_PURPOSES.get(mail.purpose, mail.purpose)} to {mail.recipient}"
