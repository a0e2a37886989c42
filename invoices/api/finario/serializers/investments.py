"""Investments (our projects) and cost categories, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoices.api.finario.errors import BLANK
from invoices.api.finario.serializers.fields import (
    WORDS,
    Day,
    Name,
    Text,
    Whole,
    text_out,
)

API_KEYWORD = "api"
COLUMNS = {
    "name": "name",
    "project_start_as_time": "starts_on",
    "in_service_date_as_time": "in_service_on",
    "investment_category_name": "category",
    "owner": "owner",
    "investment_id": "code",
    "description": "description",
    "rationale": "rationale",
}
"""The contract's attributes → our columns."""

TITLES = {
    "name": ("Name",),
    "project_start_as_time": ("Project start",),
    # The original keeps one date under two names, and complains of both.
    "in_service_date_as_time": ("In service date", "Estimated completion date"),
    "in_service_on": ("In service date",),
    "investment_category_name": ("Investment category",),
    "owner": ("Owner",),
    "investment_id": ("Investment",),
}
"""How refusals call them."""


class _Found(serializers.Field[Any, Any, Any, Any]):
    """A row that the view has looked up; None is a blank."""

    default_error_messages = {"null": BLANK}

    def to_internal_value(self, data: Any) -> Any:
        """The row."""
        return data

    def to_representation(self, value: Any) -> Any:
        """Never shown."""
        return None


class InvestmentIn(serializers.Serializer[Any]):
    """An investment as posted, its organization and owner aside."""

    name = Text(200, required=True)
    project_start_as_time = Day(months=True)
    in_service_date_as_time = Day(months=True)
    investment_category_name = Text(120, required=True)
    investment_id = Name(120, help_text="The code; made of the name if blank.")
    description = Text(5000)
    rationale = Text(5000)
    api_request = serializers.BooleanField(
        required=False,
        error_messages=dict(WORDS),
        help_text="Marks it with the keyword “api”.",
    )
    organization_code = Text(200, help_text="The business's slug; or")
    organization_name = Text(200, help_text="its name.")
    owner_name = Text(200, help_text="Name of a member; or")
    owner_email = Text(254, help_text="the e-mail address.")

    def validate_investment_id(self, value: str) -> str:
        """What has a code cannot lose it."""
        if self.partial and not value:
            raise serializers.ValidationError(BLANK)
        return value

    def get_fields(self) -> dict[str, Any]:
        """The same, and the owner, where the view has looked for one."""
        fields = super().get_fields()
        if "owner" in self.context:
            fields["owner"] = _Found(allow_null=False)
        return fields

    def to_internal_value(self, data: Any) -> Any:
        """The attributes; no client can give a row of ours."""
        if "owner" in self.context:
            data = {**data, "owner": self.context["owner"]}
        return super().to_internal_value(data)

    def columns(self) -> dict[str, Any]:
        """The given attributes as our columns; a blank code is none given."""
        given = {
            COLUMNS[name]: value
            for name, value in self.validated_data.items()
            if name in COLUMNS
        }
        if not given.get("code"):
            given.pop("code", None)
        return given


class InvestmentOut(serializers.Serializer[Any]):
    """An investment as shown."""

    name = serializers.CharField()
    id = serializers.CharField()
    investment_id = serializers.CharField(help_text="The code.")
    investment_category_name = text_out()
    api_request = serializers.BooleanField()
    costs_path = serializers.CharField()
    organization_code = serializers.CharField()


class PeriodQuery(serializers.Serializer[Any]):
    """In which months an investment starts."""

    start_month = Whole(1, 12, required=False)
    start_year = Whole(1900, 9998, required=False)
    end_month = Whole(1, 12, required=False)
    end_year = Whole(1900, 9998, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A month without its year says nothing."""
        for end in ("start", "end"):
            if f"{end}_month" in attrs and f"{end}_year" not in attrs:
                raise serializers.ValidationError({f"{end}_year": [BLANK]})
        return attrs


class InvestmentQuery(PeriodQuery):
    """What an investment is found by."""

    keywords = Text(1000, help_text="Several with commas between; all must be there.")
    organization = Text(200, help_text="The business's name or slug.")
    vendor = Text(200, help_text="Name of a vendor of one of its costs.")
    rounds = Text(1000, help_text="Approved, Closed; others are not kept here.")


class CategoryIn(serializers.Serializer[Any]):
    """A cost category as posted."""

    name = Text(200, required=True)
    category_code = Text(60)
    parent_name = Text(200, help_text="The category around it, made if need be.")


class CategoryOut(serializers.Serializer[Any]):
    """A cost category as shown."""

    category_code = text_out()
    name = serializers.CharField()
    id = serializers.CharField()
