"""Four clients of one business, each with its own words and its own credential."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

from django.test import Client

from partners.models import ApiKey, Business
from tests.factories import MembershipFactory


class Clients:
    """Sends requests in each dialect, as one owner with one key."""

    def __init__(self, business: Business) -> None:
        self.business = business
        member = MembershipFactory(business=business, role="owner")
        _, self.key = ApiKey.create(business, member.user)
        secret = f"{self.key}:{member.user.email}:password".encode()
        self.nut = {
            "Authorization": f"nut-basic {base64.b64encode(secret).decode()}",
            "OrganizationGuid": str(business.guid),
            "api-version": "3",
        }
        self.client = Client()

    def native(
        self, method: str, path: str, body: Any = None, status: int = 200
    ) -> Any:
        """A request below `/businesses/{id}/`."""
        root = f"/businesses/{self.business.public_id}"
        headers = {"Authorization": f"Bearer {self.key}"}
        return self._send(method, f"{root}/{path}", body, headers, status)

    def cannlytics(
        self, method: str, path: str = "", body: Any = None, status: int = 200
    ) -> Any:
        """A request to `/api/invoices…` with a bearer key."""
        headers = {"Authorization": f"Bearer {self.key}"}
        full = f"/api/invoices{path}?organization_id={self.business.slug}"
        return self._send(method, full, body, headers, status)

    def finario(
        self, method: str, path: str, body: Any = None, status: int = 200
    ) -> Any:
        """A request below `/api/` with a token."""
        headers = {"x-api-token": self.key}
        return self._send(method, f"/api/{path}", body, headers, status)

    def nutcache(self, path: str) -> Any:
        """A GET below `/webapi/`."""
        return self._send("GET", f"/webapi/{path}", None, self.nut, 200)

    def _send(
        self, method: str, path: str, body: Any, headers: dict[str, str], status: int
    ) -> Any:
        sent = b"" if body is None else json.dumps(body, default=str).encode()
        answer: Any = self.client.generic(
            method, path, sent, "application/json", headers=headers
        )
        streamed = getattr(answer, "streaming_content", None)
        content = answer.content if streamed is None else b"".join(streamed)
        assert answer.status_code == status, f"{method} {path}: {content.decode()}"
        return json.loads(content, parse_float=Decimal) if content else None
