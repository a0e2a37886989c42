"""`Authorization: Bearer KEY` → the key's person as our actor."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from partners.credentials import Credential, presented
from partners.models import User


class BearerAuthentication(BaseAuthentication):
    """Knows a request by its key. Costs one query; writes nothing."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        """The person and the key; None without a header, 401 for a bad one."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not text.strip():
            raise AuthenticationFailed("Use the header Authorization: Bearer KEY.")
        key = presented(text.strip(), timezone.now(), "native")
        if key is None:
            raise AuthenticationFailed(
                "The key is unknown, expired, revoked or for another dialect."
            )
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 tells the client to send."""
        return 'Bearer realm="counterfoil"'
