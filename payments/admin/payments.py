"""The admin of payments: recorded and cancelled by verbs, otherwise read-only."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from invoices.admin import display
from invoices.models import Event, Invoice
from invoices.querysets import Direction
from partners.access import Actor, Capability
from partners.admin_access import actor_for, may, user_of
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin, BusinessRowInline
from partners.admin_columns import shows_money
from partners.admin_forms import VerbForm, VerbFormSet, VerbInlineForm
from payments import paying, recording
from payments.admin.prefilling import document_named, document_to_pay, payment_of
from payments.bank.saying import told
from payments.home.telling import verb_words
from payments.models import Allocation, BankLine, Payment, PaymentDirection
from payments.realised import realised_by

_MOST_EVENTS = 100


class PaymentForm(VerbForm):
    """A payment to be recorded."""

    currency_rate = forms.DecimalField(
        max_digits=18,
        decimal_places=8,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=_("Left empty, it is looked up among the exchange rates."),
    )

    class Meta:
        model = Payment
        fields = [
            "business",
            "direction",
            "partner",
            "account",
            "date",
            "currency",
            "amount",
            "method",
            "reference",
            "check_number",
            "invoice_number",
            "purchase_order",
            "purchase_order_line",
            "purchase_order_type",
            "project",
            "cost",
            "description",
        ]

    def payment(self, settles: list[Any]) -> recording.PaymentDraft:
        """The payment in the books' words; only when the form is valid."""
        given = self.cleaned_data | {
            "direction": PaymentDirection(self.cleaned_data["direction"]),
            "currency": self.cleaned_data["currency"].upper(),
            "settles": settles,
        }
        return recording.PaymentDraft(**given)


class AllocationForm(VerbInlineForm):
    """What a new payment settles; without an amount as much as it can."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "amount" in self.fields:
            # The model's nought would stand there as if it was typed.
            self.initial.pop("amount", None)
            self.fields["amount"].initial = None
            self.fields["amount"].required = False
            self.fields["amount"].widget.attrs["placeholder"] = _("as much as it can")


def shared_out(amount: Decimal, parts: Sequence[Any]) -> list[tuple[Invoice, Decimal]]:
    """What each document gets of a payment: as typed, else what is left and open."""
    rest = amount - sum((part["amount"] or 0 for part in parts), Decimal(0))
    settles = []
    for part in parts:
        given = part["amount"]
        if not given:
            given = max(min(rest, part["invoice"].balance), Decimal(0))
            rest -= given
        settles.append((part["invoice"], given))
    return settles


class AllocationInline(BusinessRowInline):
    """What the payment settles; given when it is recorded."""

    write = Capability.PAY
    model = Allocation
    form = AllocationForm
    formset = VerbFormSet
    hide_title = True
    readonly_fields = ["settled"]
    autocomplete_fields = ["invoice"]
    max_num = 100

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """One where the payment is begun from a document's page."""
        return 1 if "document" in request.GET else 0

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The amount to be typed, or as it was."""
        return ["invoice", "amount" if obj is None else "settled"]

    @shows_money
    @admin.display(description=_("amount"))
    def settled(self, allocation: Allocation) -> str | SafeString:
        """How much of the document the payment settles."""
        return display.amount(allocation.amount, allocation.payment.currency)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the documents, in one query."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("invoice", "payment")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only with a new payment."""
        return obj is None and super().has_change_permission(request)


