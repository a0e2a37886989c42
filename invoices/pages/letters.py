"""The form in which a mail is written, and the Letter that it makes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.mailing.composing import check_template
from invoices.pages.mail_preview import PLACEHOLDERS
from invoices.sending import MOST_RECIPIENTS, Letter, check_addresses
from partners.exceptions import BookError

_BETWEEN = re.compile(r"[,;\s]+")
OWN, COMMON = "template", "common"
CHOICES = [
    (OWN, gettext_lazy("Each customer’s template, in the customer’s language")),
    (COMMON, gettext_lazy("The same subject and words for all")),
]


class Addresses(forms.CharField):
    """E-mail addresses between commas, semicolons, spaces or on lines of their own.

    Whether they are addresses is for the deed to say.
    """

    def to_python(self, value: Any) -> Any:
        """The addresses, each once."""
        text = super().to_python(value) or ""
        return list(dict.fromkeys(part for part in _BETWEEN.split(text) if part))

    def validate(self, value: Any) -> None:
        """Nothing more than the deed itself checks."""


def _lines(rows: int, **attributes: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "spellcheck": "true"} | attributes)


class LetterForm(forms.Form):
    """Subject, words and copies; what is left empty comes from the template."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    copies = Addresses(
        label=gettext_lazy("Copies to"),
        required=False,
        widget=_lines(1, spellcheck="false", autocomplete="off"),
        help_text=gettext_lazy(
            "Your colleagues, say; addresses with commas between them."
        ),
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        required=False,
        max_length=200,
    )
    body = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        max_length=10_000,
        widget=_lines(9),
        help_text=format_lazy(
            "{} {}.",
            gettext_lazy(
                "An empty line begins a paragraph. What stands in braces is filled in "
                "for each document:"
            ),
            PLACEHOLDERS,
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse at once all that the deed would refuse one after the other."""
        told = self.cleaned_data
        for field in ("recipients", "copies"):
            for address in told.get(field, ()):
                self._try(check_addresses, [address], field)
        self._try(check_template, told.get("subject", ""), "")
        self._try(check_template, "", told.get("body", ""))
        return told

    def _try(self, check: Callable[..., None], *values: Any) -> None:
        try:
            check(*values)
        except BookError as refusal:
            self.refuse(refusal)

    def as_typed(self) -> Letter:
        """The words alone, good or bad, for the preview."""
        texts = (str(self.data.get(name, "")) for name in ("subject", "body"))
        subject, body = (text.replace("\r\n", "\n") for text in texts)
        return Letter(subject=subject.strip(), body=body)

    def letter(self) -> Letter:
        """What was written; call it when the form is valid."""
        told = self.cleaned_data
        return Letter(
            recipients=told.get("recipients", ()),
            copies=told["copies"],
            subject=told["subject"],
            body=told["body"].replace("\r\n", "\n"),
        )

    def begin_afresh(self) -> None:
        """Make it another occasion: the key that was posted stands for another letter.

        The person says with a second press that this one is meant too.
        """
        self.data = dict(self.data.items()) | {"key": str(new_key())}
        self.add_error(
            None,
            _(
                "Another letter was handed over from here before; press once more to "
                "send this one as well."
            ),
        )

    def refuse(self, refusal: BookError) -> None:
        """Show a refusal at the field it is about, else above the form."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, refusal.message)


class OneLetterForm(LetterForm):
    """A letter about one document, whose recipients can be named."""

    recipients = Addresses(
        label=gettext_lazy("To"),
        widget=_lines(1, spellcheck="false", autocomplete="off", required=True),
        help_text=format_lazy(
            gettext_lazy("Up to {most} addresses; each gets a mail of its own."),
            most=MOST_RECIPIENTS,
        ),
    )
    again = forms.BooleanField(
        label=gettext_lazy("Yes, send it again"), required=False, initial=False
    )
    field_order = ("recipients", "copies", "subject", "body")


class ManyLettersForm(LetterForm):
    """A letter about many documents: words for all, or each customer's own."""

    invoices = forms.CharField(widget=forms.HiddenInput)
    words = forms.ChoiceField(
        label=gettext_lazy("Words"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        initial=OWN,
    )
    field_order = ("copies", "words", "subject", "body")

    def as_typed(self) -> Letter:
        """Nothing where each customer gets their own words."""
        common = self.data.get("words") == COMMON
        return super().as_typed() if common else Letter()

    def letter(self) -> Letter:
        """What was written, without the words where each customer gets their own."""
        letter = super().letter()
        if self.cleaned_data["words"] == COMMON:
            return letter
        return Letter(copies=letter.copies)


def typed(request: HttpRequest, name: str) -> str:
    """A text of several lines as it was typed; PostgreSQL can hold no NUL."""
    text = request.POST.get(name, "")
    return text.replace("\r\n", "\n").replace("\x00", "")


def new_key() -> uuid.UUID:
    """The name of one occasion of sending: posted twice, it is still one."""
    return uuid.uuid4()
