"""How often something may be tried, counted in PostgreSQL for all processes alike.

An attempt takes a place before anything else happens, so that a hundred attempts at
once are a hundred attempts; where no place is left the answer is `TooOften` and nothing
was looked at. Windows are fixed: the first attempt opens one, its end frees all places.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.exceptions import Conflict
from partners.models import Attempts


class TooOften(Conflict):
    """Somebody tried too often; the fact `seconds` says how long the window lasts."""

    code: ClassVar[str] = "too_often"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts, in windows of so many seconds."""

    kind: str
    most: int
    seconds: int


PASSWORDS_OF_ADDRESS = Limit("address", 5, 300)
"""Passwords tried for one e-mail address, known or not."""

PASSWORDS_FROM_IP = Limit("ip", 30, 300)
"""Passwords tried from one place, whatever the address."""

PASSWORDS_OF_CLIENT = Limit("client", 20, 300)
"""Wrong passwords that come with one API key, which takes 256 bits to guess as well.

A program that was forgotten when the password changed locks nobody but itself.
"""

CLIENTS_FROM_IP = Limit("clients", 100, 300)
"""Wrong passwords that programs send from one place."""

CODES_OF_PERSON = Limit("code", 5, 300)
"""Codes of the second factor, recovery codes included."""

LETTERS_TO_ADDRESS = Limit("letter", 3, 3600)
"""Mails that anybody can have sent to an address."""

LETTERS_FROM_IP = Limit("letters", 20, 3600)
"""Mails that one place can have sent."""


def take(limit: Limit, whose: str) -> None:
    """Take a place; one statement. Raises TooOften where none is left."""
    now = timezone.now()
    ends_at = now + datetime.timedelta(seconds=limit.seconds)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [_name(limit, whose), ends_at, now, limit.most, now])
        count, until = cursor.fetchone()
    if count > limit.most:
        raise too_often(until)


def give_back(limit: Limit, whose: str) -> None:
    """The attempt was a good one and does not count; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [_name(limit, whose)])


def forget(limit: Limit, whose: str) -> None:
    """All is forgiven: whoever is asked for proved to be who they are."""
    Attempts.objects.filter(name=_name(limit, whose)).delete()


def full(slots: Sequence[tuple[Limit, str]]) -> QuerySet[Attempts]:
    """Those of these places where none is left, the longest closed first.

    For who looks before and counts afterwards, and lets through what comes meanwhile.
    """
    any_of = Q(pk__in=[])
    for limit, whose in slots:
        any_of |= Q(name=_name(limit, whose), count__gte=limit.most)
    rows = Attempts.objects.filter(any_of, ends_at__gt=timezone.now())
    return rows.order_by("-ends_at")


def count(slots: Sequence[tuple[Limit, str]]) -> None:
    """An attempt that failed takes a place in each; one statement for each."""
    for limit, whose in slots:
        with suppress(TooOften):
            take(limit, whose)


def _name(limit: Limit, whose: str) -> str:
    return salted_hmac(
        __name__, f"{limit.kind}:{whose}", algorithm="sha256"
    ).hexdigest()


def too_often(until: datetime.datetime) -> TooOften:
    """The refusal of whoever has to wait until then."""
    seconds = math.ceil((until - timezone.now()).total_seconds())
    minutes = math.ceil(seconds / 60)
    wait = ngettext("%(count)s minute", "%(count)s minutes", minutes)
    said = _("Too many attempts. Try again in %(wait)s; until then nothing is checked.")
    text = said % {"wait": wait % {"count": minutes}}
    return TooOften(text, seconds=seconds)


_TABLE = Attempts._meta.db_table
_TAKE = f"""
    INSERT INTO {_TABLE} AS t (name, count, ends_at) VALUES (%s, 1, %s)
    ON CONFLICT (name) DO UPDATE SET
        count = CASE WHEN t.ends_at <= %s THEN 1 ELSE LEAST(t.count, %s) + 1 END,
        ends_at = CASE WHEN t.ends_at <= %s THEN excluded.ends_at ELSE t.ends_at END
    RETURNING count, ends_at
"""  # noqa: S608 - Django's own name of our table
_GIVE_BACK = f"""
    UPDATE {_TABLE} SET count = GREATEST(count - 1, 0) WHERE name = %s
"""  # noqa: S608 - Django's own name of our table