@admin.register(Payment)
class PaymentAdmin(BusinessRowAdmin):
    """Money in and out."""

    teaches = _(
        "Record what came in and went out, or match the lines of a bank statement."
    )
    write = Capability.PAY
    form = PaymentForm
    inlines = [AllocationInline]
    list_display = [
        "date",
        "direction",
        "partner",
        display.amount_column("amount"),
        display.amount_column("unallocated", "left on account"),
        "method",
        "reference",
        "cancelled_at",
        "business",
    ]
    list_filter = [
        OF_BUSINESS,
        "direction",
        ("cancelled_at", admin.EmptyFieldListFilter),
        "date",
    ]
    list_select_related = ["business", "partner"]
    # Every other order would sort all payments.
    sortable_by = []
    search_fields = ["reference"]
    autocomplete_fields = ["business", "partner", "account", "project", "cost"]
    actions = ["cancel"]
    _amount = [display.amount_column("amount")]
    _after = [
        display.amount_column("amount_allocated"),
        display.amount_column("amount_refunded"),
        display.amount_column("unallocated", "left on account"),
    ]
    readonly_fields = [
        "refund_of",
        "cancelled_at",
        "realised_gain",
        "bank_line",
        "history",
        "rate",
        *_after,
        *_amount,
    ]
    _became = ["realised_gain", "bank_line", "refund_of", "cancelled_at"]
    _head = [
        "business",
        "direction",
        "partner",
        "account",
        "date",
    ]
    _more = ["method", "reference", "description"]
    _vendor = [
        "check_number",
        "invoice_number",
        "purchase_order",
        "purchase_order_line",
        "purchase_order_type",
        "project",
        "cost",
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The payment; for one that exists also what became of it."""
        aside = {"fields": self._vendor, "classes": ["collapse"]}
        vendor = (_("Vendor payments"), aside)
        if obj is None:
            money = ["currency", "amount", "currency_rate"]
            return [(None, {"fields": [*self._head, *money, *self._more]}), vendor]
        money = [*self._amount, "rate"]
        return [
            (None, {"fields": [*self._head, *money, *self._more]}),
            (_("Use"), {"fields": [*self._after, *self._became]}),
            *([vendor] if any(getattr(obj, name) for name in self._vendor) else []),
            (_("History"), {"fields": ["history"]}),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new payment is dated today."""
        initial = super().get_changeform_initial_data(request)
        document = document_to_pay(request)
        settling = payment_of(document) if document else {}
        return {"date": timezone.localdate(), **initial, **settling}

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """What it settles, where it is begun from a document's page."""
        given: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        document = document_to_pay(request)
        if document is not None:
            given["initial"] = [{"invoice": document.pk}]
        return given

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A recorded payment is cancelled, not changed."""
        return False

    def has_pay_permission(self, request: HttpRequest) -> bool:
        """Whether the person may cancel payments anywhere; the verb asks for each."""
        return may(request, Capability.PAY)

    @admin.display(description=_("realised gain"))
    def realised_gain(self, payment: Payment) -> str | SafeString:
        """What the rate's move since the documents won, below zero for a loss."""
        return display.amount(realised_by(payment), payment.business.currency)

    @admin.display(description=_("bank's line"))
    def bank_line(self, payment: Payment) -> str | SafeString:
        """The line of a statement that tells of it, leading to its page."""
        lines = BankLine.objects.for_business(payment.business_id)
        line = lines.filter(payment_id=payment.pk).first()
        if line is None:
            return "–"
        place = reverse("admin:bank_line", args=[line.pk])
        words = f"{told(line.amount, line.currency)}, {line.date}"
        return format_html('<a href="{}">{}</a>', place, words)

    @admin.display(description=_("currency rate"))
    def rate(self, payment: Payment) -> str:
        """The rate without the noughts behind it."""
        return f"{payment.currency_rate.normalize():f}"

    @admin.display(description=_("history"))
    def history(self, payment: Payment) -> SafeString:
        """What happened to the payment."""
        return display.table(
            [str(word) for word in (_("When"), _("Who"), _("What"), _("Facts"))],
            [
                (
                    f"{event.at:%Y-%m-%d %H:%M:%S} UTC",
                    event.actor,
                    verb_words(event.verb),
                    display.said(event),
                )
                for event in Event.objects.about(payment).order_by("-id")[:_MOST_EVENTS]
            ],
        )

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Nothing yet: the verb takes the payment with what it settles."""

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Record the payment; raises what the verb raises.

        Money out that is given nothing to settle settles the bill of its number.
        """
        parts = [part.cleaned_data for part in formsets[0].kept()]
        draft = form.payment(shared_out(form.cleaned_data["amount"], parts))
        by = actor_for(user_of(request), draft.business)
        out = draft.direction is PaymentDirection.OUT and not draft.settles
        record = paying.record_vendor_payment if out else recording.record_payment
        saved = record(draft, by=by)
        form.instance.__dict__.update(saved.__dict__)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        """Back to the document that it was begun from, which says so."""
        document = document_named(request)
        if document is None or "_save" not in request.POST:
            return super().response_add(request, obj, post_url_continue)
        said = _("Recorded %(amount)s for %(document)s.")
        amount = told(obj.amount, obj.currency)
        self.message_user(request, said % {"amount": amount, "document": document})
        kind = "invoice" if document.direction == Direction.ISSUED else "bill"
        page = reverse(f"admin:invoices_{kind}_change", args=[document.pk])
        return HttpResponseRedirect(page)

    @admin.action(description="Cancel…", permissions=["pay"])
    def cancel(
        self, request: HttpRequest, queryset: QuerySet[Payment]
    ) -> HttpResponse | None:
        """Undo the chosen payments; what they settled is open again."""
        now = timezone.now()

        def verb(payment: Payment, by: Actor) -> str:
            return f"Cancelled {recording.cancel_payment(payment, by=by, now=now)}."

        return self.do_each(request, queryset, verb, "Cancel these payments?")

    def object_actions(self, obj: Any) -> Sequence[str]:
        """A payment that stands can be cancelled."""
        return ["cancel"] if obj.cancelled_at is None else []


@admin.register(Allocation)
class AllocationAdmin(BusinessRowAdmin):
    """Which payment settles what."""

    write = None
    list_display = ["payment", "invoice", "settled", "created_at", "business"]
    list_filter = [OF_BUSINESS, "created_at"]
    list_select_related = ["business", "payment", "invoice"]
    sortable_by = []
    search_fields = ["=payment__reference"]
    fields = ["business", "payment", "invoice", "settled", "created_at"]
    readonly_fields = ["settled", "created_at"]
    actions = ["unallocate"]

    @shows_money
    @admin.display(description="amount")
    def settled(self, allocation: Allocation) -> str | SafeString:
        """How much of the document the payment settles."""
        return display.amount(allocation.amount, allocation.payment.currency)

    def has_pay_permission(self, request: HttpRequest) -> bool:
        """Whether the person may undo allocations anywhere."""
        return may(request, Capability.PAY)

    @admin.action(description="Take off the document…", permissions=["pay"])
    def unallocate(
        self, request: HttpRequest, queryset: QuerySet[Allocation]
    ) -> HttpResponse | None:
        """Take the payment off the document; it stays on account."""

        def verb(allocation: Allocation, by: Actor) -> str:
            payment, invoice = allocation.payment, allocation.invoice
            recording.unallocate(payment, invoice, by=by)
            return f"Took {payment} off {invoice}."

        return self.do_each(request, queryset, verb, "Take these payments off?")

    def object_actions(self, obj: Any) -> Sequence[str]:
        """An allocation can be undone."""
        return ["unallocate"]
