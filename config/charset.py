"""Every door reads UTF-8, whatever charset a request claims its body to have."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase

_READ = ("utf-8", "ascii")
_REFUSAL = "Send the page's form in UTF-8; its Content-Type names another charset.\n"


class Utf8Request(WSGIRequest):
    """A request whose form and query are never decoded by a codec that it names.

    Django takes any codec of Python's, `hex` too, and fails before a view is found.
    """

    @property
    def encoding(self) -> None:
        """The default: UTF-8."""
        return

    @encoding.setter
    def encoding(self, charset: str) -> None:
        """What Content-Type names is left in `content_params`."""


class Utf8Handler(WSGIHandler):
    """The application of such requests."""

    request_class = Utf8Request


class CharsetMiddleware:
    """415 for a page that is asked in another charset than UTF-8 or US-ASCII.

    Doors that take no forms read bytes and answer in their own words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse before the CSRF check looks into the form."""
        if getattr(view, "csrf_exempt", False) or _is_read(request):
            return None
        return HttpResponse(_REFUSAL, content_type="text/plain", status=415)


def _is_read(request: HttpRequest) -> bool:
    name = (request.content_params or {}).get("charset", "utf-8")
    try:
        return codecs.lookup(name).name in _READ
    except (LookupError, ValueError):
        return False
