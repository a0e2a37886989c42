"""The admin of what the books write by themselves: read-only, for everybody."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from invoices.admin import display
from invoices.models import Event, NumberSequence
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin


@admin.register(Event)
class EventAdmin(BusinessRowAdmin):
    """History; nobody changes it."""

    write: ClassVar[None] = None
    list_display = ["at", "actor", "verb", "subject", "subject_id", "facts_in_words"]
    list_filter = [OF_BUSINESS, "at"]
    # Every other order would sort the whole history.
    sortable_by = []
    fields = [
        "business",
        "at",
        "actor",
        "verb",
        "subject",
        "subject_id",
        "facts_in_words",
        "position",
        "previous_hash",
        "hash",
    ]
    readonly_fields = ["facts_in_words"]

    @admin.display(description="facts")
    def facts_in_words(self, event: Event) -> str:
        """What the event remembers."""
        return display.said(event)


@admin.register(NumberSequence)
class NumberSequenceAdmin(BusinessRowAdmin):
    """The last number of each series; only issuing counts it up."""

    write: ClassVar[None] = None
    list_display = ["series", "period", "last", "business"]
    list_filter = [OF_BUSINESS]
    list_select_related = ["business"]
    search_fields = ["series", "period"]
