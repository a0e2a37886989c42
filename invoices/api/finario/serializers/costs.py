"""Costs of an investment, in and out."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from invoices import money
from invoices.api.finario.errors import BLANK, INVALID
from invoices.api.finario.serializers.fields import (
    WORDS,
    AmountOut,
    Number,
    Text,
    text_out,
)

_PROJECT_MONTH = re.compile(r"[Mm]([1-9]\d{0,2})", re.ASCII)


_TAXED = {"yes": True, "true": True, "no": False, "false": False, "": False}


class YesOrNo(Text):
    """`yes`, `no`, or a boolean."""

    def to_internal_value(self, data: Any) -> str:
        """The word, in small letters."""
        word = str(data).lower() if isinstance(data, bool) else data
        text = super().to_internal_value(word).lower()
        if text not in _TAXED:
            self.fail("invalid")
        return text


class PriceIn(serializers.Serializer[Any]):
    """An amount in units."""

    default_error_messages = {"invalid": INVALID}

    dollars = Number(help_text="In units of the currency, whichever it is.")
    currency = Text(3, help_text="The base currency unless told.")


class UnitIn(serializers.Serializer[Any]):
    """How many, and in which month of the investment."""

    default_error_messages = {"invalid": INVALID}

    quantity = Number(required=False)
    project_month = Text(10, help_text="M1 is the month in which it starts.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """It says how many, or when."""
        if not attrs:
            raise serializers.ValidationError(BLANK)
        return attrs

    def validate_quantity(self, value: Decimal) -> Decimal:
        """None is below zero."""
        return _not_negative(value)

    def validate_project_month(self, value: str) -> int | None:
        """Its number, counted from 1."""
        found = _PROJECT_MONTH.fullmatch(value)
        if value and not found:
            raise serializers.ValidationError(INVALID)
        return int(found[1]) if found else None


class CostIn(serializers.Serializer[Any]):
    """A cost as posted."""

    name = Text(200, required=True)
    account = Text(200, required=True, help_text="Name of an existing account.")
    expected_units = UnitIn(
        many=True,
        allow_empty=False,
        error_messages=dict(WORDS),
        help_text="Only the first one counts.",
    )
    vendor_name = Text(200)
    cost_category = Text(200, help_text="Name of an existing cost category.")
    apply_tax = YesOrNo(10, help_text="yes or true, if it is taxed; else no or false.")
    description = Text(2000)
    unique_cost_id = Text(
        120, help_text="Ours: what purchases are matched by; the page has no way to it."
    )
    unit_price = PriceIn(required=False, allow_null=True)
    freight = PriceIn(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A cost has one currency, and its prices have no more decimals than that."""
        codes = self._currencies(attrs)
        if len(codes) > 1:
            message = "is in another currency than the unit price"
            raise serializers.ValidationError({"freight": [message]})
        code = (*codes, self.context["currency"])[0]
        places = money.exponent(code)
        for name in ("unit_price", "freight"):
            if (price := attrs.get(name)) and not money.fits(price["dollars"], places):
                message = f"has more than the {places} decimals of {code}"
                raise serializers.ValidationError({name: [message]})
        return attrs

    def validate_freight(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        """Not below zero."""
        if value:
            _not_negative(value["dollars"])
        return value

    def _currencies(self, attrs: dict[str, Any]) -> set[str]:
        prices = [attrs.get("unit_price"), attrs.get("freight")]
        codes = {price.get("currency", "").upper() for price in prices if price}
        return codes - {""}

    def columns(self) -> dict[str, Any]:
        """The attributes that need no row of ours, as our columns."""
        given = self.validated_data
        nothing: dict[str, Any] = {"dollars": Decimal(0)}
        first = given["expected_units"][0]
        return {
            "name": given["name"],
            "description": given.get("description", ""),
            "unique_cost_id": given.get("unique_cost_id", ""),
            "taxed": _TAXED[given.get("apply_tax", "")],
            "currency": (*self._currencies(given), self.context["currency"])[0],
            "unit_price": (given.get("unit_price") or nothing)["dollars"],
            "freight": (given.get("freight") or nothing)["dollars"],
            "quantity": first.get("quantity", Decimal(1)),
        }

    def month(self) -> int | None:
        """The month of the investment in which it is planned."""
        month: int | None = self.validated_data["expected_units"][0].get(
            "project_month"
        )
        return month


def _not_negative(number: Decimal) -> Decimal:
    if number < 0:
        raise serializers.ValidationError("must be greater than or equal to 0")
    return number


class CostListed(serializers.Serializer[Any]):
    """A cost in the list."""

    name = serializers.CharField()
    id = serializers.CharField()
    description = text_out()
    investment_id = serializers.CharField()


class TaxRuleOut(serializers.Serializer[Any]):
    """How a cost is taxed; rates are not kept with costs."""

    rate = text_out()
    taxable = serializers.ListField(child=serializers.CharField())


class UnitOut(serializers.Serializer[Any]):
    """What is planned."""

    date = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    quantity = serializers.CharField()
    unit_cost = AmountOut()


class CostOut(serializers.Serializer[Any]):
    """A cost shown alone; what these books do not plan is null."""

    account_id = text_out()
    approved = serializers.BooleanField()
    cost_category_id = text_out()
    unit_price = AmountOut()
    freight = AmountOut()
    sales_tax_rule = TaxRuleOut()
    expected_units = UnitOut(many=True)
    id = serializers.CharField()
    name = serializers.CharField()
    vendor_id = text_out()
    depreciable_cache = text_out()
    forecast_spends = serializers.ListField(child=serializers.ListField())
    suspended_spends = text_out()
    approved_spends = text_out()
    actual_spends = text_out()
    revised_forecast = text_out()
    forecasted_by_id = text_out()
    forecasted_at = text_out()
    base_forecast_total = AmountOut()
    base_approved_total = AmountOut(allow_null=True)
    base_spends = text_out()
    investment_closed_at = text_out()
