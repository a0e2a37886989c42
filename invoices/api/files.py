"""Files as answers: named, private, and not sent again to who has them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header, parse_etags
from rest_framework.request import Request

from invoices.models import DocumentFile


def file_response(request: Request | HttpRequest, file: DocumentFile) -> HttpResponse:
    """The paper of record, its SHA-256 as `ETag`; 304 where `If-None-Match` has it."""
    return bytes_response(
        request,
        bytes(file.content),
        media_type=file.media_type,
        name=file.name,
        sha256=file.sha256,
    )


def bytes_response(
    request: Request | HttpRequest,
    content: bytes,
    *,
    media_type: str,
    name: str,
    sha256: str,
) -> HttpResponse:
    """The same for bytes that are no such row. Browsers save them and guess nothing."""
    response = HttpResponse(content, content_type=media_type)
    if _has(request, sha256):
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        response["Content-Disposition"] = str(content_disposition_header(True, name))
        response["Content-Length"] = len(content)
    response["ETag"] = f'"{sha256}"'
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _has(request: Request | HttpRequest, sha256: str) -> bool:
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return tags == ["*"] or f'"{sha256}"' in [tag.removeprefix("W/") for tag in tags]
