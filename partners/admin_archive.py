"""Putting rows away in the admin; lists and choices leave them out."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.admin_actions import ArchiveActions


class InUseFilter(admin.SimpleListFilter):
    """What a list shows: what is in use unless archived rows are asked for."""

    title = _("archived")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Besides the default."""
        return [("yes", _("Archived")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """The default goes by its own name."""
        first, *rest = super().choices(changelist)
        yield {**first, "display": _("In use")}
        yield from rest

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that are asked for; an action finds those that were chosen."""
        if self.value() == "all" or request.method == "POST":
            return queryset
        return queryset.filter(archived_at__isnull=self.value() != "yes")


class Archivable(ArchiveActions):
    """A ModelAdmin of rows that are put away; new documents do not offer them."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What the list finds; the choices of a form leave archived rows out."""
        match = request.resolver_match
        if match is not None and match.url_name == "autocomplete":
            queryset = queryset.filter(archived_at=None)
        found: tuple[QuerySet[Any], bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found
