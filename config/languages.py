"""Which language an answer is in: that of its reader, but English for programs.

A person chooses once (the cookie that Django's `set_language` writes); before that the
browser's languages decide. What programs read is a contract, word for word, so their
doors answer in English whatever a request asks for.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

# The first part of every path that is not a page of the product for people.
PROGRAMS = frozenset(
    {
        "api",
        "businesses",
        "countries",
        "currencies",
        "demo",
        "docs",
        "favicon.ico",
        "hooks",
        "livez",
        "readyz",
        "static",
        "webapi",
    }
)
_ENGLISH = "en"


def is_for_people(path: str) -> bool:
    """Whether what answers at this path is read by people."""
    return path.lstrip("/").partition("/")[0] not in PROGRAMS


class LanguageMiddleware:
    """Answer each request in its reader's language.

    The language stays active after the answer, since the rest of a long one is only
    written then; the next request of the same thread sets its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; a page varies with the language that is asked for."""
        people = is_for_people(request.path_info)
        language = translation.get_language_from_request(request)
        translation.activate(language if people else _ENGLISH)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        if people:
            patch_vary_headers(response, ["Accept-Language"])
        return response
