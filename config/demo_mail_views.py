"""The demo's mailbox: everything that was mailed, only on this machine."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from config import demo_mail

_A_PAGE = 100
_LONGEST_SEARCH = 200
# A stranger's HTML: no scripts, no forms, nothing loaded, and not our origin.
_SANDBOX = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """All mails, newest first; of those with the searched words, where `q` has some."""
    _only_in_the_demo()
    words = request.GET.get("q", "")[:_LONGEST_SEARCH].casefold().split()
    names = demo_mail.names()
    if words:
        names = [name for name in names if _has(name, words)]
    page = Paginator(names, _A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "mails": [demo_mail.find_head(name) for name in page]}
    return render(request, "demo/mailbox.html", shown | {"q": " ".join(words)})


def _has(name: str, words: list[str]) -> bool:
    """Whether each word stands in the mail's recipient or subject."""
    found = demo_mail.find_head(name)
    text = f"{found.recipient} {found.subject}".casefold() if found else ""
    return all(word in text for word in words)


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its headers, its texts, its attachments to download."""
    found = _found(name)
    parts = [
        (part.get_content_type(), part.get_filename()) for part in found.attachments()
    ]
    shown = {"mail": found, "parts": parts, "headers": found.headers()}
    shown["text"] = found.text("plain")
    return render(request, "demo/mail.html", shown)


@require_safe
@xframe_options_sameorigin
def html(request: HttpRequest, name: str) -> HttpResponse:
    """Its HTML part, in a sandbox."""
    response = HttpResponse(_found(name).text("html"))
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response


@require_safe
def attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One attached file, as a download."""
    parts = _found(name).attachments()
    if not 0 < number <= len(parts):
        raise Http404
    part = parts[number - 1]
    content = part.get_payload(decode=True)
    response = HttpResponse(content, content_type=part.get_content_type())
    file_name = part.get_filename() or f"part-{number}"
    safe = "".join(c if c.isalnum() or c in ".-_" else "-" for c in file_name)
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _found(name: str) -> demo_mail.Caught:
    _only_in_the_demo()
    found = demo_mail.find(name)
    if found is None:
        raise Http404
    return found


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404
