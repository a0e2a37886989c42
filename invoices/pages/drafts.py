"""The list of drafts: what can be sent, what cannot and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from invoices.einvoice.foreseeing import foreseen
from invoices.einvoice.problem import Problem
from invoices.models import DocumentSettings, Invoice
from invoices.pages import pictures
from invoices.pages.access import Desk, businesses_of, desk_page, shown, to_sign_in
from invoices.pages.filtering import MOST_CHOSEN, DraftFilter
from invoices.readiness import REASONS, Obstacle
from partners.access import Capability
from partners.admin_access import chosen_business
from partners.models import User

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A draft as the list shows it; no `reason` for one that is ready."""

    draft: Invoice
    reason: str
    fix_words: str
    fix_url: str


def choose(request: HttpRequest) -> HttpResponse:
    """The businesses to send for; straight to the only one, or the one worked for."""
    if not isinstance(request.user, User):
        return to_sign_in(request)
    found = businesses_of(request.user)
    business = found[0] if len(found) == 1 else chosen_business(request)
    if business is not None:
        return redirect("send-drafts", business.slug)
    return render(request, "send/choose.html", {"businesses": found})


@desk_page(Capability.VIEW)
def drafts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The drafts, a hundred a page; the same queries however many there are."""
    asked = DraftFilter(request.GET, desk.business)
    narrowed = asked.narrowed()
    chosen = bool(asked.values().get("chosen"))
    rows_shown = asked.ordered().select_related("partner")
    pages = Paginator(rows_shown, MOST_CHOSEN if chosen else PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    staff = bool(getattr(request.user, "is_staff", False))
    shown_drafts = list(page.object_list)
    settings = DocumentSettings.of(desk.business)
    problems = foreseen(desk.business, shown_drafts, settings)
    rows = [_row(desk, draft, staff, problems) for draft in shown_drafts]
    counts = narrowed.aggregate(
        all=Count("pk"), ready=Count("pk", filter=Q(obstacle__isnull=True))
    )
    return shown(
        request,
        desk,
        "send/drafts.html",
        asked=asked,
        chosen=chosen,
        query=_query(request),
        page=page,
        rows=rows,
        counts=counts | {"not_ready": counts["all"] - counts["ready"]},
        sums=_sums(narrowed),
        demands_einvoice=settings.requires_einvoice,
        preview=_preview(request, desk),
    )


def _query(request: HttpRequest) -> str:
    """The question as it stands in the address, without the page and the preview."""
    query = request.GET.copy()
    for name in ("page", "preview"):
        query.pop(name, None)
    return query.urlencode()


def _sums(narrowed: Any) -> list[dict[str, Any]]:
    """What all that are ready come to, by currency."""
    ready = narrowed.filter(obstacle__isnull=True)
    by_currency = ready.values("currency").annotate(total=Sum("total"))
    return list(by_currency.order_by("currency"))


def _row(desk: Desk, draft: Any, staff: bool, problems: Mapping[int, Problem]) -> Row:
    if draft.obstacle is None:
        problem = problems.get(draft.pk)
        reason = no_einvoice(problem) if problem else ""
        return Row(draft, reason, "", "")
    obstacle = Obstacle(draft.obstacle)
    words, url = _fix(desk, draft, obstacle, staff)
    return Row(draft, str(REASONS[obstacle]), words, url)


def no_einvoice(problem: Problem) -> str:
    """Why issuing will refuse a draft where an e-invoice is demanded."""
    told = _("It cannot be an e-invoice.")
    return f"{told} {problem.message}"


def _fix(
    desk: Desk, draft: Invoice, obstacle: Obstacle, staff: bool
) -> tuple[str, str]:
    """Where the obstacle can be taken away, by whoever may go there."""
    if obstacle is Obstacle.NO_RECIPIENT and desk.may_send:
        compose = reverse("send-compose", args=[desk.business.slug, draft.public_id])
        return _("Name a recipient"), compose
    if not staff:
        return "", ""
    if obstacle in {Obstacle.NO_RECIPIENT, Obstacle.NOT_A_CUSTOMER}:
        url = reverse("admin:partners_partner_change", args=[draft.partner_id])
        return _("Edit the customer"), url
    url = reverse("admin:invoices_invoice_change", args=[draft.pk])
    return _("Edit the draft"), url


def _preview(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """What the pane beside the list shows without a script."""
    asked = request.GET.get("preview")
    return pictures.pane(desk.document(asked)) if asked else None
