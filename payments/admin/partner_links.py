"""At the top of a partner's page: what is open, and where documents and money are."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from invoices.admin.display import words
from invoices.models import Invoice
from invoices.querysets import Direction, Kind
from partners.admin import About, PartnerAdmin
from partners.models import Partner


def about(request: HttpRequest, partner: Partner) -> About:
    """The links and the open sums; one query."""
    links = []
    if partner.is_customer:
        links.append((_("Invoices"), _list("invoices_invoice", partner)))
    if partner.is_vendor:
        links.append((_("Bills"), _list("invoices_bill", partner)))
    links.append((_("Payments"), _list("payments_payment", partner)))
    asked = urlencode({"partner": partner.public_id})
    account = f"{reverse('admin:report_statement')}?{asked}"
    return About([*links, (_("Statement of account"), account)], _open(partner))


def _list(model: str, partner: Partner) -> str:
    where = reverse(f"admin:{model}_changelist")
    return f"{where}?{urlencode({'partner__id__exact': partner.pk})}"


def _open(partner: Partner) -> str:
    """What they owe and what is owed to them, by currency; credit notes taken off."""
    rows = Invoice.objects.of(partner).unpaid().order_by()
    sums: dict[tuple[str, str], Decimal] = {}
    found = rows.values("direction", "currency", "kind").annotate(sum=Sum("balance"))
    for row in found.order_by("direction", "currency"):
        key = row["direction"], row["currency"]
        sign = -1 if row["kind"] == Kind.CREDIT_NOTE else 1
        sums[key] = sums.get(key, Decimal(0)) + sign * row["sum"]
    told = {Direction.ISSUED: _("They owe us"), Direction.RECEIVED: _("We owe them")}
    parts = [
        f"{told[Direction(direction)]} {words(amount, currency)}"
        for (direction, currency), amount in sums.items()
        if amount
    ]
    return " · ".join(parts) or _("Nothing is open.")


PartnerAdmin.told_by = [*PartnerAdmin.told_by, about]
