"""The timeline in words: what happened to a document, one sentence each."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.models import Delivery, Invoice
from invoices.models.delivery import DeliveryState
from invoices.pages import reader
from invoices.timeline import TimelineEntry, timeline

_VERBS = {
    "invoice.drafted": gettext_lazy("Drafted"),
    "invoice.revised": gettext_lazy("Edited"),
    "invoice.issued": gettext_lazy("Issued"),
    "invoice.sent": gettext_lazy("Sent"),
    "invoice.viewed": gettext_lazy("Opened by the customer"),
    "invoice.disputed": gettext_lazy("The customer says that something is wrong"),
    "invoice.dispute_settled": gettext_lazy("Objection settled"),
    "invoice.held": gettext_lazy("Held back from reminders"),
    "invoice.released": gettext_lazy("Reminders may go out again"),
    "invoice.links_revoked": gettext_lazy("Links to the customer’s page closed"),
    "invoice.voided": gettext_lazy("Voided"),
    "invoice.credited": gettext_lazy("Credited"),
    "invoice.written_off": gettext_lazy("Written off"),
    "invoice.payment_applied": gettext_lazy("Payment"),
    "invoice.paid": gettext_lazy("Paid in full"),
    "invoice.payment_released": gettext_lazy("Payment taken off again"),
    "document.stored": gettext_lazy("PDF stored"),
}
_MAILS = {
    "delivery.sent": gettext_lazy("%(mail)s was taken by the mail server"),
    "delivery.delayed": gettext_lazy("%(mail)s was not taken yet and is tried again"),
    "delivery.failed": gettext_lazy("%(mail)s could not be delivered"),
    "delivery.uncertain": gettext_lazy(
        "%(mail)s may have arrived: the mail server never answered"
    ),
    "delivery.retried": gettext_lazy("%(mail)s is tried again"),
    "delivery.withdrawn": gettext_lazy("%(mail)s was taken back"),
    "delivery.bounced": gettext_lazy("%(mail)s came back"),
}
_PURPOSES = {
    "document": gettext_lazy("Mail to %(recipient)s"),
    "reminder": gettext_lazy("Reminder to %(recipient)s"),
    "statement": gettext_lazy("Statement to %(recipient)s"),
}
_STATES = {
    DeliveryState.QUEUED: gettext_lazy("waits to be sent"),
    DeliveryState.CLAIMED: gettext_lazy("is being sent"),
    DeliveryState.OFFERED: gettext_lazy("is being sent"),
    DeliveryState.SENT: gettext_lazy("was taken by the mail server"),
    DeliveryState.FAILED: gettext_lazy("could not be sent"),
    DeliveryState.UNCERTAIN: gettext_lazy(
        "may have arrived: the mail server never answered"
    ),
    DeliveryState.WITHDRAWN: gettext_lazy("was given up"),
}
# What a mail's own lines tell already.
_TOLD_BY_MAILS = frozenset({"document.queued", "reminder.queued", "invoice.sent"})
_TOLD = (
    *("number", "recipient", "credit_note", "reason", "answer", "links", "level"),
    *("name", "made_from"),
)


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
    return str(_STATES[DeliveryState(delivery.state)])


def addressed(delivery: Delivery) -> str:
    """The beginning of a sentence about a mail: what it is, and to whom."""
    return _to(delivery.purpose, delivery.recipient)


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
        told = _("%(mail)s was handed over to be sent")
        sentence = told % {"mail": addressed(mail)}
        return Entry(entry.at, sentence, "", entry.who, self._newest(mail))

    def _of_mail(self, entry: TimelineEntry) -> Entry:
        mail = self._mails.get(str(entry.facts.get("delivery", "")))
        to = str(entry.facts.get("recipient", ""))
        named = addressed(mail) if mail else _to("document", to)
        sentence = str(_MAILS[entry.verb]) % {"mail": named}
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
        return str(_VERBS.get(entry.verb, plain))

    def _stored(self, entry: TimelineEntry) -> str:
        if entry.facts.get("ubl"):
            return _("PDF and e-invoice stored")
        why = f": {self._problems}" if self._problems else "."
        return _("PDF stored; no e-invoice") + why

    def _facts(self, entry: TimelineEntry) -> str:
        parts = [self._money(entry.facts.get("amount"))]
        parts += [str(entry.facts[name]) for name in _TOLD if entry.facts.get(name)]
        if entry.verb == "invoice.payment_applied":
            left = self._money(entry.facts.get("balance"))
            parts.append(_("%(amount)s still open") % {"amount": left})
        return " · ".join(part for part in parts if part)

    def _money(self, value: object) -> str:
        """An amount as it is written on papers; nothing for what is none."""
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            return ""
        return reader.money(amount, self._currency)


def _to(purpose: str, recipient: str) -> str:
    return str(_PURPOSES[purpose]) % {"recipient": recipient}
