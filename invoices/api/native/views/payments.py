"""Invoice payments: `inc_payments`, later called `invoicepayments`."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.native import documents
from invoices.api.native.base import NativeViewSet
from invoices.api.native.filters import PaymentFilter
from invoices.api.native.schema import ERRORS
from invoices.api.native.serializers.payments import PaymentIn, PaymentOut
from invoices.models import Account, Invoice
from payments.models import Payment
from payments.recording import (
    PaymentDraft,
    cancel_payment,
    record_payment,
    revise_payment,
)


@extend_schema_view(
    list=extend_schema(responses={200: PaymentOut(many=True), **ERRORS(400, 401, 404)})
)
class InvoicePaymentViewSet(NativeViewSet):
    """Money received, under the business and under one invoice."""

    serializer_class = PaymentOut
    filterset_class = PaymentFilter
    lookup_field = "id"

    def get_queryset(self) -> QuerySet[Any]:
        """Standing payments from customers, by date."""
        return (
            Payment.objects.for_business(self.business)
            .received()
            .order_by("date", "id")
        )

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of payments; of one invoice where the path names it."""
        found = self.get_queryset()
        if "invoice_id" in kwargs:
            settled = self.invoice().allocations.values("payment_id")
            found = found.filter(pk__in=settled)
        found = self.filter_queryset(found).values("id", "date")
        page = self.paginator.paginate_queryset(found, request, self)
        pks = [row["id"] for row in page or []]
        shown = documents.payments(self.business.pk, pks)
        return self.paginator.get_paginated_response(documents.array(shown))

    def invoice(self) -> Invoice:
        """The invoice in the path, or 404."""
        sales = Invoice.objects.for_business(self.business).sales()
        found: Invoice = self.find(sales, "invoice", self.kwargs["invoice_id"])
        return found

    def payment(self, public_id: object) -> Payment:
        """The payment with this id, or 404."""
        found: Payment = self.find(self.get_queryset(), "payment", public_id)
        return found

    def show(self, payment: Payment, status: int = 200) -> Response:
        """One payment as the answer."""
        [text] = documents.payments(self.business.pk, [payment.pk])
        headers = {"ETag": f'"{payment.version}"'}
        return Response(text, status=status, headers=headers)

    @extend_schema(responses={200: PaymentOut, **ERRORS(401, 403, 404)})
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One payment, with its version as `ETag`."""
        return self.show(self.payment(kwargs["id"]))

    @extend_schema(
        request=PaymentIn,
        responses={201: PaymentOut, **ERRORS(400, 401, 403, 404, 409, 415)},
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A payment of this invoice; never more than what is open on it."""
        if "invoice_id" not in kwargs:  # the page's curl for an update says POST
            return self.update(request, **kwargs)
        invoice = self.invoice()
        data, account = self.checked()
        draft = PaymentDraft(
            business=self.business,
            account=account,
            date=data["date"],
            currency=invoice.currency,
            currency_rate=data["currency_rate"],
            amount=data["amount"],
            partner=invoice.partner,
            description=_description(data, invoice),
            settles=[(invoice, data["amount"])],
        )
        return self.show(record_payment(draft, by=self.actor), status=201)

    def checked(self) -> tuple[dict[str, Any], Account]:
        """The posted attributes and the account they name, or 400."""
        serializer = PaymentIn(data=self.mapping())
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        accounts = Account.objects.for_business(self.business)
        account = accounts.filter(pk=data["payment_account"]).order_by().first()
        if account is None:
            raise ValidationError({"payment_account": ["There is no such row."]})
        return data, account

    @extend_schema(
        request=PaymentIn,
        responses={200: PaymentOut, **ERRORS(400, 401, 403, 404, 409, 412, 415)},
    )
    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace a payment's attributes; its `id` is in the body or in the path."""
        return self.revise(self.payment(self.target_id()))

    def revise(self, payment: Payment) -> Response:
        """Hand the change to the domain."""
        data, account = self.checked()
        revised = revise_payment(
            payment,
            by=self.actor,
            date=data["date"],
            account=account,
            amount=data["amount"],
            currency_rate=data["currency_rate"],
            description=data.get("description")
            or data.get("desription")
            or payment.description,
            expected_version=self.expected_version(),
        )
        return self.show(revised)

    @extend_schema(responses={204: None, **ERRORS(401, 403, 404, 409, 412)})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Cancel a payment; its invoices reopen, its history stays."""
        cancel_payment(
            self.payment(kwargs["id"]),
            by=self.actor,
            now=timezone.now(),
            expected_version=self.expected_version(),
        )
        return Response(status=204)


def _description(data: dict[str, Any], invoice: Invoice) -> str:
    """As given, or the contract's own words."""
    given = data.get("description") or data.get("desription")
    return given or f"Payment for Invoice#{invoice.number}"
