"""The admin's site: its theme, its own content-security policy, pages of no model."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import DecimalException
from functools import wraps
from typing import TYPE_CHECKING, Any

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.module_loading import import_string
from unfold.sites import UnfoldAdminSite

from partners import admin_pages
from partners.admin_access import chosen_business, own_businesses

if TYPE_CHECKING:
    from django.urls import URLPattern, URLResolver

_MOST_FOUND = 100

# The theme's scripts evaluate the attributes they find, and write styles.
_policy = csp_update(
    {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}
)


def refuse_nul(request: HttpRequest) -> None:
    """Raise SuspiciousOperation for a NUL character, which no text here can hold."""
    for sent in (request.GET, request.POST):
        if any("\0" in text for _, texts in sent.lists() for text in texts):
            raise SuspiciousOperation("No text holds a NUL character.")


class BooksSite(UnfoldAdminSite):
    """The one admin of the house."""

    site_header = "Counterfoil"
    site_title = "Counterfoil"
    enable_nav_sidebar = True

    def admin_view(
        self, view: Callable[..., Any], cacheable: bool = False
    ) -> Callable[..., Any]:
        """The view behind the sign-in, under the policy that the theme needs.

        No other page of the project has that policy.
        """
        inside: Callable[..., Any] = _policy(super().admin_view(view, cacheable))

        @wraps(view)
        def sane(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            refuse_nul(request)
            try:
                return inside(request, *args, **kwargs)
            except DecimalException as error:
                raise SuspiciousOperation("This is no number.") from error

        return sane

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The theme's, the pages of no model, the switcher, and the models'."""
        own = [
            path("business/", self.admin_view(admin_pages.switch), name="switch"),
            path("outcome/", self.admin_view(admin_pages.outcome), name="outcome"),
            *(
                path(entry.path, self.admin_view(entry.door), name=entry.name)
                for entry in admin_pages.PAGES.values()
            ),
        ]
        return [*own, *super().get_urls()]

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """What the search of the whole site finds, never kept for the next time.

        The theme's own would keep it for minutes, whatever business is chosen then.
        """
        began = time.monotonic()
        theme: dict[str, Any] = settings.UNFOLD
        find = import_string(theme["COMMAND"]["search_callback"])
        found = Paginator(find(request, request.GET.get("s", "")), _MOST_FOUND)
        context = {
            "page_obj": found,
            "results": found.page(1),
            "page_counter": 0,
            "execution_time": time.monotonic() - began,
            "command_show_history": False,
        }
        template = "unfold/helpers/command_results.html"
        return TemplateResponse(
            request, template, context, headers={"HX-Trigger": "search"}
        )

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the business that is chosen and those that can be."""
        context: dict[str, Any] = super().each_context(request)
        if request.user.is_authenticated:
            context["chosen_business"] = chosen_business(request)
            context["own_businesses"] = own_businesses(request)
        return context
