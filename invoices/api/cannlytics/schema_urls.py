"""The Cannlytics dialect's OpenAPI 3.1 document, and a page to browse it."""

from __future__ import annotations

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from invoices.api.cannlytics.urls import collection, item

_SETTINGS = {
    "TITLE": "Counterfoil, Cannlytics dialect",
    "DESCRIPTION": "Cannlytics' `/api/invoices` of July 2021 on these books. A success "
    'is `{"success": true, "data": …}` with status 200, a refusal '
    '`{"error": true, "message": …}`.',
    "VERSION": "1.0.0",
    "POSTPROCESSING_HOOKS": ["invoices.api.cannlytics.schema.finish"],
}

# Both are for everybody, and a password sent to them is not looked at.
_document = SpectacularJSONAPIView.as_view(
    urlconf=[
        path("api/invoices", collection),
        path("api/invoices/<str:invoice_id>", item),
    ],
    custom_settings=_SETTINGS,
    authentication_classes=[],
)
_page = SpectacularSwaggerSplitView.as_view(
    url_name="cannlytics-schema",
    title=_SETTINGS["TITLE"],
    authentication_classes=[],
)

urlpatterns = [
    path("cannlytics.json", _document, name="cannlytics-schema"),
    # The page has a style sheet of its own inside.
    path(
        "cannlytics/",
        csp_update({"style-src": [SELF, UNSAFE_INLINE]})(_page),
        name="cannlytics-schema-page",
    ),
]
