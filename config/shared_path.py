"""`/api/invoices[/…]` is spoken by three dialects; the credential says which.

Each kind of client sends a credential of its own form, so this is read off the
request, not guessed. The form alone decides; whether the credential is any good, the
dialect finds out and says in its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]

# Cannlytics' own words; what the other two answer here is documented nowhere.
_NOT_AUTHENTICATED = (
    "Your request was not authenticated. "
    "Ensure that you have a valid session or API key."
)
_REMEDY = (
    "Send one credential: Authorization: Bearer KEY (Cannlytics), x-api-token or "
    "?token= (Finario), or Authorization: nut-basic … (Nutcache)."
)
_SCHEMES = {"bearer": "cannlytics", "api-key": "cannlytics", "nut-basic": "nutcache"}


def dialects_of(request: HttpRequest) -> set[str]:
    """The dialects whose kind of credential the request carries."""
    found = set()
    if "x-api-token" in request.headers or "token" in request.GET:
        found.add("finario")
    # Two headers of one name arrive as one, with a comma between.
    for header in request.headers.get("Authorization", "").split(","):
        scheme, _, rest = header.strip().partition(" ")
        if scheme and not rest:
            # Cannlytics takes the last word, be it the only one.
            found.add("cannlytics")
        elif scheme.lower() in _SCHEMES:
            found.add(_SCHEMES[scheme.lower()])
    return found


def chosen(views: Mapping[str, View]) -> View:
    """A view that hands the request to the dialect that it speaks.

    401 where the credential is of no known kind, 400 where there are two kinds.
    """

    @csrf_exempt
    def choose(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        found = dialects_of(request)
        if len(found) == 1:
            return views[found.pop()](request, **kwargs)
        if found:
            return _refusal(400, "Two kinds of credential were sent.")
        return _refusal(401, _NOT_AUTHENTICATED)

    return choose


@csrf_exempt
def no_such_path(request: HttpRequest, rest: str) -> JsonResponse:
    """The answer for paths below `/api/` that no dialect has."""
    return _refusal(404, "There is no such path.", "See /docs/ for those there are.")


def _refusal(status: int, message: str, remedy: str = _REMEDY) -> JsonResponse:
    """An error that each of the three kinds of client can read as one."""
    body = {"success": False, "error": True, "message": message, "remedy": remedy}
    response = JsonResponse(body, status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="counterfoil", nut-basic'
    return response
