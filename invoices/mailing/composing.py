"""The words of a mail: a business's template, or ours, filled with the facts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from invoices.mailing import defaults, placeholders, values
from invoices.mailing.defaults import Words, spoken
from invoices.models import Invoice, MailTemplate
from invoices.models.mail_template import Purpose
from invoices.querysets import Kind
from partners.exceptions import Invalid
from partners.models import Business, Partner

MOST_SUBJECT, MOST_BODY = 200, 10_000

__all__ = [
    "Words",
    "check_template",
    "composed",
    "composed_statement",
    "default_words",
    "preview_words",
]


def composed(
    invoice: Invoice,
    purpose: Purpose,
    *,
    language: str,
    url: str,
    subject: str = "",
    body: str = "",
) -> Words:
    """The words for a document, with every placeholder filled; one query at most.

    What is empty comes from the business's template, else from us. Raises Invalid,
    naming the field and the known names, for a placeholder that cannot be filled.
    """
    today = invoice.business.today(timezone.now())
    facts = values.of_document(invoice, language=language, url=url, today=today)
    ours = default_words(purpose, language, kind=_kind(invoice, purpose, today))
    theirs = _chosen(invoice.business_id, purpose, language, ours, Words(subject, body))
    return _filled(theirs, ours, facts, purpose)


def composed_statement(
    partner: Partner,
    *,
    language: str,
    today: datetime.date,
    owed: Mapping[str, Decimal],
    subject: str = "",
    body: str = "",
) -> Words:
    """The words for a statement of account; `owed` is what is open, by currency."""
    facts = values.of_statement(partner, language=language, today=today, owed=owed)
    purpose = Purpose.STATEMENT
    ours = default_words(purpose, language)
    theirs = _chosen(partner.business_id, purpose, language, ours, Words(subject, body))
    return _filled(theirs, ours, facts, purpose)


def preview_words(
    business: Business,
    purpose: Purpose,
    *,
    language: str,
    subject: str,
    body: str,
    invoice: Invoice | None = None,
) -> Words:
    """The words as they would be mailed, for a document or else for made-up values.

    Raises what `composed` raises. Nothing is written.
    """
    if invoice is not None:
        return composed(
            invoice,
            purpose,
            language=language,
            url="https://example.com/i/…/",
            subject=subject,
            body=body,
        )
    facts = values.sample(business, language, business.today(timezone.now()))
    ours = default_words(purpose, language)
    theirs = _chosen(business.pk, purpose, language, ours, Words(subject, body))
    return _filled(theirs, ours, facts, purpose)


def default_words(purpose: Purpose, language: str, *, kind: str = "") -> Words:
    """Our own words with their placeholders, as a start for a business's template.

    `kind` is a variant of ours: `credit_note`, or `reminder_ahead` of the due date.
    """
    return defaults.template(kind or purpose, language)


def check_template(
    subject: str, body: str, purpose: Purpose = Purpose.DOCUMENT
) -> None:
    """Raise Invalid for words that cannot be filled; the message says what can."""
    known = values.KNOWN[purpose]
    if len(subject) > MOST_SUBJECT or subject.splitlines() not in ([], [subject]):
        raise Invalid(
            f"One line of at most {MOST_SUBJECT} characters.", field="subject"
        )
    if len(body) > MOST_BODY:
        raise Invalid(f"At most {MOST_BODY} characters.", field="body")
    placeholders.check(subject, "subject", known)
    placeholders.check(body, "body", known)


def _kind(invoice: Invoice, purpose: Purpose, today: datetime.date) -> str:
    if purpose == Purpose.DOCUMENT and invoice.kind == Kind.CREDIT_NOTE:
        return "credit_note"
    if purpose == Purpose.REMINDER and today <= invoice.due_date:
        return "reminder_ahead"
    return ""


def _chosen(
    business_id: int,
    purpose: Purpose,
    language: str,
    ours: Words,
    typed: Words,
) -> Words:
    """What the person typed, before the business's template, before ours."""
    if typed.subject.strip() and typed.body.strip():
        return typed
    templates = MailTemplate.objects.for_business(business_id)
    theirs = templates.filter(purpose=purpose, language=spoken(language)).first()
    known = Words(theirs.subject, theirs.body) if theirs else ours
    return Words(
        typed.subject if typed.subject.strip() else known.subject,
        typed.body if typed.body.strip() else known.body,
    )


def _filled(
    words: Words, ours: Words, facts: Mapping[str, str], purpose: Purpose
) -> Words:
    check_template(*words, purpose)
    subject = placeholders.one_line(placeholders.fill(words.subject, facts))
    if not subject:
        # A placeholder that came out empty stood alone.
        subject = placeholders.one_line(placeholders.fill(ours.subject, facts))
    body = placeholders.fill(words.body, facts)
    body = "\n".join(line.rstrip() for line in body.splitlines()).strip()
    if len(body) > MOST_BODY:
        raise Invalid(
            f"At most {MOST_BODY} characters once it is filled in.", field="body"
        )
    return Words(_shortened(subject), body)


def _shortened(subject: str) -> str:
    if len(subject) <= MOST_SUBJECT:
        return subject
    return subject[: MOST_SUBJECT - 1].rstrip() + "…"
