"""The native dialect's OpenAPI 3.1 document, and a page to browse it."""

from __future__ import annotations

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from invoices.api.native.urls import with_slash

_SETTINGS = {
    "TITLE": "Counterfoil, native dialect",
    "DESCRIPTION": "Pymlo's contract to the letter, and what grew beyond it "
    "(`x-beyond-contract`). Lists are arrays; page facts are in the headers `Link`, "
    "`X-Total-Count` and `X-Total-Count-Relation`.",
    "VERSION": "1.0.0",
    # An `id` is given out by us, and taken only where an update names its row.
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "invoices.api.native.schema.finish",
    ],
}

# Both are for everybody, and a password sent to them is not looked at.
_document = SpectacularJSONAPIView.as_view(
    urlconf=[path("", include(with_slash))],
    custom_settings=_SETTINGS,
    authentication_classes=[],
)
_page = SpectacularSwaggerSplitView.as_view(
    url_name="native-schema",
    title=_SETTINGS["TITLE"],
    authentication_classes=[],
)

urlpatterns = [
    path("native.json", _document, name="native-schema"),
    # The page has a style sheet of its own inside.
    path(
        "native/",
        csp_update({"style-src": [SELF, UNSAFE_INLINE]})(_page),
        name="native-schema-page",
    ),
]
