"""Where each dialect's OpenAPI document is, and the page to browse it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpResponseBase
from django.urls import URLPattern, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView


def described(
    dialect: str, urls: Sequence[Any], *, title: str, description: str, **settings: Any
) -> list[URLPattern]:
    """`<dialect>.json`, generated from these URLs, and `<dialect>/`, its page.

    `settings` are drf-spectacular's, for this document alone.
    """
    document = SpectacularJSONAPIView.as_view(
        urlconf=list(urls),
        custom_settings={
            "TITLE": title,
            "DESCRIPTION": description,
            "VERSION": "1.0.0",
            **settings,
        },
        authentication_classes=[],
    )
    return browsable(dialect, document, title=title)


def browsable(
    dialect: str, document: Callable[..., HttpResponseBase], *, title: str
) -> list[URLPattern]:
    """The same for a document that the dialect writes itself.

    Both are for everybody, and a password sent to them is not looked at.
    """
    page = SpectacularSwaggerSplitView.as_view(
        url_name=f"{dialect}-schema", title=title, authentication_classes=[]
    )
    # The page has a style sheet of its own inside.
    styled = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(page)
    return [
        path(f"{dialect}.json", document, name=f"{dialect}-schema"),
        path(f"{dialect}/", styled, name=f"{dialect}-schema-page"),
    ]
