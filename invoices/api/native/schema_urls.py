"""The native dialect's OpenAPI 3.1 document, and a page to browse it."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from invoices.api.native.urls import with_slash

_SETTINGS = {
    "TITLE": "Counterfoil, native dialect",
    "DESCRIPTION": "Pymlo's contract to the letter, and what grew beyond it "
    "(`x-beyond-contract`). Lists are arrays; page facts are in the headers `Link`, "
    "`X-Total-Count` and `X-Total-Count-Relation`.",
    "VERSION": "1.0.0",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "invoices.api.native.schema.mark_beyond",
    ],
}

urlpatterns = [
    path(
        "native.json",
        SpectacularJSONAPIView.as_view(
            urlconf=[path("", include(with_slash))], custom_settings=_SETTINGS
        ),
        name="native-schema",
    ),
    path(
        "native/",
        SpectacularSwaggerSplitView.as_view(
            url_name="native-schema", title="Counterfoil, native dialect"
        ),
        name="native-schema-page",
    ),
]
