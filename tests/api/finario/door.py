"""A client at the Finario door: JSON in and out, numbers exact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from partners.models import Business
from tests.books import contents

BLANK = ["can't be blank"]
TAKEN = ["has already been taken"]
INVALID = ["is invalid"]


class Door:
    """One token of one business; sent in the header unless told otherwise."""

    def __init__(self, business: Business, key: str | None) -> None:
        self.business = business
        self.key = key
        self.client = Client()
        self.headers = {"x-api-token": key} if key else {}

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
    ) -> Any:
        """The answer; `body` is turned into JSON unless it is bytes already."""
        data = body if isinstance(body, bytes) else dumps(body)
        return self.client.generic(
            method,
            path if path.startswith("/") else f"/api/{path}",
            b"" if body is None else data,
            content_type,
            query_params=query,
            headers=self.headers | (headers or {}),
        )

    def get(self, path: str, **query: Any) -> Any:
        """A GET with this query."""
        return self.send("GET", path, query=query or None)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """A POST of JSON."""
        return self.send("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Any:
        """A PUT of JSON."""
        return self.send("PUT", path, body, **options)

    def form(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """The same as a form."""
        kind = "application/x-www-form-urlencoded"
        data = urlencode(body, doseq=True).encode()
        return self.send(method, path, data, content_type=kind)


def dumps(document: Any) -> bytes:
    """JSON of a document that may hold decimals, which are sent as texts."""
    return json.dumps(document, default=str).encode()


def text_of(response: Any) -> str:
    """The body of an answer, streamed or not."""
    return response.getvalue().decode()


def read(response: Any, status: int = 200) -> Any:
    """The JSON of an answer that must have this status, every number a Decimal."""
    text = text_of(response)
    assert response.status_code == status, f"{response.status_code}: {text}"
    assert response["Content-Type"] == "application/json"
    return json.loads(text, parse_float=Decimal)


def empty(response: Any, status: int = 204) -> Any:
    """An answer that must have this status and no body."""
    assert (response.status_code, text_of(response)) == (status, "")
    return response


@contextmanager
def unchanged() -> Iterator[None]:
    """Not a single row of any table changes inside."""
    before = contents()
    yield
    assert contents() == before


def failure(message: str) -> dict[str, Any]:
    """The whole body of an error that no field is to blame for."""
    return {"success": False, "message": message}


def wrong(**fields: Any) -> dict[str, Any]:
    """The whole body of a 422."""
    return {"errors": fields}


def ids(response: Any) -> list[str]:
    """The ids of a list's rows."""
    return [row["id"] for row in read(response)]
