"""A document's own page for the people of the business."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from invoices import links, readiness
from invoices.models import CustomerLink, DocumentFile, Invoice
from invoices.models.document_file import FileKind
from invoices.pages import pictures, stories
from invoices.pages.access import Desk, desk_page, shown
from invoices.pages.letters import typed
from invoices.pages.standing import class_of, open_of, status_of, word_of
from invoices.querysets import Kind, State
from partners.access import Capability
from partners.exceptions import BookError


@desk_page(Capability.VIEW)
def document(request: HttpRequest, desk: Desk, public_id: str) -> HttpResponse:
    """The paper, how it stands, and everything that happened to it."""
    invoice = desk.document(public_id)
    now = timezone.now()
    status = status_of(invoice, now)
    paper = _paper(invoice)
    problems = [told["message"] for told in paper.problems] if paper else []
    open_links = CustomerLink.objects.for_business(desk.business).open(now)
    return shown(
        request,
        desk,
        "send/document.html",
        document=invoice,
        is_draft=invoice.state == State.DRAFT,
        is_note=invoice.kind == Kind.CREDIT_NOTE,
        status_word=word_of(invoice, status),
        status_class=class_of(invoice, status),
        open=open_of(invoice),
        obstacle=_obstacle(desk, invoice),
        paper=paper,
        problems=problems,
        story=stories.story(invoice, problems),
        link=open_links.filter(invoice_id=invoice.pk).last(),
        preview=pictures.pane(invoice),
    )


def _paper(invoice: Invoice) -> DocumentFile | None:
    """The stored PDF without its content, if it is there by now."""
    rows = DocumentFile.objects.for_business(invoice.business_id)
    stored = rows.filter(invoice_id=invoice.pk, kind=FileKind.PDF)
    return stored.defer("content").first()


def _obstacle(desk: Desk, invoice: Invoice) -> str:
    draft = readiness.drafts(desk.business).filter(pk=invoice.pk).first()
    found = getattr(draft, "obstacle", None)
    return str(readiness.REASONS[readiness.Obstacle(found)]) if found else ""


@require_POST
@desk_page(Capability.ISSUE)
def act(request: HttpRequest, desk: Desk, public_id: str, deed: str) -> HttpResponse:
    """One of the deeds below."""
    invoice = desk.document(public_id)
    do, told = _DEEDS[deed]
    try:
        do(invoice, typed(request, "reason"), desk)
    except BookError as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, str(told))
    return redirect("send-document", desk.business.slug, invoice.public_id)


def _hold(invoice: Invoice, reason: str, desk: Desk) -> None:
    invoice.hold(reason[:500], by=desk.actor, now=timezone.now())


def _release(invoice: Invoice, reason: str, desk: Desk) -> None:
    invoice.release(by=desk.actor)


def _dispute(invoice: Invoice, reason: str, desk: Desk) -> None:
    invoice.dispute(reason, by=desk.actor, now=timezone.now())


def _settle(invoice: Invoice, reason: str, desk: Desk) -> None:
    invoice.settle_dispute(by=desk.actor)


def _revoke(invoice: Invoice, reason: str, desk: Desk) -> None:
    links.revoke_links(invoice, by=desk.actor, now=timezone.now())


def _link(invoice: Invoice, reason: str, desk: Desk) -> None:
    invoice.must_be_issued()
    links.link_to(invoice, now=timezone.now())


_Deed = Callable[[Invoice, str, Desk], Any]
_DEEDS: dict[str, tuple[_Deed, str | Promise]] = {
    "hold": (_hold, _("Held back: no reminders until it is released.")),
    "release": (_release, _("Released: reminders may go out again.")),
    "dispute": (_dispute, _("Marked as disputed.")),
    "settle": (_settle, _("The objection is settled.")),
    "revoke": (_revoke, _("The customer’s links no longer open.")),
    "link": (_link, _("There is a link to the customer’s page.")),
}
DEEDS = tuple(_DEEDS)
