"""Query words for what goes between a business and its customers."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters as filters
from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from invoices.api.native.filters import PublicIdFilter
from invoices.models import Delivery, WebhookMessage
from invoices.models.delivery import DeliveryState
from invoices.models.webhook import MessageState

_BEYOND = "Beyond the contract: "


class MomentField(forms.CharField):
    """A day as yyyy-MM-dd, or a moment as RFC 3339 writes it."""

    def clean(self, value: str | None) -> datetime.datetime | None:
        """The moment; a day, or one without an offset, is taken in UTC."""
        text = super().clean(value)
        if not text:
            return None
        try:
            moment = datetime.datetime.fromisoformat(text.replace(" ", "+"))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=datetime.UTC)
            return moment.astimezone(datetime.UTC)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(
                "Use a day as 2026-03-10 or a moment as 2026-03-10T12:00:00Z."
            ) from error


@extend_schema_field(OpenApiTypes.STR)
class SinceFilter(filters.Filter):
    """Rows of this moment or later."""

    field_class = MomentField

    def __init__(self, field_name: str, what: str) -> None:
        label = f"{_BEYOND}{what} on or after this day or moment (UTC)."
        super().__init__(field_name=field_name, lookup_expr="gte", label=label)


class WordFilter(filters.ChoiceFilter):
    """Rows with one of the known words."""

    def __init__(self, known: type[Any]) -> None:
        choices = [(word.value, word.value) for word in known]
        super().__init__(choices=choices, label=_BEYOND + "only these.")


class DeliveryFilter(filters.FilterSet):
    """By state, document and time."""

    state = WordFilter(DeliveryState)
    invoice = PublicIdFilter(
        "invoice", field_name="invoice_id", label=_BEYOND + "a document's id."
    )
    since = SinceFilter("changed_at", "changed")

    class Meta:
        model = Delivery
        fields: list[str] = []


class MessageFilter(filters.FilterSet):
    """By state and time."""

    state = WordFilter(MessageState)
    since = SinceFilter("created_at", "made")

    class Meta:
        model = WebhookMessage
        fields: list[str] = []
