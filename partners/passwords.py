"""Whether a password is a person's, remembered for a short time.

A credential that brings its password with every request would cost a slow hash each
time. A verified one is remembered in Django's cache under an HMAC that nobody can make
without SECRET_KEY, and that changes with the stored hash: a new password counts at once.
"""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from partners.models import User

SECONDS = 300


def belongs_to(user_id: int, password: str) -> bool:
    """Whether this is the password of the person with this key; one query.

    False for an unknown person and for one who has no password. Does not ask whether
    the person is active.
    """
    found = User.objects.filter(pk=user_id).values_list("password", flat=True)
    stored = found.first()
    if stored is None:
        return False
    name = _name(user_id, stored, password)
    if cache.get(name):
        return True
    if not check_password(password, stored):
        return False
    cache.set(name, True, SECONDS)
    return True


def _name(user_id: int, stored: str, password: str) -> str:
    """What it is remembered under; lengths keep the three parts apart."""
    text = f"{user_id}:{len(stored)}:{stored}:{password}"
    return "password:" + salted_hmac(__name__, text, algorithm="sha256").hexdigest()
