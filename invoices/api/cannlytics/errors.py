"""Our refusals in Cannlytics' words: `{"error": true, "message": …}`, one table.

400: the request itself is wrong and will be wrong again. 403: the role or the key's
scopes do not include it. 409: it is well formed but the books forbid it.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from psycopg.errors import DeadlockDetected, ForeignKeyViolation, UniqueViolation
from rest_framework import exceptions
from rest_framework.response import Response

from invoices.api.cannlytics.words import BILLING
from partners.exceptions import BookError, Conflict, Invalid, NotAllowed, Stale

STATUS: dict[type[BookError], int] = {
    Invalid: 400,
    NotAllowed: 403,
    Conflict: 409,
    Stale: 409,
}

# Our field names → the contract's; a document has one line, its amount.
NAMES = {
    "lines": "amount",
    "reference": "invoice_id",
    "partner": "organization",
    "name": "organization",
    "due_date": "due_at",
    "currency_rate": "currency",
    "memo": "notes",
    "project": "project_id",
    "code": "project_id",
    **{column: word for word, column in BILLING.items()},
}

_OVERTAKEN = "The books changed meanwhile; send the request again."


class EntryRefused(Exception):
    """One entry of an array was refused, and so the whole array."""

    def __init__(self, place: str, cause: Exception) -> None:
        super().__init__(place)
        self.place = place
        self.cause = cause


def body(message: str) -> dict[str, object]:
    """The one shape of an error."""
    return {"error": True, "message": message}


@csrf_exempt
def no_such_path(request: HttpRequest, rest: str = "") -> JsonResponse:
    """The answer for paths below `/api/invoices/` that the dialect does not have."""
    return JsonResponse(body("There is no such path."), status=404)


def translate(error: Exception) -> Response | None:
    """The response for an error that a client may cause; None for our own faults."""
    if isinstance(error, exceptions.MethodNotAllowed):
        return Response({"detail": str(error.detail)}, status=405)
    told = _told(error)
    return told and Response(body(told[1]), status=told[0])


def _told(error: Exception) -> tuple[int, str] | None:
    """The status and the message."""
    if isinstance(error, EntryRefused):
        told = _told(error.cause)
        return told and (told[0], f"{error.place}: {told[1]}")
    if isinstance(error, BookError):
        kinds = (code for kind, code in STATUS.items() if isinstance(error, kind))
        return next(kinds), _named(error.field, error.message)
    if isinstance(error, ValidationError):
        return 400, _invalid(error)
    if isinstance(error, exceptions.APIException):
        return error.status_code, str(error.detail)
    return _overtaken(error)


def _overtaken(error: Exception) -> tuple[int, str] | None:
    """Two requests met: what the first took or deleted, the second asked for."""
    races = (UniqueViolation, ForeignKeyViolation, DeadlockDetected)
    met = isinstance(error, IntegrityError | OperationalError)
    return (409, _OVERTAKEN) if met and isinstance(error.__cause__, races) else None


def _named(field: str, message: str) -> str:
    """`amount: …` for a refusal of `lines.0.unit_price`."""
    first = field.split(".", maxsplit=1)[0]
    return f"{NAMES.get(first, first)}: {message}" if first else message


def _invalid(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    name, messages = next(iter(error.message_dict.items()))
    return _named("" if name == "__all__" else name, messages[0])
