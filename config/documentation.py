"""The documentation pages: one per API dialect, made from what the tests try."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from config import demo_books, demo_keys
from invoices.api.cannlytics.guide import GUIDE as CANNLYTICS
from invoices.api.finario.guide import GUIDE as FINARIO
from invoices.api.guide import Endpoint, Guide, curl
from invoices.api.native.guide import GUIDE as NATIVE
from invoices.api.nutcache.guide import GUIDE as NUTCACHE
from partners.models import Business

GUIDES: dict[str, Guide] = {
    guide.dialect: guide for guide in (NATIVE, CANNLYTICS, FINARIO, NUTCACHE)
}
_PLACEHOLDERS = {
    "key": "KEY",
    "user": "USER",
    "password": "PASSWORD",
    "nut_basic": "BASE64-OF-KEY:USER:PASSWORD",
}


def index(request: HttpRequest) -> HttpResponse:
    """All dialects."""
    return render(request, "documentation/index.html", {"guides": GUIDES.values()})


def page(request: HttpRequest, dialect: str) -> HttpResponse:
    """One dialect; in a running demo, with credentials that work as pasted."""
    guide = GUIDES.get(dialect)
    if guide is None:
        raise Http404
    names: Mapping[str, str] = _PLACEHOLDERS
    if settings.DEMO and demo_books.exist():
        names = demo_names(guide)
    host = request.build_absolute_uri("/").rstrip("/")
    shown = {
        "guide": guide,
        "guides": GUIDES.values(),
        "endpoints": [_shown(guide, each, host, names) for each in guide.endpoints],
        "is_demo": names is not _PLACEHOLDERS,
    }
    return render(request, "documentation/page.html", shown)


def demo_names(guide: Guide) -> Mapping[str, str]:
    """What stands for each `$name` of a guide's examples in the demo's books."""
    key = demo_keys.keys()[guide.business]
    user, password = demo_books.OWNER, demo_books.PASSWORD
    secret = base64.b64encode(f"{key}:{user}:{password}".encode()).decode()
    known = {"key": key, "user": user, "password": password, "nut_basic": secret}
    return {**known, **guide.names(Business.objects.get(slug=guide.business))}


def _shown(
    guide: Guide, endpoint: Endpoint, host: str, names: Mapping[str, str]
) -> dict[str, Any]:
    commands = [
        {"text": curl(guide, endpoint, example, host, names), "example": example}
        for example in endpoint.examples
    ]
    return {"endpoint": endpoint, "commands": commands}
