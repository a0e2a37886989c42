"""Deliveries: mails to customers, how far each has come, and what to do about it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from invoices import mail_decisions
from invoices.api.native.base import NativeViewSet
from invoices.api.native.filters_correspondence import DeliveryFilter
from invoices.api.native.serializers.correspondence import (
    DeliveryOut,
    SettleIn,
)
from invoices.models import Delivery, Invoice


@extend_schema_view(list=extend_schema(responses=DeliveryOut(many=True)))
class DeliveryViewSet(NativeViewSet):
    """All mails of a business, oldest first."""

    beyond = True
    kind = "delivery"
    serializer_class = DeliveryOut
    filterset_class: Any = DeliveryFilter
    # For the OpenAPI document, which is made without a path.
    queryset = Delivery.objects.none()

    def get_queryset(self) -> QuerySet[Delivery]:
        """This business's."""
        return Delivery.objects.for_business(self.business).order_by("id")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of mails without their words. Two queries."""
        found = self.filter_queryset(self.get_queryset().defer("body"))
        page = self.paginate_queryset(found)
        shown = DeliveryOut(page, many=True, context={"actor": self.actor})
        return self.get_paginated_response(shown.data)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One mail with its words; its secret address for who may issue."""
        return self.show(self.row(kwargs["id"]))

    def row(self, public_id: str) -> Delivery:
        """The mail with this id, or 404."""
        found: Delivery = self.find(self.get_queryset(), self.kind, public_id)
        return found

    def show(self, delivery: Delivery) -> Response:
        """One mail as the answer."""
        return Response(DeliveryOut(delivery, context={"actor": self.actor}).data)

    @extend_schema(request=None, responses=DeliveryOut)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, **kwargs: Any) -> Response:
        """Try a failed mail once more, with all its attempts anew."""
        delivery = self.row(kwargs["id"])
        return self.show(
            mail_decisions.retry(delivery, by=self.actor, now=timezone.now())
        )

    @extend_schema(request=SettleIn, responses=DeliveryOut)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, **kwargs: Any) -> Response:
        """Say whether an uncertain mail arrived; if not, it is sent once more."""
        given = self.checked(SettleIn).validated_data
        delivery = self.row(kwargs["id"])
        return self.show(
            mail_decisions.settle_uncertain(
                delivery, **given, by=self.actor, now=timezone.now()
            )
        )

    @extend_schema(request=None, responses=DeliveryOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Take a mail back that is still queued."""
        delivery = self.row(kwargs["id"])
        return self.show(
            mail_decisions.withdraw(delivery, by=self.actor, now=timezone.now())
        )


class InvoiceDeliveryViewSet(DeliveryViewSet):
    """Mails about the invoice in the path."""

    filterset_class = None

    def get_queryset(self) -> QuerySet[Delivery]:
        """The document's mails; 404 for an unknown one."""
        document = self.find(self.documents(), "invoice", self.kwargs["invoice_id"])
        return super().get_queryset().filter(invoice_id=document.pk)

    def documents(self) -> QuerySet[Invoice]:
        """Invoices."""
        return Invoice.objects.for_business(self.business).sales()


class CreditNoteDeliveryViewSet(InvoiceDeliveryViewSet):
    """Mails about the credit note in the path."""

    def documents(self) -> QuerySet[Invoice]:
        """Credit notes."""
        return Invoice.objects.for_business(self.business).sales_credits()
