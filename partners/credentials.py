"""Who stands behind a presented key: the look-up that every API request begins with."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache

from django.db.models import Q

from partners import prepared
from partners.access import Actor
from partners.models.api_key import ApiKey, digest_of
from partners.models.business import Business
from partners.models.membership import Membership
from partners.models.user import User


@dataclass(frozen=True, slots=True)
class Credential:
    """A usable key: its business, its person as our actor, and who that is."""

    key_id: int
    business: Business
    user: User
    actor: Actor

    @property
    def business_id(self) -> int:
        """The primary key of the one business that the key opens."""
        return self.business.pk


def presented(key: str, now: datetime.datetime, dialect: str = "") -> Credential | None:
    """What the key opens; None if it is unknown, expired, revoked or not for this.

    None also where the person is deactivated or no longer a member. Without a dialect
    it does not matter which ones the key is for. One query,
    written out, because compiling it anew costs more than running it; on the first use
    of a day one more, which notes the day.
    """
    rows = prepared.fetch(_sql(), [digest_of(key), now, dialect, dialect])
    if not rows:
        return None
    key_id, seen_on, scopes, user_id, email, role, *columns = rows[0]
    user = User(pk=user_id, email=email)
    business = Business.from_db("default", _columns(), columns)
    if seen_on is None or seen_on < now.date():
        _note_day(business.pk, key_id, now.date())
    actor = Actor.in_role(business.pk, user, role, scopes)
    return Credential(key_id, business, user, actor)


def _note_day(business_id: int, key_id: int, day: datetime.date) -> None:
    """Once a day and key, not with every request: that would be a write for each."""
    keys = ApiKey.objects.for_business(business_id).filter(pk=key_id)
    keys.filter(Q(seen_on=None) | Q(seen_on__lt=day)).update(seen_on=day)


@cache
def _columns() -> list[str]:
    return [field.attname for field in Business._meta.concrete_fields]


@cache
def _sql() -> str:
    """All names in it are Django's own names of our tables and columns."""
    business = ", ".join(f'b."{name}"' for name in _columns())
    return (
        f"SELECT k.id, k.seen_on, k.scopes, u.id, u.email, m.role, {business} "  # noqa: S608
        f"FROM {ApiKey._meta.db_table} k "
        f"JOIN {Business._meta.db_table} b ON b.id = k.business_id "
        f"JOIN {User._meta.db_table} u ON u.id = k.user_id "
        f"JOIN {Membership._meta.db_table} m "
        "ON m.business_id = k.business_id AND m.user_id = k.user_id "
        "WHERE k.digest = %s AND k.revoked_at IS NULL AND u.is_active AND m.active "
        "AND (k.expires_at IS NULL OR k.expires_at > %s) "
        "AND (%s = '' OR k.dialects = '{}' OR %s = ANY(k.dialects))"
    )
