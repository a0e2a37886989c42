"""Our refusals in the native dialect's words: one shape, one table.

400: the request itself is wrong and will be wrong again. 409: it is well formed
but the books, as they stand, forbid it. 412: the version named in `If-Match` is
no longer current. 403: the role or the key's scopes do not include it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from partners.exceptions import BookError, Conflict, Invalid, NotAllowed, Stale

STATUS: dict[type[BookError], int] = {
    Invalid: 400,
    NotAllowed: 403,
    Conflict: 409,
    Stale: 412,
}

# Our field names → the contract's.
NAMES = {
    "lines": "details",
    "number": "invoice_no",
    "partner": "customer",
    "discount_percent": "discount",
    "purchase_order": "po_so_no",
    "account": "payment_account",
    "is_customer": "customer",
    "is_vendor": "vendor",
    "selling_price": "default_selling_price",
    "buying_price": "default_buying_price",
    "revenue_account": "default_revenue_account",
    "expense_account": "default_expense_account",
}

Fields = dict[str, list[str]]


def body(status: int, code: str, message: str, fields: Fields) -> dict[str, Any]:
    """The one shape of an error."""
    return {
        "apierror": {
            "status": status,
            "code": code,
            "message": message,
            "fields": fields,
        }
    }


def answer(
    status: int, code: str, message: str, fields: Fields | None = None
) -> Response:
    """An error as a response."""
    return Response(body(status, code, message, fields or {}), status=status)


def translate(error: Exception) -> Response | None:
    """The response for an error that a client may cause; None for our own faults."""
    if isinstance(error, BookError):
        return _refusal(error)
    if isinstance(error, ValidationError):
        return _invalid(error)
    if isinstance(error, Http404):
        return answer(404, "not_found", "There is nothing here with this id.")
    if isinstance(error, PermissionDenied):
        return answer(403, "not_allowed", "This is not allowed.")
    if isinstance(error, exceptions.ValidationError):
        fields = flat(error.detail)
        return answer(400, "invalid", _first(fields), fields)
    if isinstance(error, exceptions.APIException):
        return _http(error)
    return None


def _refusal(error: BookError) -> Response:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    fields = {their_name(error.field): [error.message]} if error.field else {}
    return answer(status, error.code, error.message, fields)


def _invalid(error: ValidationError) -> Response:
    if not hasattr(error, "error_dict"):
        return answer(400, "invalid", " ".join(error.messages))
    fields = {
        their_name(name) if name != "__all__" else "": messages
        for name, messages in error.message_dict.items()
    }
    taken = any(
        part.code in ("unique", "unique_together") or "Another" in str(part.message)
        for parts in error.error_dict.values()
        for part in parts
    )
    status, code = (409, "taken") if taken else (400, "invalid")
    return answer(status, code, _first(fields), fields)


def _http(error: exceptions.APIException) -> Response:
    code = {401: "not_authenticated", 405: "method_not_allowed"}.get(
        error.status_code, str(getattr(error.detail, "code", error.default_code))
    )
    response = answer(error.status_code, code, str(error.detail))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait))
    return response


def their_name(field: str) -> str:
    """`lines.2.product` → `details.2.product`."""
    return ".".join(NAMES.get(part, part) for part in field.split("."))


def flat(detail: Any, prefix: str = "") -> Fields:
    """DRF's nested details as dotted names: `{"details.1.quantity": [...]}`."""
    if isinstance(detail, Mapping):
        found: Fields = {}
        for name, inner in detail.items():
            part = "" if name == "non_field_errors" else str(name)
            found |= flat(inner, ".".join(filter(None, [prefix, part])))
        return found
    if isinstance(detail, list) and any(isinstance(one, Mapping) for one in detail):
        return flat(dict(enumerate(detail)), prefix) if detail else {}
    messages = detail if isinstance(detail, list) else [detail]
    return {prefix: [str(one) for one in messages]} if messages else {}


def _first(fields: Fields) -> str:
    for name, messages in fields.items():
        return f"{name}: {messages[0]}" if name else messages[0]
    return "The request is not valid."
