"""A client at the native door: JSON in and out, numbers exact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.test import Client

from partners.models import Business
from tests.books import contents

UNSENT: dict[str, Any] = {
    "sent_at": None,
    "viewed_at": None,
    "disputed_at": None,
    "dispute": "",
    "held_at": None,
}
"""What a document says of its way to the customer before anything happened."""


class Door:
    """One API key at one business's door; paths are relative to the business."""

    def __init__(self, business: Business, key: str | None) -> None:
        self.business = business
        self.root = f"/businesses/{business.public_id}"
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The answer; `body` is turned into JSON unless it is bytes already."""
        path = path if path.startswith("/") else f"{self.root}/{path}"
        picture = isinstance(body, bytes) and body.startswith(b"\x89PNG")
        data = body if isinstance(body, bytes) else dumps(body)
        return self.client.generic(
            method,
            path,
            b"" if body is None else data,
            "image/png" if picture else "application/json",
            query_params=query,
            headers=self.headers | (headers or {}),
        )

    def get(self, path: str, **query: Any) -> Any:
        """A GET with this query."""
        return self.send("GET", path, query=query or None)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """A POST of JSON."""
        return self.send("POST", path, body, **options)

    def put(self, path: str, body: Any, **options: Any) -> Any:
        """A PUT of JSON."""
        return self.send("PUT", path, body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> Any:
        """A PATCH of JSON."""
        return self.send("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> Any:
        """A DELETE."""
        return self.send("DELETE", path, **options)


def dumps(document: Any) -> bytes:
    """JSON of a document that may hold decimals."""
    return json.dumps(document, default=str).encode()


def read(response: Any, status: int = 200) -> Any:
    """The JSON of an answer that must have this status, every number a Decimal."""
    text = response.content.decode()
    assert response.status_code == status, f"{response.status_code}: {text}"
    assert response["Content-Type"] == "application/json"
    return json.loads(text, parse_float=Decimal)


@contextmanager
def unchanged() -> Iterator[None]:
    """Not a single row of any table changes inside."""
    before = contents()
    yield
    assert contents() == before


def refusal(
    status: int, code: str, message: str, fields: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """The whole body of an error."""
    return {
        "apierror": {
            "status": status,
            "code": code,
            "message": message,
            "fields": fields or {},
        }
    }


def wrong(field: str, message: str) -> dict[str, Any]:
    """The whole body of a 400 for one attribute."""
    return refusal(400, "invalid", f"{field}: {message}", {field: [message]})


def ids(response: Any) -> list[str]:
    """The ids of a list's rows."""
    return [row["id"] for row in read(response)]


def links(response: Any) -> dict[str, str]:
    """The `Link` header's URLs by their relation, without scheme and host."""
    found = {}
    for part in filter(None, response.get("Link", "").split(", ")):
        url, _, rel = part.partition("; ")
        found[rel.removeprefix('rel="').rstrip('"')] = url.strip("<>").removeprefix(
            "http://testserver"
        )
    return found


def reference(row: Any) -> dict[str, str]:
    """How a document points to a row."""
    return {"id": row.public_id}
