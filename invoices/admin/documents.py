"""What the admin's pages of documents share: drafts edited, others read, all by verbs."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import attrgetter, or_
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from invoices.admin import display
from invoices.admin.document_page import shown
from invoices.admin.draft_page import DraftPages
from invoices.admin.lines import LineInline, editable
from invoices.admin.standing import today
from invoices.models import Invoice
from invoices.querysets import Status
from partners.access import Actor, Capability
from partners.admin_access import actor_for, may, user_of
from partners.admin_columns import exported_as, shows_money

_MOST_BUSINESSES_SEARCHED = 50
_WITHDRAWN = (Status.VOID, Status.CANCELLED)


class DocumentAdmin(DraftPages):
    """What the pages of sales and of bills share; their verbs are actions."""

    write = Capability.DRAFT
    named = ("partner",)
    inlines = [LineInline]
    list_select_related = ["business", "partner"]
    # Every other order would sort all documents.
    sortable_by: ClassVar[list[str]] = []
    search_fields = ["number"]
    search_help_text = "Words of number, reference, order, message and partner."
    autocomplete_fields = ["business", "partner", "project"]
    # What a draft is made of, besides its lines.
    head: ClassVar[list[Any]] = []

    # --- what is shown ----------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The person's documents with their status today."""
        rows: Any = super().get_queryset(request)
        found: QuerySet[Any] = rows.with_status(today(request)).defer("search")
        return found

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The head of a draft; what is only read has no form."""
        return self.head if editable(request, obj) else []

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """The lines of a draft; what is only read has no form."""
        return super().get_inlines(request, obj) if editable(request, obj) else []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        *args: Any,
        obj: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """A form for a draft, else the document as it is."""
        if editable(request, obj):
            more = self.draft_context(request, context, obj)
            template = "admin/documents/draft.html"
        else:
            more = shown(request, self, obj)
            template = "admin/documents/document.html"
        page: Any = super().render_change_form(
            request, context | more, *args, obj=obj, **kwargs
        )
        page.template_name = template
        return page  # type: ignore[no-any-return]

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

    @admin.display(description=_("status"))
    def status(self, document: Any) -> SafeString:
        """How the document stands today."""
        return display.badge(document.status)

    @shows_money
    @admin.display(description="open")
    def open(self, document: Any) -> str | SafeString:
        """What is still to be paid; nothing of a withdrawn document is."""
        owed = Decimal(0) if document.status in _WITHDRAWN else document.balance
        return display.amount(owed, document.currency)

    @exported_as(attrgetter("partner.name"))
    @admin.display(description="partner")
    def to_or_from(self, document: Any) -> str:
        """The partner, short enough to leave room for the amounts."""
        return Truncator(document.partner.name).chars(30)

    def facts_of(self, row: Any) -> str:
        """Partner, date, amount and what is open of it."""
        total = display.words(row.total, row.currency)
        owed = display.words(row.balance, row.currency)
        left = _("open: {amount}").format(amount=owed)
        return f"{row.partner.name} · {row.date} · {total} · {left}"

    # --- who may ----------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only drafts change, and bills that wait for approval."""
        return editable(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only those are deleted."""
        if obj is not None and not obj.is_editable:
            return False
        return may(request, Capability.DRAFT, obj and obj.business_id)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the draft; raises what the verb raises."""
        obj.delete(by=actor_for(user_of(request), obj.business))

    # --- actions ------------------------------------------------------------------------

    @admin.action(description="Delete selected drafts…", permissions=["delete"])
    def delete_drafts(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Delete the chosen drafts; documents that were issued stay."""

        def verb(document: Invoice, by: Actor) -> str:
            name = str(document)
            document.delete(by=by)
            return f"Deleted {name}."

        return self.do_each(request, queryset, verb, "Delete these drafts?")
