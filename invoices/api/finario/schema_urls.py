"""The Finario dialect's OpenAPI 3.1 document, and a page to browse it."""

from __future__ import annotations

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from invoices.api.finario.urls import plain

_SETTINGS = {
    "TITLE": "Counterfoil, Finario dialect",
    "DESCRIPTION": "Vendor invoices and payments, assigned to the costs of "
    "investments. Amounts come in as units and go out as cents; lists are whole.",
    "VERSION": "1.0.0",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "invoices.api.finario.schema.finish",
    ],
}

# Both are for everybody, and a password sent to them is not looked at.
_document = SpectacularJSONAPIView.as_view(
    urlconf=[path("", include(plain))],
    custom_settings=_SETTINGS,
    authentication_classes=[],
)
_page = SpectacularSwaggerSplitView.as_view(
    url_name="finario-schema",
    title=_SETTINGS["TITLE"],
    authentication_classes=[],
)

urlpatterns = [
    path("finario.json", _document, name="finario-schema"),
    # The page has a style sheet of its own inside.
    path(
        "finario/",
        csp_update({"style-src": [SELF, UNSAFE_INLINE]})(_page),
        name="finario-schema-page",
    ),
]
