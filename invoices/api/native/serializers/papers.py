"""How a business's papers and mails look; all beyond the contract."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoices.api.native.serializers.correspondence import words
from invoices.api.native.serializers.fields import Choice, Moment, Text
from invoices.api.native.serializers.masters import MasterSerializer
from invoices.models import DocumentSettings, MailTemplate, ReminderRule
from invoices.models.document_settings import PAGES
from invoices.models.mail_template import Purpose
from partners.models.languages import LANGUAGES


class SettingsSerializer(serializers.Serializer[Any]):
    """What is left out of a whole document is reset, but for the logo."""

    language = Choice(choices=LANGUAGES, default="en")
    page = Choice(choices=PAGES, default="a4")
    logo = serializers.SlugRelatedField(  # type: ignore[var-annotated]
        slug_field="sha256", read_only=True, allow_null=True
    )
    footer = Text(300)
    registration = Text(60, help_text="The company's registration number.")
    holder = Text(70, help_text="Of the bank account.")
    iban = Text(60)
    bic = Text(20)
    bank_name = Text(100)
    account = Text(60, help_text="Where there is no IBAN.")
    reply_to = Text(254, help_text="Where customers' answers go.")
    copy_to = Text(254, help_text="Gets a blind copy of every mail.")
    link_days = serializers.IntegerField(
        default=365, min_value=1, max_value=3650, help_text="Customers' links hold."
    )
    requires_einvoice = serializers.BooleanField(
        default=False, help_text="Refuse to issue what cannot be an e-invoice."
    )

    class Meta:
        model = DocumentSettings


class TemplateSerializer(MasterSerializer):
    """The words of mails for a purpose in a language, with `{{ number }}` and others."""

    purpose = Choice(choices=words(Purpose))
    language = Choice(choices=LANGUAGES)
    subject = Text(200, required=True)
    body = Text(5000, required=True)
    updated_at = Moment(read_only=True)

    class Meta:
        model = MailTemplate


class RuleSerializer(MasterSerializer):
    """When customers are reminded: so many days after the due date."""

    days = serializers.IntegerField(
        min_value=-60, max_value=730, help_text="Negative for days before it."
    )
    active = serializers.BooleanField(default=True)

    class Meta:
        model = ReminderRule
