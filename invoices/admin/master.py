"""The admin of accounts, products, taxes and exchange rates."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money
from moneyed import CURRENCIES

from invoices.admin import display
from invoices.models import (
    Account,
    ExchangeRate,
    Product,
    Tax,
    TaxComponent,
    TaxRate,
)
from partners import history
from partners.access import Actor
from partners.admin_access import actor_for, user_of
from partners.admin_archive import Archivable, InUseFilter
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin, BusinessRowInline
from partners.admin_columns import shows_money
from partners.admin_forms import BusinessRowForm, BusinessRowInlineForm


@admin.register(Account)
class AccountAdmin(BusinessRowAdmin):
    """The chart of accounts."""

    teaches = _(
        "Payments need at least one account that payments may use: a bank or cash."
    )
    deletable = True
    list_display = ["code", "name", "type", "payment_account", "iban", "business"]
    list_filter = [OF_BUSINESS, "payment_account", "type"]
    list_select_related = ["business"]
    search_fields = ["code", "name", "iban"]
    autocomplete_fields = ["business"]
    ordering = ["business_id", "code", "id"]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(BusinessRowAdmin):
    """Published rates, from which documents take theirs."""

    teaches = _(
        "The rate of a foreign currency to the base currency, from a day on. A "
        "document freezes its rate when it is issued."
    )
    deletable = True
    list_display = ["currency", "date", "rate", "source", "business"]
    list_filter = [OF_BUSINESS, "date"]
    list_select_related = ["business"]
    search_fields = ["=currency", "source"]
    autocomplete_fields = ["business"]


class ProductForm(BusinessRowForm):
    """A product, whose prices share one currency."""

    selling_price = forms.DecimalField(max_digits=18, decimal_places=6, required=False)
    buying_price = forms.DecimalField(max_digits=18, decimal_places=6, required=False)
    currency = forms.CharField(
        max_length=3,
        required=False,
        help_text="Of both prices; left empty, it is the business's own.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("selling_price", "buying_price"):
            price = self.initial.get(name)
            self.initial[name] = price.amount if isinstance(price, Money) else price
        self.initial["currency"] = self.instance.price_currency

    def clean(self) -> dict[str, Any]:
        """Join the prices with their currency."""
        cleaned = super().clean()
        business = cleaned.get("business") or getattr(self.instance, "business", None)
        currency = cleaned.get("currency") or (business and business.currency)
        if currency not in CURRENCIES:
            self.add_error("currency", f"{currency} is no ISO 4217 currency code.")
            currency = None
        for name in ("selling_price", "buying_price"):
            price = cleaned.get(name)
            if isinstance(price, Decimal):
                cleaned[name] = Money(price, currency) if currency else None
        return cleaned


@admin.register(Product)
class ProductAdmin(Archivable, BusinessRowAdmin):
    """What lines start from; archived once documents name them."""

    teaches = _("A product fills in description, price and tax of a line.")
    deletable = True
    form = ProductForm
    list_display = ["name", "code", "selling", "buying", "selling_tax", "business"]
    list_filter = [
        OF_BUSINESS,
        "sell",
        "buy",
        InUseFilter,
    ]
    list_select_related = ["business", "selling_tax"]
    search_fields = ["name", "code"]
    autocomplete_fields = [
        "business",
        "revenue_account",
        "expense_account",
        "selling_tax",
        "buying_tax",
    ]
    # Backed by invoices_product_by_name.
    ordering = ["business_id", "name", "id"]
    readonly_fields = ["archived_at"]
    actions = ["archive", "restore"]
    fieldsets = [
        (None, {"fields": ["business", "code", "name", "description", "archived_at"]}),
        ("Prices", {"fields": ["currency", "selling_price", "buying_price"]}),
        ("Sale", {"fields": ["sell", "revenue_account", "selling_tax"]}),
        ("Purchase", {"fields": ["buy", "expense_account", "buying_tax"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Somebody who only looks sees the prices as money."""
        shown = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return shown
        prices = ("Prices", {"fields": ["selling", "buying"]})
        return [prices if title == "Prices" else (title, rest) for title, rest in shown]

    @shows_money
    @admin.display(description="selling price")
    def selling(self, product: Product) -> str:
        """The selling price."""
        return display.price(product.selling_price)

    @shows_money
    @admin.display(description="buying price")
    def buying(self, product: Product) -> str:
        """The buying price."""
        return display.price(product.buying_price)


