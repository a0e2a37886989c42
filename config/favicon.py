"""Where browsers that look for /favicon.ico find the mark."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """The way to the picture, whose address may change with its content."""
    return HttpResponseRedirect(static("img/mark.svg"))
