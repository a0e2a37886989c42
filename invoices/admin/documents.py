"""What the admin's pages of documents share: drafts edited, others read, all by verbs."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from invoices import drafting
from invoices.admin import display
from invoices.admin.drafts import MOST_LINES, LineForm, LineFormSet
from invoices.admin.standing import today
from invoices.models import Invoice, InvoiceLine, InvoiceTax
from invoices.querysets import Status
from partners.access import Actor, Capability
from partners.admin_access import actor_for, may, user_of
from partners.admin_base import BusinessRowAdmin, BusinessRowInline
from partners.admin_forms import VerbFormSet, VerbInlineForm

_MOST_LINES_SHOWN = 200
_MOST_BUSINESSES_SEARCHED = 50
_WITHDRAWN = (Status.VOID, Status.CANCELLED)


class LineInline(BusinessRowInline):
    """The lines; editable as long as the document is a draft."""

    write = Capability.DRAFT
    model = InvoiceLine
    form = LineForm
    formset = LineFormSet
    max_num = MOST_LINES
    autocomplete_fields = ["product", "tax"]
    fields = ["product", "description", "quantity", "unit_price", "tax", "line_total"]
    readonly_fields = ["line_total"]
    ordering = ["position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The first lines with what they name; one query."""
        rows: QuerySet[Any] = super().get_queryset(request)
        named = rows.select_related("product", "tax")
        shown = named.filter(position__lte=_MOST_LINES_SHOWN)
        found: QuerySet[Any] = shown.annotate(currency=F("invoice__currency"))
        return found

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A new document has at least one line."""
        return 0 if obj else 1

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for the document."""
        return editable(request, obj)

    @admin.display(description="total")
    def line_total(self, line: InvoiceLine) -> str | SafeString:
        """What the line comes to, with its discount and tax."""
        return (
            display.amount(line.total, getattr(line, "currency", "")) if line.pk else ""
        )


