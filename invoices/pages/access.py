"""Who stands at a page's door, and in which business."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from invoices.models import Invoice
from invoices.querysets import Direction
from partners import public_ids
from partners.access import Actor, Capability
from partners.admin_access import actor_for
from partners.exceptions import NotAllowed
from partners.models import Business, User

P = ParamSpec("P")


class Desk:
    """A business with the person who works in it: what every page starts from."""

    def __init__(self, business: Business, actor: Actor) -> None:
        self.business = business
        self.actor = actor

    @property
    def may_send(self) -> bool:
        """Whether the person's role includes issuing and sending."""
        return self.actor.may(Capability.ISSUE)

    def document(self, public_id: str) -> Invoice:
        """A document that the business writes; Http404 for any other id."""
        own = Invoice.objects.for_business(self.business)
        ours = own.filter(direction=Direction.ISSUED).select_related("partner")
        found: Invoice = self.row(ours, "invoice", public_id)
        return found

    def row(self, rows: Any, kind: str, public_id: str) -> Any:
        """The row of this business with a public id; Http404 where there is none."""
        pk = public_ids.decode(kind, public_id)
        found = rows.filter(pk=pk).first() if pk is not None else None
        if found is None:
            raise Http404
        found.business = self.business
        return found


Page = Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]


def businesses_of(user: User) -> list[Business]:
    """Where the person works, by name; one query."""
    if user.is_superuser:
        return list(Business.objects.order_by("name", "id"))
    own = Business.objects.filter(pk__in=user.business_ids())
    return list(own.order_by("name", "id"))


def desk_page(capability: Capability) -> Callable[[Page[P]], Callable[..., Any]]:
    """Let in whoever has the capability in the business that the path names.

    Not signed in: to the sign-in page. A stranger's business is not there. Too small
    a role is told so, with 403.
    """

    def wrap(page: Page[P]) -> Callable[..., Any]:
        @functools.wraps(page)
        def door(
            request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return to_sign_in(request)
            desk = _desk(request.user, slug)
            try:
                desk.actor.require(capability, desk.business.pk)
            except NotAllowed:
                return _forbidden(request, desk)
            return page(request, desk, *args, **kwargs)

        return never_cache(door)

    return wrap


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page, and from there back to where a GET wanted to go."""
    wanted = request.get_full_path() if request.method == "GET" else reverse("send")
    return redirect_to_login(wanted, reverse("sign-in"))


def shown(
    request: HttpRequest, desk: Desk, template: str, **context: Any
) -> HttpResponse:
    """A page of a business, with what its navigation needs; one query."""
    user = request.user
    others = businesses_of(user) if isinstance(user, User) else []
    status = context.pop("status", 200)
    known = {
        "desk": desk,
        "business": desk.business,
        "businesses": others,
        "is_demo": settings.DEMO,
    }
    return render(request, template, known | context, status=status)


def _desk(user: User, slug: str) -> Desk:
    business = Business.objects.filter(slug=slug).first()
    if business is None:
        raise Http404
    try:
        return Desk(business, actor_for(user, business))
    except NotAllowed as error:
        raise Http404 from error


def _forbidden(request: HttpRequest, desk: Desk) -> HttpResponse:
    return shown(request, desk, "send/forbidden.html", status=403)
