"""Runs: many drafts issued and sent by a job, and how far it has come."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoices.api.native.serializers.correspondence import LetterIn, words
from invoices.api.native.serializers.fields import Moment, Reference, Text
from invoices.models.delivery import DeliveryState
from invoices.models.send_run import ItemState


class RunIn(LetterIn):
    """Which drafts are sent, in this order, and in which words."""

    invoices = serializers.ListField(child=Reference("invoice"), max_length=5000)
    recipients = serializers.ListField(
        child=Text(254, required=True),
        default=list,
        help_text="For one document only; else the customers' own addresses.",
    )
    key = serializers.UUIDField(
        default=None,
        allow_null=True,
        help_text="A UUID: the same key again starts nothing, and answers that run.",
    )


class ItemOut(serializers.Serializer[Any]):
    """What became of one document."""

    invoice = Reference("invoice", source="invoice_id")
    state = serializers.ChoiceField(choices=words(ItemState))
    code = serializers.CharField(allow_blank=True, help_text="Of the refusal.")
    reason = serializers.CharField(allow_blank=True)
    done_at = Moment(allow_null=True)


def _counts(known: type[Any]) -> Any:
    counts = {word.value: serializers.IntegerField(required=False) for word in known}
    name = f"{known.__name__}Counts"
    return type(name, (serializers.Serializer,), counts)


ItemCounts: Any = _counts(ItemState)
DeliveryCounts: Any = _counts(DeliveryState)


class RunOut(serializers.Serializer[Any]):
    """A run without its documents."""

    id = serializers.CharField(source="public_id")
    key = serializers.UUIDField()
    who = serializers.CharField(source="actor")
    subject = serializers.CharField(allow_blank=True)
    body = serializers.CharField(allow_blank=True)
    copies = serializers.ListField(child=serializers.CharField())
    created_at = Moment()
    finished_at = Moment(allow_null=True)
    stopped_at = Moment(allow_null=True)


class RunWhole(RunOut):
    """A run with how far it and its mails have come, and each document."""

    progress = ItemCounts()
    mails = DeliveryCounts()
    items = ItemOut(many=True)
