"""Projects, costs and their categories; all beyond the contract."""

from __future__ import annotations

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
from invoices.api.native.serializers.masters import MasterSerializer
from invoices.models import Cost, CostCategory, Project


class Email(Text):
    """A person by e-mail address; null, empty or left out is nobody."""

    def to_representation(self, value: Any) -> str:
        """The person's address."""
        return str(value.email)


class ProjectSerializer(MasterSerializer):
    """What purchases, and sales, belong to."""

    code = Text(120, required=True, help_text="Unique in the business.")
    name = Text(200, required=True)
    description = Text(5000)
    rationale = Text(5000)
    category = Text(120)
    keywords = serializers.ListField(
        child=Text(60, required=True), default=list, max_length=100
    )
    owner = Email(254, help_text="The e-mail address of a member.")
    starts_on = Day(default=None, allow_null=True)
    in_service_on = Day(default=None, allow_null=True)
    closed_on = Day(read_only=True, allow_null=True)

    class Meta:
        model = Project


class CloseIn(serializers.Serializer[Any]):
    """When a project ended."""

    closed_on = Day(default=None, allow_null=True, help_text="Today unless told.")


class CostSerializer(MasterSerializer):
    """A position of a project's budget."""

    project = Reference("project", source="project_id")
    name = Text(200, required=True)
    description = Text(2000)
    unique_cost_id = Text(120, help_text="Purchases that carry it belong here.")
    vendor = Reference("partner", source="vendor_id", required=False)
    category = Reference("costcategory", source="category_id", required=False)
    account = Reference("account", source="account_id", required=False)
    currency = CurrencyCode(
        default=None, allow_null=True, help_text="The base currency unless told."
    )
    quantity = Number(default=Decimal(1))
    unit_price = Number(default=Decimal(0))
    freight = Number(default=Decimal(0))
    taxed = serializers.BooleanField(default=False)
    month = Day(default=None, allow_null=True, help_text="The first day of its month.")
    approved = serializers.BooleanField(default=False)

    class Meta:
        model = Cost


class ProjectCostSerializer(CostSerializer):
    """A cost of the project in the path; a `project` in it is passed over."""

    project = Reference("project", source="project_id", read_only=True)


class CostCategorySerializer(MasterSerializer):
    """A kind of cost; it may lie inside another."""

    code = Text(60)
    name = Text(200, required=True)
    parent = Reference(  # type: ignore[assignment]
        "costcategory", source="parent_id", required=False
    )

    class Meta:
        model = CostCategory
