"""The page on which owners say how their people must sign in."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.members.demanding import demand_second_factor
from partners.access import Capability
from partners.admin_access import actor_for, user_of
from partners.admin_pages import admin_page, page
from partners.exceptions import BookError
from partners.models import Business, Membership, SecondFactor


@admin_page(
    "security/",
    name="security",
    title=gettext_lazy("Sign-in rules"),
    needs=Capability.MEMBERS,
)
def security(request: HttpRequest, business: Business) -> HttpResponse:
    """Who has a second factor, and whether the business demands it."""
    if request.method == "POST":
        demanded = request.POST.get("demand") == "yes"
        try:
            by = actor_for(user_of(request), business)
            demand_second_factor(business, demanded, by=by)
        except BookError as refusal:
            messages.error(request, refusal.message)
        else:
            on = _("From now on every member needs a second factor.")
            off = _("The password is enough again.")
            messages.success(request, on if demanded else off)
        return redirect("admin:security")
    own = SecondFactor.objects.filter(user=OuterRef("user"))
    members = Membership.objects.for_business(business).filter(active=True)
    without = members.filter(~Exists(own), user__is_active=True)
    shown = {
        "business": business,
        "without": without.select_related("user").order_by("user__email")[:200],
        "count": members.filter(user__is_active=True).count(),
        "has_own": SecondFactor.objects.filter(user_id=user_of(request).pk).exists(),
    }
    return page(request, "admin/security.html", shown)
