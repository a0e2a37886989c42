"""Whether a password is a person's, remembered for a short time.

A credential that brings its password with every request would cost a slow hash each
time. A verified one is remembered in Django's cache under an HMAC that nobody can make
without SECRET_KEY, and that changes with the stored hash: a new password counts at once.
Wrong ones are counted per credential and per place; good ones cost nothing for it.
"""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.db.models import Subquery
from django.utils.crypto import salted_hmac

from partners import throttling
from partners.models import User

SECONDS = 300


def belongs_to(
    user_id: int, password: str, *, credential: str = "", place: str = ""
) -> bool:
    """Whether this is the password of the person with this key; one query.

    False for an unknown person and for one who has no password. Does not ask whether
    the person is active. A wrong one costs two statements more, and counts; after too
    many with this credential or from this place, raises TooOften without looking at
    what is not remembered.
    """
    slots = [
        (throttling.PASSWORDS_OF_CLIENT, f"{user_id}:{credential}"),
        (throttling.CLIENTS_FROM_IP, place),
    ]
    locked = Subquery(throttling.full(slots).values("ends_at")[:1])
    people = User.objects.filter(pk=user_id).annotate(locked=locked)
    found = people.values_list("password", "locked").first()
    if found is None:
        return False
    stored, until = found
    name = _name(user_id, stored, password)
    if cache.get(name):
        return True
    if until is not None:
        raise throttling.too_often(until)
    if not check_password(password, stored):
        throttling.count(slots)
        return False
    cache.set(name, True, SECONDS)
    return True


def _name(user_id: int, stored: str, password: str) -> str:
    """What it is remembered under; lengths keep the three parts apart."""
    text = f"{user_id}:{len(stored)}:{stored}:{password}"
    return "password:" + salted_hmac(__name__, text, algorithm="sha256").hexdigest()
