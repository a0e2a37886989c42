"""The page of a document that is only read: the document itself, not a form of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from invoices.admin import display, figures
from invoices.explaining import explain
from invoices.models import Event, Invoice
from invoices.pages.stories import story
from invoices.querysets import BINDING, Direction, Kind, State
from partners.access import Capability
from partners.admin_access import may

if TYPE_CHECKING:
    from invoices.admin.documents import DocumentAdmin

_MOST_SHOWN = 200
"""Lines, payments and credits; a longer document says how many there are."""


def shown(
    request: HttpRequest, pages: DocumentAdmin, document: Invoice
) -> dict[str, Any]:
    """What the document's template needs; as many queries for many lines as for few."""
    lines = document.lines.select_related("product", "tax").order_by("position")
    issued = document.direction == Direction.ISSUED
    explained = explain(document)
    return {
        "document": document,
        "lines": lines[:_MOST_SHOWN],
        "line_count": len(explained.lines),
        "figures": figures.of_document(document, document.taxes.order_by("position")),
        "explained": explained,
        "explained_lines": explained.lines[:_MOST_SHOWN],
        "allocations": document.allocations.select_related("payment").order_by("id")[
            :_MOST_SHOWN
        ],
        "credit_notes": document.credit_notes.order_by("id")[:_MOST_SHOWN],
        "shares": document.cost_shares.select_related("cost").order_by("id"),
        "story": story(document),
        "open_amount": pages.open(document),
        "given_up": _given_up(document),
        "badge": pages.status(document),
        "is_sale": issued,
        "papers": pages.papers(document) if issued else "",
        "standing": pages.standing(document) if issued else "",
        "mails": pages.mails(document) if issued else "",
        "ways": list(_ways(request, document)),
        **pages.attachment_context(request, document),
        **pages.duplicate_context(request, document),
    }


def _given_up(document: Invoice) -> str:
    """What was written off and may still be paid, and why; one query where it was."""
    if document.state != State.WRITTEN_OFF or not document.balance:
        return ""
    told = Event.objects.about(document).filter(verb="invoice.written_off")
    last = told.order_by("-id").first()
    given = {
        "amount": display.words(document.balance, document.currency),
        "reason": last.facts.get("reason", "") if last else "",
    }
    if not given["reason"]:
        return _("%(amount)s written off") % given
    return _("%(amount)s written off: %(reason)s") % given


def _ways(request: HttpRequest, document: Invoice) -> Iterator[tuple[str, str]]:
    """Where the document leads: the addresses of further deeds, with their words."""
    payable = document.state in (*BINDING, State.WRITTEN_OFF) and document.balance > 0
    if payable and may(request, Capability.PAY, document.business_id):
        refunded = document.kind == Kind.CREDIT_NOTE
        words = _("Enter a refund") if refunded else _("Enter a payment")
        try:
            page = reverse("admin:payments_payment_add")
        except NoReverseMatch:
            return
        yield f"{page}?document={document.pk}", words
