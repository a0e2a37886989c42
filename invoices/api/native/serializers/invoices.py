"""The contract's invoice: in, as an `InvoiceDraft`; out, as a described shape."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from invoices.api.native.serializers.fields import (
    CurrencyCode,
    Day,
    Number,
    Reference,
    Text,
)
from invoices.drafting import InvoiceDraft, LineDraft
from invoices.models import Invoice, Product, Tax
from partners.models import Business, Partner
from partners.tenancy import BusinessQuerySet


class LineIn(serializers.Serializer[Any]):
    """An invoice detail as posted."""

    product = Reference("product")
    description = Text(2000)
    quantity = Number()
    unit_price = Number()
    tax = Reference("tax", required=False, allow_null=True)


class InvoiceIn(serializers.Serializer[Any]):
    """A whole invoice as posted; read-only attributes in it are passed over."""

    invoice_no = Text(60, required=True)
    date = Day()
    due_date = Day()
    currency = CurrencyCode()
    currency_rate = Number(max_digits=18, decimal_places=8)
    po_so_no = Text(120)
    memo = Text(2000)
    reference = Text(
        120, help_text="Beyond the contract: the client's own key, unique per business."
    )
    customer = Reference("partner")
    discount = Number(required=False, allow_null=True, max_digits=9)
    details = LineIn(many=True, allow_empty=False)

    def draft(self, business: Business) -> InvoiceDraft:
        """The document in our words. Three queries; 400 for rows that are not there."""
        data = self.validated_data
        partners = _rows(Partner.objects, business, [data["customer"]])
        _must_hold(partners, [(data["customer"], "customer")])
        return InvoiceDraft(
            business=business,
            partner=partners[data["customer"]],
            number=data["invoice_no"],
            date=data["date"],
            due_date=data["due_date"],
            currency=data["currency"],
            currency_rate=data["currency_rate"],
            purchase_order=data.get("po_so_no", ""),
            memo=data.get("memo", ""),
            reference=data.get("reference", ""),
            discount_percent=data.get("discount") or Decimal(0),
            lines=_lines(business, data["details"]),
        )


def _lines(business: Business, details: list[dict[str, Any]]) -> list[LineDraft]:
    products = _rows(Product.objects, business, (row["product"] for row in details))
    taxes = _rows(Tax.objects, business, (row.get("tax") for row in details))
    wanted = list(enumerate(details))
    _must_hold(products, [(r["product"], f"details.{n}.product") for n, r in wanted])
    _must_hold(
        taxes, [(r["tax"], f"details.{n}.tax") for n, r in wanted if r.get("tax")]
    )
    return [
        LineDraft(
            product=products[row["product"]],
            description=row.get("description", ""),
            quantity=row["quantity"],
            unit_price=row["unit_price"],
            tax=taxes.get(row.get("tax")),
        )
        for row in details
    ]


def _rows(
    objects: BusinessQuerySet[Any], business: Business, pks: Iterable[int | None]
) -> dict[int | None, Any]:
    wanted = {pk for pk in pks if pk is not None}
    if not wanted:
        return {}
    found = objects.for_business(business).order_by().in_bulk(list(wanted))
    return dict(found)


def _must_hold(
    rows: dict[int | None, Any], wanted: list[tuple[int | None, str]]
) -> None:
    missing = {
        field: ["There is no such row."] for pk, field in wanted if pk not in rows
    }
    if missing:
        raise serializers.ValidationError(missing)


def as_posted(invoice: Invoice) -> dict[str, Any]:
    """A draft in the form in which it would be posted: what a PATCH starts from."""
    lines = invoice.lines.order_by("position")
    return {
        "invoice_no": invoice.number,
        "date": invoice.date.isoformat(),
        "due_date": invoice.due_date.isoformat(),
        "currency": {"code": invoice.currency},
        "currency_rate": invoice.currency_rate,
        "po_so_no": invoice.purchase_order,
        "memo": invoice.memo,
        "reference": invoice.reference,
        "customer": Reference("partner").to_representation(invoice.partner_id),
        "discount": invoice.discount_percent,
        "details": [
            {
                "product": _posted("product", line.product_id),
                "description": line.description,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "tax": _posted("tax", line.tax_id),
            }
            for line in lines
        ],
    }


def _posted(kind: str, pk: int | None) -> dict[str, str] | None:
    return None if pk is None else Reference(kind).to_representation(pk)


class VoidIn(serializers.Serializer[Any]):
    """Why a document is cancelled."""

    reason = Text(500)


class CreditLineIn(serializers.Serializer[Any]):
    """How much of one line is credited; lines count from 1."""

    line = serializers.IntegerField(min_value=1, max_value=10_000)
    quantity = Number()


class CreditIn(serializers.Serializer[Any]):
    """What is credited; without `details` all that is left."""

    date = Day(required=False, help_text="Today unless told.")
    invoice_no = Text(60)
    reason = Text(500)
    details = CreditLineIn(many=True, required=False, allow_empty=False)


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
    version = serializers.IntegerField(help_text="Beyond the contract: as in `ETag`.")
    details = LineOut(many=True)
