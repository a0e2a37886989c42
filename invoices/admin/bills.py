"""The admin of what vendors send: bills, approved by those who may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from invoices import drafting
from invoices.admin import display
from invoices.admin.documents import DocumentAdmin
from invoices.admin.drafts import DraftForm, WholeFormSet, named_by_column
from invoices.admin.lines import LineInline, PartInline
from invoices.admin.standing import BillStatusFilter
from invoices.assigning import WHOLE, assign
from invoices.models import Bill, Cost, CostShare, Invoice, Project
from invoices.querysets import Direction, State
from partners.access import Actor, Capability
from partners.admin_access import may, visible_rows
from partners.admin_base import OF_BUSINESS, VisibleFilter
from partners.admin_forms import VerbInlineForm
from partners.models import Partner

_MOST_CHOICES = 200
_NOWHERE = ("nowhere", "No project, on purpose")


class BillForm(DraftForm):
    """The head of a bill."""

    direction: ClassVar[Direction] = Direction.RECEIVED
    copied: ClassVar[tuple[str, ...]] = (
        *DraftForm.copied,
        "purchase_order_line",
        "purchase_order_type",
        "ledger_line",
        "expected_total",
        "duplicate_reason",
    )

    class Meta(DraftForm.Meta):
        model = Bill
        fields = [
            *DraftForm.Meta.fields,
            "purchase_order_line",
            "purchase_order_type",
            "ledger_line",
            "expected_total",
            "duplicate_reason",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "partner" in self.fields:
            self.fields["partner"].label = "Vendor"


class ShareForm(VerbInlineForm):
    """How much belongs to which cost."""

    class Meta:
        model = CostShare
        fields: ClassVar[list[str]] = ["cost", "percent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "cost" in self.fields:
            self.fields["percent"] = forms.DecimalField(
                max_digits=9,
                decimal_places=6,
                initial=WHOLE,
                widget=UnfoldAdminDecimalFieldWidget,
            )
            named_by_column(self)


class ShareInline(PartInline):
    """The costs of the project that share the bill; 100 percent in all."""

    model = CostShare
    form = ShareForm
    formset = WholeFormSet
    max_num = 100
    autocomplete_fields = ["cost"]
    verbose_name_plural = "shares of costs"
    fields = ["cost", "percent"]
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the costs, in one query."""
        found: QuerySet[Any] = super().get_queryset(request).select_related("cost")
        return found


