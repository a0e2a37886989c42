"""Recurring invoices: the template with its schedule; all beyond the contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from invoices.api.native.serializers.correspondence import words
from invoices.api.native.serializers.fields import (
    Choice,
    CurrencyCode,
    Day,
    Number,
    Reference,
    Text,
)
from invoices.api.native.serializers.invoices import (
    LineIn,
    line_drafts,
    optional,
    rows,
)
from invoices.models.recurring import Every, Makes
from partners.models import Business, Partner

_SHORT = 32_767


class RecurringLineIn(LineIn):
    """A position as posted; it need have no product."""

    product = Reference("product", required=False)


class RecurringIn(serializers.Serializer[Any]):
    """A whole template as posted."""

    name = Text(200, required=True)
    customer = Reference("partner", source="partner")
    currency = CurrencyCode()
    discount = Number(source="discount_percent", default=Decimal(0), max_digits=9)
    due_days = serializers.IntegerField(default=30, min_value=0, max_value=3650)
    po_so_no = Text(120, source="purchase_order")
    terms = Text(500)
    memo = Text(2000)
    every = Choice(choices=words(Every))
    interval = serializers.IntegerField(default=1, min_value=1, max_value=60)
    starts_on = Day(help_text="The 31st is the last day of each month.")
    until = Day(default=None, allow_null=True)
    count = serializers.IntegerField(
        default=None, allow_null=True, min_value=1, max_value=_SHORT
    )
    makes = Choice(choices=words(Makes), default=Makes.DRAFT.value)
    details = RecurringLineIn(
        many=True,
        min_length=1,  # type: ignore[call-arg]
        source="lines",
    )

    def values(self, business: Business) -> dict[str, Any]:
        """The attributes given, in the words of `RecurringDraft`.

        A query each for the partner, the products and the taxes; 400 for rows that
        are not there.
        """
        values = dict(self.validated_data)
        if "partner" in values:
            [values["partner"]] = rows(
                Partner, business, [values["partner"]], "customer"
            )
        if "lines" in values:
            values["lines"] = line_drafts(business, values["lines"])
        return values


class RecurringChange(RecurringIn):
    """Some attributes of a template; the others stay as they are."""

    def get_fields(self) -> dict[str, Any]:
        """The same attributes, none of them required."""
        fields = super().get_fields()
        optional(fields.values())
        return fields


class RecurringLineOut(serializers.Serializer[Any]):
    """A position of the template."""

    product = Reference("product", source="product_id", allow_null=True)
    description = serializers.CharField(allow_blank=True)
    quantity = Number()
    unit_price = Number()
    tax = Reference("tax", source="tax_id", allow_null=True)


class RecurringOut(serializers.Serializer[Any]):
    """A template as shown, with how far its schedule has come."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    customer = Reference("partner", source="partner_id")
    currency = CurrencyCode()
    discount = Number(source="discount_percent")
    due_days = serializers.IntegerField()
    po_so_no = serializers.CharField(source="purchase_order", allow_blank=True)
    terms = serializers.CharField(allow_blank=True)
    memo = serializers.CharField(allow_blank=True)
    every = serializers.ChoiceField(choices=words(Every))
    interval = serializers.IntegerField()
    starts_on = Day()
    until = Day(allow_null=True)
    count = serializers.IntegerField(allow_null=True)
    makes = serializers.ChoiceField(choices=words(Makes))
    active = serializers.BooleanField()
    made = serializers.IntegerField(help_text="Documents made so far.")
    next_on = Day(allow_null=True, help_text="Null where the schedule has ended.")
    problem = serializers.CharField(
        allow_blank=True, help_text="Why the next document could not be made."
    )
    version = serializers.IntegerField(help_text="As in `ETag`.")
    details = RecurringLineOut(many=True, source="lines")
