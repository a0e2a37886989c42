"""Sending a document: the rows that say so, written with the change of state.

Nothing leaves the house here. `invoices.delivering` takes the rows to the mail server
after they are committed.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from invoices import jobs, links
from invoices.exceptions import NoRecipient, NotIssued
from invoices.mailing.composing import composed
from invoices.models import Delivery, DocumentFile, Event, Invoice
from invoices.models.mail_template import Purpose
from invoices.querysets import Direction, State
from partners.access import Actor, Capability
from partners.exceptions import Invalid

MOST_RECIPIENTS = 20
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
    answers the deliveries that are there. Raises NoRecipient, Invalid, NotIssued, what
    `Invoice.issue` raises, NotAllowed; then neither issued nor queued.
    """
    by.require(Capability.ISSUE, invoice.business_id)
    check_letter(letter)
    with transaction.atomic():
        if invoice.state == State.DRAFT:
            invoice.issue(by=by, now=now, expected_version=expected_version)
        else:
            invoice.lock(expected_version)
        if invoice.direction != Direction.ISSUED:
            raise NotIssued(f"{invoice} was received; it is not ours to send.")
        invoice.must_be_issued()
        known = _of_key(invoice, letter.purpose, key)
        if known:
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
    if len(letter.subject) > _MOST_SUBJECT or not letter.subject.isprintable():
        raise Invalid(
            f"One line of at most {_MOST_SUBJECT} characters.", field="subject"
        )
    if len(letter.body) > _MOST_BODY:
        raise Invalid(f"At most {_MOST_BODY} characters.", field="body")


def check_addresses(addresses: Sequence[str], field: str) -> None:
    """Raise Invalid for what is no e-mail address."""
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError as error:
            shown = repr(address[:100])
            raise Invalid(f"{shown} is no e-mail address.", field=field) from error


def _of_key(invoice: Invoice, purpose: Purpose, key: str) -> list[Delivery]:
    rows = Delivery.objects.for_business(invoice.business_id)
    return list(rows.filter(invoice_id=invoice.pk, purpose=purpose, attempt_key=key))


def _queue(
    invoice: Invoice, letter: Letter, *, by: Actor, now: datetime.datetime, key: str
) -> list[Delivery]:
    recipients = list(dict.fromkeys(letter.recipients or recipients_of(invoice)))
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
    rows = [
        Delivery(
            business_id=invoice.business_id,
            invoice_id=invoice.pk,
            partner_id=invoice.partner_id,
            purpose=letter.purpose,
            recipient=recipient,
            attempt_key=key,
            # Whoever is to have a copy wants one, not one for each recipient.
            copies=[] if position else list(letter.copies),
            language=language,
            subject=words.subject,
            body=words.body,
            link=link,
            file=letter.file,
            with_ubl=invoice.partner.wants_ubl,
            try_after=now,
            changed_at=now,
            user_id=by.user_id,
            actor=by.name,
        )
        for position, recipient in enumerate(recipients)
    ]
    Delivery.objects.bulk_create(rows)
    jobs.queue_deliveries(rows)
    return rows
