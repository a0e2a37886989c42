"""The door for reports of mails that came back."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from invoices import bounces
from invoices.exceptions import NoSuchDelivery, NotSignedRight
from partners.exceptions import BookError, Invalid

_MOST_BYTES = 64 * 1024


@csrf_exempt
@require_POST
def bounce(request: HttpRequest, business: str) -> JsonResponse:
    """`POST /hooks/bounces/{business}/`: 200, or 400, 401, 404 with a code.

    Signed, so it needs no session. The same report again changes nothing.
    """
    try:
        body = _body(request)
        pk = bounces.check_signature(business, body, request.headers)
        report = bounces.understood(_json(body), now=timezone.now())
        return JsonResponse({"recorded": bounces.record_bounce(pk, report)})
    except NotSignedRight as refusal:
        return _refused(refusal, 401)
    except NoSuchDelivery as refusal:
        return _refused(refusal, 404)
    except Invalid as refusal:
        return _refused(refusal, 400)


def _body(request: HttpRequest) -> bytes:
    body = request.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise Invalid(f"At most {_MOST_BYTES} bytes.")
    return body


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid("The body is no JSON.") from error


def _refused(refusal: BookError, status: int) -> JsonResponse:
    told = {"code": refusal.code, "message": refusal.message}
    if refusal.field:
        told["field"] = refusal.field
    return JsonResponse(told, status=status)
