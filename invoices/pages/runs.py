"""Runs: many drafts on their way, what became of them, and stopping."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from invoices import send_runs
from invoices.models import SendRun, SendRunItem
from invoices.models.delivery import UNDER_WAY, DeliveryState
from invoices.models.send_run import ItemState
from invoices.pages.access import Desk, desk_page, shown
from invoices.pages.composing import start_run
from partners.access import Capability
from partners.exceptions import BookError

PER_PAGE = 50
MOST_SHOWN = 200
"""Of what failed or was issued; the rest is counted."""
PATIENCE = datetime.timedelta(seconds=15)
"""After which nothing moving looks as if nobody worked."""


@desk_page(Capability.VIEW)
def runs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The runs, newest first; by POST a new one."""
    if request.method == "POST":
        return _start(request, desk)
    counted = SendRun.objects.for_business(desk.business).annotate(
        documents=Count("items"),
        done=Count("items", filter=Q(items__state=ItemState.DONE)),
        refused=Count("items", filter=Q(items__state=ItemState.REFUSED)),
    )
    page = Paginator(counted.order_by("-id"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return shown(request, desk, "send/runs.html", page=page)


@desk_page(Capability.VIEW)
def run(request: HttpRequest, desk: Desk, run_id: str) -> HttpResponse:
    """How far a run has come; the script asks for the changing part alone."""
    row = _run(desk, run_id)
    context = {"run": row, **_standing(row)}
    if request.GET.get("part") == "progress":
        known = {"desk": desk, "business": desk.business}
        return render(request, "send/_progress.html", known | context)
    return shown(request, desk, "send/run.html", **context)


@require_POST
@desk_page(Capability.ISSUE)
def stop(request: HttpRequest, desk: Desk, run_id: str) -> HttpResponse:
    """Leave the rest untouched."""
    row = _run(desk, run_id)
    try:
        count = send_runs.stop(row, by=desk.actor, now=timezone.now())
    except BookError as refusal:
        messages.warning(request, refusal.message)
    else:
        told = ngettext(
            "Stopped. %(count)d draft was left as it was.",
            "Stopped. %(count)d drafts were left as they were.",
            count,
        )
        messages.success(request, told % {"count": count})
    return redirect("send-run", desk.business.slug, row.public_id)


def _start(request: HttpRequest, desk: Desk) -> HttpResponse:
    if not desk.may_send:
        return shown(request, desk, "send/forbidden.html", status=403)
    return start_run(request, desk)


def _run(desk: Desk, run_id: str) -> SendRun:
    found: SendRun = desk.row(
        SendRun.objects.for_business(desk.business), "run", run_id
    )
    return found


def _standing(run: SendRun) -> dict[str, Any]:
    """What the page tells of a run; a dozen queries at most."""
    now = timezone.now()
    progress = send_runs.progress(run)
    mails = send_runs.deliveries(run).select_related("invoice", "partner")
    refused = SendRunItem.objects.for_business(run.business_id).filter(
        run_id=run.pk, state=ItemState.REFUSED
    )
    under_way = sum(progress.deliveries.get(state, 0) for state in UNDER_WAY)
    sent = progress.deliveries.get(DeliveryState.SENT, 0)
    return {
        "progress": progress,
        "looked_at": progress.total - progress.waiting,
        "issued": progress.items.get(ItemState.DONE, 0),
        "refused_count": progress.items.get(ItemState.REFUSED, 0),
        "skipped": progress.items.get(ItemState.SKIPPED, 0),
        "sent": sent,
        "under_way": under_way,
        "mails": sum(progress.deliveries.values()),
        "stalled": _is_stalled(run, progress, now),
        "done": _done(run) if progress.finished else (),
        "live": not progress.finished or under_way > 0,
        "refused": refused.select_related("invoice__partner")[:MOST_SHOWN],
        "failed": _in(mails, DeliveryState.FAILED),
        "uncertain": _in(mails, DeliveryState.UNCERTAIN),
        "most_shown": MOST_SHOWN,
        "waiting_again": _in(mails, DeliveryState.QUEUED).exclude(error=""),
    }


def _done(run: SendRun) -> Any:
    """What was issued, in the run's order."""
    items = SendRunItem.objects.for_business(run.business_id).filter(run_id=run.pk)
    done = items.filter(state=ItemState.DONE).order_by("position")
    return done.select_related("invoice__partner")[:MOST_SHOWN]


def _is_stalled(
    run: SendRun, progress: send_runs.Progress, now: datetime.datetime
) -> bool:
    """Whether something waits and nothing has moved for a while; three queries at most.

    That is how a missing worker looks from here: what waits for its next try, or is
    being offered to a slow server, is not waiting for one.
    """
    mails = send_runs.deliveries(run)
    due = mails.filter(state=DeliveryState.QUEUED, try_after__lte=now - PATIENCE)
    if not progress.waiting and not due.exists():
        return False
    items = SendRunItem.objects.for_business(run.business_id).filter(run_id=run.pk)
    moved = [
        run.created_at,
        items.aggregate(last=Max("done_at"))["last"],
        mails.aggregate(last=Max("changed_at"))["last"],
    ]
    return bool(max(at for at in moved if at) <= now - PATIENCE)


def _in(mails: Any, state: DeliveryState) -> Any:
    return mails.filter(state=state).defer("body").order_by("id")
