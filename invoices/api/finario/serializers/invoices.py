"""Invoices that vendors sent: in, as a `Paper`; out, as described shapes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoices.api.finario.serializers.fields import (
    AmountOut,
    AssignmentOut,
    Day,
    Flag,
    Name,
    Number,
    Text,
    Whole,
    text_out,
)

# The attributes that are plain texts → our columns.
_TEXTS = {
    "reference": "reference",
    "description": "description",
    "po_number": "purchase_order",
    "po_line": "purchase_order_line",
    "po_type": "purchase_order_type",
    "gl_line": "ledger_line",
}


class InvoiceIn(serializers.Serializer[Any]):
    """An invoice as posted."""

    date = Day()
    amount = Number(help_text="In units of the currency; below zero, a credit note.")
    number = Text(60, required=True)
    reference = Name(120, help_text="The client's own key, unique per vendor.")
    currency_iso_code = Text(3, help_text="The base currency unless told.")
    description = Text(500)
    po_number = Text(120)
    po_line = Text(60)
    po_type = Text(60)
    gl_line = Text(60)
    vendor_id = Text(200)
    unique_cost_id = Text(120)

    def paper(self) -> dict[str, Any]:
        """The attributes as `Paper` has them, without whose they are."""
        given = self.validated_data
        texts = {ours: given[name] for name, ours in _TEXTS.items() if name in given}
        return {
            "number": given["number"],
            "date": given["date"],
            "amount": given["amount"],
            "currency": given.get("currency_iso_code", "").upper(),
            "unique_cost_id": given.get("unique_cost_id", ""),
            "texts": texts,
        }


class ClosedQuery(serializers.Serializer[Any]):
    """The filters by the investment that a purchase is assigned to."""

    closed = Flag(help_text="Assigned to an investment that is closed, or open.")
    closed_within_days_ago = Whole(
        0,
        36_525,
        required=False,
        help_text="Assigned to an investment closed in so many days.",
    )


class ShowQuery(serializers.Serializer[Any]):
    """Whose reference is meant."""

    vendor_id = Text(200, help_text="Id, code, external id or name of the vendor.")


class CreatedOut(serializers.Serializer[Any]):
    """What creation answers: the fields that the page prints there."""

    amount = AmountOut()
    assignment = AssignmentOut()
    date = serializers.CharField(help_text="Midnight where the business is.")
    id = serializers.CharField()
    number = text_out()
    reference = text_out()
    vendor_id = text_out()


class InvoiceOut(serializers.Serializer[Any]):
    """An invoice as shown; `documents` writes exactly these names."""

    amount = AmountOut()
    assignment = AssignmentOut()
    date = serializers.CharField(
        help_text="A day in the list; midnight where the business is when shown alone."
    )
    description = text_out()
    gl_line = text_out()
    id = serializers.CharField()
    number = text_out()
    po_line = text_out()
    po_number = text_out()
    po_type = text_out()
    reference = text_out()
    vendor_id = text_out()
    unique_cost_id = text_out()
    cost_category_id = text_out()