class TaxInline(BusinessRowInline):
    """The taxes of a document, computed."""

    write = None
    model = InvoiceTax
    form = VerbInlineForm
    formset = VerbFormSet
    verbose_name_plural = "taxes"
    fields = ["code", "name", "rate", "tax_base", "tax_amount"]
    readonly_fields = ["tax_base", "tax_amount"]
    ordering = ["position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the document's currency."""
        rows = super().get_queryset(request)
        found: QuerySet[Any] = rows.annotate(currency=F("invoice__currency"))
        return found

    @admin.display(description="base")
    def tax_base(self, tax: Any) -> str | SafeString:
        """What the rate applies to."""
        return display.amount(tax.base, tax.currency)

    @admin.display(description="amount")
    def tax_amount(self, tax: Any) -> str | SafeString:
        """The tax."""
        return display.amount(tax.amount, tax.currency)


def editable(request: HttpRequest, document: Invoice | None) -> bool:
    """Whether the person may edit the document here, or any if none is given.

    The page replaces the whole draft, so it must be able to show all of its lines.
    """
    if document is None:
        return may(request, Capability.DRAFT)
    if not document.is_editable or not may(
        request, Capability.DRAFT, document.business_id
    ):
        return False
    fits: bool | None = document.__dict__.get("fits_admin")
    if fits is None:
        fits = not document.lines.filter(position__gt=MOST_LINES).exists()
        document.__dict__["fits_admin"] = fits
    return fits


class DocumentAdmin(BusinessRowAdmin):
    """What the pages of sales and of bills share; their verbs are actions."""

    write = Capability.DRAFT
    inlines = [LineInline, TaxInline]
    list_select_related = ["business", "partner"]
    # Every other order would sort all documents.
    sortable_by = []
    search_fields = ["number"]
    search_help_text = "Words of number, reference, order, message and partner."
    autocomplete_fields = ["business", "partner", "project"]
    _amounts = [
        display.amount_column(name)
        for name in (
            "line_total",
            "discount_total",
            "tax_total",
            "total",
            "amount_paid",
            "amount_credited",
            "balance",
        )
    ]
    readonly_fields = [
        "status",
        "credited_invoice",
        "issued_at",
        "payments",
        "history",
        *_amounts,
    ]
    # The head of the page; what a draft is made of.
    head: ClassVar[list[Any]] = []

    # --- what is shown ----------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The person's documents with their status today."""
        rows: Any = super().get_queryset(request)
        found: QuerySet[Any] = rows.with_status(today(request)).defer("search")
        return found

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The head; for a document that exists also what became of it."""
        if obj is None:
            return [(None, {"fields": self.head})]
        standing = ["status", "issued_at", "credited_invoice"]
        head = [*self.head, *(["seen_version"] if editable(request, obj) else [])]
        return [
            (None, {"fields": [*standing, *head]}),
            ("Amounts", {"fields": self._amounts}),
            ("Payments", {"fields": ["payments"]}),
            ("History", {"fields": ["history"]}),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new document is dated today."""
        return {"date": today(request), **super().get_changeform_initial_data(request)}

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Full-text search in the businesses that the person sees, by its index."""
        if not search_term.strip():
            return queryset, False
        chosen = request.GET.get("business__id__exact", "")
        pks = self.business_ids(request, _MOST_BUSINESSES_SEARCHED + 1)
        if chosen.isdecimal():
            pks = [int(chosen)]
        if len(pks) > _MOST_BUSINESSES_SEARCHED:
            text = "Choose a business first, then search."
            self.message_user(request, text, messages.WARNING)
            return queryset.none(), False
        found = [queryset.matching(pk, search_term) for pk in pks]
        return reduce(or_, found, queryset.none()), False

    @admin.display(description="status")
    def status(self, document: Any) -> str:
        """How the document stands today."""
        return str(document.status).replace("_", " ")

    @admin.display(description="open")
    def open(self, document: Any) -> str | SafeString:
        """What is still to be paid; nothing of a withdrawn document is."""
        owed = Decimal(0) if document.status in _WITHDRAWN else document.balance
        return display.amount(owed, document.currency)

    @admin.display(description="partner")
    def to_or_from(self, document: Any) -> str:
        """The partner, short enough to leave room for the amounts."""
        return Truncator(document.partner.name).chars(30)

    @admin.display(description="settled by")
    def payments(self, document: Any) -> SafeString:
        """The payments that settle the document; they are entered under payments."""
        found = document.allocations.select_related("payment").order_by("id")
        return display.table(
            ["Payment", "Amount"],
            [
                (row.payment, display.amount(row.amount, document.currency))
                for row in found[:_MOST_LINES_SHOWN]
            ],
        )

    @admin.display(description="history")
    def history(self, document: Invoice) -> SafeString:
        """What happened to the document."""
        return display.history(document)

    # --- who may ----------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only drafts change, and bills that wait for approval."""
        return editable(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only those are deleted."""
        if obj is not None and not obj.is_editable:
            return False
        return may(request, Capability.DRAFT, obj and obj.business_id)

    # --- saving and deleting, by verbs ----------------------------------------------------

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Nothing yet: the verb takes head and lines together."""

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Draft or revise the document; raises what the verbs raise."""
        draft = self.draft(form, formsets)
        by = actor_for(user_of(request), draft.business)
        if change:
            version = form.cleaned_data["seen_version"]
            drafting.revise_draft(form.instance, draft, by=by, expected_version=version)
        else:
            saved = drafting.draft_invoice(draft, by=by)
            form.instance.__dict__.update(saved.__dict__)

    def draft(self, form: Any, formsets: Any) -> drafting.InvoiceDraft:
        """The document as the page says it."""
        lines: list[drafting.LineDraft] = [part.line() for part in formsets[0].kept()]
        return form.draft(lines)  # type: ignore[no-any-return]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the draft; raises what the verb raises."""
        obj.delete(by=actor_for(user_of(request), obj.business))

    # --- actions ------------------------------------------------------------------------

    @admin.action(description="Delete selected drafts…", permissions=["delete"])
    def delete_drafts(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Delete the chosen drafts; documents that were issued stay."""
        if page := self.ask(request, queryset, "Delete these drafts?"):
            return page

        def verb(document: Invoice, by: Actor) -> str:
            name = str(document)
            document.delete(by=by)
            return f"Deleted {name}."

        self.do_each(request, queryset, verb)
        return None
