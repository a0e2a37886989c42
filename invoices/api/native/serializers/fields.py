"""Fields that the contract uses in more than one resource."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partners import public_ids

UNKNOWN = "There is no such row."

_OBJECT_WITH_ID = {
    "type": "object",
    "properties": {"id": {"type": "string"}},
    "required": ["id"],
}


class Day(serializers.DateField):
    """A day as yyyy-MM-dd."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", input_formats=["%Y-%m-%d"], **kwargs)

    def to_internal_value(self, value: Any) -> datetime.date:
        """The day; anything but a text of that form is refused."""
        if not isinstance(value, str):
            self.fail("invalid", format="yyyy-MM-dd")
        return super().to_internal_value(value)

    def to_representation(self, value: datetime.date) -> str:
        """With four digits of the year, which strftime spares the early ones."""
        return value.isoformat()


class Moment(serializers.DateTimeField):
    """A moment as RFC 3339 writes it, in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=datetime.UTC, **kwargs)


@extend_schema_field({"type": "number"})
class Number(serializers.DecimalField):
    """A decimal number, given as a JSON number or a text; never a float or a bool."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(coerce_to_string=False, **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        """The number; a bool is none."""
        if isinstance(data, bool) or not isinstance(data, (str, int, Decimal)):
            self.fail("invalid")
        return super().to_internal_value(data)

    def quantize(self, value: Decimal) -> Decimal:
        """As given: the domain rounds, a door does not."""
        return value


@extend_schema_field(_OBJECT_WITH_ID)
class Reference(serializers.Field[Any, Any, Any, Any]):
    """`{"id": "…"}` in, a primary key out; whose row it is, the view finds out.

    Null, or left out, is no row unless it is required.
    """

    default_error_messages = {
        "shape": 'Use an object with an id: {{"id": "…"}}.',
        "unknown": UNKNOWN,
    }

    def __init__(self, kind: str, *, required: bool = True, **kwargs: Any) -> None:
        if not required:
            kwargs |= {"default": None, "allow_null": True}
        super().__init__(**kwargs)
        self.kind = kind

    def to_internal_value(self, data: Any) -> int:
        """The primary key that the id stands for."""
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            self.fail("shape")
        pk = public_ids.decode(self.kind, data["id"])
        if pk is None:
            self.fail("unknown")
        return pk

    def to_representation(self, value: Any) -> dict[str, str]:
        """The public id of a row or of a primary key."""
        pk = value if isinstance(value, int) else value.pk
        return {"id": public_ids.encode(self.kind, pk)}


@extend_schema_field(
    {
        "type": "object",
        "properties": {"code": {"type": "string", "examples": ["THB"]}},
        "required": ["code"],
    }
)
class CurrencyCode(serializers.Field[Any, Any, Any, Any]):
    """`{"code": "THB"}` in and out."""

    default_error_messages = {"shape": 'Use an object: {{"code": "THB"}}.'}

    def to_internal_value(self, data: Any) -> str:
        """The code; whether it exists, the domain knows."""
        code = data.get("code") if isinstance(data, dict) else None
        if not isinstance(code, str) or len(code) != 3 or not code.isascii():
            self.fail("shape")
        return code

    def to_representation(self, value: Any) -> dict[str, str]:
        """The code in its object."""
        return {"code": str(value)}


class Choice(serializers.ChoiceField):
    """One of some words; null is the empty text, where there may be none."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Null is the empty text."""
        return super().run_validation(data) or ""


class Text(serializers.CharField):
    """A text, empty or null or left out unless required; a number is no text."""

    def __init__(
        self, max_length: int, *, required: bool = False, **kwargs: Any
    ) -> None:
        if not required:
            kwargs |= {"default": "", "allow_blank": True, "allow_null": True}
        super().__init__(max_length=max_length, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Null is the empty text."""
        return super().run_validation(data) or ""

    def to_internal_value(self, data: Any) -> str:
        """The text; anything but a JSON string is refused."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)
