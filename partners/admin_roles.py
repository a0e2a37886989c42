"""The page that says which role may do what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from partners import deeds
from partners.access import ROLE_CAPABILITIES, Capability
from partners.admin_access import user_of
from partners.admin_pages import admin_page, page
from partners.models import Business, Membership


@admin_page("roles/", name="roles", title=_("Who may what"), needs=Capability.VIEW)
def roles(request: HttpRequest, business: Business) -> HttpResponse:
    """Roles and capabilities of the house, and the person's own role; one query."""
    members = Membership.objects.for_business(business).filter(active=True)
    own = members.filter(user=user_of(request)).values_list("role", flat=True).first()
    heads = [
        {"name": words, "own": role == own, "count": len(ROLE_CAPABILITIES[role])}
        for role, words in deeds.ROLES.items()
    ]
    rows = [
        {
            "word": capability,
            "sentence": deeds.SENTENCES[capability],
            "deeds": deeds.deeds_of(capability),
            "cells": [
                {
                    "role": words,
                    "may": capability in ROLE_CAPABILITIES[role],
                    "own": role == own,
                }
                for role, words in deeds.ROLES.items()
            ],
        }
        for capability in Capability
    ]
    own_words = next((words for role, words in deeds.ROLES.items() if role == own), "")
    context = {"heads": heads, "rows": rows, "business": business, "own": own_words}
    return page(request, "admin/roles.html", context)
