"""A client at the Cannlytics door: JSON in and out, and every letter of an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client

from partners.models import Business
from tests.books import contents

PATH = "/api/invoices"
NOT_AUTHENTICATED = (
    "Your request was not authenticated. Ensure that you have a valid session or "
    "API key."
)
NO_ORGANIZATION = "An organization_id parameter is required."
NOT_A_MEMBER = (
    "Your must be an owner, quality assurance, or a team member of this organization "
    "to manage invoices."
)
NOT_TO_DELETE = "Your must be an owner or quality assurance to delete invoices."
NOT_RECOGNIZED = (
    "Data not recognized. Please post either a singular object or an array of objects."
)
PAYMENTS_ELSEWHERE = (
    "Payments are recorded elsewhere, in the books; a posted status is none."
)


class Door:
    """One API key at one organization's door."""

    def __init__(self, business: Business, key: str | None) -> None:
        self.business = business
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def send(
        self,
        method: str,
        invoice_id: str | None = None,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The answer; `body` is turned into JSON unless it is bytes already."""
        path = PATH if invoice_id is None else f"{PATH}/{invoice_id}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return self.client.generic(
            method,
            path,
            b"" if body is None else body,
            "application/json",
            query_params={"organization_id": self.business.slug} | (query or {}),
            headers=self.headers | (headers or {}),
        )

    def post(self, body: Any, invoice_id: str | None = None, **options: Any) -> Any:
        """A POST that saves; the whole answer."""
        return self.send("POST", invoice_id, body, **options)

    def delete(self, body: Any, invoice_id: str | None = None, **options: Any) -> Any:
        """A DELETE."""
        return self.send("DELETE", invoice_id, body, **options)

    def saved(self, body: Any) -> None:
        """A POST that must succeed with the echo of what was posted."""
        assert read(self.post(body)) == {"success": True, "data": body}

    def one(self, invoice_id: str) -> Any:
        """The document, as a client reads it."""
        answer = read(self.send("GET", invoice_id))
        assert list(answer) == ["success", "data"]
        assert answer["success"] is True
        return answer["data"]

    def listed(self, **query: Any) -> Any:
        """The documents of the list."""
        answer = read(self.send("GET", query=query))
        assert list(answer) == ["success", "data"]
        assert answer["success"] is True
        return answer["data"]

    def ids(self, **query: Any) -> list[str]:
        """The ids of the list, in order."""
        return [document["invoice_id"] for document in self.listed(**query)]


def read(response: Any, status: int = 200) -> Any:
    """The JSON of an answer that must have this status."""
    text = response.content.decode()
    assert response.status_code == status, f"{response.status_code}: {text}"
    assert response["Content-Type"] == "application/json"
    return json.loads(text)


def text_of(response: Any) -> str:
    """The letters of a success's data."""
    text: str = response.content.decode()
    assert response.status_code == 200, text
    assert text.startswith('{"success":true,"data":')
    return text.removeprefix('{"success":true,"data":').removesuffix("}")


def refusal(message: str) -> dict[str, Any]:
    """The whole body of an error."""
    return {"error": True, "message": message}


@contextmanager
def unchanged() -> Iterator[None]:
    """Not a single row of any table changes inside."""
    before = contents()
    yield
    assert contents() == before


def refused(api: Door, body: Any, message: str, status: int = 400) -> None:
    """This body gets exactly this refusal, and changes nothing."""
    with unchanged():
        assert read(api.post(body), status) == refusal(message)
