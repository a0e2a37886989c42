"""What a person with empty books is taught: the first three steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from invoices.models import Invoice
from partners.models import Business, Partner
from payments.home.links import Links


class Step(NamedTuple):
    """One step: its words, whether it is done, and where it is done.

    The link is empty for those who may not do it.
    """

    title: str
    why: str
    label: str
    link: str
    done: bool


def first_steps(
    request: HttpRequest, businesses: Sequence[Business], links: Links
) -> list[Step]:
    """From an empty business to the first issued invoice; one query."""
    business = businesses[0]
    pks = [one.pk for one in businesses]
    customers = Partner.objects.filter(business_id__in=pks, is_customer=True)
    change = admin.site.get_model_admin(Business)
    may_change = change.has_change_permission(request, business)
    page = reverse("admin:partners_business_change", args=[business.pk])
    return [
        Step(
            _("Say who you are"),
            _("Address and tax number stand on every document."),
            _("Fill in the business"),
            page if may_change else "",
            bool(business.line1 and business.country),
        ),
        Step(
            _("Add a customer"),
            _("A name is enough to begin; an e-mail address is needed to send."),
            _("Add a customer"),
            links.adding(Partner),
            customers.exists(),
        ),
        Step(
            _("Draft the first invoice"),
            _("Nothing is final until you issue it; then it gets its number."),
            _("Draft an invoice"),
            links.adding(Invoice),
            False,
        ),
    ]
