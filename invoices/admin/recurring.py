"""The admin of invoices that come again on a schedule."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from invoices.admin import display
from invoices.models import (
    Invoice,
    RecurringInvoice,
    RecurringLine,
    RecurringPeriod,
)
from partners.admin_base import BusinessRowAdmin, BusinessRowInline, VisibleFilter
from partners.admin_forms import VerbFormSet, VerbInlineForm

_OF_BUSINESS = ("business", VisibleFilter)
_MOST_PERIODS_SHOWN = 100


class RecurringLineInline(BusinessRowInline):
    """The positions of each document."""

    write = None
    model = RecurringLine
    form = VerbInlineForm
    formset = VerbFormSet
    max_num = 100
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
    """Templates of invoices with their schedules."""

    write = None
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
        _OF_BUSINESS,
        "active",
        "makes",
        "every",
        ("problem", admin.EmptyFieldListFilter),
        "next_on",
    ]
    list_select_related = ["business", "partner"]
    search_fields = ["name", "partner__name"]
    autocomplete_fields = ["business", "partner"]
    readonly_fields = ["next_on", "made", "problem", "documents"]
    head = [
        "business",
        "name",
        "partner",
        ("currency", "discount_percent"),
        ("every", "interval"),
        ("starts_on", "until", "count"),
        ("makes", "due_days", "active"),
        "purchase_order",
        "terms",
        "memo",
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The head; for one that exists also what became of it."""
        if obj is None:
            return [(None, {"fields": self.head})]
        became = {"fields": [("next_on", "made"), "problem", "documents"]}
        return [(None, {"fields": self.head}), ("Schedule", became)]

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
