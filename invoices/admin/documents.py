"""What the admin's pages of documents share: drafts edited, others read, all by verbs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import reduce
from operator import attrgetter, or_
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from invoices.admin import display
from invoices.admin.amounts import amounts_of
from invoices.admin.document_page import shown
from invoices.admin.draft_page import DraftPages
from invoices.admin.lines import LineInline, editable
from invoices.admin.standing import today
from invoices.models import Invoice
from invoices.pages.standing import is_credited
from invoices.querysets import Kind, Status
from partners.access import Actor, Capability
from partners.admin_access import actor_for, may, user_of
from partners.admin_columns import exported_as, shows_money

_MOST_BUSINESSES_SEARCHED = 50
_NOT_OWED = (Status.VOID, Status.CANCELLED, Status.WRITTEN_OFF)


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
        """Words and exact totals in the businesses that the person sees, by indexes."""
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
        if amounts := amounts_of(search_term):
            found += [queryset.for_business(pk).filter(total__in=amounts) for pk in pks]
        return reduce(or_, found, queryset.none()), False

    @exported_as(
        lambda document: ", ".join(map(display.status_words, _marks(document)))
    )
    @admin.display(description=_("status"))
    def status(self, document: Any) -> SafeString:
        """How the document stands today, and what holds it up."""
        marks = ((display.badge(word),) for word in _marks(document))
        return format_html_join(" ", "{}", marks)

    @shows_money
    @admin.display(description="open")
    def open(self, document: Any) -> str | SafeString:
        """What is still to be paid: none of a draft, 0 of what nobody owes any more."""
        return display.amount(_open(document), document.currency)

    @exported_as(attrgetter("partner.name"))
    @admin.display(description="partner")
    def to_or_from(self, document: Any) -> str:
        """The partner, short enough to leave room for the amounts."""
        return Truncator(document.partner.name).chars(30)

    def facts_of(self, row: Any) -> str:
        """Partner, date, amount and what is open of it."""
        total = display.words(row.total, row.currency)
        told = f"{row.partner.name} · {row.date} · {total}"
        left = _open(row)
        if left is None:
            return told
        words = _("open: {amount}").format(amount=display.words(left, row.currency))
        return f"{told} · {words}"

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


def _marks(document: Any) -> Iterator[str]:
    """The words of the document's badges, as `display.badge` takes them.

    Who owed nothing but what was credited has not paid, and a note is not paid.
    """
    used_up = document.status == Status.PAID
    if used_up and document.kind == Kind.CREDIT_NOTE:
        yield "settled"
    elif used_up and is_credited(document):
        yield "credited"
    else:
        yield document.status
    if document.disputed_at:
        yield "disputed"
    if document.held_at:
        yield "held"


def _open(document: Any) -> Decimal | None:
    """What is still to be paid; None of a draft, which nobody owes."""
    if document.status == Status.DRAFT:
        return None
    return Decimal(0) if document.status in _NOT_OWED else document.balance
