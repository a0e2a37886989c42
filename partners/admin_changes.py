"""The admin of all changes of master data together, also of rows that are gone."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partners.access import Capability
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin
from partners.admin_history import tell
from partners.models import Change


@admin.register(Change)
class ChangeAdmin(BusinessRowAdmin):
    """Who changed what; read-only. For owners, because it also tells of keys."""

    see = Capability.MEMBERS
    write: ClassVar[None] = None
    list_display = ["at", "actor", "deed", "subject", "subject_id", "part"]
    list_filter = [OF_BUSINESS, "deed", "at"]
    sortable_by: ClassVar[list[str]] = []
    fields = [
        "business",
        "at",
        "actor",
        "deed",
        "subject",
        "subject_id",
        "part",
        "told",
    ]
    readonly_fields = ["told"]

    @admin.display(description=_("what changed"))
    def told(self, change: Change) -> SafeString:
        """Each field with both values."""
        [words] = tell([change])
        return format_html_join("", "<p>{}: {} → {}</p>", words.fields)
