"""Page numbers as the contract has them, and keyset paging for long lists.

`page` counts from 0 and costs what OFFSET costs. Without `page`, the `Link`
header's next page is a keyset (`after=…`), which costs the same at any depth.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
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
    """One page of rows (or of dicts with the fields of their order), and its headers.

    The queryset's order is one field and the primary key, both ascending or both
    descending, or the primary key alone.
    """

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """The page's rows; 400 for a page or place that cannot be."""
        self.request = request
        per_page = _integer(request, "per_page", 1, MOST) or MOST
        self.page = _integer(request, "page", 0, _DEEPEST)
        self.order = [str(name) for name in queryset.query.order_by]
        after = request.query_params.get("after")
        if after and self.page is not None:
            raise BadRequest({"after": ["Use either page or after, not both."]})
        if after:
            queryset = queryset.filter(_beyond(queryset, self.order, after))
        start = (self.page or 0) * per_page
        rows = list(queryset[start : start + per_page + 1])
        self.more = len(rows) > per_page
        self.rows = rows[:per_page]
        self.total: int | None = None
        if not (start or after or self.more):
            self.total = len(rows)
        elif self.page is not None:
            self.total = _count(queryset)
        return self.rows

    def get_paginated_response(self, data: Any) -> Response:
        """The array, with `Link` and `X-Total-Count`."""
        response = Response(data)
        if self.total is not None:
            response["X-Total-Count"] = str(min(self.total, COUNTED))
            relation = "exact" if self.total <= COUNTED else "at-least"
            response["X-Total-Count-Relation"] = relation
        links = [f'<{self._url(**query)}>; rel="{rel}"' for rel, query in self._links()]
        if links:
            response["Link"] = ", ".join(links)
        return response

    def _links(self) -> list[tuple[str, dict[str, Any]]]:
        if self.page is None:
            after = _place(self.rows[-1], self.order) if self.more else ""
            return [("next", {"after": after})] if after else []
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


def _integer(request: Request, name: str, least: int, most: int) -> int | None:
    """The number in the query, None where it is not there."""
    text = request.query_params.get(name)
    if text is None:
        return None
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not digits or not least <= int(text) <= most:
        raise BadRequest({name: [f"Use a whole number from {least} to {most}."]})
    return int(text)


def _count(queryset: QuerySet[Any]) -> int:
    """How many rows there are, counted up to a limit that stays cheap."""
    return queryset.order_by().values_list("pk", flat=True)[: COUNTED + 1].count()


def _fields(order: Sequence[str]) -> tuple[str, str]:
    """The field and the primary key, without their directions."""
    return order[0].lstrip("-"), order[-1].lstrip("-")


def _place(row: Any, order: Sequence[str]) -> str:
    """Where a row stands in this order: its key and the value that it is sorted by."""
    field, key = _fields(order)
    values = row if isinstance(row, dict) else vars(row)
    return base64.urlsafe_b64encode(f"{values[key]} {values[field]}".encode()).decode()


def _beyond(queryset: QuerySet[Any], order: Sequence[str], place: str) -> Q:
    """The rows behind a place: (field, key) > (value, key), or < if descending."""
    field, key = _fields(order)
    fields = queryset.model._meta
    try:
        text = base64.urlsafe_b64decode(place.encode()).decode().replace("\0", "")
        first, _, second = text.partition(" ")
        pk = fields.get_field(key).clean(first, None)
        value = fields.get_field(field).clean(second, None)
    except (ValueError, ValidationError) as error:
        raise BadRequest({"after": ["Use the value from the Link header."]}) from error
    word = "lt" if order[0].startswith("-") else "gt"
    # The first condition alone lets the index start at the place.
    start = Q(**{f"{field}__{word}e": value})
    return start & (Q(**{f"{field}__{word}": value}) | Q(**{f"{key}__{word}": pk}))
