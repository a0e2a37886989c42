"""Our refusals in Finario's words, in the several shapes that its pages print.

What a field is refused for is 422 and comes as `{"errors": {field: [...]}}`, from the
legacy path without the wrapping, and from investments and cost categories as an array
of sentences. Everything else is `{"success": false, "message": "..."}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from psycopg.errors import ForeignKeyViolation, UniqueViolation
from rest_framework import exceptions
from rest_framework.response import Response

from invoices.exceptions import (
    DuplicateBill,
    NoSuchCost,
    NumberTaken,
    ReferenceTaken,
)
from partners.exceptions import BookError, Conflict, Invalid, NotAllowed, Stale
from partners.master import CodeTaken

TAKEN = "has already been taken"
BLANK = "can't be blank"
INVALID = "is invalid"

TABLE: dict[type[BookError], tuple[int, str]] = {
    Invalid: (422, ""),
    Conflict: (422, ""),
    NotAllowed: (403, ""),
    Stale: (409, ""),
    ReferenceTaken: (422, TAKEN),
    NumberTaken: (422, TAKEN),
    DuplicateBill: (422, TAKEN),
    CodeTaken: (422, TAKEN),
    NoSuchCost: (404, ""),
}
"""The status of every refusal, and Finario's words where it has some of its own."""

NAMES = {
    "lines": "amount",
    "expected_total": "amount",
    "partner": "vendor_id",
    "vendor": "vendor_id",
    "currency": "currency_iso_code",
    "currency_rate": "currency_iso_code",
    "due_date": "date",
    "purchase_order": "po_number",
    "purchase_order_line": "po_line",
    "purchase_order_type": "po_type",
    "ledger_line": "gl_line",
    "project": "investment_id",
    "cost_shares": "unique_cost_id",
    "cost": "unique_cost_id",
    "": "base",
    "__all__": "base",
}
"""Our field names → the contract's."""

Fields = Mapping[str, list[str]]
Shape = Callable[[Fields], dict[str, Any]]


class Refusal(Exception):
    """A refusal whose status and body the contract prints."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status)
        self.status, self.body = status, body


def failure(message: str) -> dict[str, Any]:
    """The shape of everything that no field is to blame for."""
    return {"success": False, "message": message}


def missing(what: str) -> Refusal:
    """`Invoice Not Found` and the like."""
    return Refusal(404, failure(f"{what} Not Found"))


def missing_in_list(what: str = "") -> Refusal:
    """The same where the page prints it as a list."""
    return Refusal(404, {"errors": [f"{what} Not Found".strip()]})


def wrapped(fields: Fields) -> dict[str, Any]:
    """`{"errors": {"date": ["can't be blank"]}}`."""
    return {"errors": dict(fields)}


def bare(fields: Fields) -> dict[str, Any]:
    """`{"date": ["can't be blank"]}`, as the legacy path answers."""
    return dict(fields)


def sentences(titles: Mapping[str, tuple[str, ...]]) -> Shape:
    """`{"errors": ["Name can't be blank"]}`; a field may have several titles."""

    def shape(fields: Fields) -> dict[str, Any]:
        said = [
            f"{title} {message}".strip()
            for name, messages in fields.items()
            for message in messages
            for title in titles.get(name, (_title(name),))
        ]
        return {"errors": said}

    return shape


def _title(name: str) -> str:
    return "" if name == "base" else name.replace("_", " ").capitalize()


@csrf_exempt
def no_such_path(request: HttpRequest, rest: str = "") -> JsonResponse:
    """The answer for paths that the dialect does not have."""
    return JsonResponse(failure("Not Found"), status=404)


def translate(
    error: Exception, shape: Shape = wrapped, names: Mapping[str, str] = NAMES
) -> Response | None:
    """The response for an error that a client may cause; None for our own faults."""
    if isinstance(error, Refusal):
        return Response(error.body, status=error.status)
    if isinstance(error, BookError):
        return _refusal(error, shape, names)
    if isinstance(error, exceptions.ValidationError):
        return Response(shape(flat(error.detail)), status=422)
    if isinstance(error, ValidationError):
        return Response(shape(_by_column(error, names)), status=422)
    if isinstance(error, Http404):
        return Response(failure("Not Found"), status=404)
    if isinstance(error, exceptions.APIException):
        return Response(failure(str(error.detail)), status=error.status_code)
    if isinstance(error, IntegrityError):
        return _overtaken(error)
    return None


def told(error: BookError) -> tuple[int, str]:
    """The status and the message for a refusal of the books."""
    status, words = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    return status, words or error.message


def _refusal(error: BookError, shape: Shape, names: Mapping[str, str]) -> Response:
    status, message = told(error)
    if isinstance(error, NoSuchCost):
        return Response({"errors": [message]}, status=status)
    if status != 422:
        return Response(failure(message), status=status)
    return Response(shape({renamed(error.field, names): [message]}), status=status)


def renamed(field: str, names: Mapping[str, str]) -> str:
    """`lines.0.unit_price` → `amount`: a document has one amount here."""
    first = field.partition(".")[0]
    return names.get(first, first)


def _by_column(error: ValidationError, names: Mapping[str, str]) -> Fields:
    if not hasattr(error, "error_dict"):
        return {"base": error.messages}
    return {
        renamed(name, names): messages for name, messages in error.message_dict.items()
    }


def _overtaken(error: IntegrityError) -> Response | None:
    """Two requests met: what the first took or deleted, the second asked for."""
    if not isinstance(error.__cause__, (UniqueViolation, ForeignKeyViolation)):
        return None
    message = "The books changed meanwhile; send it again."
    return Response(failure(message), status=409)


def flat(detail: Any) -> dict[str, list[str]]:
    """DRF's nested details by the outermost attribute."""
    return {
        "base" if name == "non_field_errors" else str(name): list(_texts(inner))
        for name, inner in detail.items()
    }


def _texts(detail: Any) -> list[str]:
    if isinstance(detail, Mapping):
        detail = list(detail.values())
    if isinstance(detail, list):
        found = [text for one in detail for text in _texts(one)]
        return list(dict.fromkeys(found))
    return [str(detail)]
