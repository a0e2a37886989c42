"""People at the sign-in page, with and without an app on their phone."""

from __future__ import annotations

import base64
import time
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client
from django.utils import timezone

from partners import second_factor
from partners.models import SecondFactor, User
from tests.factories import UserFactory

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret: str = SECRET, later: int = 0) -> str:
    """What an app shows now, or so many steps later."""
    key = base64.b32decode(secret)
    totp = TOTP(key, 6, SHA1(), 30)
    return totp.generate(time.time() + 30 * later).decode()


def with_factor(user: User) -> list[str]:
    """Give the person a second factor whose present code is not used; recovery codes."""
    _, codes = second_factor.set_up(user, SECRET, code(), now=timezone.now())
    SecondFactor.objects.filter(user=user).update(last_counter=0)
    return codes


def person(**values: Any) -> User:
    """Somebody who can sign in with `password`."""
    user: User = UserFactory(**values)
    return user


def try_password(
    client: Client, address: str, password: str = "password", **more: Any
) -> Any:
    """What the sign-in page answers."""
    data = {"username": address, "password": password} | more.pop("data", {})
    return client.post("/sign-in/", data, **more)


def signed_in(user: User) -> Client:
    """A browser in which the person signed in by the page, with a code where needed."""
    client = Client(headers={"User-Agent": "Firefox/140.0 (X11; Linux x86_64)"})
    answer = try_password(client, user.email)
    assert answer.status_code == 302, answer.content.decode()
    if answer["Location"].startswith("/sign-in/code/"):
        SecondFactor.objects.filter(user=user).update(last_counter=0)
        assert client.post("/sign-in/code/", {"code": code()}).status_code == 302
    return client
