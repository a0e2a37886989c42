"""The admin of invoices that come again on a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from invoices.admin import display
from invoices.admin.drafts import MOST_LINES, LineForm, LineFormSet
from invoices.admin.standing import today
from invoices.drafting import LineDraft
from invoices.models import (
    Invoice,
    RecurringInvoice,
    RecurringLine,
    RecurringPeriod,
)
from invoices.recurrence import (
    RecurringDraft,
    missed,
    pause,
    resume,
    save_recurring,
    skip,
)
from partners.access import Actor, Capability
from partners.admin_access import actor_for, user_of
from partners.admin_base import (
    OF_BUSINESS,
    BusinessRowAdmin,
    BusinessRowInline,
    YesNoFilter,
)
from partners.admin_forms import VerbForm

_MOST_PERIODS_SHOWN = 100
_COPIED = (
    "name",
    "partner",
    "currency",
    "discount_percent",
    "every",
    "interval",
    "starts_on",
    "until",
    "count",
    "makes",
    "due_days",
    "purchase_order",
    "terms",
    "memo",
)


class RecurringForm(VerbForm):
    """The head of a template; it becomes a RecurringDraft."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = RecurringInvoice
        fields = ["business", *_COPIED]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version

    def draft(self, lines: list[LineDraft]) -> RecurringDraft:
        """The template in the books' words; only when the form is valid."""
        given = self.cleaned_data
        values = {name: given[name] for name in _COPIED}
        values["currency"] = values["currency"].upper()
        business = given.get("business") or self.instance.business
        return RecurringDraft(business=business, lines=lines, **values)


class RecurringLineForm(LineForm):
    """One position."""

    class Meta:
        model = RecurringLine
        fields = LineForm.Meta.fields
        widgets = LineForm.Meta.widgets


class RecurringLineInline(BusinessRowInline):
    """The positions of each document."""

    write = Capability.DRAFT
    model = RecurringLine
    form = RecurringLineForm
    formset = LineFormSet
    max_num = MOST_LINES
    autocomplete_fields = ["product", "tax"]
    fields = ["product", "description", "quantity", "unit_price", "tax"]
    ordering = ["position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The lines with what they name; one query."""
        rows: QuerySet[Any] = super().get_queryset(request)
        found: QuerySet[Any] = rows.select_related("product", "tax")
        return found

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A new one has at least one line."""
        return 0 if obj else 1


@admin.register(RecurringInvoice)
class RecurringInvoiceAdmin(BusinessRowAdmin):
    """Templates of invoices with their schedules; a job makes what is due."""

    teaches = _(
        "A template makes the same invoice every week, month or year, as a "
        "draft or sent at once."
    )
    write = Capability.DRAFT
    form = RecurringForm
    inlines = [RecurringLineInline]
    list_display = [
        "name",
        "partner",
        "every",
        "interval",
        "makes",
        "next_on",
        "made",
        "active",
        "problem",
        "business",
    ]
    list_filter = [
        OF_BUSINESS,
        "active",
        "makes",
        "every",
        ("problem", YesNoFilter),
        "next_on",
    ]
    list_select_related = ["business", "partner"]
    search_fields = ["name", "partner__name"]
    autocomplete_fields = ["business", "partner"]
    readonly_fields = ["active", "next_on", "made", "problem", "documents", "history"]
    actions = ["pause", "resume", "skip"]
    head: ClassVar[list[Any]] = [
        "business",
        "name",
        "partner",
        ("currency", "discount_percent"),
        ("every", "interval"),
        ("starts_on", "until", "count"),
        ("makes", "due_days"),
        "purchase_order",
        "terms",
        "memo",
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The head; for one that exists also what became of it."""
        if obj is None:
            return [(None, {"fields": self.head})]
        changing = self.has_change_permission(request, obj)
        head = [*self.head, *(["seen_version"] if changing else [])]
        became = [("active", "next_on", "made"), "problem", "documents"]
        return [
            (None, {"fields": head}),
            ("Schedule", {"fields": became}),
            ("History", {"fields": ["history"]}),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new one starts today."""
        initial = super().get_changeform_initial_data(request)
        return {"starts_on": today(request), **initial}

    @admin.display(description="documents made")
    def documents(self, recurring: RecurringInvoice) -> SafeString:
        """The latest documents, newest first; one that was deleted has no link."""
        periods = RecurringPeriod.objects.for_business(recurring.business_id)
        latest = periods.filter(recurring=recurring).order_by("-number")
        shown = list(latest[:_MOST_PERIODS_SHOWN])
        rows = Invoice.objects.for_business(recurring.business_id)
        pks = [period.invoice for period in shown]
        found = rows.select_related("partner").in_bulk(pks)
        return display.table(
            ["Number", "Date", "Document"],
            [
                (each.number, each.date, display.link(found.get(each.invoice)))
                for each in shown
            ],
        )

    @admin.display(description="history")
    def history(self, recurring: RecurringInvoice) -> SafeString:
        """When it was saved, paused, and what it made."""
        return display.history(recurring)

    # --- saving, by a verb --------------------------------------------------------------

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Nothing yet: the verb takes head and lines together."""

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Save the template; raises what the verb raises."""
        draft = form.draft([part.line() for part in formsets[0].kept()])
        saved = save_recurring(
            form.instance if change else None,
            draft,
            by=actor_for(user_of(request), draft.business),
            now=timezone.now(),
            expected_version=form.cleaned_data["seen_version"] if change else None,
        )
        form.instance.__dict__.update(saved.__dict__)
        self._warn_of_the_past(request, saved)

    def _warn_of_the_past(
        self, request: HttpRequest, recurring: RecurringInvoice
    ) -> None:
        """Say how many back-dated documents the next hour brings."""
        today = recurring.business.today(timezone.now())
        past = [date for date in missed(recurring, today) if date < today]
        if past:
            words = "1 document" if len(past) == 1 else f"{len(past)} documents"
            text = (
                f"It begins in the past: {words} dated {past[0]} or later, "
                "before today, will be made within the hour. If you do not want that, "
                "pause it now; resumed, it goes on from that day."
            )
            self.message_user(request, text, messages.WARNING)

    # --- actions ------------------------------------------------------------------------

    @admin.action(description="Pause", permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[RecurringInvoice]) -> None:
        """Make nothing until they are resumed."""

        def verb(recurring: RecurringInvoice, by: Actor) -> str:
            return f"Paused {pause(recurring, by=by)}."

        self.do_each(request, queryset, verb)

    @admin.action(description="Resume", permissions=["change"])
    def resume(
        self, request: HttpRequest, queryset: QuerySet[RecurringInvoice]
    ) -> None:
        """Go on from today; what lay in the pause is not made."""
        now = timezone.now()

        def verb(recurring: RecurringInvoice, by: Actor) -> str:
            row = resume(recurring, by=by, now=now)
            return f"Resumed {row}; the next document is dated {row.next_on or '–'}."

        self.do_each(request, queryset, verb)

    @admin.action(description="Leave out the next document…", permissions=["change"])
    def skip(
        self, request: HttpRequest, queryset: QuerySet[RecurringInvoice]
    ) -> HttpResponse | None:
        """Go on with the one after it."""
        question = "Leave out the next document of each of these?"

        def verb(recurring: RecurringInvoice, by: Actor) -> str:
            row = skip(recurring, by=by)
            return f"{row}: the next document is dated {row.next_on or '–'}."

        return self.do_each(request, queryset, verb, question)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """Pause it or go on; what has ended has nothing to leave out."""
        skip_next = ["skip"] if obj.next_on else []
        return ["pause" if obj.active else "resume", *skip_next]
