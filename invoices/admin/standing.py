"""How documents stand today, and the list's filter by it."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from invoices.querysets import Status
from partners.access import Capability
from partners.admin_access import businesses_with


class StatusFilter(admin.SimpleListFilter):
    """Documents by how they stand today."""

    title = "status"
    parameter_name = "status"
    statuses: tuple[Status, ...] = (
        Status.DRAFT,
        Status.ISSUED,
        Status.PARTLY_PAID,
        Status.PAID,
        Status.OVERDUE,
        Status.VOID,
        Status.WRITTEN_OFF,
    )

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every status that these documents may have."""
        return [(word.value, word.value.replace("_", " ")) for word in self.statuses]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those that stand so; all for a word that is no status."""
        chosen = self.value()
        if chosen not in list(Status):
            return queryset
        return queryset.standing([Status(chosen)], today(request))


class BillStatusFilter(StatusFilter):
    """The same of bills."""

    statuses = (
        Status.RECEIVED,
        Status.APPROVED,
        Status.PARTLY_PAID,
        Status.PAID,
        Status.OVERDUE,
        Status.CANCELLED,
    )


def today(request: HttpRequest) -> datetime.date:
    """The date where the person's business is; the server's for several businesses."""
    known: datetime.date | None = getattr(request, "admin_today", None)
    if known is None:
        now, some = timezone.now(), businesses_with(request, Capability.VIEW)[:2]
        known = some[0].today(now) if len(some) == 1 else timezone.localdate(now)
        setattr(request, "admin_today", known)  # noqa: B010 - not a field of it
    return known
