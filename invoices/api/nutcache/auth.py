"""`Authorization: nut-basic BASE64(key:user:password)` → the key's person."""

from __future__ import annotations

import base64

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from partners import passwords
from partners.credentials import Credential, presented
from partners.models import User
from partners.throttling import TooOften
from partners.visitors import place_of

SCHEME = "nut-basic"
_SEND = "Send the header Authorization: nut-basic BASE64, of key:user:password."


class NutBasicAuthentication(BaseAuthentication):
    """Knows a request by key, e-mail address and password, which must fit each other.

    Costs two queries, and a slow hash where the password was not seen lately.
    """

    def authenticate(self, request: Request) -> tuple[User, Credential]:
        """The person and the key; 401 for anything else, no header included."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME:
            raise AuthenticationFailed(_SEND)
        key, user, password = _parts(text.strip())
        found = presented(key, timezone.now(), "nutcache")
        if (
            found is None
            or found.user.email != user.lower()
            or not _fits(request, found, password)
        ):
            raise AuthenticationFailed(
                "Key, user and password do not fit each other, or the key is expired, "
                "revoked or for another dialect."
            )
        return found.user, found

    def authenticate_header(self, request: Request) -> str:
        """What a 401 tells the client to send."""
        return SCHEME


def _fits(request: Request, found: Credential, password: str) -> bool:
    """Whether the password is the person's; 429 after too many that were not."""
    place, key = place_of(request), str(found.key_id)
    try:
        return passwords.belongs_to(
            found.user.pk, password, credential=key, place=place
        )
    except TooOften as error:
        raise Throttled(int(str(error.facts["seconds"]))) from error


def _parts(text: str) -> list[str]:
    """Key, user and password; only the password may have colons in it."""
    try:
        parts = base64.b64decode(text, validate=True).decode().split(":", 2)
    except ValueError as error:
        raise AuthenticationFailed(_SEND) from error
    if len(parts) != 3:
        raise AuthenticationFailed(_SEND)
    return parts