class VendorFilter(VisibleFilter):
    """Bills by their vendor."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        """The vendors, at most 200 of them."""
        vendors = visible_rows(Partner, request).filter(is_vendor=True)
        return [(str(row.pk), str(row)) for row in vendors[:_MOST_CHOICES]]


@admin.register(Bill)
class BillAdmin(DocumentAdmin):
    """Bills and vendors' credit notes; approving and paying need not be one's."""

    teaches = _(
        "Enter what vendors send you. A bill waits here until somebody approves "
        "it; then it can be paid."
    )
    form = BillForm
    direction = Direction.RECEIVED
    inlines = [LineInline, ShareInline]
    list_display = [
        "__str__",
        "vendor",
        "status",
        "date",
        "due_date",
        display.amount_column("total"),
        "open",
        "project",
        "kind",
        "business",
    ]
    list_filter = [
        OF_BUSINESS,
        BillStatusFilter,
        ("project", VisibleFilter),
        ("partner", VendorFilter),
        "due_date",
        "date",
    ]
    list_select_related = ["business", "partner", "project"]
    actions: ClassVar[list[Any]] = ["approve", "cancel", "assign", "delete_drafts"]
    head: ClassVar[list[Any]] = [
        (
            None,
            {
                "fields": [
                    "business",
                    "kind",
                    "partner",
                    "number",
                    "date",
                    "due_date",
                    "currency",
                    "discount_percent",
                    "expected_total",
                ]
            },
        ),
        (
            _("References"),
            {
                "classes": ["collapse"],
                "fields": [
                    "reference",
                    "duplicate_reason",
                    "purchase_order",
                    "purchase_order_line",
                    "purchase_order_type",
                    "ledger_line",
                    "project",
                    "currency_rate",
                ],
            },
        ),
        (
            _("Texts"),
            {"classes": ["collapse"], "fields": ["description", "terms", "memo"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What was received."""
        return super().get_queryset(request).filter(direction=Direction.RECEIVED)

    @admin.display(description="vendor")
    def vendor(self, bill: Any) -> str:
        """From whom it is, short enough to leave room for the amounts."""
        return self.to_or_from(bill)

    def draft(self, form: Any, formsets: Any) -> drafting.InvoiceDraft:
        """The bill as the page says it, with its shares."""
        lines, shares = formsets
        given = [part.cleaned_data for part in shares.kept()]
        return form.draft(  # type: ignore[no-any-return]
            [part.line() for part in lines.kept()],
            cost_shares=[(part["cost"], part["percent"]) for part in given],
        )

    # --- who may ----------------------------------------------------------------------

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Whether the person may approve anywhere; the verb asks for each bill."""
        return may(request, Capability.APPROVE)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """Whether the person may turn down, or withdraw an approval, anywhere."""
        return self.has_approve_permission(request) or may(request, Capability.CORRECT)

    def has_pay_permission(self, request: HttpRequest) -> bool:
        """Whether the person may record payments anywhere."""
        return may(request, Capability.PAY)

    def has_assign_permission(self, request: HttpRequest) -> bool:
        """Whether the person may say anywhere what a bill belongs to."""
        return may(request, Capability.DRAFT)

    # --- actions ------------------------------------------------------------------------

    @admin.action(description="Approve", permissions=["approve"])
    def approve(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Accept the chosen bills as owed."""
        now = timezone.now()

        def verb(bill: Invoice, by: Actor) -> str:
            return f"Approved {bill.approve(by=by, now=now)}."

        return self.do_each(request, queryset, verb, "Approve these bills?")

    @admin.action(description="Cancel…", permissions=["cancel"])
    def cancel(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Turn the chosen bills down, or withdraw their approval, for a reason."""
        reason = self.reason(request)

        def verb(bill: Invoice, by: Actor) -> str:
            return f"Cancelled {bill.cancel(by=by, reason=reason)}."

        return self.do_each(
            request, queryset, verb, "Cancel these bills?", reason="required"
        )

    @admin.action(description="Assign…", permissions=["assign"])
    def assign(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Say to which project, or to which one cost, the chosen bills belong."""
        places = _places(request)
        choices = [(value, words) for value, (words, _, _) in places.items()]
        question = "Assign these bills?"

        def verb(bill: Invoice, by: Actor) -> str:
            words, project, cost = places[self.choice(request)]
            assign(bill, project, [(cost, WHOLE)] if cost else None, by=by)
            return f"Assigned {bill}: {words}."

        return self.do_each(request, queryset, verb, question, choices=choices)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """What makes sense in the bill's state."""
        paid = ["record_payments"] if obj.balance else []
        return {
            State.RECEIVED: ["approve", "cancel", "assign"],
            State.APPROVED: [*paid, "cancel", "assign"],
        }.get(State(obj.state), [])


def _places(
    request: HttpRequest,
) -> dict[str, tuple[str, Project | None, Cost | None]]:
    """Where bills can be put: open projects, and each of their costs; two queries."""
    value, words = _NOWHERE
    found: dict[str, tuple[str, Project | None, Cost | None]] = {}
    found[value] = (words, None, None)
    projects = visible_rows(Project, request).filter(closed_on__isnull=True)
    for project in projects.order_by("name", "id")[:_MOST_CHOICES]:
        found[f"project-{project.pk}"] = (str(project), project, None)
    costs = visible_rows(Cost, request).filter(project__closed_on__isnull=True)
    in_order = costs.select_related("project").order_by("project__name", "name", "id")
    for cost in in_order[:_MOST_CHOICES]:
        place = f"{cost.project}: {cost}"
        found[f"cost-{cost.pk}"] = (place, cost.project, cost)
    return found
