"""The Nutcache dialect's OpenAPI 3.1 document, and a page to browse it."""

from __future__ import annotations

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView

from invoices.api.nutcache import schema


@require_safe
def _document(request: HttpRequest) -> JsonResponse:
    """The document, for everybody."""
    return JsonResponse(schema.document())


_page = SpectacularSwaggerSplitView.as_view(
    url_name="nutcache-schema",
    title=schema.TITLE,
    authentication_classes=[],
)

urlpatterns = [
    path("nutcache.json", _document, name="nutcache-schema"),
    # The page has a style sheet of its own inside.
    path(
        "nutcache/",
        csp_update({"style-src": [SELF, UNSAFE_INLINE]})(_page),
        name="nutcache-schema-page",
    ),
]
