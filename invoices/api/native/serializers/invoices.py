"""The contract's invoice: in, as an `InvoiceDraft`; out, as a described shape."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from invoices.api.native.serializers.fields import (
    UNKNOWN,
    CurrencyCode,
    Day,
    Moment,
    Number,
    Reference,
    Text,
)
from invoices.drafting import LineDraft
from invoices.models import Product, Project, Tax
from partners import prepared
from partners.models import Business, Partner
from partners.tenancy import BusinessRow

BEYOND = frozenset(
    {
        "reference",
        "description",
        "terms",
        "project",
        "cost_shares",
        "expected_total",
        "duplicate_reason",
    }
)
"""Attributes that a client of the original product does not know."""


class LineIn(serializers.Serializer[Any]):
    """An invoice detail as posted."""

    product = Reference("product")
    description = Text(2000)
    quantity = Number()
    unit_price = Number()
    tax = Reference("tax", required=False)


class InvoiceIn(serializers.Serializer[Any]):
    """A whole invoice as posted; read-only attributes in it are passed over."""

    invoice_no = Text(60, required=True, source="number")
    date = Day()
    due_date = Day()
    currency = CurrencyCode()
    currency_rate = Number(max_digits=18, decimal_places=8)
    po_so_no = Text(120, source="purchase_order")
    memo = Text(2000)
    reference = Text(
        120, help_text="Beyond the contract: the client's own key, unique per business."
    )
    description = Text(500, help_text="Beyond the contract: what it is about.")
    terms = Text(500, help_text="Beyond the contract: the terms of payment.")
    project = Reference(
        "project", required=False, help_text="Beyond the contract: what it belongs to."
    )
    customer = Reference("partner", source="partner")
    discount = Number(
        source="discount_percent", default=0, allow_null=True, max_digits=9
    )
    details = LineIn(many=True, min_length=1, source="lines")  # type: ignore[call-arg]

    partner_name = "customer"

    def get_fields(self) -> dict[str, Any]:
        """What the contract does not have need not be known, and stays if left out."""
        fields = super().get_fields()
        optional(fields[name] for name in BEYOND & fields.keys())
        return fields

    def values(self, business: Business) -> dict[str, Any]:
        """The attributes given, in the words of `InvoiceDraft`.

        A query each for the partner, the project, the products and the taxes; 400
        for rows that are not there.
        """
        values = dict(self.validated_data)
        for name, model, place in (
            ("partner", Partner, self.partner_name),
            ("project", Project, "project"),
        ):
            if name in values:
                [values[name]] = rows(model, business, [values[name]], place)
        if "discount_percent" in values:
            values["discount_percent"] = values["discount_percent"] or Decimal(0)
        if "lines" in values:
            values["lines"] = line_drafts(business, values["lines"])
        return values


class PartnerInvoiceIn(InvoiceIn):
    """An invoice for the partner in the path; a `customer` in it is passed over."""

    customer = None  # type: ignore[assignment]


class InvoiceChange(InvoiceIn):
    """Some attributes of an invoice; the others stay as they are."""

    def get_fields(self) -> dict[str, Any]:
        """The same attributes, none of them required."""
        fields = super().get_fields()
        optional(fields.values())
        return fields


def optional(fields: Iterable[Any]) -> None:
    """What of these is not given is not in the values either."""
    for field in fields:
        field.required, field.default = False, serializers.empty


def line_drafts(business: Business, details: list[dict[str, Any]]) -> list[LineDraft]:
    """The lines as posted, for the domain; two queries, 400 for rows not there."""
    products = [line["product"] for line in details]
    taxes = [line["tax"] for line in details]
    parts = zip(
        details,
        rows(Product, business, products, "details.{}.product"),
        rows(Tax, business, taxes, "details.{}.tax"),
        strict=True,
    )
    return [
        LineDraft(**line | {"product": product, "tax": tax})
        for line, product, tax in parts
    ]


def rows(
    model: type[BusinessRow], business: Business, pks: list[int | None], place: str
) -> list[Any]:
    """The business's rows with these keys, None for None; one query at most.

    400 for keys that are not there, at `place` with their index.
    """
    wanted = {pk for pk in pks if pk is not None}
    found = prepared.by_pk(model, business.pk, wanted)
    missing = {
        place.format(index): [UNKNOWN]
        for index, pk in enumerate(pks)
        if pk is not None and pk not in found
    }
    if missing:
        raise serializers.ValidationError(missing)
    return [pk and found[pk] for pk in pks]


class VoidIn(serializers.Serializer[Any]):
    """Why a document is cancelled."""

    reason = Text(500)


class WriteOffIn(serializers.Serializer[Any]):
    """Why what is open is given up."""

    reason = Text(500, required=True)


class CreditLineIn(serializers.Serializer[Any]):
    """How much of one line is credited; lines count from 1."""

    line = serializers.IntegerField(min_value=1, max_value=10_000)
    quantity = Number()


class CreditIn(serializers.Serializer[Any]):
    """What is credited; without `details` all that is left."""

    date = Day(default=None, allow_null=True, help_text="Today unless told.")
    invoice_no = Text(60, source="number")
    reason = Text(500)
    details = CreditLineIn(
        many=True,
        default=None,
        min_length=1,  # type: ignore[call-arg]
        source="quantities",
    )

    def validate_details(self, rows: list[dict[str, Any]] | None) -> Any:
        """The quantities by the line's position; None where nothing was chosen."""
        if rows is None:
            return None
        chosen = {row["line"]: row["quantity"] for row in rows}
        if len(chosen) != len(rows):
            raise serializers.ValidationError("Name each line once.")
        return chosen


