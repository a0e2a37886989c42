"""The contract's invoice payment, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoices.api.native.serializers.fields import (
    UNKNOWN,
    Day,
    Number,
    Reference,
    Text,
)
from invoices.api.native.serializers.invoices import CodeOut, IdOut
from invoices.models import Account
from partners.models import Business


class PaymentIn(serializers.Serializer[Any]):
    """A payment as posted; the page's examples spell one key `desription`."""

    date = Day()
    currency_rate = Number(max_digits=18, decimal_places=8)
    payment_account = Reference("account", source="account")
    amount = Number()
    description = Text(2000)
    desription = Text(2000, help_text="As the contract's examples misspell it.")

    def values(self, business: Business) -> dict[str, Any]:
        """The attributes in the words of `payments.recording`; one query.

        400 for an account that is not there.
        """
        values = dict(self.validated_data)
        misspelt = values.pop("desription")
        values["description"] = values["description"] or misspelt
        accounts = Account.objects.for_business(business).order_by()
        values["account"] = accounts.filter(pk=values["account"]).first()
        if values["account"] is None:
            raise serializers.ValidationError({"payment_account": [UNKNOWN]})
        return values


class AllocationOut(serializers.Serializer[Any]):
    """What of the payment settles which invoice."""

    invoice = IdOut()
    amount = Number()


class PaymentOut(serializers.Serializer[Any]):
    """A payment as shown; `documents` writes exactly these names."""

    id = serializers.CharField()
    date = Day()
    currency_rate = Number()
    payment_account = IdOut()
    amount = Number()
    description = serializers.CharField(allow_blank=True)
    currency = CodeOut(help_text="Beyond the contract: the invoice's currency.")
    customer = IdOut(allow_null=True, help_text="Beyond the contract.")
    unallocated_amount = Number(help_text="Beyond the contract: left on account.")
    allocations = AllocationOut(many=True, help_text="Beyond the contract.")
    version = serializers.IntegerField(help_text="Beyond the contract: as in `ETag`.")
