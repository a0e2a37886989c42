"""A person's word on one mail: try again, it arrived, it did not, leave it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from invoices import mail_decisions
from invoices.models import Delivery
from invoices.pages.access import Desk, desk_page
from partners.access import Capability
from partners.exceptions import BookError


@require_POST
@desk_page(Capability.ISSUE)
def retry(request: HttpRequest, desk: Desk, delivery_id: str) -> HttpResponse:
    """Queue a mail that failed once more."""
    return _deed(
        request, desk, delivery_id, mail_decisions.retry, _("It is tried again.")
    )


@require_POST
@desk_page(Capability.ISSUE)
def withdraw(request: HttpRequest, desk: Desk, delivery_id: str) -> HttpResponse:
    """Give a mail up that has not been sent."""
    return _deed(
        request, desk, delivery_id, mail_decisions.withdraw, _("It is not sent.")
    )


@require_POST
@desk_page(Capability.ISSUE)
def settle(request: HttpRequest, desk: Desk, delivery_id: str) -> HttpResponse:
    """Say whether a mail arrived whose server never answered."""
    answer = request.POST.get("arrived")
    if answer not in {"yes", "no"}:
        messages.warning(request, _("Say whether the mail arrived."))
        return redirect(_back(request, desk))
    arrived = answer == "yes"
    told = _("Noted: it arrived.") if arrived else _("Noted; it is sent again.")

    def deed(delivery: Delivery, **who: Any) -> Any:
        return mail_decisions.settle_uncertain(delivery, arrived=arrived, **who)

    return _deed(request, desk, delivery_id, deed, told)


def _deed(
    request: HttpRequest,
    desk: Desk,
    delivery_id: str,
    deed: Callable[..., Any],
    told: str,
) -> HttpResponse:
    rows = Delivery.objects.for_business(desk.business)
    delivery = desk.row(rows, "delivery", delivery_id)
    try:
        deed(delivery, by=desk.actor, now=timezone.now())
    except BookError as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, f"{delivery.recipient}: {told}")
    return redirect(_back(request, desk))


def _back(request: HttpRequest, desk: Desk) -> str:
    """The page whose button it was, if it is one of ours."""
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if here else reverse("send-runs", args=[desk.business.slug])
