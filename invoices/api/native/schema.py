"""The OpenAPI document of the native dialect: what drf-spectacular cannot guess."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

BEYOND = {"x-beyond-contract": True}
_BEYOND_ACTIONS = (
    "partial_update",
    "issue",
    "void",
    "credit",
    "write_off",
    "approve",
    "cancel",
    "assign",
    "send",
    "pdf",
    "ubl",
    "timeline",
    "link",
    "revoke_link",
    "dispute",
    "settle_dispute",
    "hold",
    "release",
    "remind",
)
_FILES = ("pdf", "ubl", "statement", "logo")
_NESTS = ("{partner_id}", "{invoice_id}", "{bill_id}")

_MEANING = {
    400: "The request itself is wrong; `fields` names the attribute and line.",
    401: "The key is missing, unknown, expired or revoked.",
    403: "The role or the key's scopes do not include this.",
    404: "There is nothing here with this id, or it is another business's.",
    406: "`Accept` does not allow application/json.",
    409: "The books forbid it as they stand, or a number, code or reference is taken.",
    411: "The body comes in chunks, without its length.",
    412: "`If-Match` names an older version.",
    413: "The body is too long.",
    415: "The body is not application/json.",
}
_WHEN_READING = (401, 403, 406)
_WHEN_WRITING = (400, 401, 403, 404, 406, 409, 411, 413, 415)


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


class NativeSchema(AutoSchema):
    """Adds to every operation what holds for all: refusals, headers, our marks."""

    view: Any

    def get_tags(self) -> list[str]:
        """What is below the business, or else the first word of the path."""
        words = [word for word in self.path.split("/") if word and "{" not in word]
        return words[1:2] or words

    def get_operation_id(self) -> str:
        """The contract's `PUT` on the collection and ours on the item differ."""
        name: str = super().get_operation_id()
        by_body = self.method == "PUT" and self._is_write_on_collection()
        return f"{name}_by_body" if by_body else name

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation with all that a client may meet."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        self._add_id(operation)
        self._add_refusals(operation)
        self._add_headers(operation)
        if self._is_beyond():
            operation.update(BEYOND)
        return operation

    def _add_id(self, operation: dict[str, Any]) -> None:
        """An update of the collection names its row in the body."""
        if "200" in operation["responses"] and self._is_write_on_collection():
            content = operation["requestBody"]["content"]["application/json"]
            row = {"type": "object", "properties": {"id": {"type": "string"}}}
            if "201" not in operation["responses"]:
                row["required"] = ["id"]
            content["schema"] = {"allOf": [content["schema"], row]}

    def _is_write_on_collection(self) -> bool:
        many = not self.view.singleton and "{id}" not in self.path
        return self.method in ("PUT", "POST") and many

    def _add_refusals(self, operation: dict[str, Any]) -> None:
        self.resolve_serializer(ErrorOut, "response")
        for status in self._refusals(operation):
            reference = {"$ref": f"#/components/responses/Refused{status}"}
            operation["responses"][str(status)] = reference

    def _refusals(self, operation: dict[str, Any]) -> list[int]:
        statuses = set(_WHEN_READING if self.method == "GET" else _WHEN_WRITING)
        if self._gives_file():
            statuses = statuses - {406} | {409}
        places = {parameter["in"] for parameter in operation.get("parameters", [])}
        if "path" in places:
            statuses.add(404)
        if "query" in places:
            statuses.add(400)
        if self._takes_if_match():
            statuses.add(412)
        return sorted(statuses)

    def _add_headers(self, operation: dict[str, Any]) -> None:
        if self._takes_if_match():
            operation.setdefault("parameters", []).append(_IF_MATCH)
        for status, response in operation["responses"].items():
            if status in ("200", "201", "202"):
                response["headers"] = self._headers()

    def _headers(self) -> dict[str, Any]:
        if self._gives_file():
            return _FILE_HEADERS
        if self.method == "GET" and self._is_list_view():
            return _PAGE_HEADERS if self.view.pagination_class else {}
        return _ETAG if self.view.versioned else {}

    def _takes_if_match(self) -> bool:
        # Under a partner or a document one can only create.
        nested = any(name in self.path for name in _NESTS)
        return self.view.versioned and self.method != "GET" and not nested

    def _gives_file(self) -> bool:
        return self.method == "GET" and self.view.action in _FILES

    def _is_beyond(self) -> bool:
        on_item = self.method == "PUT" and self.path.endswith("{id}/")
        return self.view.beyond or on_item or self.view.action in _BEYOND_ACTIONS


class BearerScheme(OpenApiAuthenticationExtension):
    """How the credential is sent."""

    target_class = "invoices.api.native.auth.BearerAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """`Authorization: Bearer KEY`."""
        return {"type": "http", "scheme": "bearer"}


def finish(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Add the refusals, and mark what the contract does not have."""
    shape = {"schema": {"$ref": "#/components/schemas/ErrorOut"}}
    result["components"]["responses"] = {
        f"Refused{status}": {
            "description": meaning,
            "content": {"application/json": shape},
        }
        for status, meaning in _MEANING.items()
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                _mark(parameter)
    for schema in result["components"]["schemas"].values():
        for attribute in schema.get("properties", {}).values():
            _mark(attribute)
    return result


def _mark(described: dict[str, Any]) -> None:
    if "Beyond the contract" in described.get("description", ""):
        described.update(BEYOND)


def _header(text: str, **schema: Any) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"} | schema}


_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    **_header("Beyond the contract: only if this is still the version (`ETag`)."),
}
_ETAG = {"ETag": _header("The version, for `If-Match`.")}
_FILE_HEADERS = {
    "ETag": _header("The file's SHA-256, for `If-None-Match`."),
    "Content-Disposition": _header("The file's name."),
}
_PAGE_HEADERS = {
    "Link": _header("The next page, and with `page` the first and previous one."),
    "X-Total-Count": _header(
        "With `page`, or where one page holds all: how many rows, counted up to 1000.",
        type="integer",
    ),
    "X-Total-Count-Relation": _header(
        "Whether there may be more than were counted.", enum=["exact", "at-least"]
    ),
}
