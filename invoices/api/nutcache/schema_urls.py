"""The Nutcache dialect's OpenAPI 3.1 document, and a page to browse it."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from invoices.api.described import browsable
from invoices.api.nutcache import schema


@require_safe
def _document(request: HttpRequest) -> JsonResponse:
    """The document, for everybody."""
    return JsonResponse(schema.document())


urlpatterns = browsable("nutcache", _document, title=schema.TITLE)
