"""Statements of account; beyond the contract."""

from __future__ import annotations

import datetime
from typing import Any

from rest_framework import serializers

from invoices.api.native.serializers.correspondence import LetterIn
from invoices.api.native.serializers.fields import Day, Text
from partners.models import Partner
from partners.models.business import currency_code
from payments import statements


class StatementIn(serializers.Serializer[Any]):
    """Which days and which currency a statement is about."""

    since = Day(
        default=None,
        allow_null=True,
        help_text="The first day; 1 January of the last day's year unless told.",
    )
    until = Day(default=None, allow_null=True, help_text="The last; today unless told.")
    currency = Text(
        3,
        help_text="The only one in which anything passed, unless told; where nothing "
        "did, the customer's own or the base currency.",
    )

    def validate_currency(self, value: str) -> str:
        """A code that there is, or none."""
        if value:
            currency_code(value)
        return value

    def values(self, partner: Partner, today: datetime.date) -> dict[str, Any]:
        """The days and the currency, also where they were not told.

        Raises what `usual_currency` raises.
        """
        given = self.validated_data
        until = given["until"] or today
        currency = given["currency"] or statements.usual_currency(partner)
        return {
            "since": given["since"] or until.replace(month=1, day=1),
            "until": until,
            "currency": currency,
        }


class StatementSendIn(StatementIn, LetterIn):
    """The same, to whom, and in which words."""

    key = Text(
        80,
        help_text="The occasion: the same key again sends nothing twice. Days and "
        "currency make one unless told.",
    )
