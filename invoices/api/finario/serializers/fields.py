"""Attributes as Finario takes them, refused in Finario's words."""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from invoices.api.finario.errors import BLANK, INVALID

WORDS: Mapping[str, Any] = {
    "required": BLANK,
    "null": BLANK,
    "blank": BLANK,
    "invalid": INVALID,
    "invalid_choice": "is not included in the list",
    "not_a_list": INVALID,
    "empty": BLANK,
    "max_length": "is too long (maximum is {max_length} characters)",
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_NAMED_DAY = re.compile(r"([A-Za-z]{3})-(\d{1,2})-(\d{4})", re.ASCII)
_NAMED_MONTH = re.compile(r"([A-Za-z]{3})-(\d{4})", re.ASCII)
_MONTHS = [
    *[
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
    ]
]


class Text(serializers.CharField):
    """A text or a number taken as one; null and left out are empty unless required."""

    def __init__(
        self, max_length: int, *, required: bool = False, **kwargs: Any
    ) -> None:
        if not required:
            kwargs |= {"allow_blank": True, "allow_null": True}
        kwargs["error_messages"] = dict(WORDS)
        super().__init__(max_length=max_length, required=required, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Null is the empty text; a NUL character is refused."""
        if isinstance(data, str) and "\0" in data:
            self.fail("invalid")
        return super().run_validation(data) or ""

    def to_internal_value(self, data: Any) -> str:
        """The text; a bool, a list or an object is none."""
        if isinstance(data, Decimal):
            data = format(data, "f") if data.is_finite() else None
        if isinstance(data, bool) or not isinstance(data, (str, int)):
            self.fail("invalid")
        return super().to_internal_value(str(data))


class Name(Text):
    """A text that a path can end in, so that what it names can be reached."""

    def to_internal_value(self, data: Any) -> str:
        """The text; `is invalid` if no path can say it."""
        name = super().to_internal_value(data)
        if not can_be_in_a_path(name):
            self.fail("invalid")
        return name


def new_name(name: str, longest: int, attribute: str) -> str:
    """The name in the path as that of a new row, or 422 on this attribute."""
    if len(name) > longest:
        message = WORDS["max_length"].format(max_length=longest)
        raise serializers.ValidationError({attribute: [message]})
    if not can_be_in_a_path(name):
        raise serializers.ValidationError({attribute: [INVALID]})
    return str(name)


def can_be_in_a_path(name: str) -> bool:
    """Whether a path that ends in this name means just this name."""
    return "/" not in name and name not in (".", "..") and not name.endswith(".json")


@extend_schema_field({"type": ["number", "string"], "examples": [1000.5, "1000.50"]})
class Number(serializers.Field[Any, Any, Any, Any]):
    """A decimal number, as a JSON number or a text; never a float or a bool."""

    default_error_messages = {**WORDS, "invalid": "is not a number"}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """An empty text is as good as nothing."""
        if isinstance(data, str) and not data.strip():
            data = None
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Decimal:
        """The number; its size and decimals are the domain's to judge."""
        if isinstance(data, str) and _NUMBER.fullmatch(data.strip()):
            data = Decimal(data.strip())
        if isinstance(data, bool) or not isinstance(data, (int, Decimal)):
            self.fail("invalid")
        number = Decimal(data)
        if not number.is_finite() or abs(number.adjusted()) > 40:
            self.fail("invalid")
        return number

    def to_representation(self, value: Any) -> Any:
        """As it is."""
        return value


@extend_schema_field(
    {"type": "string", "examples": ["2016-11-30", "2016-11-30T00:00:00-05:00"]}
)
class Day(serializers.Field[Any, Any, Any, Any]):
    """A day in any of the documented forms; a moment counts where the business is.

    With `months`, `Oct-2015` is the first of that month.
    """

    default_error_messages = dict(WORDS)

    def __init__(self, *, months: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.months = months

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """An empty text is as good as nothing."""
        if isinstance(data, str) and not data.strip():
            data = None
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> datetime.date:
        """The day, or `is invalid`."""
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            day = parsed_day(data.strip(), self.context["zone"], months=self.months)
        except (ValueError, OverflowError):
            day = None
        if day is None:
            self.fail("invalid")
        return day

    def to_representation(self, value: Any) -> str:
        """As a plain day."""
        return str(value)


def parsed_day(
    text: str, zone: zoneinfo.ZoneInfo, *, months: bool = False
) -> datetime.date | None:
    """The day that a text names; None or ValueError where it names none."""
    if _DAY.fullmatch(text):
        return datetime.date.fromisoformat(text)
    if _MOMENT.fullmatch(text):
        moment = datetime.datetime.fromisoformat(text)
        return (moment.astimezone(zone) if moment.tzinfo else moment).date()
    if found := _NAMED_DAY.fullmatch(text):
        month, day, year = found.groups()
        return datetime.date(int(year), _month(month), int(day))
    if months and (found := _NAMED_MONTH.fullmatch(text)):
        return datetime.date(int(found[2]), _month(found[1]), 1)
    return None


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1


class Flag(serializers.ChoiceField):
    """`true` or `false` in a query."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=["true", "false"],
            error_messages=dict(WORDS),
            required=False,
            **kwargs,
        )

    def to_internal_value(self, data: Any) -> Any:
        """Which of the two, as a bool."""
        return super().to_internal_value(data) == "true"


class Whole(serializers.IntegerField):
    """A whole number between two others."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(
            min_value=least,
            max_value=most,
            error_messages={
                **WORDS,
                "invalid": "is not a number",
                "max_string_length": "is not a number",
                "min_value": "must be greater than or equal to {min_value}",
                "max_value": "must be less than or equal to {max_value}",
            },
            **kwargs,
        )

    def to_internal_value(self, data: Any) -> int:
        """The number; a bool or a fraction is none."""
        if isinstance(data, bool) or not _WHOLE.fullmatch(str(data).strip()):
            self.fail("invalid")
        return super().to_internal_value(data)


class AmountOut(serializers.Serializer[Any]):
    """An amount in its currency's smallest unit."""

    cents = serializers.IntegerField()
    currency = serializers.CharField()


class AssignmentOut(serializers.Serializer[Any]):
    """What a purchase belongs to."""

    organization_id = serializers.CharField()
    user_id = serializers.CharField(allow_null=True)
    investment_id = serializers.CharField(allow_null=True)
    cost_id = serializers.CharField(allow_null=True)
    manually_unassigned = serializers.BooleanField()


def text_out(**kwargs: Any) -> serializers.CharField:
    """A text that is null where it is blank."""
    return serializers.CharField(allow_null=True, **kwargs)
