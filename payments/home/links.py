"""Where each figure leads: the list that holds exactly what was counted.

Lists show the chosen business, or all that the person sees, as the figures do.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from invoices.models import Bill, Delivery, Event, Invoice
from invoices.querysets import Direction, Kind, State
from payments.home.figures import FAILED, Scope, next_month
from payments.models import BankLine, LineState, Payment, PaymentDirection
from payments.reports.aging import Side

_LISTS: dict[Direction, type[Model]] = {
    Direction.ISSUED: Invoice,
    Direction.RECEIVED: Bill,
}
_BINDING = {Direction.ISSUED: State.ISSUED, Direction.RECEIVED: State.APPROVED}


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses for one person; an empty one for what the person may not see."""

    request: HttpRequest
    scope: Scope

    def open(
        self, direction: Direction, currency: str, kind: Kind = Kind.INVOICE
    ) -> str:
        """What is open in a currency."""
        return self._documents(direction, currency, kind, {})

    def overdue(self, direction: Direction, currency: str) -> str:
        """What is open and was due before today."""
        day = {"due_date__lt": self.scope.today}
        return self._documents(direction, currency, Kind.INVOICE, day)

    def this_week(self, direction: Direction, currency: str) -> str:
        """What is open and due this week."""
        days = self._due(self.scope.today, self.scope.week_ends)
        return self._documents(direction, currency, Kind.INVOICE, days)

    def bucket(self, direction: Direction, currency: str, place: int) -> str:
        """What is open and due so long ago."""
        days = self._due(*self.scope.bucket_days(place))
        return self._documents(direction, currency, Kind.INVOICE, days)

    def cash(
        self, direction: PaymentDirection, currency: str, first: datetime.date
    ) -> str:
        """The payments of a month, without those cancelled."""
        return self._list(
            Payment,
            {
                "direction__exact": direction.value,
                "currency__exact": currency,
                "date__gte": first,
                "date__lt": next_month(first),
                "cancelled_at__isempty": 1,
            },
        )

    def drafts(self) -> str:
        """What waits to be issued."""
        return self._list(Invoice, {"status": State.DRAFT.value})

    def bills(self) -> str:
        """What waits for approval."""
        return self._list(Bill, {"status": State.RECEIVED.value})

    def mails(self) -> str:
        """Mails that failed, or of which nobody knows."""
        return self._list(Delivery, {"state__in": ",".join(FAILED)})

    def bank_lines(self) -> str:
        """What the bank told and nobody has matched; of one business, to match it."""
        if len(self.scope.businesses) == 1 and self._may_see(BankLine):
            return reverse("admin:bank")
        return self._list(BankLine, {"state__exact": LineState.OPEN.value})

    def disputed(self) -> str:
        """What customers object to."""
        return self._list(Invoice, {"disputed_at__isempty": 0})

    def events(self) -> str:
        """The whole history."""
        return self._list(Event, {})

    def row(self, subject: str, pk: int) -> str:
        """The page of the row that an event is about, if it has one."""
        for model in admin.site._registry:  # noqa: SLF001 - documented for get_app_list
            if model._meta.model_name == subject and self._may_see(model):
                name = f"admin:{model._meta.app_label}_{subject}_change"
                return reverse(name, args=[pk])
        return ""

    def report(self, side: Side) -> str:
        """The aging report of one side, as of today."""
        page = reverse("admin:report_aging")
        return f"{page}?{urlencode({'side': side.value, 'as_of': self.scope.today})}"

    def adding(self, model: type[Model]) -> str:
        """The page that adds a row."""
        if not admin.site.get_model_admin(model).has_add_permission(self.request):
            return ""
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")

    def _due(
        self, first: datetime.date | None, last: datetime.date | None
    ) -> dict[str, object]:
        found = {"due_date__gte": first, "due_date__lte": last}
        return {name: day for name, day in found.items() if day is not None}

    def _documents(
        self,
        direction: Direction,
        currency: str,
        kind: Kind,
        more: Mapping[str, object],
    ) -> str:
        chosen = {
            "kind__exact": kind.value,
            "state__exact": _BINDING[direction].value,
            "currency__exact": currency,
            "balance__gt": 0,
        }
        return self._list(_LISTS[direction], {**chosen, **more})

    def _list(self, model: type[Model], query: dict[str, object]) -> str:
        if not self._may_see(model):
            return ""
        meta = model._meta
        page = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        return f"{page}?{urlencode(query)}" if query else page

    def _may_see(self, model: type[Model]) -> bool:
        return admin.site.get_model_admin(model).has_view_permission(self.request)
