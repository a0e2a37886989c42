"""Our refusals in the native dialect's words: one shape, one table.

400: the request itself is wrong and will be wrong again. 409: it is well formed
but the books, as they stand, forbid it. 412: the version named in `If-Match` is
no longer current. 403: the role or the key's scopes do not include it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from psycopg.errors import ForeignKeyViolation, UniqueViolation
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
}

_NOTHING = "There is nothing here with this id."

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


@csrf_exempt
def no_such_path(request: HttpRequest, rest: str) -> JsonResponse:
    """The answer for paths below `/businesses/` that the dialect does not have."""
    message = "There is no such path."
    return JsonResponse(body(404, "not_found", message, {}), status=404)


def translate(error: Exception, names: Mapping[str, str] = NAMES) -> Response | None:
    """The response for an error that a client may cause; None for our own faults.

    `names` turns our field names into the contract's.
    """
    if isinstance(error, BookError):
        return _refusal(error, names)
    if isinstance(error, ValidationError):
        return _invalid(error, names)
    if isinstance(error, Http404):
        return answer(404, "not_found", _NOTHING)
    if isinstance(error, exceptions.ValidationError):
        fields = flat(error.detail)
        return answer(400, "invalid", _first(fields), fields)
    if isinstance(error, exceptions.APIException):
        return _http(error)
    if isinstance(error, IntegrityError):
        return _overtaken(error)
    return None


def _refusal(error: BookError, names: Mapping[str, str]) -> Response:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    field = renamed(error.field, names)
    fields = {field: [error.message]} if field else {}
    return answer(status, error.code, error.message, fields)


def _invalid(error: ValidationError, names: Mapping[str, str]) -> Response:
    if not hasattr(error, "error_dict"):
        return answer(400, "invalid", " ".join(error.messages))
    fields = {
        renamed(name, names) if name != "__all__" else "": messages
        for name, messages in error.message_dict.items()
    }
    return answer(400, "invalid", _first(fields), fields)


def _http(error: exceptions.APIException) -> Response:
    code = str(getattr(error.detail, "code", error.default_code))
    return answer(error.status_code, code, str(error.detail))


def _overtaken(error: IntegrityError) -> Response | None:
    """Two requests met: what the first took or deleted, the second asked for."""
    if not isinstance(error.__cause__, (UniqueViolation, ForeignKeyViolation)):
        return None
    return answer(409, "conflict", "The books changed meanwhile; read them again.")


def renamed(field: str, names: Mapping[str, str]) -> str:
    """`lines.2.product` → `details.2.product`."""
    return ".".join(names.get(part, part) for part in field.split("."))


def flat(detail: Any, prefix: str = "") -> Fields:
    """DRF's nested details as dotted names: `{"details.1.quantity": [...]}`."""
    if isinstance(detail, Mapping):
        found: Fields = {}
        for name, inner in detail.items():
            part = "" if name == "non_field_errors" else str(name)
            found |= flat(inner, ".".join(filter(None, [prefix, part])))
        return found
    if isinstance(detail, list) and any(isinstance(one, Mapping) for one in detail):
        return flat(dict(enumerate(detail)), prefix)
    messages = detail if isinstance(detail, list) else [detail]
    return {prefix: [str(one) for one in messages]} if messages else {}


def _first(fields: Fields) -> str:
    for name, messages in fields.items():
        return f"{name}: {messages[0]}" if name else messages[0]
    return "The request is not valid."
