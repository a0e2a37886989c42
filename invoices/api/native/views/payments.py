"""Payments of invoices (`inc_payments`, later called `invoicepayments`) and of bills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.native import documents
from invoices.api.native.base import NativeViewSet
from invoices.api.native.filters import PaymentFilter
from invoices.api.native.serializers.bills import BillPaymentOut
from invoices.api.native.serializers.payments import PaymentIn, PaymentOut
from invoices.models import Invoice
from payments.models import Payment, PaymentDirection
from payments.paying import pay_bill
from payments.recording import (
    PaymentDraft,
    cancel_payment,
    record_payment,
    revise_payment,
)


class PaymentListViewSet(NativeViewSet):
    """What all lists of payments share."""

    kind = "payment"
    versioned = True
    filterset_class = PaymentFilter

    def payments(self) -> QuerySet[Any]:
        """Standing payments of one direction."""
        raise NotImplementedError

    def written(self, pks: Sequence[int]) -> list[str]:
        """The payments with these keys as JSON."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        """The payments by date."""
        return self.payments().order_by("date", "id")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of payments."""
        found = self.filter_queryset(self.get_queryset()).values("id", "date")
        page = self.paginate_queryset(found) or []
        shown = self.written([row["id"] for row in page])
        return self.get_paginated_response(documents.array(shown))

    def show(self, payment: Payment, status: int = 200) -> Response:
        """One payment as the answer."""
        [text] = self.written([payment.pk])
        headers = {"ETag": f'"{payment.version}"'}
        return Response(documents.one(text), status=status, headers=headers)


class EachPaymentViewSet(PaymentListViewSet):
    """Payments by themselves: read, revised, cancelled."""

    def payment(self, public_id: str) -> Payment:
        """The payment with this id, or 404."""
        found: Payment = self.find(self.get_queryset(), self.kind, public_id)
        return found

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One payment, with its version as `ETag`."""
        return self.show(self.payment(kwargs["id"]))

    def create(self, request: Request, **kwargs: Any) -> Response:
        """The update that the page's curl is: it says POST, with an `id`."""
        return self.update(request, **kwargs)

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
        """Cancel a payment; its documents reopen, its history stays."""
        cancel_payment(
            self.payment(kwargs["id"]),
            by=self.actor,
            now=timezone.now(),
            expected_version=self.expected_version(),
        )
        return Response(status=204)


class OfDocumentViewSet(PaymentListViewSet):
    """Payments of the document in the path: listed, and made."""

    # For the OpenAPI document, which is made without a path.
    queryset = Payment.objects.none()
    text = ""

    def get_queryset(self) -> QuerySet[Any]:
        """The payments that settle it; 404 for an unknown document."""
        settling = self.document().allocations.values("payment_id")
        return super().get_queryset().filter(pk__in=settling)

    def document(self) -> Invoice:
        """The document in the path, or 404."""
        raise NotImplementedError

    def posted(self, document: Invoice, **known: Any) -> PaymentDraft:
        """The body as a payment of this document, with the contract's own words."""
        values = self.checked(PaymentIn).values(self.business)
        values["description"] = values["description"] or self.text + document.number
        return PaymentDraft(
            business=self.business,
            currency=document.currency,
            partner=document.partner,
            **values,
            **known,
        )


class Received(PaymentListViewSet):
    """Money from customers."""

    serializer_class = PaymentOut

    def payments(self) -> QuerySet[Any]:
        """Standing payments from customers."""
        return Payment.objects.for_business(self.business).received()

    def written(self, pks: Sequence[int]) -> list[str]:
        """In the contract's words."""
        return documents.payments(self.business.pk, pks)


class PaidOut(PaymentListViewSet):
    """Money to vendors."""

    serializer_class = BillPaymentOut

    def payments(self) -> QuerySet[Any]:
        """Standing payments to vendors; what went back to customers is none."""
        paid = Payment.objects.for_business(self.business).paid_out()
        return paid.filter(refund_of__isnull=True)

    def written(self, pks: Sequence[int]) -> list[str]:
        """In the contract's words."""
        return documents.payments(
            self.business.pk, pks, partner="vendor", document="bill"
        )


def _each(shape: type[Any]) -> Any:
    """The schema of payments by themselves."""
    whole = extend_schema(request=PaymentIn, responses={200: shape})
    return extend_schema_view(
        list=extend_schema(responses=shape(many=True)),
        retrieve=extend_schema(responses=shape),
        create=whole,
        update=whole,
    )


def _of_document(shape: type[Any]) -> Any:
    """The schema of a document's payments."""
    return extend_schema_view(
        list=extend_schema(responses=shape(many=True)),
        create=extend_schema(request=PaymentIn, responses={201: shape}),
    )


@_each(PaymentOut)
class PaymentViewSet(EachPaymentViewSet, Received):
    """Money received, from all customers."""


@_each(BillPaymentOut)
class BillPaymentViewSet(EachPaymentViewSet, PaidOut):
    """Money paid, to all vendors."""


@_of_document(PaymentOut)
class InvoicePaymentViewSet(OfDocumentViewSet, Received):
    """Money received for the invoice in the path."""

    text = "Payment for Invoice#"

    def document(self) -> Invoice:
        """The invoice in the path, or 404."""
        sales = Invoice.objects.for_business(self.business).sales()
        found: Invoice = self.find(sales, "invoice", self.kwargs["invoice_id"])
        return found

    def create(self, request: Request, **kwargs: Any) -> Response:
        """A payment of this invoice; never more than what is open on it."""
        invoice = self.document()
        draft = self.posted(invoice)
        whole = replace(draft, settles=[(invoice, draft.amount)])
        return self.show(record_payment(whole, by=self.actor), status=201)


@_of_document(BillPaymentOut)
class PaymentOfBillViewSet(OfDocumentViewSet, PaidOut):
    """Money paid for the bill in the path."""

    text = "Payment for vendor bill#"

    def document(self) -> Invoice:
        """The bill in the path, or 404."""
        bills = Invoice.objects.for_business(self.business).bills()
        found: Invoice = self.find(bills, "invoice", self.kwargs["bill_id"])
        return found

    def create(self, request: Request, **kwargs: Any) -> Response:
        """A payment of this bill, which is approved first if it still waits."""
        bill = self.document()
        draft = self.posted(bill, direction=PaymentDirection.OUT)
        paid = pay_bill(bill, draft, by=self.actor, now=timezone.now())
        return self.show(paid, status=201)
