"""Our refusals in the Nutcache dialect's words: one shape, one table.

The contract documents the statuses 400, 401, 403, 404, 429 and no bodies; the others
are those of HTTP.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from partners.exceptions import BookError, Conflict, Invalid, NotAllowed, Stale

STATUS: dict[type[BookError], int] = {
    Invalid: 400,
    NotAllowed: 403,
    Conflict: 409,
    Stale: 412,
}

_NOTHING = "There is nothing here with this id."
_NO_PATH = "There is no such path."


class BadRequest(exceptions.APIException):
    """The request is not in the correct format; `prop` names what is wrong in it."""

    status_code = 400
    default_code = "bad_request"

    def __init__(self, message: str, prop: str) -> None:
        super().__init__(message)
        self.prop = prop


class OtherOrganization(exceptions.PermissionDenied):
    """The organization, if there is one, is not the key's."""

    default_code = "other_organization"
    default_detail = "The key is not for the organization in OrganizationGuid."


def body(
    status: int, code: str, message: str, prop: str | None = None
) -> dict[str, Any]:
    """The one shape of an error."""
    error = {"status": status, "code": code, "message": message, "property": prop}
    return {"errors": [error]}


@csrf_exempt
def no_such_path(request: HttpRequest, rest: str = "") -> JsonResponse:
    """The answer for paths below `/webapi/` that the dialect does not have."""
    return JsonResponse(body(404, "not_found", _NO_PATH), status=404)


def translate(error: Exception) -> Response | None:
    """The response for an error that a client may cause; None for our own faults."""
    if isinstance(error, BookError):
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        return _answer(status, error.code, error.message, error.field or None)
    if isinstance(error, Http404):
        return _answer(404, "not_found", _NOTHING)
    if isinstance(error, exceptions.APIException):
        code = str(getattr(error.detail, "code", error.default_code))
        prop = getattr(error, "prop", None)
        response = _answer(error.status_code, code, str(error.detail), prop)
        if isinstance(error, exceptions.Throttled):
            response["Retry-After"] = str(getattr(error, "wait", None) or 1)
        return response
    return None


def _answer(status: int, code: str, message: str, prop: str | None = None) -> Response:
    return Response(body(status, code, message, prop), status=status)
