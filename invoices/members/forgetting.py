"""Forgetting those who came in long ago."""

from __future__ import annotations

import datetime
from importlib import import_module

from django.conf import settings

from partners import sign_ins
from partners.models import Attempts


def forget(now: datetime.datetime) -> None:
    """Delete sessions that expired, windows that ended, and sign-ins that are old."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    Attempts.objects.filter(ends_at__lt=now).delete()
    sign_ins.forget_old(now)
