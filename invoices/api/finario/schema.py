"""The OpenAPI document of the Finario dialect: what drf-spectacular cannot guess."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

_MEANING = {
    400: "The body cannot be read.",
    401: "The token is missing, unknown, expired or revoked, or two differ.",
    403: "The role or the key's scopes do not include this.",
    404: "There is nothing here by this name, or it is another business's.",
    406: "There is no account of this name.",
    409: "The books changed meanwhile.",
    411: "The body comes in chunks, without its length.",
    413: "The body is too long.",
    415: "The body is neither JSON nor a form.",
    422: "Attributes are missing or wrong, or the books forbid it as they stand.",
}
_WHEN_READING = (401, 403)
_WHEN_WRITING = (400, 401, 403, 409, 411, 413, 415, 422)


class Failure(serializers.Serializer[Any]):
    """What no attribute is to blame for."""

    success = serializers.ChoiceField(choices=[False])
    message = serializers.CharField()


class ErrorList(serializers.Serializer[Any]):
    """Sentences."""

    errors = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]


class FieldErrors(serializers.Serializer[Any]):
    """By attribute."""

    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )


class FinarioSchema(AutoSchema):
    """Adds to every operation what holds for all: names, tags and refusals."""

    view: Any

    def get_tags(self) -> list[str]:
        """What it is about: the last word of the path that is none of its names."""
        return [self._words()[-1]]

    def get_operation_id(self) -> str:
        """The method and the words of the path; a name in it is one of them."""
        parts = [part.strip("{}") for part in self.path.split("/") if part]
        return "_".join([str(self.method).lower(), *parts[1:]])

    def _words(self) -> list[str]:
        return [part for part in self.path.split("/") if part and "{" not in part]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation with all that a client may meet."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        for shape in (Failure, ErrorList, FieldErrors):
            self.resolve_serializer(shape, "response")
        for status in self._refusals(operation):
            name = self._shape_name() if status == 422 else ""
            reference = {"$ref": f"#/components/responses/Refused{status}{name}"}
            operation["responses"][str(status)] = reference
        self._add_location(operation)
        return operation

    def _refusals(self, operation: dict[str, Any]) -> list[int]:
        statuses = set(_WHEN_READING if self.method == "GET" else _WHEN_WRITING)
        statuses |= set(self.view.further.get(str(self.method), ()))
        places = {parameter["in"] for parameter in operation.get("parameters", [])}
        if "path" in places:
            statuses.add(404)
        if "query" in places:
            statuses.add(422)
        return sorted(statuses)

    def _shape_name(self) -> str:
        return {"wrapped": "", "bare": "Bare"}.get(self.view.shape.__name__, "List")

    def _add_location(self, operation: dict[str, Any]) -> None:
        status = self.view.located.get(str(self.method))
        if status:
            operation["responses"][status]["headers"] = {
                "Location": {
                    "description": "Where it is.",
                    "schema": {"type": "string"},
                }
            }


class TokenScheme(OpenApiAuthenticationExtension):
    """How the credential is sent: one of two ways."""

    target_class = "invoices.api.finario.auth.TokenAuthentication"
    name = ["header", "query"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        """Either will do."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """The header, and the query parameter."""
        return [
            {"type": "apiKey", "in": "header", "name": "x-api-token"},
            {"type": "apiKey", "in": "query", "name": "token"},
        ]


def finish(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Add the refusals in all their shapes."""
    failure, listed, by_field = (
        {"$ref": f"#/components/schemas/{name}"}
        for name in ("Failure", "ErrorList", "FieldErrors")
    )
    texts = {"type": "array", "items": {"type": "string"}}
    responses = {str(status): failure for status in _MEANING} | {
        "404": {"anyOf": [failure, listed]},
        "422": by_field,
        "422Bare": {"type": "object", "additionalProperties": texts},
        "422List": listed,
    }
    result["components"]["responses"] = {
        f"Refused{name}": {
            "description": _MEANING[int(name[:3])],
            "content": {"application/json": {"schema": shape}},
        }
        for name, shape in responses.items()
    }
    return result
