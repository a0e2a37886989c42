"""Bills: what vendors send, approved or cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.native import documents_bills, errors
from invoices.api.native.filters import BillFilter
from invoices.api.native.serializers.bills import (
    AssignIn,
    BillChange,
    BillIn,
    BillOut,
    CancelIn,
    PartnerBillIn,
)
from invoices.api.native.views.documents import DraftViewSet
from invoices.assigning import assign
from invoices.models import Invoice
from invoices.querysets import Direction, InvoiceQuerySet

DELETED = "Deleted by a client"


def _bills(business: int) -> InvoiceQuerySet:
    return Invoice.objects.for_business(business).bills().order_by("date", "id")


@extend_schema_view(
    list=extend_schema(responses=BillOut(many=True)),
    retrieve=extend_schema(responses=BillOut),
    create=extend_schema(request=BillIn, responses={200: BillOut, 201: BillOut}),
    update=extend_schema(request=BillIn, responses=BillOut),
    partial_update=extend_schema(request=BillChange, responses=BillOut),
)
class BillViewSet(DraftViewSet):
    """Bills that the business received."""

    direction = Direction.RECEIVED
    serializer_class = BillOut
    filterset_class = BillFilter
    written = staticmethod(documents_bills.bills)
    everything: Callable[[int], InvoiceQuerySet] | None = staticmethod(_bills)
    whole = BillIn
    change = BillChange

    def documents(self) -> InvoiceQuerySet:
        """Bills."""
        return _bills(self.business.pk)

    def names(self) -> dict[str, str]:
        """A bill's number and partner are called otherwise than an invoice's."""
        return {**errors.NAMES, "number": "bill_no", "partner": "vendor"}

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a bill not yet approved; cancel an approved one, which stays."""
        bill, version = self.document(kwargs["id"]), self.expected_version()
        if bill.is_editable:
            bill.delete(by=self.actor, expected_version=version)
        else:
            bill.cancel(by=self.actor, reason=DELETED, expected_version=version)
        return Response(status=204)

    @extend_schema(request=None, responses=BillOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **kwargs: Any) -> Response:
        """Accept a bill as owed; it never changes again."""
        approved = self.document(kwargs["id"]).approve(
            by=self.actor,
            now=timezone.now(),
            expected_version=self.expected_version(),
        )
        return self.show(approved)

    @extend_schema(request=CancelIn, responses=BillOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Turn a bill down, or withdraw the approval of one that is not paid."""
        given = self.checked(CancelIn).validated_data
        cancelled = self.document(kwargs["id"]).cancel(
            by=self.actor, expected_version=self.expected_version(), **given
        )
        return self.show(cancelled)

    @extend_schema(request=AssignIn, responses=BillOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, **kwargs: Any) -> Response:
        """Say what a bill belongs to, approved or not."""
        bill = self.document(kwargs["id"])
        project, shares = self.checked(AssignIn).values(self.business)
        version = self.expected_version()
        assign(bill, project, shares, by=self.actor, expected_version=version)
        return self.show(bill)


class PartnerBillViewSet(BillViewSet):
    """Bills from the partner in the path."""

    everything = None

    def documents(self) -> InvoiceQuerySet:
        """The partner's bills; 404 for an unknown one."""
        return super().documents().of(self.partner())

    @extend_schema(request=PartnerBillIn, responses={201: BillOut})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new bill from this partner."""
        return self.draft(PartnerBillIn, partner=self.partner())
