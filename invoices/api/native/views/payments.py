"""Invoice payments: `inc_payments`, later called `invoicepayments`."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.native import documents
from invoices.api.native.base import NativeViewSet
from invoices.api.native.filters import PaymentFilter
from invoices.api.native.serializers.payments import PaymentIn, PaymentOut
from invoices.models import Invoice
from payments.models import Payment
from payments.recording import (
    PaymentDraft,
    cancel_payment,
    record_payment,
    revise_payment,
)


@extend_schema_view(list=extend_schema(responses=PaymentOut(many=True)))
class PaymentListViewSet(NativeViewSet):
    """What both lists of payments share."""

    kind = "payment"
    versioned = True
    serializer_class = PaymentOut
    filterset_class = PaymentFilter

    def get_queryset(self) -> QuerySet[Any]:
        """Standing payments from customers, by date."""
        payments = Payment.objects.for_business(self.business).received()
        return payments.order_by("date", "id")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of payments."""
        found = self.filter_queryset(self.get_queryset()).values("id", "date")
        page = self.paginate_queryset(found) or []
        shown = documents.payments(self.business.pk, [row["id"] for row in page])
        return self.get_paginated_response(documents.array(shown))

    def show(self, payment: Payment, status: int = 200) -> Response:
        """One payment as the answer."""
        [text] = documents.payments(self.business.pk, [payment.pk])
        headers = {"ETag": f'"{payment.version}"'}
        return Response(documents.one(text), status=status, headers=headers)


class PaymentViewSet(PaymentListViewSet):
    """Money received, from all customers."""

    def payment(self, public_id: str) -> Payment:
        """The payment with this id, or 404."""
        found: Payment = self.find(self.get_queryset(), self.kind, public_id)
        return found

    @extend_schema(responses=PaymentOut)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One payment, with its version as `ETag`."""
        return self.show(self.payment(kwargs["id"]))

    @extend_schema(request=PaymentIn, responses={200: PaymentOut})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """The update that the page's curl is: it says POST, with an `id`."""
        return self.update(request, **kwargs)

    @extend_schema(request=PaymentIn, responses=PaymentOut)
    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace a payment's attributes; its `id` is in the body or in the path."""
        payment = self.payment(self.target_id())
        values = self.checked(PaymentIn).values(self.business)
        return self.revise(payment, values, self.expected_version())

    def revise(
        self, payment: Payment, values: dict[str, Any], version: int | None
    ) -> Response:
        """Hand the change to the domain; without a description the old one stays."""
        values["description"] = values["description"] or payment.description
        revised = revise_payment(
            payment, by=self.actor, expected_version=version, **values
        )
        return self.show(revised)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Cancel a payment; its invoices reopen, its history stays."""
        cancel_payment(
            self.payment(kwargs["id"]),
            by=self.actor,
            now=timezone.now(),
            expected_version=self.expected_version(),
        )
        return Response(status=204)


class InvoicePaymentViewSet(PaymentListViewSet):
    """Money received for the invoice in the path."""

    # For the OpenAPI document, which is made without a path.
    queryset = Payment.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """The payments that settle it; 404 for an unknown invoice."""
        settling = self.invoice().allocations.values("payment_id")
        return super().get_queryset().filter(pk__in=settling)

    def invoice(self) -> Invoice:
        """The invoice in the path, or 404."""
        sales = Invoice.objects.for_business(self.business).sales()
        found: Invoice = self.find(sales, "invoice", self.kwargs["invoice_id"])
        return found

    @extend_schema(request=PaymentIn, responses={201: PaymentOut})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A payment of this invoice; never more than what is open on it."""
        invoice = self.invoice()
        values = self.checked(PaymentIn).values(self.business)
        values["description"] = values["description"] or _description(invoice)
        draft = PaymentDraft(
            business=self.business,
            currency=invoice.currency,
            partner=invoice.partner,
            settles=[(invoice, values["amount"])],
            **values,
        )
        return self.show(record_payment(draft, by=self.actor), status=201)


def _description(invoice: Invoice) -> str:
    """The contract's own words where the client has none."""
    return f"Payment for Invoice#{invoice.number}"
