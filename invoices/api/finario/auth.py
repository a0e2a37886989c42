"""`x-api-token: KEY` or `?token=KEY` → the key's person as our actor."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from partners.credentials import Credential, presented
from partners.models import User

HEADER = "x-api-token"
QUERY = "token"
REMEDY = f"Send the header {HEADER} or the query parameter {QUERY}."


def given_tokens(request: Request) -> set[str]:
    """The different tokens that a request carries."""
    given = [request.headers.get(HEADER, ""), *request.query_params.getlist(QUERY)]
    return {text.strip() for text in given if text.strip()}


class TokenAuthentication(BaseAuthentication):
    """Knows a request by its token, which is never repeated. Costs one query."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        """The person and the key; None without a token, 401 for a bad one."""
        tokens = given_tokens(request)
        if not tokens:
            return None
        if len(tokens) > 1:
            raise AuthenticationFailed("Two different tokens were sent; send one.")
        key = presented(tokens.pop(), timezone.now(), "finario")
        if key is None:
            raise AuthenticationFailed(
                "The token is unknown, expired, revoked or for another dialect."
            )
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 tells the client to send."""
        return f'ApiToken realm="counterfoil", header="{HEADER}"'
