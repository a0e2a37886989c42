"""The mail as its reader will see it, before there is one."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from invoices.mailing.composing import default_words, preview_words
from invoices.mailing.defaults import Words, label
from invoices.mailing.values import KNOWN
from invoices.models import DocumentSettings, Invoice, MailTemplate
from invoices.models.mail_template import Purpose
from invoices.querysets import Kind, State
from invoices.sending import Letter
from partners.exceptions import BookError
from partners.models import Business
from partners.models.languages import LANGUAGES

PLACEHOLDERS = ", ".join(
    f"{{{{ {name} }}}}" for name in sorted(KNOWN[Purpose.DOCUMENT])
)
"""What may stand in the words, as a hint says it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What the preview shows; `refusal` instead of words that cannot be filled.

    A paragraph that is the link alone becomes the button that the mail will have.
    """

    language: str
    button: str
    subject: str = ""
    paragraphs: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    refusal: str = ""

    @property
    def language_name(self) -> str:
        """The language in its own words."""
        return dict(LANGUAGES).get(self.language, self.language)


def of(invoice: Invoice, letter: Letter | None = None) -> Mail:
    """The mail about a document, as if it were issued now; nothing is written."""
    letter = letter or Letter()
    shown = copy.copy(invoice)
    if shown.state == State.DRAFT:
        shown.freeze(timezone.now())
    language = shown.printed.get("language", "en")
    button = label("button", language)
    try:
        words = preview_words(
            shown.business,
            Purpose.DOCUMENT,
            language=language,
            subject=letter.subject,
            body=letter.body,
            invoice=shown,
        )
    except BookError as refusal:
        return Mail(language, button, refusal=refusal.message)
    return Mail(
        language,
        button,
        subject=words.subject,
        paragraphs=[part for part in words.body.split("\n\n") if part.strip()],
        attachments=_attachments(shown),
    )


def template_of(invoice: Invoice) -> Words:
    """The words that its mail begins with, placeholders and all; two queries."""
    settings = DocumentSettings.of(invoice.business_id)
    language = invoice.printed.get("language") or (
        invoice.partner.language or settings.language
    )
    kind = "credit_note" if invoice.kind == Kind.CREDIT_NOTE else ""
    return _template(invoice.business, language, kind)


def template_for_all(business: Business) -> Words:
    """The words in the business's own language, as a start for those for all."""
    return _template(business, DocumentSettings.of(business).language, "")


def _template(business: Business, language: str, kind: str) -> Words:
    rows = MailTemplate.objects.for_business(business)
    theirs = rows.filter(purpose=Purpose.DOCUMENT, language=language).first()
    if theirs is not None:
        return Words(theirs.subject, theirs.body)
    return default_words(Purpose.DOCUMENT, language, kind=kind)


def _attachments(shown: Invoice) -> list[str]:
    """The files' names; a draft's number is not known yet."""
    name = shown.number or _("(number)")
    names = [f"{name}.pdf"]
    return [*names, f"{name}.xml"] if shown.partner.wants_ubl else names
