"""The OpenAPI document of the native dialect: what drf-spectacular cannot guess."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import serializers

BEYOND = {"x-beyond-contract": True}

_MEANING = {
    400: "The request itself is wrong; `fields` names the attribute and line.",
    401: "The key is missing, unknown, expired or revoked.",
    403: "The role or the key's scopes do not include this.",
    404: "There is nothing here with this id, or it is another business's.",
    409: "The books forbid it as they stand, or a number, code or reference is taken.",
    412: "`If-Match` names an older version.",
    415: "The body is not application/json.",
}


class ErrorDetail(serializers.Serializer[Any]):
    """What went wrong."""

    status = serializers.IntegerField()
    code = serializers.CharField(help_text="A stable word for programs.")
    message = serializers.CharField(help_text="A sentence for people.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        help_text="By attribute, as in `details.1.quantity`.",
    )


class ErrorOut(serializers.Serializer[Any]):
    """The one shape of every error."""

    apierror = ErrorDetail()


def ERRORS(*statuses: int) -> dict[int, Any]:  # noqa: N802 - reads as a table
    """The error responses with these statuses."""
    from drf_spectacular.utils import OpenApiResponse

    return {
        status: OpenApiResponse(ErrorOut, description=_MEANING[status])
        for status in statuses
    }


class BearerScheme(OpenApiAuthenticationExtension):
    """How the credential is sent."""

    target_class = "invoices.api.native.auth.BearerAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """`Authorization: Bearer KEY`."""
        return {"type": "http", "scheme": "bearer"}


def mark_beyond(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Mark parameters and attributes that the contract does not have."""
    for path, operations in result["paths"].items():
        for verb, operation in operations.items():
            if path.endswith("{id}/") and verb in ("put", "patch"):
                operation.update(BEYOND)
            for parameter in operation.get("parameters", []):
                _mark(parameter)
    for schema in result.get("components", {}).get("schemas", {}).values():
        for attribute in schema.get("properties", {}).values():
            _mark(attribute)
    return result


def _mark(described: dict[str, Any]) -> None:
    if "Beyond the contract" in described.get("description", ""):
        described.update(BEYOND)
