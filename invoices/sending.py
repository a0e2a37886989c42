"""Sending a document: the rows that say so, written with the change of state.

Nothing leaves the house here. `invoices.delivering` takes the rows to the mail server
after they are committed.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from invoices import jobs, links
from invoices.exceptions import KeyUsed, NoRecipient, NotIssued
from invoices.mailing.composing import Words, check_template, composed
from invoices.models import Delivery, DocumentFile, Event, Invoice
from invoices.models.delivery import GIVEN_UP
from invoices.models.mail_template import Purpose
from invoices.querysets import Direction, State
from partners.access import Actor, Capability
from partners.exceptions import Invalid

MOST_RECIPIENTS = 20
FIRST = "first"
"""The occasion of a sending that names none."""

_MOST_SUBJECT, _MOST_BODY = 200, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """To whom and in which words; what is empty comes from the partner and the template.

    `body` is plain text; paragraphs are separated by an empty line.
    """

    recipients: Sequence[str] = ()
    copies: Sequence[str] = ()
    subject: str = ""
    body: str = ""
    purpose: Purpose = Purpose.DOCUMENT
    file: DocumentFile | None = None


def send(
    invoice: Invoice,
    letter: Letter = Letter(),
    *,
    by: Actor,
    now: datetime.datetime,
    key: str,
    expected_version: int | None = None,
) -> list[Delivery]:
    """Issue the document if it is a draft, and queue one mail to each recipient.

    One transaction. `key` names the occasion: the same key again queues nothing and
    answers the deliveries that are there. Without one ("") that holds for whatever has
    been sent, or is on its way, on any occasion. Raises KeyUsed where those are of
    another letter, NoRecipient, Invalid, NotIssued, what `Invoice.issue` raises,
    NotAllowed; then neither issued nor queued.
    """
    by.require(Capability.ISSUE, invoice.business_id)
    check_letter(letter)
    with transaction.atomic():
        # Locked before it is looked at: another may be issuing the draft just now.
        invoice.lock(expected_version)
        if invoice.direction != Direction.ISSUED:
            raise NotIssued(f"{invoice} was received; it is not ours to send.")
        if invoice.state == State.DRAFT:
            invoice.issue(by=by, now=now)
        invoice.must_be_issued()
        named = bool(key)
        known, key = _earlier(invoice, letter.purpose, key)
        if known:
            words = partial(_words_again, invoice, letter, known[0])
            must_be_same(known, letter, words, exactly=named)
            return known
        deliveries = _queue(invoice, letter, by=by, now=now, key=key)
        facts = {"recipients": [row.recipient for row in deliveries]}
        Event.record(invoice, f"{letter.purpose}.queued", by=by, **facts)
    return deliveries


def recipients_of(invoice: Invoice) -> list[str]:
    """Where the document goes unless told otherwise; empty where nothing is known."""
    return [invoice.partner.email] if invoice.partner.email else []


def check_letter(letter: Letter) -> None:
    """Raise Invalid, naming the field, for what cannot be mailed."""
    addresses = [*letter.recipients, *letter.copies]
    if len(addresses) > MOST_RECIPIENTS:
        raise Invalid(
            f"{len(addresses)} addresses; at most {MOST_RECIPIENTS} at a time.",
            field="recipients",
        )
    check_addresses(letter.recipients, "recipients")
    check_addresses(letter.copies, "copies")
    _check_words(letter)


def _check_words(letter: Letter) -> None:
    if len(letter.subject) > _MOST_SUBJECT or not letter.subject.isprintable():
        raise Invalid(
            f"One line of at most {_MOST_SUBJECT} characters.", field="subject"
        )
    if len(letter.body) > _MOST_BODY:
        raise Invalid(f"At most {_MOST_BODY} characters.", field="body")
    check_template(letter.subject, letter.body, letter.purpose)


def check_addresses(addresses: Sequence[str], field: str) -> None:
    """Raise Invalid for what is no e-mail address."""
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError as error:
            shown = repr(address[:100])
            raise Invalid(f"{shown} is no e-mail address.", field=field) from error


def addressed(letter: Letter, own: Sequence[str]) -> tuple[list[str], list[str]]:
    """Recipients, else `own`, and copies: each mailbox once, whatever its case."""
    recipients = _each_once(letter.recipients or own)
    reached = {address.casefold() for address in recipients}
    copies = [row for row in letter.copies if row.casefold() not in reached]
    return recipients, _each_once(copies)


def must_be_same(
    known: Sequence[Delivery],
    letter: Letter,
    words: Callable[[], Words],
    *,
    exactly: bool = True,
) -> None:
    """Raise KeyUsed where these mails are not those that the letter asks for.

    What the letter leaves out is not compared; `words` makes its words if need be.
    Unless `exactly`, the mails may have gone to more than it names.
    """
    recipients, copies = addressed(letter, ())
    asked, reached = _folded(recipients), _folded(row.recipient for row in known)
    if asked and (asked != reached if exactly else not asked <= reached):
        raise KeyUsed(
            "It was sent to others on this occasion; name another key to send it again.",
            field="recipients",
        )
    told = {copy for row in known for copy in row.copies}
    if copies and not _folded(copies) <= _folded(told):
        raise KeyUsed(
            "It was sent without these copies; name another key to send it again.",
            field="copies",
        )
    for field in ("subject", "body"):
        if not getattr(letter, field).strip():
            continue
        if getattr(words(), field) not in [getattr(row, field) for row in known]:
            raise KeyUsed(
                "It was sent in other words; name another key to send it again.",
                field=field,
            )


def _each_once(addresses: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for address in addresses:
        found.setdefault(address.casefold(), address)
    return list(found.values())


def _folded(addresses: Iterable[str]) -> set[str]:
    return {address.casefold() for address in addresses}


def _earlier(
    invoice: Invoice, purpose: Purpose, key: str
) -> tuple[list[Delivery], str]:
    """The mails that a sending under this key would repeat, and the key it goes by."""
    mails = Delivery.objects.for_business(invoice.business_id)
    rows = mails.filter(invoice_id=invoice.pk, purpose=purpose)
    if key:
        return list(rows.filter(attempt_key=key)), key
    found = list(rows)
    used = {row.attempt_key for row in found}
    numbered = (f"{FIRST}-{number}" for number in itertools.count(2))
    fresh = next(one for one in itertools.chain([FIRST], numbered) if one not in used)
    return [row for row in found if row.state not in GIVEN_UP], fresh


def _words_again(invoice: Invoice, letter: Letter, known: Delivery) -> Words:
    """The words that the letter makes, with the link that was mailed."""
    return composed(
        invoice,
        letter.purpose,
        language=known.language,
        url=links.address(known.link) if known.link else "",
        subject=letter.subject,
        body=letter.body,
    )


def _queue(
    invoice: Invoice, letter: Letter, *, by: Actor, now: datetime.datetime, key: str
) -> list[Delivery]:
    recipients, copies = addressed(letter, recipients_of(invoice))
    if not recipients:
        raise NoRecipient(
            f"{invoice.partner} has no e-mail address: fill it in, or name a recipient.",
            field="recipients",
        )
    link = links.link_to(invoice, now=now)
    language = invoice.printed.get("language", "en")
    words = composed(
        invoice,
        letter.purpose,
        language=language,
        url=links.address(link),
        subject=letter.subject,
        body=letter.body,
    )
    return queue_mails(
        recipients,
        copies,
        by=by,
        now=now,
        business_id=invoice.business_id,
        invoice_id=invoice.pk,
        partner_id=invoice.partner_id,
        purpose=letter.purpose,
        attempt_key=key,
        language=language,
        subject=words.subject,
        body=words.body,
        link=link,
        file=letter.file,
        with_ubl=invoice.partner.wants_ubl and letter.purpose == Purpose.DOCUMENT,
    )


def queue_mails(
    recipients: Sequence[str],
    copies: Sequence[str],
    *,
    by: Actor,
    now: datetime.datetime,
    **mail: Any,
) -> list[Delivery]:
    """The same mail for each recipient, with jobs; call it inside the deed's transaction.

    Whoever is to have a copy wants one, not one for each recipient.
    """
    rows = [
        Delivery(
            recipient=recipient,
            copies=[] if position else list(copies),
            try_after=now,
            changed_at=now,
            user_id=by.user_id,
            actor=by.name,
            **mail,
        )
        for position, recipient in enumerate(recipients)
    ]
    Delivery.objects.bulk_create(rows)
    jobs.queue_deliveries(rows)
    return rows