class ComponentForm(BusinessRowInlineForm):
    """A part of a tax, and from when on which rate applies."""

    new_rate = forms.DecimalField(
        label="new rate in percent",
        max_digits=9,
        decimal_places=6,
        required=False,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    valid_from = forms.DateField(
        label="from", initial=datetime.date(2000, 1, 1), required=False
    )

    def clean(self) -> dict[str, Any]:
        """A new rate needs its first day."""
        cleaned = super().clean()
        if cleaned.get("new_rate") is not None and not cleaned.get("valid_from"):
            self.add_error("valid_from", "Say from which day on the rate applies.")
        return cleaned


class ComponentInline(BusinessRowInline):
    """A tax's parts, in the order in which they are charged."""

    model = TaxComponent
    form = ComponentForm
    fields = [
        "position",
        "code",
        "name",
        "compound",
        "rate_now",
        "new_rate",
        "valid_from",
    ]
    readonly_fields = ["rate_now"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The parts with their latest rate, in one query."""
        rates = TaxRate.objects.filter(
            business_id=OuterRef("business_id"), component_id=OuterRef("pk")
        )
        latest = rates.order_by("-valid_from").values("rate")[:1]
        rows = super().get_queryset(request)
        found: QuerySet[Any] = rows.annotate(latest=Subquery(latest))
        return found

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A new tax has at least one part."""
        return 0 if obj else 1

    @admin.display(description="latest rate")
    def rate_now(self, component: TaxComponent) -> str:
        """The rate that began last, in percent."""
        latest: Decimal | None = getattr(component, "latest", None)
        return "–" if latest is None else f"{latest.normalize():f} %"


@admin.register(Tax)
class TaxAdmin(BusinessRowAdmin):
    """Taxes with their parts; a part's page has the history of its rates."""

    teaches = _(
        "A tax has rates that hold from a day on; documents keep the rate of "
        "their own day."
    )
    deletable = True
    list_display = [
        "code",
        "name",
        "category",
        "recoverable",
        "withholding",
        "business",
    ]
    list_filter = [OF_BUSINESS, "category", "withholding", "recoverable"]
    list_select_related = ["business"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["business"]
    # Backed by invoices_tax_code_taken.
    ordering = ["business_id", "code", "id"]
    inlines = [ComponentInline]

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        """Save the parts, then the rates that were given with them."""
        super().save_formset(request, form, formset, change)
        by = actor_for(user_of(request), form.instance.business)
        for part in formset.forms:
            given = getattr(part, "cleaned_data", {})
            if given.get("new_rate") is not None and not given.get("DELETE"):
                _set_rate(part.instance, given["valid_from"], given["new_rate"], by)


def _set_rate(
    component: TaxComponent, since: datetime.date, rate: Decimal, by: Actor
) -> None:
    rates = TaxRate.objects.for_business(component.business_id)
    known = rates.filter(component=component, valid_from=since).first()
    before = None if known is None else history.snapshot(known)
    row = known or TaxRate(
        business_id=component.business_id, component=component, valid_from=since
    )
    row.rate = rate
    row.save()
    history.write(row, before, by=by)


class RateInline(BusinessRowInline):
    """The rates of a part, each from a day on."""

    model = TaxRate
    fields = ["valid_from", "rate"]


@admin.register(TaxComponent)
class TaxComponentAdmin(BusinessRowAdmin):
    """A part of a tax with the history of its rates; added on the tax's page."""

    list_display = ["code", "name", "tax", "position", "compound", "business"]
    list_filter = [OF_BUSINESS]
    list_select_related = ["tax", "business"]
    search_fields = ["code", "name"]
    fields = ["business", "tax", "position", "code", "name", "compound"]
    readonly_fields = ["tax"]
    inlines = [RateInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Parts are added on the page of their tax."""
        return False
