"""The admin of bank statements: lists to look at; reading and matching have pages."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from invoices.admin import display
from partners.access import Capability
from partners.admin_access import may
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin, VisibleFilter
from payments.models import BankLine, BankStatement, CsvLayout, LineState

_OF_ACCOUNT = ("account", VisibleFilter)
_AMOUNT = display.amount_column("amount")
_CHARGE = display.amount_column("charge")
_OPENING = display.amount_column("opening_balance")
_CLOSING = display.amount_column("closing_balance")


@admin.register(BankStatement)
class BankStatementAdmin(BusinessRowAdmin):
    """The files that were read."""

    teaches = _(
        "Read the files that your bank offers, as CAMT.053 or CSV; their lines are "
        "then matched with what is open."
    )
    write = None
    list_before_template = "admin/bank/read_offer.html"
    list_display = [
        "__str__",
        "account",
        "period",
        "all_lines",
        "open_lines",
        "repeated",
        _CLOSING,
        "read",
        "business",
    ]
    list_filter = [OF_BUSINESS, _OF_ACCOUNT, "format", "created_at"]
    list_select_related = ["business", "account"]
    sortable_by = []
    search_fields = ["name", "identification"]
    readonly_fields = [
        "all_lines",
        "open_lines",
        "period",
        "history",
        _OPENING,
        _CLOSING,
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "business",
                    "account",
                    "name",
                    ("format", "identification"),
                    "period",
                    (_OPENING, _CLOSING),
                    ("all_lines", "open_lines"),
                    ("repeated", "left_out"),
                    ("actor", "created_at"),
                    "sha256",
                ]
            },
        ),
        (_("History"), {"fields": ["history"]}),
    ]

    class Media:
        css = {"all": ["css/admin_bank_files.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With how many of its lines wait, one index probe per statement shown."""
        waiting = (
            BankLine.objects.filter(
                business_id=OuterRef("business_id"),
                statement_id=OuterRef("pk"),
                state=LineState.OPEN,
            )
            .order_by()
            .values("statement_id")
            .annotate(count=Count("pk"))
            .values("count")
        )
        rows: QuerySet[Any] = super().get_queryset(request)
        found: QuerySet[Any] = rows.annotate(waiting=Coalesce(Subquery(waiting), 0))
        return found

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list, with the way to the next file for those who may read it."""
        offer = {"may_read": may(request, Capability.PAY)}
        return super().changelist_view(request, {**(extra_context or {}), **offer})

    @admin.display(description=_("period"))
    def period(self, statement: BankStatement) -> str:
        """The first and the last day of its lines."""
        days = dict.fromkeys(filter(None, [statement.first_day, statement.last_day]))
        return " – ".join(map(str, days)) or "–"

    @admin.display(description=_("read"))
    def read(self, statement: BankStatement) -> str:
        """When, and by whom."""
        return f"{statement.created_at:%Y-%m-%d %H:%M}, {statement.actor}"

    @admin.display(description=_("open lines"))
    def open_lines(self, statement: Any) -> str | SafeString:
        """How many lines wait to be matched; leads to them."""
        page = f"{reverse('admin:bank')}?statement={statement.pk}"
        return _link(page, statement.waiting)

    @admin.display(description=_("lines"))
    def all_lines(self, statement: BankStatement) -> str | SafeString:
        """How many lines it brought; leads to them."""
        page = reverse("admin:payments_bankline_changelist")
        query = f"{page}?statement__id__exact={statement.pk}"
        return _link(query, statement.lines_read)

    @admin.display(description=_("history"))
    def history(self, statement: BankStatement) -> SafeString:
        """What happened to the statement."""
        return display.history(statement)


def _link(page: str, words: object) -> SafeString:
    look = "text-primary-600 dark:text-primary-500"
    return format_html('<a class="{}" href="{}">{}</a>', look, page, words)


class InOutFilter(admin.SimpleListFilter):
    """Money in, or money out."""

    title = _("direction")
    parameter_name = "direction"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two of them."""
        return [("in", _("money in")), ("out", _("money out"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[BankLine]
    ) -> QuerySet[BankLine]:
        """The lines of the chosen one."""
        wanted = {"in": Q(amount__gt=0), "out": Q(amount__lt=0)}
        return queryset.filter(wanted.get(self.value() or "", Q()))


@admin.register(BankLine)
class BankLineAdmin(BusinessRowAdmin):
    """Every movement on the accounts, as the bank tells it."""

    teaches = _("The lines of the bank statements stand here once a file was read.")
    write = None
    list_display = [
        "date",
        "account",
        _AMOUNT,
        "counterparty",
        "about",
        "standing",
        "payment",
        "business",
    ]
    list_display_links = ["date", "about"]
    list_filter = [OF_BUSINESS, _OF_ACCOUNT, "state", InOutFilter, "date"]
    list_select_related = ["business", "account", "payment"]
    sortable_by = []
    ordering = ["-date", "-id"]
    search_fields = ["counterparty", "text", "iban", "end_to_end", "bank_reference"]
    search_help_text = _("Words of the text, a name, an IBAN, or an amount.")
    readonly_fields = [
        "history",
        _AMOUNT,
        _CHARGE,
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "business",
                    "account",
                    ("statement", "position"),
                    ("date", "value_date"),
                    _AMOUNT,
                    ("counterparty", "iban"),
                    "text",
                    ("end_to_end", "bank_reference"),
                ]
            },
        ),
        (
            _("Match"),
            {
                "fields": [
                    "state",
                    ("payment", _CHARGE),
                    "reason",
                    ("decided_by", "decided_at"),
                ]
            },
        ),
        (_("History"), {"fields": ["history"]}),
    ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The lines of one statement are where its page leads to."""
        usual: bool = super().lookup_allowed(lookup, value, request)
        return usual or lookup == "statement__id__exact"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By words; a number also finds the amount, whichever way it went."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        amount = _amount(search_term)
        if amount is not None:
            found = found | queryset.filter(amount__in=[amount, -amount])
        return found, duplicates

    @admin.display(description=_("state"))
    def standing(self, line: BankLine) -> SafeString:
        """What became of it."""
        return display.badge(line.state)

    @admin.display(description=_("text"))
    def about(self, line: BankLine) -> str:
        """The beginning of what it was for."""
        return line.text[:80] or line.end_to_end or line.bank_reference or "–"

    @admin.display(description=_("history"))
    def history(self, line: BankLine) -> SafeString:
        """What happened to the line."""
        return display.history(line)


def _amount(term: str) -> Decimal | None:
    """The number that somebody looks for, if it is one."""
    try:
        amount = Decimal(term.replace(",", ""))
    except InvalidOperation:
        return None
    return abs(amount) if amount.is_finite() else None


@admin.register(CsvLayout)
class CsvLayoutAdmin(BusinessRowAdmin):
    """How each bank writes its CSV files; the page that reads files keeps them."""

    write = None
    list_display = [
        "account",
        "delimiter",
        "encoding",
        "decimal_mark",
        "date_format",
        "business",
    ]
    list_filter = [OF_BUSINESS]
    list_select_related = ["business", "account"]
    sortable_by = []
    search_fields = ["account__name", "account__code"]
    readonly_fields = ["columns_told"]
    fields = [
        "business",
        "account",
        ("delimiter", "encoding"),
        ("decimal_mark", "date_format"),
        ("lines_before", "currency"),
        "columns_told",
    ]

    @admin.display(description=_("columns"))
    def columns_told(self, layout: CsvLayout) -> SafeString:
        """Which column of the file is what."""
        rows = list(layout.columns.items())
        return display.table([gettext("field"), gettext("column")], rows)
