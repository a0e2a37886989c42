"""What goes between a business and its customers; all beyond the contract."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoices.api.native.serializers.fields import Moment, Reference, Text
from invoices.links import veiled
from invoices.models.delivery import DeliveryState
from invoices.models.mail_template import Purpose
from invoices.timeline import EntryKind, TimelineEntry
from partners import public_ids

_KEYS = {"payment": "payment", "refund": "payment"}
# Facts that hold a primary key, and of what kind of row.


def words(known: type[Any]) -> list[tuple[str, str]]:
    """The choices of a field that holds one of these words."""
    return [(word.value, word.value) for word in known]


class LetterIn(serializers.Serializer[Any]):
    """To whom and in which words; what is left out comes from partner and template."""

    recipients = serializers.ListField(
        child=Text(254, required=True),
        default=list,
        help_text="E-mail addresses; the customer's own unless told.",
    )
    copies = serializers.ListField(
        child=Text(254, required=True), default=list, help_text="Each gets one copy."
    )
    subject = Text(200)
    body = Text(10_000, help_text="Plain text with the templates' placeholders.")


class SendIn(LetterIn):
    """The same, and the occasion."""

    key = Text(
        80,
        help_text="The occasion: the same key again sends nothing twice. A new one is "
        "another sending on purpose. Without one, what was sent or is on its way is "
        "not sent again.",
    )


class LoadedText(serializers.CharField):
    """A text that is left out where its column was not loaded."""

    def get_attribute(self, instance: Any) -> Any:
        """The text; asks the database nothing."""
        if self.source in instance.get_deferred_fields():
            raise serializers.SkipField
        return super().get_attribute(instance)


class DeliveryOut(serializers.Serializer[Any]):
    """One mail to one recipient, as far as it has come.

    For `actor` in the context: who may not issue sees no customer's secret address.
    """

    id = serializers.CharField(source="public_id")
    invoice = Reference("invoice", source="invoice_id", allow_null=True)
    partner = Reference("partner", source="partner_id")
    purpose = serializers.ChoiceField(choices=words(Purpose))
    key = serializers.CharField(source="attempt_key")
    recipient = serializers.CharField()
    copies = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField()
    subject = serializers.CharField(allow_blank=True)
    with_ubl = serializers.BooleanField()
    state = serializers.ChoiceField(choices=words(DeliveryState))
    attempts = serializers.IntegerField()
    try_after = Moment()
    changed_at = Moment()
    error = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(
        allow_blank=True, help_text="What the mail server said."
    )
    bounced_at = Moment(allow_null=True)
    bounce = serializers.CharField(allow_blank=True)
    who = serializers.CharField(source="actor")
    created_at = Moment()
    body = LoadedText(
        required=False,
        allow_blank=True,
        help_text="The words; not shown in lists. Who may not issue sees “…” in the "
        "place of the secret in the customer's address.",
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Its subject and words as this person may read them."""
        shown: dict[str, Any] = super().to_representation(instance)
        for name in {"subject", "body"} & shown.keys():
            shown[name] = veiled(shown[name], self.context.get("actor"))
        return shown


class SettleIn(serializers.Serializer[Any]):
    """What a person found out about an uncertain mail."""

    arrived = serializers.BooleanField(
        help_text="True: count it as sent. False: send it again."
    )


class EntryOut(serializers.Serializer[Any]):
    """Something that happened to a document, or a mail about it."""

    at = Moment()
    kind = serializers.ChoiceField(choices=words(EntryKind))
    verb = serializers.CharField(help_text="As invoice.issued; of a mail its purpose.")
    who = serializers.CharField()
    facts = serializers.SerializerMethodField()
    delivery = DeliveryOut(allow_null=True)

    def get_facts(self, entry: TimelineEntry) -> dict[str, Any]:
        """The facts of the moment; rows go by their public ids."""
        return {name: _shown(name, value) for name, value in entry.facts.items()}


def _shown(name: str, value: Any) -> Any:
    kind = _KEYS.get(name)
    return public_ids.encode(kind, value) if kind and isinstance(value, int) else value


class LinkOut(serializers.Serializer[Any]):
    """The secret address of the customer's page."""

    url = serializers.CharField()
    expires_at = Moment()


class DisputeIn(serializers.Serializer[Any]):
    """What the customer objects to."""

    reason = Text(1000, required=True)


class HoldIn(serializers.Serializer[Any]):
    """Why nobody is reminded for now."""

    reason = Text(500)
