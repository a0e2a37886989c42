"""The admin of projects, their costs and the categories of costs."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from invoices import investing
from invoices.admin import display
from invoices.models import Cost, CostCategory, Project
from partners.access import Actor, Capability
from partners.admin_access import may, only_seen
from partners.admin_archive import Archivable, InUseFilter
from partners.admin_base import (
    OF_BUSINESS,
    BusinessRowAdmin,
    VisibleFilter,
    YesNoFilter,
)
from partners.admin_forms import BusinessRowForm
from partners.models import Membership, User


class ProjectForm(BusinessRowForm):
    """A project, whose owner works for its business."""

    def clean(self) -> dict[str, Any]:
        """Refuse somebody else as the owner."""
        cleaned = super().clean()
        business_id, owner = self.instance.business_id, cleaned.get("owner")
        if business_id is not None and owner is not None:
            members = Membership.objects.for_business(business_id)
            if not members.filter(user=owner, active=True).exists():
                self.add_error("owner", "This person does not work for the business.")
        return cleaned


@admin.register(Project)
class ProjectAdmin(Archivable, BusinessRowAdmin):
    """What purchases and sales belong to; closed when it ends."""

    teaches = _("Bills and their costs can be assigned to a project.")
    deletable = True
    form = ProjectForm
    list_display = ["name", "code", "category", "owner", "closed_on", "business"]
    list_filter = [
        OF_BUSINESS,
        InUseFilter,
        ("closed_on", YesNoFilter),
        "in_service_on",
    ]
    list_select_related = ["business", "owner"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["business"]
    # Backed by invoices_project_by_name.
    ordering = ["business_id", "name", "id"]
    readonly_fields = ["closed_on", "archived_at", "history"]
    actions = ["close", "reopen", "archive", "restore"]
    _head = [
        "business",
        "code",
        "name",
        "description",
        "rationale",
        "category",
        "keywords",
        "owner",
        ("starts_on", "in_service_on"),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The project; for one that exists also what became of it."""
        if obj is None:
            return [(None, {"fields": self._head})]
        return [
            (None, {"fields": [*self._head, ("closed_on", "archived_at")]}),
            ("History", {"fields": ["history"]}),
        ]

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """The owner works for a business that the person sees."""
        if db_field.name == "owner":
            active = Membership.objects.filter(active=True)
            members = only_seen(active, request, Capability.VIEW)
            people = User.objects.filter(is_active=True, pk__in=members.values("user"))
            kwargs["queryset"] = people.order_by("email")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_close_permission(self, request: HttpRequest) -> bool:
        """Whether the person may close projects anywhere; the verb asks for each."""
        return may(request, self.write)

    @admin.display(description="history")
    def history(self, project: Project) -> SafeString:
        """When it was closed and reopened."""
        return display.history(project)

    @admin.action(description="Close…", permissions=["close"])
    def close(
        self, request: HttpRequest, queryset: QuerySet[Project]
    ) -> HttpResponse | None:
        """Say that the chosen projects ended today."""
        now = timezone.now()

        def verb(project: Project, by: Actor) -> str:
            today: datetime.date = project.business.today(now)
            project.close(by=by, on=today)
            return f"Closed {project}."

        return self.do_each(request, queryset, verb, "Close these projects today?")

    @admin.action(description="Reopen", permissions=["close"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Undo that."""

        def verb(project: Project, by: Actor) -> str:
            project.reopen(by=by)
            return f"Reopened {project}."

        self.do_each(request, queryset, verb)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """Close and archive, or undo it."""
        end = "close" if obj.closed_on is None else "reopen"
        return [end, *super().object_actions(obj)]


@admin.register(Cost)
class CostAdmin(Archivable, BusinessRowAdmin):
    """Positions of projects' budgets, in which bills share."""

    teaches = _("A position in a project’s budget, in which bills share.")
    deletable = True
    list_display = [
        "name",
        "project",
        "vendor",
        "category",
        "unique_cost_id",
        "approved",
        "business",
    ]
    list_filter = [OF_BUSINESS, InUseFilter, ("project", VisibleFilter), "approved"]
    list_select_related = ["business", "project", "vendor", "category"]
    search_fields = ["name", "unique_cost_id"]
    autocomplete_fields = ["business", "project", "vendor", "category", "account"]
    fields = [
        "business",
        "project",
        "name",
        "description",
        "unique_cost_id",
        "vendor",
        ("category", "account"),
        "currency",
        ("quantity", "unit_price", "freight"),
        ("taxed", "approved"),
        "month",
        "archived_at",
    ]
    readonly_fields = ["archived_at"]
    actions = ["archive", "restore"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A cost stays in its project."""
        fixed = [] if obj is None else ["project"]
        return [*super().get_readonly_fields(request, obj), *fixed]


@admin.register(CostCategory)
class CostCategoryAdmin(BusinessRowAdmin):
    """Kinds of costs; they may lie inside each other."""

    deletable = True
    list_display = ["name", "code", "parent", "business"]
    list_filter = [OF_BUSINESS]
    list_select_related = ["business", "parent"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["business", "parent"]
    fields = ["business", "code", "name", "parent"]

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Save it; Invalid where it would lie inside itself."""
        investing.must_not_lie_in_itself(obj, obj.parent_id)
        super().save_model(request, obj, form, change)
