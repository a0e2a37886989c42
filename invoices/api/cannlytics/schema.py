"""The OpenAPI document of the Cannlytics dialect: what drf-spectacular cannot guess."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema

from invoices.api.cannlytics.words import BILLING

_MEANING = {
    400: "The request itself is wrong; the message names the word.",
    401: "The key is missing, unknown, expired, revoked or for another dialect.",
    403: "`organization_id` is missing or not the key's, or the role or the key's "
    "scopes do not include this.",
    404: "There is no such path; an unknown id is no error.",
    409: "The books forbid it: the invoice is no draft, its amount is made up of "
    "lines, a payment would have to be recorded, or somebody was quicker.",
    411: "The body comes in chunks, without its length.",
    413: "The body, or the document it would make, is longer than 1 MiB.",
    415: "The body is not application/json.",
}
_WHEN_WRITING = (400, 401, 403, 409, 411, 413, 415)


def _text(about: str, **more: Any) -> dict[str, Any]:
    return {"type": ["string", "null"], "description": about} | more


_AMOUNT = {
    "type": ["string", "number", "null"],
    "description": "In the currency's decimals. `amount` and `total` are one thing.",
    "examples": ["350"],
}
_WORDS: dict[str, Any] = {
    "invoice_id": {
        "type": "string",
        "minLength": 1,
        "maxLength": 120,
        "pattern": "^[^/]+$",
        "description": "The client's own key.",
    },
    "project_id": _text("A project's code; an unknown one is made.", maxLength=120),
    "organization": _text("The customer's name; an unknown one is made."),
    **{
        word: {"description": "Of the customer, where one is named."}
        for word in BILLING
    },
    "amount": _AMOUNT,
    "currency": _text("An ISO 4217 code, or the base currency's symbol."),
    "total": _AMOUNT,
    "status": {
        "type": "string",
        "description": "unpaid, paid, void or written_off; only read.",
    },
    "due_at": _text("A date: ISO 8601, or MM/DD/YYYY."),
    "notes": _text("The message for the customer.", maxLength=2000),
}
_DOCUMENT = {
    "type": "object",
    "description": "Any other words are kept and come back as they were posted.",
    "properties": _WORDS,
    "required": ["invoice_id"],
    "additionalProperties": True,
}
_NAMING = {
    "type": "object",
    "properties": {"invoice_id": _WORDS["invoice_id"]},
    "required": ["invoice_id"],
    "additionalProperties": True,
}
_ERROR = {
    "type": "object",
    "properties": {"error": {"const": True}, "message": {"type": "string"}},
    "required": ["error", "message"],
    "additionalProperties": False,
}
_COMPONENTS = {"Invoice": _DOCUMENT, "InvoiceName": _NAMING, "Error": _ERROR}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _one_or_many(name: str) -> dict[str, Any]:
    many = {"type": "array", "items": _ref(name), "minItems": 1, "maxItems": 500}
    return {"oneOf": [_ref(name), many]}


def _success(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"success": {"const": True}, "data": data},
        "required": ["success", "data"],
        "additionalProperties": False,
    }


def _query(name: str, about: str, kind: Any = str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, "query", description=about, **more)


saving = extend_schema(
    request={"application/json": _one_or_many("Invoice")},
    responses={200: _success(_one_or_many("Invoice"))},
)
listing = extend_schema(
    parameters=[
        _query("limit", "How many at most; 1000 unless told otherwise.", int),
        _query("order_by", "A word; documents without it are left out."),
        _query("desc", "Any text turns `order_by` round, also `false`."),
        _query("items", "Only these ids, with commas between them or repeated."),
    ],
    responses={200: _success({"type": "array", "items": _ref("Invoice")})},
)
one = extend_schema(
    responses={200: _success({"anyOf": [_ref("Invoice"), {"type": "null"}]})}
)
_NONE = {"type": "array", "maxItems": 0}


def deleting(view: Any) -> Any:
    """For a DELETE; the body of one on an item's path may be anything."""
    return extend_schema(responses={200: _success(_NONE)})(view)


class CannlyticsSchema(AutoSchema):
    """Adds to every operation what holds for all: refusals and `organization_id`."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        """The organization."""
        about = "The organization's slug, or its id in the native dialect."
        return [_query("organization_id", about, required=True)]

    def get_tags(self) -> list[str]:
        """One for all."""
        return ["invoices"]

    def get_operation_id(self) -> str:
        """By the method, and by whether the path has an id."""
        words = {"GET": "read", "POST": "save", "DELETE": "delete"}
        many = "" if self._on_item() else "s"
        return f"{words[self.method]}_invoice{many}"

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation with all that a client may meet."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        if self.method == "DELETE":
            operation["requestBody"] = self._deleting()
        for status in self._refusals():
            reference = {"$ref": f"#/components/responses/Refused{status}"}
            operation["responses"][str(status)] = reference
        return operation

    def _on_item(self) -> bool:
        return "{invoice_id}" in self.path

    def _deleting(self) -> dict[str, Any]:
        if self._on_item():
            anything = {"description": "A `deletion_reason` is kept in the history."}
            return {"content": {"application/json": {"schema": anything}}}
        naming = _one_or_many("InvoiceName")
        return {"content": {"application/json": {"schema": naming}}, "required": True}

    def _refusals(self) -> list[int]:
        statuses = {401, 403} if self.method == "GET" else set(_WHEN_WRITING)
        return sorted(statuses | {404 if self._on_item() else 400})


class BearerScheme(OpenApiAuthenticationExtension):
    """How the credential is sent."""

    target_class = "invoices.api.cannlytics.auth.LastWordAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """`Authorization: Bearer KEY`."""
        return {"type": "http", "scheme": "bearer"}


def finish(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Add what the operations refer to."""
    content = {"application/json": {"schema": _ref("Error")}}
    result["components"]["schemas"] = _COMPONENTS
    result["components"]["responses"] = {
        f"Refused{status}": {"description": meaning, "content": content}
        for status, meaning in _MEANING.items()
    }
    return result
