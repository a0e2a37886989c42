"""The admin of closed books: closing and reopening them, and the exceptions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.closing import close_books
from invoices.models import Event, Invoice, PeriodException
from invoices.querysets import EDITABLE, Direction
from partners.access import Actor, Capability
from partners.admin_access import actor_for, may, user_of
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin, YesNoFilter
from partners.admin_forms import VerbForm, show_refusal
from partners.admin_pages import admin_page, page
from partners.exceptions import BookError
from partners.models import Business


class ExceptionForm(VerbForm):
    """An exception as it is granted; afterwards it can only be revoked."""

    class Meta:
        model = PeriodException
        fields = ["business", "from_day", "to_day", "reason", "valid_until"]
        help_texts = {
            "reason": gettext_lazy(
                "It is written down with everything that is done under it."
            ),
            "valid_until": gettext_lazy("At most 92 days from now."),
        }


@admin.register(PeriodException)
class PeriodExceptionAdmin(BusinessRowAdmin):
    """Days of closed books that are open for a while; granted and revoked."""

    write = Capability.SETTINGS
    form = ExceptionForm
    list_display = [
        "from_day",
        "to_day",
        "reason",
        "granted_by",
        "granted_at",
        "valid_until",
        "revoked_at",
        "business",
    ]
    list_filter = [OF_BUSINESS, ("revoked_at", YesNoFilter)]
    list_select_related = ["business"]
    search_fields = ["reason", "granted_by"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What one says, and for one that exists what became of it."""
        said = ["business", "from_day", "to_day", "reason", "valid_until"]
        done = ["granted_by", "granted_at", "revoked_by", "revoked_at"]
        return [*said, *done] if obj else said

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An exception is never changed."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whether the person may revoke exceptions anywhere; the verb asks for each."""
        return may(request, self.write)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Grant it."""
        said = form.cleaned_data
        by = actor_for(user_of(request), said["business"])
        granted = PeriodException.grant(**said, by=by, now=timezone.now())
        obj.__dict__.update(granted.__dict__)

    @admin.action(description=gettext_lazy("Revoke…"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """End the chosen exceptions at once."""
        now = timezone.now()

        def verb(exception: PeriodException, by: Actor) -> str:
            exception.revoke(by=by, now=now)
            return _("Revoked.")

        question = _("Revoke these exceptions?")
        return self.do_each(request, queryset, verb, question)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """One that counts can be revoked."""
        return ["revoke"] if obj.counts(timezone.now()) else []


class Left(NamedTuple):
    """What is still to do in days that are to be closed: words, how many, and where."""

    words: str
    number: int
    address: str


LEFT: list[Callable[[Business, datetime.date], Left]] = []
"""What other rooms find there; at most 1,000 are counted."""
_MOST_COUNTED = 1000


class ClosingForm(forms.Form):
    """The new closing day; `seen` is the one that the page showed."""

    through = forms.DateField(
        label=gettext_lazy("Closed through"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "Nothing dated on or before this day can change. Empty opens all books."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Needed where the books are reopened."),
    )
    seen = forms.DateField(required=False, widget=forms.HiddenInput)


@admin_page(
    "closing/",
    name="closing",
    title=gettext_lazy("Close the books"),
    needs=Capability.SETTINGS,
)
def closing(request: HttpRequest, business: Business) -> HttpResponse:
    """The closing day, who moved it before, what lies inside, and how to move it."""
    now, before = timezone.now(), business.closed_through
    suggested = business.today(now).replace(day=1) - datetime.timedelta(days=1)
    through = max(suggested, before or suggested)
    initial = {"through": through, "seen": before}
    form = ClosingForm(request.POST or None, initial=initial)
    said = request.method == "POST" and form.is_valid()
    if said and _closed(request, business, form, now):
        messages.success(request, _("The closing day was moved."))
        return HttpResponseRedirect(reverse("admin:closing"))
    events = Event.objects.about(business).filter(verb__startswith="books.")
    context = {
        "form": form,
        "business": business,
        "events": events.order_by("-id")[:20],
        "exceptions": PeriodException.objects.for_business(business)
        .filter(revoked_at=None, valid_until__gt=now)
        .order_by("valid_until")[:20],
        "suggested": through,
        "left": [one for one in _left(business, through) if one.number],
    }
    return page(request, "admin/closing.html", context)


def _left(business: Business, day: datetime.date) -> list[Left]:
    """What is dated through the day and could not be issued or approved afterwards."""
    found = []
    for direction, words, model in (
        (Direction.ISSUED, _("Drafts that could not be issued any more"), "invoice"),
        (Direction.RECEIVED, _("Bills that could not be approved any more"), "bill"),
    ):
        rows = Invoice.objects.for_business(business).filter(
            direction=direction, state__in=EDITABLE, date__lte=day
        )
        status = "draft" if direction == Direction.ISSUED else "received"
        asked = urlencode({"status": status, "date__lte": str(day)})
        where = reverse(f"admin:invoices_{model}_changelist")
        number = rows[:_MOST_COUNTED].count()
        found.append(Left(words, number, f"{where}?{asked}"))
    return [*found, *(find(business, day) for find in LEFT)]


def _closed(
    request: HttpRequest, business: Business, form: ClosingForm, now: datetime.datetime
) -> bool:
    said = form.cleaned_data
    try:
        close_books(
            business,
            said["through"],
            by=actor_for(user_of(request), business),
            now=now,
            expected=said["seen"],
            reason=said["reason"],
        )
    except BookError as refusal:
        show_refusal(form, refusal, refusal.field)
        return False
    return True
