"""`Authorization: Bearer KEY` → the key's person as our actor."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from partners.credentials import Credential, presented
from partners.models import User

NOT_AUTHENTICATED = (
    "Your request was not authenticated. Ensure that you have a valid session or "
    "API key."
)


class LastWordAuthentication(BaseAuthentication):
    """Knows a request by its key: the header's last word, as in the original.

    One query; writes nothing.
    """

    def authenticate(self, request: Request) -> tuple[User, Credential]:
        """The person and the key, or 401."""
        words = request.headers.get("Authorization", "").split()
        key = presented(words[-1], timezone.now(), "cannlytics") if words else None
        if key is None:
            raise AuthenticationFailed(NOT_AUTHENTICATED)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 tells the client to send."""
        return 'Bearer realm="counterfoil"'
