"""Pages of the admin that belong to no model: declared with what they need.

`PAGES` is the list that the site's addresses are made from, and the tests of who may
see what: a page that is not in it has no address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners.access import Capability
from partners.admin_access import (
    choose_business,
    chosen_business,
    may,
    own_businesses,
)
from partners.trying import OUTCOME

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class AdminPage:
    """A page under /admin/: for people with `needs` in the business that is chosen."""

    path: str
    name: str
    title: str | _StrPromise
    needs: Capability
    view: View

    def door(self, request: HttpRequest, **parts: Any) -> HttpResponseBase:
        """The page for the chosen business; a page that asks where none is chosen.

        Raises PermissionDenied for people without the capability there.
        """
        business = chosen_business(request)
        if business is None:
            title = self.title
            return page(request, "admin/choose_business.html", {"title": title})
        if not may(request, self.needs, business.pk):
            raise PermissionDenied
        return self.view(request, business, **parts)


PAGES: dict[str, AdminPage] = {}


def admin_page(
    path: str, *, name: str, title: str | _StrPromise, needs: Capability
) -> Callable[[View], View]:
    """Declare a view `(request, business, **parts of the path)` as a page.

    Its address is `admin:<name>`, under /admin/<path>.
    """

    def declare(view: View) -> View:
        PAGES[name] = AdminPage(path, name, title, needs, view)
        return view

    return declare


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> TemplateResponse:
    """A template of the admin with the site's own context; `title` is by default the
    declared one."""
    match = request.resolver_match
    entry = PAGES.get(match.url_name or "") if match else None
    request.current_app = admin.site.name
    shown = {
        **admin.site.each_context(request),
        "title": entry.title if entry else "",
        **context,
    }
    return TemplateResponse(request, template, shown, status=status)


@require_POST
def switch(request: HttpRequest) -> HttpResponseBase:
    """Choose the business to work for, or all; then back to where the person was.

    Raises PermissionDenied for a business of others.
    """
    wanted = request.POST.get("business", "")
    found = [one for one in own_businesses(request) if str(one.pk) == wanted]
    if wanted and not found:
        raise PermissionDenied(_("This belongs to another business."))
    choose_business(request, found[0] if found else None)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()})
    return HttpResponseRedirect(target if safe else reverse("admin:index"))


def outcome(request: HttpRequest) -> HttpResponseBase:
    """What became of each row of the person's last action on several rows."""
    kept = request.session.get(OUTCOME, {})
    rows = kept.get("rows", [])
    done = sum(row[-1] for row in rows)
    context = {
        "title": _("What happened"),
        "rows": rows,
        "done": done,
        "refused": len(rows) - done,
        "back": kept.get("back", reverse("admin:index")),
    }
    return page(request, "admin/outcome.html", context)
