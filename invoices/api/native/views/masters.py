"""Partners, products, accounts (kept by clients) and taxes (read only)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from djmoney.money import Money
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.native.base import NativeViewSet
from invoices.api.native.filters import (
    AccountFilter,
    PartnerFilter,
    ProductFilter,
    TaxFilter,
)
from invoices.api.native.serializers import masters
from invoices.api.native.serializers.fields import UNKNOWN
from invoices.models import Account, Product, Tax, TaxComponent
from invoices.models.tax import latest_rates
from partners import master
from partners.access import Capability
from partners.models import Partner
from partners.tenancy import BusinessRow


class MasterViewSet(NativeViewSet):
    """List, one, create, PUT on the collection or the item, PATCH, DELETE."""

    model: type[BusinessRow]
    serializer_class: type[masters.MasterSerializer]
    needing = Capability.MASTER
    order: tuple[str, ...] = ("name", "id")

    def get_queryset(self) -> QuerySet[Any]:
        """This business's rows, in the contract's order."""
        return self.model.objects.for_business(self.business).order_by(*self.order)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of rows. Two queries."""
        found = self.filter_queryset(self.get_queryset())
        shown = self.serializer_class(self.paginate_queryset(found), many=True)
        return self.get_paginated_response(shown.data)

    def row(self, public_id: str) -> Any:
        """The row with this id, or 404."""
        return self.find(self.get_queryset(), self.kind, public_id)

    def show(self, row: Any, status: int = 200) -> Response:
        """One row as the answer."""
        return Response(self.serializer_class(row).data, status=status)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One row."""
        return self.show(self.row(kwargs["id"]))

    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new row (201); with an `id`, the update that the page's curl is (200)."""
        if self.mapping().get("id") is not None:
            return self.update(request, **kwargs)
        row = self.model(business=self.business)
        return self.show(self.save(row), status=201)

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace all attributes; the `id` is in the body or in the path."""
        return self.show(self.save(self.row(self.target_id())))

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change some attributes; the others stay."""
        with transaction.atomic():
            rows = self.get_queryset().select_for_update(of=("self",))
            row = self.find(rows, self.kind, kwargs["id"])
            return self.show(self.save(row, partial=True))

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a row to which nothing refers."""
        master.delete(self.row(kwargs["id"]), by=self.actor, needing=self.needing)
        return Response(status=204)

    def save(self, row: Any, *, partial: bool = False) -> Any:
        """Hand the attributes to the domain."""
        serializer = self.serializer_class(row, data=self.mapping(), partial=partial)
        serializer.is_valid(raise_exception=True)
        return self.store(row, self.columns(serializer.validated_data))

    def store(self, row: Any, values: dict[str, Any]) -> Any:
        """Save the row with these columns."""
        return master.save(row, values, by=self.actor, needing=self.needing)

    def columns(self, values: dict[str, Any]) -> dict[str, Any]:
        """Our columns, from the attributes."""
        return values

    def names(self) -> dict[str, str]:
        """Our columns → the contract's attributes, for refusals."""
        fields = self.serializer_class().fields.items()
        return {str(field.source).removesuffix("_id"): name for name, field in fields}

    def must_own(
        self, references: Mapping[str, type[BusinessRow]], values: Any
    ) -> None:
        """400 for a reference to what is no row of this business; a query for each."""
        shown = self.names()
        for column, model in references.items():
            rows, pk = model.objects.for_business(self.business), values.get(column)
            if pk is not None and not rows.filter(pk=pk).exists():
                name = shown[column.removesuffix("_id")]
                raise ValidationError({name: [UNKNOWN]})


def documented(serializer: type[masters.MasterSerializer]) -> Any:
    """The schema of the six verbs."""
    whole = extend_schema(request=serializer, responses=serializer)
    return extend_schema_view(
        list=extend_schema(responses=serializer(many=True)),
        retrieve=extend_schema(responses=serializer),
        create=extend_schema(
            request=serializer, responses={200: serializer, 201: serializer}
        ),
        update=whole,
        partial_update=whole,
    )


@documented(masters.PartnerSerializer)
class PartnerViewSet(MasterViewSet):
    """Customers and vendors, by name."""

    model = Partner
    kind = "partner"
    serializer_class = masters.PartnerSerializer
    filterset_class = PartnerFilter


@documented(masters.ProductSerializer)
class ProductViewSet(MasterViewSet):
    """Products, by name."""

    model = Product
    kind = "product"
    serializer_class = masters.ProductSerializer
    filterset_class = ProductFilter

    def columns(self, values: dict[str, Any]) -> dict[str, Any]:
        """Prices are in the base currency; accounts and taxes of this business."""
        self.must_own(_REFERENCES, values)
        currency = self.business.currency
        prices = {
            name: Money(values[name], currency)
            for name in ("selling_price", "buying_price")
            if values.get(name) is not None
        }
        return values | prices | {"price_currency": currency}


_REFERENCES: dict[str, type[BusinessRow]] = {
    "revenue_account_id": Account,
    "expense_account_id": Account,
    "selling_tax_id": Tax,
    "buying_tax_id": Tax,
}


@documented(masters.AccountSerializer)
class AccountViewSet(MasterViewSet):
    """Accounts, by code."""

    model = Account
    kind = "account"
    needing = Capability.SETTINGS
    order = ("code", "id")
    serializer_class = masters.AccountSerializer
    filterset_class = AccountFilter


class TaxViewSet(NativeViewSet):
    """Taxes, by code; they are kept in the back office."""

    kind = "tax"
    serializer_class = masters.TaxSerializer
    filterset_class = TaxFilter

    def get_queryset(self) -> QuerySet[Any]:
        """Taxes with today's rate as a fraction: the sum of simple components.

        Null where a component is compound, because no one rate says it.
        """
        compound = TaxComponent.objects.filter(
            business=OuterRef("business"), tax=OuterRef("pk"), compound=True
        )
        taxes = Tax.objects.for_business(self.business)
        return taxes.annotate(compound=Exists(compound)).order_by("code", "id")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of taxes. Three queries."""
        found = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response(self.shown(page))

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One tax."""
        tax = self.find(self.get_queryset(), self.kind, kwargs["id"])
        return Response(self.shown([tax])[0])

    def shown(self, taxes: Sequence[Any]) -> Any:
        """The taxes with their rates; two more queries for all of them."""
        rates = latest_rates(self.business, [tax.pk for tax in taxes], self.today)
        for tax in taxes:
            parts = () if tax.compound else rates.get(tax.pk, ())
            percent = sum((part.rate for part in parts), Decimal(0))
            tax.latest_rate = percent.scaleb(-2).normalize() if parts else None
        return self.serializer_class(taxes, many=True).data
