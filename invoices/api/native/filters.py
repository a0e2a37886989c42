"""The contract's query words, and those beyond it, as filters on our querysets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from invoices.api.native.documents import STATUS_WORDS
from invoices.models import Account, Invoice, Product, Tax
from partners import public_ids
from partners.credentials import Credential
from partners.models import Partner
from payments.models import Payment

_BEYOND = "Beyond the contract: "
_STATUS = {word.casefold(): status for status, word in STATUS_WORDS.items()}


class DayFilter(filters.DateFilter):
    """A day as yyyy-MM-dd and nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class AmountFilter(filters.NumberFilter):
    """An amount with at most four decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal(0), max_digits=19, decimal_places=4, **kwargs
        )

    def get_max_validator(self) -> None:
        """The digits already bound it."""


@extend_schema_field(OpenApiTypes.BOOL)
class TruthFilter(filters.TypedChoiceFilter):
    """`true` or `false`; django-filter's own takes anything else for no filter."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"true": True, "True": True, "false": False, "False": False}
        choices = [(word, word) for word in words]
        super().__init__(choices=choices, coerce=words.get, **kwargs)


class PublicIdFilter(filters.CharFilter):
    """Rows pointing to the row with this public id; nonsense finds nothing."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.kind = kind

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """As django-filter's, with the id decoded first."""
        if not value:
            return qs
        pk = public_ids.decode(self.kind, value)
        if pk is None:
            return qs.none()
        return qs.filter(**{self.field_name: pk})


class StatusField(forms.CharField):
    """One or several of the contract's status words, separated by commas."""

    def clean(self, value: str | None) -> Any:
        """Our statuses; an unknown word is refused with the known ones."""
        words = [w.strip().casefold() for w in (value or "").split(",") if w.strip()]
        unknown = [word for word in words if word not in _STATUS]
        if unknown:
            raise forms.ValidationError(f"Use {', '.join(STATUS_WORDS.values())}.")
        return [_STATUS[word] for word in words]


class StatusFilter(filters.Filter):
    """Documents with any of these statuses today."""

    field_class = StatusField


ORDERINGS = {
    "date": ("date", "id"),
    "-date": ("-date", "-id"),
    "due_date": ("due_date", "id"),
    "-due_date": ("-due_date", "-id"),
    "total": ("total", "id"),
    "-total": ("-total", "-id"),
    "invoice_no": ("number", "id"),
    "-invoice_no": ("-number", "-id"),
}


class InvoiceFilter(filters.FilterSet):
    """`from_date`, `to_date` (both inclusive, on the date), `invoice_no`, and more."""

    from_date = DayFilter(field_name="date", lookup_expr="gte")
    to_date = DayFilter(field_name="date", lookup_expr="lte")
    invoice_no = filters.CharFilter(field_name="number", max_length=60)
    status = StatusFilter(
        method="having_status",
        label=_BEYOND + "one or several of " + ", ".join(STATUS_WORDS.values()),
    )
    due_from = DayFilter(
        field_name="due_date", lookup_expr="gte", label=_BEYOND + "due on or after."
    )
    due_to = DayFilter(
        field_name="due_date", lookup_expr="lte", label=_BEYOND + "due on or before."
    )
    total_min = AmountFilter(
        field_name="total", lookup_expr="gte", label=_BEYOND + "total at least."
    )
    total_max = AmountFilter(
        field_name="total", lookup_expr="lte", label=_BEYOND + "total at most."
    )
    currency = filters.CharFilter(
        max_length=3, label=_BEYOND + "ISO code of the document's currency."
    )
    partner = PublicIdFilter(
        "partner", field_name="partner_id", label=_BEYOND + "a partner's id."
    )
    reference = filters.CharFilter(
        max_length=120, label=_BEYOND + "the client's own key."
    )
    q = filters.CharFilter(
        method="matching",
        max_length=200,
        label=_BEYOND
        + "words (or their beginnings) in number, partner, reference, order, memo.",
    )
    ordering = filters.ChoiceFilter(
        method="ordered",
        choices=[(word, word) for word in ORDERINGS],
        label=_BEYOND + "only by date is it independent of the list's length.",
    )

    class Meta:
        model = Invoice
        fields: list[str] = []

    def having_status(
        self, queryset: Any, name: str, value: list[Any]
    ) -> QuerySet[Invoice]:
        """By the words of the contract, as of today where the business is."""
        if not value:
            return queryset
        return queryset.standing(value, self._key.business.today(timezone.now()))

    def matching(self, queryset: Any, name: str, value: str) -> QuerySet[Invoice]:
        """Full-text search within the key's business."""
        return queryset.matching(self._key.business_id, value)

    def ordered(self, queryset: Any, name: str, value: str) -> QuerySet[Invoice]:
        """By one field and the primary key, so that the order is total."""
        return queryset.order_by(*ORDERINGS[value])

    @property
    def _key(self) -> Credential:
        return self.request.auth


class PaymentFilter(filters.FilterSet):
    """`from_date` and `to_date`, both inclusive."""

    from_date = DayFilter(field_name="date", lookup_expr="gte")
    to_date = DayFilter(field_name="date", lookup_expr="lte")

    class Meta:
        model = Payment
        fields: list[str] = []


class PartnerFilter(filters.FilterSet):
    """Beyond the contract: by code and kind."""

    code = filters.CharFilter(max_length=60, label=_BEYOND + "exact code.")
    customer = TruthFilter(
        field_name="is_customer", label=_BEYOND + "customers only, or none."
    )
    vendor = TruthFilter(
        field_name="is_vendor", label=_BEYOND + "vendors only, or none."
    )

    class Meta:
        model = Partner
        fields: list[str] = []


class ProductFilter(filters.FilterSet):
    """`sell`, `buy` and `code`."""

    sell = TruthFilter()
    buy = TruthFilter()
    code = filters.CharFilter(max_length=60)

    class Meta:
        model = Product
        fields: list[str] = []


class TaxFilter(filters.FilterSet):
    """`code`."""

    code = filters.CharFilter(max_length=60)

    class Meta:
        model = Tax
        fields: list[str] = []


class AccountFilter(filters.FilterSet):
    """`type`, `sub_type` (without regard to case), `code`, `payment_account`."""

    type = filters.CharFilter(method="of_type", max_length=40)
    sub_type = filters.CharFilter(method="of_sub_type", max_length=40)
    code = filters.CharFilter(max_length=60)
    payment_account = TruthFilter()

    class Meta:
        model = Account
        fields: list[str] = []

    def of_type(
        self, queryset: QuerySet[Account], name: str, value: str
    ) -> QuerySet[Account]:
        """The type, with all its sub-types."""
        kind = value.strip()
        whole = Q(type__iexact=kind) | Q(type__istartswith=f"{kind} - ")
        return queryset.filter(whole)

    def of_sub_type(
        self, queryset: QuerySet[Account], name: str, value: str
    ) -> QuerySet[Account]:
        """What stands behind the dash: `current` of `Assets - Current`."""
        return queryset.filter(type__iendswith=f" - {value.strip()}")
