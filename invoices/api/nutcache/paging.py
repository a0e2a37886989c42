"""`limit` and `page` from 1, and links to the pages before and behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from rest_framework.request import Request

from invoices.api.nutcache.documents import Document, link
from invoices.api.nutcache.errors import BadRequest

USUAL = 10
MOST = 100
DEEPEST = 10_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a collection, and whether there are pages on both sides."""

    documents: list[Document]
    limit: int
    number: int
    previous: bool
    following: bool


def page(request: Request, select: Callable[[slice], list[Document]]) -> Page:
    """The page that the query asks for. One selection, two beyond the end.

    Counts nothing: one row more than is shown says whether a page follows. Raises
    BadRequest.
    """
    limit = _integer(request, "limit", USUAL, MOST)
    number = _integer(request, "page", 1, DEEPEST)
    start = (number - 1) * limit
    found = select(slice(start, start + limit + 1))
    previous = number > 1
    if previous and not found:
        previous = bool(select(slice(start - limit, start - limit + 1)))
    return Page(found[:limit], limit, number, previous, len(found) > limit)


def links(request: Request, shown: Page) -> list[dict[str, str]]:
    """Links to the pages that there are, with the rest of the query as it is."""
    wanted = [
        (shown.previous, "navigation-previous", shown.number - 1),
        (shown.following, "navigation-next", shown.number + 1),
    ]
    method = str(request.method).replace("HEAD", "GET")
    return [
        link(_href(request, shown.limit, number), rel, method)
        for there, rel, number in wanted
        if there
    ]


def _href(request: Request, limit: int, number: int) -> str:
    path = request.path.strip("/").partition("/")[2]
    kept = {
        name: values
        for name, values in request.query_params.lists()
        if name not in ("limit", "page")
    }
    query: dict[str, Any] = {"limit": limit, "page": number}
    return f"{path}?{urlencode(query | kept, doseq=True, safe=',')}"


def _integer(request: Request, name: str, usual: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return usual
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not digits or not 1 <= int(text) <= most:
        raise BadRequest(f"{name} must be a whole number from 1 to {most}.", name)
    return int(text)
