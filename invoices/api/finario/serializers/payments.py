"""Payments to vendors, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoices.api.finario.serializers.fields import (
    AmountOut,
    AssignmentOut,
    Day,
    Name,
    Number,
    Text,
    text_out,
)

TEXTS = {
    "reference": "reference",
    "description": "description",
    "invoice_number": "invoice_number",
    "check_number": "check_number",
    "po_number": "purchase_order",
    "po_line": "purchase_order_line",
    "po_type": "purchase_order_type",
}
"""The attributes that are plain texts → our columns."""


class PaymentIn(serializers.Serializer[Any]):
    """A payment as posted."""

    date = Day()
    amount = Number(help_text="In units of the currency, above zero.")
    reference = Name(120, required=True, help_text="The client's own key.")
    currency_iso_code = Text(3, help_text="The base currency unless told.")
    description = Text(2000)
    invoice_number = Text(60, help_text="The vendor's approved invoice that it pays.")
    check_number = Text(60)
    po_number = Text(120)
    po_line = Text(60)
    po_type = Text(60)
    vendor_id = Text(200, help_text="Id, code, external id or name.")
    unique_cost_id = Text(120)
    cost_category_name = Text(200, help_text="Must be the category of the cost.")
    account_id = Text(60, help_text="Id or code; the first payment account by code.")


class PaymentPut(PaymentIn):
    """The same for the reference in the path."""

    reference = Name(120)


class CostQuery(serializers.Serializer[Any]):
    """The cost, where it is not in the body."""

    unique_cost_id = Text(120)


class PaymentOut(serializers.Serializer[Any]):
    """A payment as shown; `documents` writes exactly these names."""

    amount = AmountOut()
    assignment = AssignmentOut()
    check_number = text_out()
    date = serializers.CharField(
        help_text="A day in the list; midnight where the business is when shown alone."
    )
    description = text_out()
    id = serializers.CharField()
    invoice_number = text_out()
    po_line = text_out()
    po_number = text_out()
    po_type = text_out()
    reference = text_out()
    vendor_id = text_out()
    cost_category_name = text_out()
    unique_cost_id = text_out()
    account_id = text_out()
