"""What every ModelAdmin of the books stands on: own rows only, and fast lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.core.paginator import Paginator
from django.db import models
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from unfold.admin import TabularInline
from unfold.views import ChangeList

from partners import master
from partners.access import Capability
from partners.admin_access import (
    actor_for,
    businesses_with,
    choose_business,
    chosen_business,
    may,
    only_seen,
    user_of,
    visible_rows,
)
from partners.admin_actions import EachRowActions
from partners.admin_exports import ListExports
from partners.admin_forms import (
    BusinessRowForm,
    BusinessRowFormSet,
    BusinessRowInlineForm,
    ShowsRefusals,
)
from partners.admin_history import KeepsHistory
from partners.admin_lookups import KeyedAutocomplete, PlainLookups
from partners.admin_once import AddsOnce
from partners.admin_uses import told_uses
from partners.exceptions import BookError
from partners.tenancy import BusinessRow

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

MOST_COUNTED = 10_000
_MOST_FILTER_CHOICES = 200


class CappedPaginator(_Paginator):
    """Counts at most MOST_COUNTED rows, so that a list of millions opens at once."""

    @cached_property
    def count(self) -> int:
        """The number of rows, or MOST_COUNTED where there are more."""
        rows: Any = self.object_list
        counted: int = rows.order_by()[:MOST_COUNTED].count()
        return counted


class CappedList(ChangeList):
    """A list that says so when there is more than it counts, or no page so far on."""

    page_num: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.result_count >= MOST_COUNTED:
            more = _("there are more: search or filter")
            self.title: str = f"{self.title} ({more})"

    def get_results(self, request: HttpRequest) -> None:
        """The page that is asked for, else the nearest one, and the words for it."""
        asked: int = self.page_num
        try:
            super().get_results(request)
        except IncorrectLookupParameters:
            pages = self.model_admin.get_paginator(
                request, self.queryset, self.list_per_page
            ).num_pages
            self.page_num = min(max(asked, 1), pages)
            super().get_results(request)
        self.page_num = min(max(asked, 1), self.paginator.num_pages)
        if asked != self.page_num:
            told = _("There is no page {asked}; this is page {shown}.")
            told = told.format(asked=f"{asked:,}", shown=f"{self.page_num:,}")
            messages.warning(request, told)


class VisibleFilter(admin.RelatedFieldListFilter):
    """A filter by a foreign key that offers only rows the person may see."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        """The choices, at most 200 of them."""
        rows = visible_rows(field.remote_field.model, request)
        return [(str(row.pk), str(row)) for row in rows[:_MOST_FILTER_CHOICES]]


class YesNoFilter(admin.EmptyFieldListFilter):
    """Whether something has happened: a moment is kept of it, or none."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """All, no, yes."""
        words = (_("All"), _("No"), _("Yes"))
        for choice, word in zip(super().choices(changelist), words, strict=True):
            yield {**choice, "display": word}


OF_BUSINESS = ("business", VisibleFilter)
"""The filter by business, which is not shown where one is chosen."""


class VisibleChoices:
    """For a ModelAdmin or inline: foreign keys take only rows the person may see.

    It limits what a form accepts, hence forged ids too; the pop-up lists ask the
    other model's admin, which is limited by itself.
    """

    write: ClassVar[Capability | None] = Capability.MASTER

    def formfield_for_foreignkey(
        self,
        db_field: models.ForeignKey[Any, Any],
        request: HttpRequest,
        **kwargs: Any,
    ) -> ModelChoiceField[Any] | None:
        """The form field, over visible rows only."""
        if db_field.name == "business" and self.write is not None:
            queryset: models.QuerySet[Any] = businesses_with(request, self.write)
        else:
            queryset = visible_rows(db_field.remote_field.model, request)
        kwargs.setdefault("queryset", queryset)
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            site = self.admin_site  # type: ignore[attr-defined]
            kwargs.setdefault("widget", KeyedAutocomplete(db_field, site))
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(  # type: ignore[misc]
            db_field, request, **kwargs
        )
        return field


class BusinessRowAdmin(
    ListExports,
    PlainLookups,
    AddsOnce,
    ShowsRefusals,
    VisibleChoices,
    KeepsHistory,
    EachRowActions,
):
    """The admin of rows that belong to a business.

    `see` and `write` are the capabilities that looking and changing need; a `write`
    of None makes the whole admin read-only. Rows that nothing refers to can be deleted
    where `deletable` says so. `tenant` is the row's attribute with the business's primary key.
    """

    see: ClassVar[Capability] = Capability.VIEW
    tenant: ClassVar[str] = "business_id"
    deletable: ClassVar[bool] = False
    sortable_by: ClassVar[Sequence[str] | None] = None
    # What an empty list says: what these rows are for, and where they come from.
    teaches: ClassVar[Any] = ""
    form = BusinessRowForm
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    # The primary key alone is indexed for one business as for all of them.
    ordering = ["-id"]
    view_on_site = False
    list_fullwidth = True
    warn_unsaved_form = True

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The list; 400 for a query or a selection that no link or form makes."""
        try:
            return super().changelist_view(request, *args, **kwargs)
        except (ValueError, OverflowError) as error:
            raise SuspiciousOperation(str(error)) from error

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Only rows of businesses where the person may look.

        Lists and choices show only the chosen business; a row's own page opens
        wherever the person may look.
        """
        rows = only_seen(super().get_queryset(request), request, self.see, self.tenant)
        match = request.resolver_match
        name = match.url_name or "" if match else ""
        listing = name == "autocomplete" or name.endswith("_changelist")
        business = chosen_business(request) if listing else None
        if business is None or "_back" in request.POST:
            return rows
        return rows.filter(**{self.tenant: business.pk})

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The row; opening one of another of the person's businesses goes there."""
        row = super().get_object(request, object_id, from_field)
        chosen = chosen_business(request)
        if row is None or chosen is None or getattr(row, self.tenant) == chosen.pk:
            return row
        business = row if self.tenant == "pk" else row.business
        choose_business(request, business)
        told = _("You are now working for {business}.").format(business=business)
        self.message_user(request, told)
        return row

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Without the business where only one is shown."""
        return self._without_business(request, super().get_list_display(request))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Without the business where only one is shown."""
        return self._without_business(request, super().get_list_filter(request))

    def _without_business(self, request: HttpRequest, parts: Any) -> list[Any]:
        if chosen_business(request) is None:
            return list(parts)
        return [part for part in parts if part not in ("business", OF_BUSINESS)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that says where its counting stops."""
        return CappedList

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A row stays with its business."""
        fixed = ["business"] if obj is not None and self.tenant != "pk" else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The business is filled in where only one is meant."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        chosen = chosen_business(request)
        if chosen is not None:
            initial.setdefault("business", chosen.pk)
        elif self.write is not None:
            choices = businesses_with(request, self.write)[:2]
            if len(choices) == 1:
                initial.setdefault("business", choices[0].pk)
        return initial

    def business_ids(self, request: HttpRequest, most: int) -> list[int]:
        """Up to `most` primary keys of the businesses whose rows the person sees."""
        return list(
            businesses_with(request, self.see).values_list("pk", flat=True)[:most]
        )

    # --- permissions, all from roles -------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the model is listed."""
        return may(request, self.see)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may look at the row, or at any."""
        return may(request, self.see, obj and getattr(obj, self.tenant))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether the person may add rows anywhere."""
        return may(request, self.write)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may change the row, or any."""
        return may(request, self.write, obj and getattr(obj, self.tenant))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may delete the row, or any."""
        return self.deletable and self.has_change_permission(request, obj)

    # --- deleting --------------------------------------------------------------------

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row; raises InUse where others refer to it."""
        master.delete(obj, by=actor_for(user_of(request), obj.business))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The page that deletes, or a page that says what refers to the row."""
        row = self.get_object(request, object_id) if self.deletable else None
        if (
            request.method == "GET"
            and isinstance(row, BusinessRow)
            and self.has_delete_permission(request, row)
            and (uses := told_uses(row))
        ):
            return self._in_use(request, row, uses)
        delete: Callable[..., HttpResponse] = super().delete_view
        try:
            return delete(request, object_id, extra_context)
        except BookError as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return HttpResponseRedirect(request.path)

    def _in_use(
        self, request: HttpRequest, row: BusinessRow, uses: list[dict[str, Any]]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("{row} is in use and cannot be deleted").format(row=row),
            "opts": self.opts,
            "original": row,
            "uses": uses,
            "archivable": getattr(row, "archived_at", row) is None,
        }
        return TemplateResponse(request, "admin/in_use.html", context)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What the page lists: the rows themselves, without reading all they touch."""
        names = [str(row) for row in objs]
        return names, {str(self.opts.verbose_name_plural): len(names)}, set(), []


class BusinessRowInline(VisibleChoices, TabularInline):
    """Rows edited on the page of their parent, whose business they take."""

    form = BusinessRowInlineForm
    formset = BusinessRowFormSet
    extra = 0

    def get_formset(
        self, request: HttpRequest, obj: Any = None, **kwargs: Any
    ) -> type[Any]:
        """A formset that knows what the books refused a moment ago."""
        formset: type[Any] = super().get_formset(request, obj, **kwargs)
        formset.refusal = getattr(request, "refusal", None)
        return formset

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the parent sees its parts."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        """Whether parts may be added."""
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may change the parent's parts."""
        return may(request, self.write, obj and obj.business_id)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether parts may be taken away."""
        return self.has_change_permission(request, obj)
