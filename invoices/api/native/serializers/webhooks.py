"""Outgoing webhooks: endpoints, messages, and each time one was posted."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoices.api.native.serializers.correspondence import words
from invoices.api.native.serializers.fields import Moment, Reference, Text
from invoices.api.native.serializers.masters import MasterSerializer
from invoices.following import EVENT_TYPES
from invoices.models import WebhookEndpoint
from invoices.models.webhook import MessageState


class EndpointSerializer(MasterSerializer):
    """An address that hears of events."""

    url = Text(500, required=True, help_text="Public; never in a private network.")
    description = Text(200)
    events = serializers.ListField(
        child=Text(60, required=True),
        default=list,
        help_text=f"Of {', '.join(EVENT_TYPES)}; none for all.",
    )
    active = serializers.BooleanField(default=True)
    created_at = Moment(read_only=True)

    class Meta:
        model = WebhookEndpoint


class EndpointWithSecret(EndpointSerializer):
    """The same with its signing secret, which is shown this once."""

    secret = serializers.CharField(read_only=True)


class AttemptOut(serializers.Serializer[Any]):
    """One time a message was posted, and what came back."""

    at = Moment()
    status = serializers.IntegerField(allow_null=True, help_text="Of HTTP.")
    answer = serializers.CharField(allow_blank=True)
    error = serializers.CharField(allow_blank=True)
    seconds = serializers.DecimalField(8, 3, coerce_to_string=True)


class MessageOut(serializers.Serializer[Any]):
    """One event for one endpoint."""

    id = serializers.CharField(source="public_id")
    endpoint = Reference("endpoint", source="endpoint_id")
    type = serializers.CharField()
    payload = serializers.DictField()
    state = serializers.ChoiceField(choices=words(MessageState))
    try_after = Moment()
    created_at = Moment()
    attempts = AttemptOut(many=True, source="log")