class CustomerOut(serializers.Serializer[Any]):
    """Whom the document is for."""

    id = serializers.CharField()
    name = serializers.CharField(help_text="Beyond the contract.")


class IdOut(serializers.Serializer[Any]):
    """A reference."""

    id = serializers.CharField()


class CodeOut(serializers.Serializer[Any]):
    """A currency."""

    code = serializers.CharField()


class LineOut(serializers.Serializer[Any]):
    """An invoice detail as shown."""

    product = IdOut(allow_null=True)
    description = serializers.CharField(allow_blank=True)
    quantity = Number()
    unit_price = Number()
    line_amount = Number()
    tax = IdOut(allow_null=True)
    tax_amount = Number()
    total_amount = Number()
    discount_amount = Number(help_text="Beyond the contract: its share of a discount.")


class InvoiceOut(serializers.Serializer[Any]):
    """An invoice or credit note as shown; `documents` writes exactly these names."""

    id = serializers.CharField()
    invoice_no = serializers.CharField(allow_blank=True)
    date = Day()
    due_date = Day()
    currency = CodeOut()
    currency_rate = Number()
    po_so_no = serializers.CharField(allow_blank=True)
    memo = serializers.CharField(allow_blank=True)
    customer = CustomerOut()
    address_line_1 = serializers.CharField(allow_blank=True)
    address_line_2 = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(
        choices=[
            "Draft",
            "Sent",
            "Paid Partially",
            "Paid",
            "Overdue",
            "Void",
            "Written Off",
        ]
    )
    discount = Number()
    sub_total = Number()
    tax_total = Number()
    total = Number()
    paid_amount = Number()
    due_amount = Number()
    credited_amount = Number(help_text="Beyond the contract: the credit notes' sum.")
    credits = IdOut(allow_null=True, help_text="Beyond the contract: what it credits.")
    reference = serializers.CharField(
        allow_blank=True, help_text="Beyond the contract."
    )
    description = serializers.CharField(
        allow_blank=True, help_text="Beyond the contract."
    )
    terms = serializers.CharField(allow_blank=True, help_text="Beyond the contract.")
    project = IdOut(allow_null=True, help_text="Beyond the contract.")
    sent_at = Moment(
        allow_null=True, help_text="Beyond the contract: when first mailed."
    )
    viewed_at = Moment(
        allow_null=True,
        help_text="Beyond the contract: when the customer first looked.",
    )
    disputed_at = Moment(
        allow_null=True, help_text="Beyond the contract: since when it is disputed."
    )
    dispute = serializers.CharField(
        allow_blank=True, help_text="Beyond the contract: the customer's objection."
    )
    held_at = Moment(
        allow_null=True, help_text="Beyond the contract: since when nobody is reminded."
    )
    version = serializers.IntegerField(help_text="Beyond the contract: as in `ETag`.")
    details = LineOut(many=True)
