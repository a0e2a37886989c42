"""MailTemplate: a business's own words for one kind of mail in one language."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from partners import public_ids
from partners.models.languages import LANGUAGES
from partners.tenancy import BusinessRow


class Purpose(StrEnum):
    """Why a mail is sent."""

    DOCUMENT = "document"
    REMINDER = "reminder"
    STATEMENT = "statement"


PURPOSES = [(purpose.value, purpose.value) for purpose in Purpose]


class MailTemplate(BusinessRow):
    """Subject and words with placeholders such as `{{ number }}`; nothing else runs."""

    purpose = models.CharField(max_length=10, choices=PURPOSES)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    subject = models.CharField(max_length=200)
    body = models.TextField("words", max_length=5000)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(BusinessRow.Meta):
        ordering = ["purpose", "language"]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "purpose", "language"],
                name="invoices_mailtemplate_once",
                violation_error_message="There is one for this purpose and language.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.language})"

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("template", self.pk)
