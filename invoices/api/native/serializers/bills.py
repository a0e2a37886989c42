"""The contract's bill and its payments: in, in the words of the books; out, described."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from invoices.api.native.documents_bills import STATUS_WORDS
from invoices.api.native.serializers.fields import Day, Number, Reference, Text
from invoices.api.native.serializers.invoices import (
    CodeOut,
    IdOut,
    InvoiceIn,
    LineOut,
    optional,
    rows,
)
from invoices.models import Cost, Project
from partners.models import Business

Shares = list[tuple[Cost, Decimal]]


class CostShareIn(serializers.Serializer[Any]):
    """How much belongs to which cost; the shares of a bill make up 100 percent."""

    cost = Reference("cost")
    percent = Number(max_digits=9)


class BillIn(InvoiceIn):
    """A whole bill as posted; read-only attributes in it are passed over."""

    invoice_no = None  # type: ignore[assignment]
    bill_no = Text(60, required=True, source="number")
    vendor = Reference("partner", source="partner", required=False)
    customer = Reference(
        "partner",
        required=False,
        help_text="The vendor, as the contract's example wrongly calls it.",
    )
    expected_total = Number(
        max_digits=19,
        decimal_places=4,
        allow_null=True,
        help_text="Beyond the contract: what the paper says; the lines must total it.",
    )
    duplicate_reason = Text(
        500,
        help_text="Beyond the contract: why the vendor's number is booked once more.",
    )
    cost_shares = serializers.ListField(
        child=CostShareIn(),
        allow_null=True,
        help_text="Beyond the contract: costs of the project, 100 percent in all. "
        "Left out, they stay as long as the project does.",
    )

    partner_name = "vendor"

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The vendor under either name; required in a whole bill."""
        misnamed = attrs.pop("customer", None)
        if attrs.get("partner") is None and misnamed is not None:
            attrs["partner"] = misnamed
        if "partner" in attrs and attrs["partner"] is None:
            raise serializers.ValidationError({"vendor": ["This field is required."]})
        return attrs

    def values(self, business: Business) -> dict[str, Any]:
        """As an invoice's, and the costs of the shares by one query more."""
        values = super().values(business)
        if "cost_shares" in values:
            values["cost_shares"] = shares(business, values["cost_shares"])
        return values


class PartnerBillIn(BillIn):
    """A bill of the vendor in the path; a `vendor` in it is passed over."""

    vendor = None  # type: ignore[assignment]
    customer = None  # type: ignore[assignment]


class BillChange(BillIn):
    """Some attributes of a bill; the others stay as they are."""

    def get_fields(self) -> dict[str, Any]:
        """The same attributes, none of them required."""
        fields = super().get_fields()
        optional(fields.values())
        return fields


def shares(business: Business, given: list[dict[str, Any]] | None) -> Shares:
    """The costs with their percent; one query, 400 for costs that are not there."""
    given = given or []
    costs = rows(
        Cost, business, [each["cost"] for each in given], "cost_shares.{}.cost"
    )
    return [(cost, each["percent"]) for cost, each in zip(costs, given, strict=True)]


class CancelIn(serializers.Serializer[Any]):
    """Why a bill is turned down, or its approval withdrawn."""

    reason = Text(500)


class AssignIn(serializers.Serializer[Any]):
    """What a bill belongs to; without a project it is taken off on purpose."""

    project = Reference("project", allow_null=True)
    cost_shares = serializers.ListField(
        child=CostShareIn(),
        allow_null=True,
        default=None,
        help_text="Left out, they stay as long as the project does.",
    )

    def values(self, business: Business) -> tuple[Project | None, Shares | None]:
        """The project and its costs; a query each."""
        given = self.validated_data
        [project] = rows(Project, business, [given["project"]], "project")
        chosen = given["cost_shares"]
        return project, None if chosen is None else shares(business, chosen)


class VendorOut(serializers.Serializer[Any]):
    """Whom the bill is from."""

    id = serializers.CharField()
    name = serializers.CharField(help_text="Beyond the contract.")


class CostShareOut(serializers.Serializer[Any]):
    """How much belongs to which cost."""

    cost = IdOut()
    percent = Number()


class BillOut(serializers.Serializer[Any]):
    """A bill as shown; `documents_bills` writes exactly these names."""

    id = serializers.CharField()
    bill_no = serializers.CharField()
    date = Day()
    due_date = Day()
    currency = CodeOut()
    currency_rate = Number()
    po_so_no = serializers.CharField(allow_blank=True)
    memo = serializers.CharField(allow_blank=True)
    vendor = VendorOut()
    address_line_1 = serializers.CharField(allow_blank=True)
    address_line_2 = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=sorted({*STATUS_WORDS.values()}))
    discount = Number()
    sub_total = Number()
    tax_total = Number()
    total = Number()
    paid_amount = Number()
    due_amount = Number()
    credited_amount = Number(help_text="Beyond the contract: the credit notes' sum.")
    approved = serializers.BooleanField(
        help_text="Beyond the contract: whether it is owed, and final."
    )
    expected_total = Number(allow_null=True, help_text="Beyond the contract.")
    duplicate_reason = serializers.CharField(
        allow_blank=True, help_text="Beyond the contract."
    )
    reference = serializers.CharField(
        allow_blank=True, help_text="Beyond the contract."
    )
    description = serializers.CharField(
        allow_blank=True, help_text="Beyond the contract."
    )
    terms = serializers.CharField(allow_blank=True, help_text="Beyond the contract.")
    project = IdOut(allow_null=True, help_text="Beyond the contract.")
    cost_shares = CostShareOut(many=True, help_text="Beyond the contract.")
    version = serializers.IntegerField(help_text="Beyond the contract: as in `ETag`.")
    details = LineOut(many=True)


class BillAllocationOut(serializers.Serializer[Any]):
    """What of the payment settles which bill."""

    bill = IdOut()
    amount = Number()


class BillPaymentOut(serializers.Serializer[Any]):
    """A payment to a vendor as shown; `documents` writes exactly these names."""

    id = serializers.CharField()
    date = Day()
    currency_rate = Number()
    payment_account = IdOut()
    amount = Number()
    description = serializers.CharField(allow_blank=True)
    currency = CodeOut(help_text="Beyond the contract: the bill's currency.")
    vendor = IdOut(allow_null=True, help_text="Beyond the contract.")
    unallocated_amount = Number(help_text="Beyond the contract: left on account.")
    allocations = BillAllocationOut(many=True, help_text="Beyond the contract.")
    version = serializers.IntegerField(help_text="Beyond the contract: as in `ETag`.")
