"""A client at the Nutcache door: JSON in and out, numbers exact."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.test import Client

from partners.models import ApiKey, Business
from tests.books import contents
from tests.factories import MembershipFactory

PASSWORD = "password"


def credential(key: str, user: str, password: str = PASSWORD) -> str:
    """The value of the header `Authorization`."""
    text = f"{key}:{user}:{password}".encode()
    return f"nut-basic {base64.b64encode(text).decode()}"


class Door:
    """A member of one business with their key; paths are relative to `/webapi/`."""

    def __init__(self, business: Business, role: str = "owner", **key: Any) -> None:
        self.business = business
        self.member = MembershipFactory(business=business, role=role)
        self.row, self.key = ApiKey.create(business, self.member.user, **key)
        self.client = Client()
        self.headers = {
            "Authorization": credential(self.key, self.member.user.email),
            "OrganizationGuid": str(business.guid),
            "api-version": "3",
        }

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str | None] | None = None,
        content_type: str = "application/json",
    ) -> Any:
        """The answer; a header of None is left out, a body of bytes goes as it is."""
        given = {**self.headers, **(headers or {})}
        data = body if isinstance(body, bytes) else json.dumps(body, default=str)
        return self.client.generic(
            method,
            path if path.startswith("/") else f"/webapi/{path}",
            b"" if body is None else data,
            content_type,
            headers={name: value for name, value in given.items() if value is not None},
        )

    def get(self, path: str, **options: Any) -> Any:
        """A GET."""
        return self.send("GET", path, **options)

    def shown(self, path: str) -> Any:
        """The documents of a GET's collection, and nothing else in it."""
        return only(self.get(path))

    def found(self, path: str, *rules: tuple[str, str, Any], sort: Any = ()) -> Any:
        """The documents of a filtered search of at most 100."""
        body = search(*rules, sort=sort)
        return only(self.send("POST", f"{path}/filtered?limit=100", body))


def search(*rules: tuple[str, str, Any], sort: Any = ()) -> dict[str, Any]:
    """The body of a filtered search: (property, operator, value) and (name, direction)."""
    names = ("property", "operator", "value")
    return {
        "filter_rules": [dict(zip(names, rule, strict=True)) for rule in rules],
        "sorting_rules": [
            {"property": name, "direction": direction} for name, direction in sort
        ],
    }


def read(response: Any, status: int = 200) -> Any:
    """The JSON of an answer that must have this status, every number a Decimal."""
    text = response.content.decode()
    assert response.status_code == status, f"{response.status_code}: {text}"
    assert response["Content-Type"] == "application/json"
    return json.loads(text, parse_float=Decimal)


def only(response: Any) -> Any:
    """The one array of an answer without links and included entities."""
    [documents] = [value for name, value in read(response).items() if name != "links"]
    return documents


def ids(documents: Any) -> list[int]:
    """The ids of documents."""
    return [each["id"] for each in documents]


def refusal(
    status: int, code: str, message: str, prop: str | None = None
) -> dict[str, Any]:
    """The whole body of an error."""
    error = {"status": status, "code": code, "message": message, "property": prop}
    return {"errors": [error]}


def link(href: str, rel: str, method: str = "GET") -> dict[str, str]:
    """One link."""
    return {"href": href, "rel": rel, "type": method}


@contextmanager
def unchanged() -> Iterator[None]:
    """Not a single row of any table changes inside."""
    before = contents()
    yield
    assert contents() == before
