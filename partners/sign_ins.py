"""Sign-ins: which browsers a person is signed in with, seen and ended.

`seen_at` is written at most every few minutes per browser; in between the session itself
says that it need not be.
"""

from __future__ import annotations

import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from partners.models import SignIn, User
from partners.visitors import ip_of

REFRESH_SECONDS = 300
KEPT_FOR = datetime.timedelta(days=180)
# Whoever stops before the second factor is not remembered for long.
_HALFWAY_SECONDS = 900
_SEEN = "seen_at"


def begin(request: HttpRequest, user: User, *, halfway: bool = False) -> None:
    """Sign the person in with this browser, under a session key that nobody knew before.

    `halfway`: the second factor is still to come; until `complete` it is no sign-in.
    """
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.set_expiry(_HALFWAY_SECONDS if halfway else None)
    request.session.save()
    if not halfway:
        _note(request, user)


def complete(request: HttpRequest, user: User) -> None:
    """The person proved more than before: from here on under another session key."""
    before = request.session.session_key
    request.session.cycle_key()
    request.session.set_expiry(None)
    if not follow_key(request, before):
        _note(request, user)


def follow_key(request: HttpRequest, before: str | None) -> bool:
    """The session has another key than before; False where it was no sign-in yet."""
    request.session.save()
    rows = SignIn.objects.filter(session_key=before)
    return rows.update(session_key=request.session.session_key) == 1


def refresh(request: HttpRequest) -> None:
    """Note that the person was here, where the last note is some minutes old."""
    session = request.session
    # A session that no view has looked at is not loaded for this.
    if not session.accessed or (seen := session.get(_SEEN)) is None:
        return
    now = timezone.now()
    if int(now.timestamp()) - seen < REFRESH_SECONDS:
        return
    session[_SEEN] = int(now.timestamp())
    rows = SignIn.objects.filter(session_key=session.session_key)
    rows.update(seen_at=now, ip=ip_of(request))


def going_on(user: User) -> QuerySet[SignIn]:
    """The person's sign-ins that still work, the latest first."""
    alive = Session.objects.filter(
        session_key=OuterRef("session_key"), expire_date__gt=timezone.now()
    )
    rows = SignIn.objects.filter(Exists(alive), user_id=user.pk, ended_at=None)
    return rows.order_by("-seen_at", "-id")


def end(user: User, pk: int) -> bool:
    """End one sign-in of this person at once; False where it is not theirs or over."""
    return _end(going_on(user).filter(pk=pk)) == 1


def end_all(user: User, *, but: str | None = None) -> int:
    """End all of the person's sign-ins, but the one with this session key."""
    return _end(going_on(user).exclude(session_key=but or ""))


def end_this(session_key: str | None) -> None:
    """The session is over by itself; note it."""
    rows = SignIn.objects.filter(session_key=session_key, ended_at=None)
    rows.update(ended_at=timezone.now())


def forget_old(now: datetime.datetime) -> int:
    """Delete what is older than half a year and no longer works; returns how many."""
    rows = SignIn.objects.filter(seen_at__lt=now - KEPT_FOR)
    return rows.delete()[0]


def _note(request: HttpRequest, user: User) -> None:
    now = timezone.now()
    request.session[_SEEN] = int(now.timestamp())
    SignIn.objects.create(
        user_id=user.pk,
        session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", "")[:300],
        ip=ip_of(request),
        began_at=now,
        seen_at=now,
    )


def _end(rows: QuerySet[SignIn]) -> int:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    chosen = list(rows)
    for row in chosen:
        store(row.session_key).delete()
    pks = [row.pk for row in chosen]
    SignIn.objects.filter(pk__in=pks).update(ended_at=timezone.now())
    return len(pks)
