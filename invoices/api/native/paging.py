"""Page numbers as the contract has them, and keyset paging for long lists.

`page` counts from 0 and costs what OFFSET costs. Without `page`, the `Link`
header's next page is a keyset (`after=…`), which costs the same at any depth.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError as BadRequest
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

MOST = 100
COUNTED = 1000
_DEEPEST = 10_000_000


class NativePagination(BasePagination):
    """One page of primary keys (or rows), with its headers."""

    keyset = True

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        """The page's rows; the queryset must be ordered by one field and the key."""
        self.request = request
        self.per_page = _integer(request, "per_page", MOST, 1)
        self.page = _integer(request, "page", None, 0, _DEEPEST)
        self.total, self.exact = _count(queryset)
        names = queryset.query.order_by
        after = request.query_params.get("after")
        if after and self.page is not None:
            raise BadRequest({"after": ["Use either page or after, not both."]})
        if after:
            queryset = queryset.filter(_beyond(queryset, names, after))
        start = (self.page or 0) * self.per_page
        rows = list(queryset[start : start + self.per_page + 1])
        self.more = len(rows) > self.per_page
        rows = rows[: self.per_page]
        self.last = rows[-1] if rows else None
        self.names = [str(name).lstrip("-") for name in names]
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        """The array, with `Link` and `X-Total-Count`."""
        response = Response(data)
        response["X-Total-Count"] = str(self.total)
        response["X-Total-Count-Relation"] = "exact" if self.exact else "at-least"
        links = [f'<{self._url(**query)}>; rel="{rel}"' for rel, query in self._links()]
        if links:
            response["Link"] = ", ".join(links)
        return response

    def _links(self) -> list[tuple[str, dict[str, Any]]]:
        if self.page is None:
            return [("next", {"after": self._cursor()})] if self.more else []
        links: list[tuple[str, dict[str, Any]]] = [("first", {"page": 0})]
        if self.page:
            links.append(("prev", {"page": self.page - 1}))
        if self.more:
            links.append(("next", {"page": self.page + 1}))
        return links

    def _url(self, **query: Any) -> str:
        kept = {
            name: value
            for name, value in self.request.query_params.lists()
            if name not in ("page", "after")
        }
        return f"{self.request.build_absolute_uri(self.request.path)}?" + urlencode(
            kept | query, doseq=True
        )

    def _cursor(self) -> str:
        values = [str(_value(self.last, name)) for name in self.names]
        return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters for the OpenAPI document."""
        return [
            _parameter("per_page", "Rows in one page; 100 unless told.", 1, MOST),
            _parameter("page", "Number of the page, from 0.", 0, _DEEPEST),
            {
                "name": "after",
                "in": "query",
                "required": False,
                "description": "The next page's place, as given in `Link`. "
                "Beyond the contract: costs the same at any depth.",
                "schema": {"type": "string"},
                "x-beyond-contract": True,
            },
        ]


def _parameter(name: str, text: str, least: int, most: int) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": text,
        "schema": {"type": "integer", "minimum": least, "maximum": most},
    }


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _integer(
    request: Request, name: str, default: int | None, least: int, most: int = MOST
) -> Any:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= most:
        raise BadRequest({name: [f"Use a whole number from {least} to {most}."]})
    return int(text)


def _count(queryset: QuerySet[Any]) -> tuple[int, bool]:
    """How many rows there are, counted up to a limit that stays cheap."""
    pks = queryset.order_by().values_list("pk", flat=True)
    found = pks[: COUNTED + 1].count()
    return min(found, COUNTED), found <= COUNTED


def _beyond(queryset: QuerySet[Any], names: Any, cursor: str) -> Q:
    """The rows behind a place, in the queryset's order: (field, key) > (value, key)."""
    wrong = BadRequest({"after": ["Use the value from the Link header."]})
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        first, key = str(names[0]).lstrip("-"), str(names[-1]).lstrip("-")
        if not isinstance(values, list) or len(values) != len(names):
            raise wrong
        fields = queryset.model._meta
        value = fields.get_field(first).to_python(values[0])
        pk = fields.get_field(key).to_python(values[-1])
    except (ValueError, binascii.Error, ValidationError, RecursionError) as error:
        raise wrong from error
    if value is None or pk is None or "\0" in values[0] or abs(pk) >= 1 << 63:
        raise wrong
    word = "lt" if str(names[0]).startswith("-") else "gt"
    # The first condition alone lets the index start at the place.
    start = Q(**{f"{first}__{word}e": value})
    return start & (Q(**{f"{first}__{word}": value}) | Q(**{f"{key}__{word}": pk}))
