"""The demo's API keys: made once and remembered under `var/`, for pasting."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from config import demo_books
from partners.credentials import presented
from partners.models import ApiKey, Business, User


def keys() -> dict[str, str]:
    """A usable key for each demo business, by slug."""
    path: Path = settings.VAR_DIR / "demo-keys.json"
    known = _read(path)
    owner = User.objects.get(email=demo_books.OWNER)
    for slug in demo_books.SLUGS:
        if presented(known.get(slug, ""), timezone.now()) is None:
            business = Business.objects.get(slug=slug)
            _, known[slug] = ApiKey.create(business, owner, name="demo")
    _write(path, known)
    return {slug: known[slug] for slug in demo_books.SLUGS}


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, known: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
    ) as f:
        json.dump(known, f)
