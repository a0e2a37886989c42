"""The contract's query words, and those beyond it, as filters on our querysets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from invoices.api.native import documents, documents_bills
from invoices.models import (
    Account,
    Cost,
    CostCategory,
    Invoice,
    Product,
    Project,
    Tax,
)
from invoices.querysets import State, Status
from partners import public_ids
from partners.credentials import Credential
from partners.models import Partner
from payments.models import Payment

_BEYOND = "Beyond the contract: "


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

    def __init__(self, *, words: Mapping[Status, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def clean(self, value: str | None) -> list[Status]:
        """Our statuses; an unknown word is refused with the known ones."""
        asked = {w.strip().casefold() for w in (value or "").split(",") if w.strip()}
        known = {word.casefold() for word in self.words.values()}
        if not asked <= known:
            raise forms.ValidationError(f"Use {listed(self.words)}.")
        return [s for s, word in self.words.items() if word.casefold() in asked]


class StatusFilter(filters.Filter):
    """Documents with any of these statuses today."""

    field_class = StatusField

    def __init__(self, words: Mapping[Status, str]) -> None:
        label = f"{_BEYOND}one or several of {listed(words)}"
        super().__init__(method="having_status", label=label, words=words)


def listed(words: Mapping[Status, str]) -> str:
    """The words in one line, each once."""
    return ", ".join(dict.fromkeys(words.values()))


def orderings(number: str) -> dict[str, tuple[str, str]]:
    """The orders of a list of documents whose numbers go by this name."""
    fields = {"date": "date", "due_date": "due_date", "total": "total"}
    fields[number] = "number"
    up = {name: (field, "id") for name, field in fields.items()}
    down = {f"-{name}": (f"-{field}", "-id") for name, field in fields.items()}
    return up | down


class OrderingFilter(filters.ChoiceFilter):
    """By one field and the primary key, so that the order is total."""

    def __init__(self, number: str) -> None:
        self.orders = orderings(number)
        super().__init__(
            choices=[(word, word) for word in self.orders],
            label=_BEYOND + "only by date is it independent of the list's length.",
        )

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The rows in that order; as they were for no value."""
        return qs.order_by(*self.orders[value]) if value else qs


class DocumentFilter(filters.FilterSet):
    """`from_date`, `to_date` (both inclusive, on the date), and more."""

    from_date = DayFilter(field_name="date", lookup_expr="gte")
    to_date = DayFilter(field_name="date", lookup_expr="lte")
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
    project = PublicIdFilter(
        "project", field_name="project_id", label=_BEYOND + "a project's id."
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

    @property
    def _key(self) -> Credential:
        return self.request.auth


class InvoiceFilter(DocumentFilter):
    """The same, and `invoice_no`."""

    invoice_no = filters.CharFilter(field_name="number", max_length=60)
    status = StatusFilter(documents.STATUS_WORDS)
    ordering = OrderingFilter("invoice_no")


class BillFilter(DocumentFilter):
    """The same, `bill_no`, and whether it is approved."""

    bill_no = filters.CharFilter(field_name="number", max_length=60)
    status = StatusFilter(documents_bills.STATUS_WORDS)
    approved = TruthFilter(
        method="being_approved", label=_BEYOND + "approved ones only, or none."
    )
    ordering = OrderingFilter("bill_no")

    def being_approved(
        self, queryset: Any, name: str, value: bool
    ) -> QuerySet[Invoice]:
        """Those that are owed or paid, or all others."""
        if value:
            return queryset.filter(state=State.APPROVED)
        return queryset.exclude(state=State.APPROVED)


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


class ProjectFilter(filters.FilterSet):
    """Beyond the contract: by code, and open or closed."""

    code = filters.CharFilter(max_length=120, label=_BEYOND + "exact code.")
    closed = TruthFilter(
        field_name="closed_on",
        lookup_expr="isnull",
        exclude=True,
        label=_BEYOND + "closed ones only, or none.",
    )

    class Meta:
        model = Project
        fields: list[str] = []


class CostFilter(filters.FilterSet):
    """Beyond the contract: by what purchases are matched with."""

    project = PublicIdFilter(
        "project", field_name="project_id", label=_BEYOND + "a project's id."
    )
    vendor = PublicIdFilter(
        "partner", field_name="vendor_id", label=_BEYOND + "a vendor's id."
    )
    unique_cost_id = filters.CharFilter(
        max_length=120, label=_BEYOND + "exact unique cost id."
    )

    class Meta:
        model = Cost
        fields: list[str] = []


class CostCategoryFilter(filters.FilterSet):
    """Beyond the contract: by code."""

    code = filters.CharFilter(max_length=60, label=_BEYOND + "exact code.")

    class Meta:
        model = CostCategory
        fields: list[str] = []
