"""The admin of what the business issues: invoices and credit notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from invoices.admin import display
from invoices.admin.correspondence import (
    CorrespondenceActions,
    correspondence_actions,
)
from invoices.admin.documents import DocumentAdmin
from invoices.admin.drafts import DraftForm
from invoices.admin.standing import StatusFilter
from invoices.crediting import credit
from invoices.models import Invoice
from invoices.querysets import Direction, State
from partners.access import Actor, Capability
from partners.admin_access import may, only_seen
from partners.admin_base import OF_BUSINESS, YesNoFilter


@admin.register(Invoice)
class InvoiceAdmin(CorrespondenceActions, DocumentAdmin):
    """Invoices and credit notes, and the verbs of their life as actions.

    Bills have a list of their own; a link to any document finds its page.
    """

    teaches = _(
        "Write a draft, issue it, and send it from “Review and send”. Drafts "
        "also come from the API, from recurring invoices and from “Import”."
    )
    form = DraftForm
    list_display = [
        "__str__",
        "status",
        "to_or_from",
        "date",
        "due_date",
        display.amount_column("total"),
        "open",
        "kind",
        "business",
    ]
    list_filter = [
        OF_BUSINESS,
        StatusFilter,
        "kind",
        ("sent_at", YesNoFilter),
        ("disputed_at", YesNoFilter),
        "date",
        "due_date",
    ]
    actions: ClassVar[list[Any]] = [
        "issue",
        "send",
        "void",
        "credit",
        "write_off",
        "remind",
        "dispute",
        "settle",
        "hold",
        "release",
        "delete_drafts",
    ]
    direction = Direction.ISSUED
    head: ClassVar[list[Any]] = [
        (
            None,
            {
                "fields": [
                    "business",
                    "kind",
                    "partner",
                    "date",
                    "due_date",
                    "currency",
                    "discount_percent",
                ]
            },
        ),
        (
            _("References"),
            {
                "classes": ["collapse"],
                "fields": [
                    "number",
                    "reference",
                    "purchase_order",
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
        """What was issued; where a payment's document is looked for, bills too."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        if match is not None and match.url_name == "autocomplete":
            return rows
        return rows.filter(direction=Direction.ISSUED)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """A link to a document leads to a bill's own page, if it is one."""
        bills = only_seen(Invoice.objects.all().received(), request, self.see)
        if object_id.isdecimal() and bills.filter(pk=object_id).exists():
            page = reverse("admin:invoices_bill_change", args=[object_id])
            return HttpResponseRedirect(page)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[no-any-return]

    # --- who may ----------------------------------------------------------------------

    def has_issue_permission(self, request: HttpRequest) -> bool:
        """Whether the person may issue anywhere; the verb asks for each document."""
        return may(request, Capability.ISSUE)

    def has_pay_permission(self, request: HttpRequest) -> bool:
        """Whether the person may record payments anywhere."""
        return may(request, Capability.PAY)

    def has_correct_permission(self, request: HttpRequest) -> bool:
        """Whether the person may void, credit and write off anywhere."""
        return may(request, Capability.CORRECT)

    # --- actions ------------------------------------------------------------------------

    @admin.action(description="Issue", permissions=["issue"])
    def issue(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Make the chosen drafts final."""
        now = timezone.now()

        def verb(document: Invoice, by: Actor) -> str:
            name = str(document)
            return f"Issued {name} as {document.issue(by=by, now=now).number}."

        question = "Issue these drafts? They are final then."
        return self.do_each(request, queryset, verb, question)

    @admin.action(description="Void…", permissions=["correct"])
    def void(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Cancel the chosen documents, for a reason."""
        reason, now = self.reason(request), timezone.now()

        def verb(document: Invoice, by: Actor) -> str:
            return f"Voided {document.void(by=by, reason=reason, now=now)}."

        return self.do_each(
            request, queryset, verb, "Void these documents?", reason="required"
        )

    @admin.action(description="Credit…", permissions=["correct"])
    def credit(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Credit all that is left of the chosen invoices, dated today."""
        question = "Credit all that is left of these invoices?"
        reason, now = self.reason(request), timezone.now()

        def verb(document: Invoice, by: Actor) -> str:
            date = document.business.today(now)
            note = credit(document, None, by=by, now=now, date=date, reason=reason)
            return f"Credited {document} with {note}."

        return self.do_each(request, queryset, verb, question, reason="optional")

    @admin.action(description="Write off…", permissions=["correct"])
    def write_off(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Give up what is open on the chosen documents, for a reason."""
        question = "Write off what is open on these? A payment may still come later."
        reason = self.reason(request)

        def verb(document: Invoice, by: Actor) -> str:
            return f"Wrote off {document.write_off(by=by, reason=reason)}."

        return self.do_each(request, queryset, verb, question, reason="required")

    def object_actions(self, obj: Any) -> Sequence[str]:
        """What makes sense in the document's state."""
        correct = ["void", "credit"] if obj.kind == "invoice" else ["void"]
        paid = ["record_payments"] if obj.balance else []
        given_up = [*paid, "write_off"] if obj.balance else []
        final = {
            State.DRAFT: ["issue"],
            State.ISSUED: [*correct, *given_up],
            State.WRITTEN_OFF: [*correct, *paid],
        }.get(State(obj.state), [])
        return [*final, *correspondence_actions(obj)]
