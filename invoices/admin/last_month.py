"""Last month's lines of a partner, put into the form of a new invoice as it is typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from invoices.admin.drafts import MOST_LINES
from invoices.drafting import InvoiceDraft, LineDraft
from invoices.duplicating import last_month_again
from partners.access import Capability
from partners.admin_access import actor_for, user_of, visible_rows
from partners.exceptions import Invalid
from partners.models import Partner

ASKED = "_last_month"
"""The name of the button."""

_ROW = re.compile(r"lines-(\d{1,4})-(\w+)")
_TYPED = ("product", "description", "quantity", "unit_price", "tax")
_HEAD = ("purchase_order", "description", "terms", "memo")


def with_last_month(request: HttpRequest) -> QueryDict:
    """What the form hands in, and last month's lines after the lines typed.

    Where no line is typed yet, what else is empty of the head follows the latest of
    those invoices. Nothing is written. Raises Invalid, and what drafting raises of a
    partner or a product that is archived.
    """
    draft = _last_month(request)
    data = request.POST.copy()
    typed = list(_typed(data))
    if not typed:
        _follow(data, draft)
    elif data.get("currency", "").strip().upper() != draft.currency:
        told = _("Last month’s lines are in %(currency)s.")
        raise Invalid(told % {"currency": draft.currency}, field="currency")
    rows = [*typed, *map(_row, draft.lines)]
    if len(rows) > MOST_LINES:
        told = _("These would be more than %(most)s lines.")
        raise Invalid(told % {"most": MOST_LINES}, field="lines")
    for name in [name for name in data if _ROW.fullmatch(name)]:
        del data[name]
    for place, row in enumerate(rows):
        data.update({f"lines-{place}-{name}": value for name, value in row.items()})
    data["lines-TOTAL_FORMS"] = str(len(rows))
    return data


def _last_month(request: HttpRequest) -> InvoiceDraft:
    key = request.POST.get("partner", "")
    rows = visible_rows(Partner, request).select_related("business")
    known = key.isdecimal() and len(key) <= 18
    partner = rows.filter(pk=key).first() if known else None
    if partner is None:
        raise Invalid(_("Choose a partner first."), field="partner")
    by = actor_for(user_of(request), partner.business)
    by.require(Capability.DRAFT, partner.business_id)
    draft, _rows = last_month_again(partner, partner.business.today(timezone.now()))
    return draft


def _typed(data: QueryDict) -> Iterator[dict[str, str]]:
    """The lines in which something stands, in their order."""
    rows: dict[int, dict[str, str]] = {}
    handed_in = data.get("lines-TOTAL_FORMS", "")
    total = int(handed_in) if re.fullmatch(r"\d{1,4}", handed_in) else 0
    for name, value in data.items():
        if found := _ROW.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = str(value)
    for place, row in sorted(rows.items()):
        if place < total and any(row.get(name, "").strip() for name in _TYPED):
            yield row


def _follow(data: QueryDict, draft: InvoiceDraft) -> None:
    """Take over currency, discount and words of the older invoice."""
    if not data.get("business"):
        data["business"] = str(draft.business.pk)
    data["currency"] = draft.currency
    data["discount_percent"] = _plain(draft.discount_percent)
    for name in _HEAD:
        data[name] = data.get(name) or getattr(draft, name)
    if draft.project is not None and not data.get("project"):
        data["project"] = str(draft.project.pk)


def _row(line: LineDraft) -> Mapping[str, str]:
    return {
        "product": str(line.product.pk) if line.product else "",
        "description": line.description,
        "quantity": _plain(line.quantity),
        "unit_price": _plain(line.unit_price),
        "tax": str(line.tax.pk) if line.tax else "",
    }


def _plain(number: Any) -> str:
    return f"{number.normalize():f}"
