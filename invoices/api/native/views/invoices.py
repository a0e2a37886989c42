"""Invoices and credit notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.native import documents
from invoices.api.native.filters import InvoiceFilter
from invoices.api.native.serializers.invoices import (
    CreditIn,
    InvoiceChange,
    InvoiceIn,
    InvoiceOut,
    PartnerInvoiceIn,
    VoidIn,
    WriteOffIn,
)
from invoices.api.native.views.correspondence import (
    CorrespondenceViewSet,
    ObjectionViewSet,
)
from invoices.api.native.views.documents import DraftViewSet
from invoices.crediting import credit
from invoices.models import Invoice
from invoices.querysets import InvoiceQuerySet


def _invoices(business: int) -> InvoiceQuerySet:
    return Invoice.objects.for_business(business).sales().order_by("date", "id")


def _credit_notes(business: int) -> InvoiceQuerySet:
    notes = Invoice.objects.for_business(business).sales_credits()
    return notes.order_by("date", "id")


@extend_schema_view(
    list=extend_schema(responses=InvoiceOut(many=True)),
    retrieve=extend_schema(responses=InvoiceOut),
)
class SalesViewSet(CorrespondenceViewSet):
    """What invoices and credit notes share: reading, issuing, voiding."""

    serializer_class = InvoiceOut
    filterset_class = InvoiceFilter
    written = staticmethod(documents.invoices)

    @extend_schema(request=None, responses=InvoiceOut)
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, **kwargs: Any) -> Response:
        """Make a draft final: it gets its number and never changes again."""
        issued = self.document(kwargs["id"]).issue(
            by=self.actor,
            now=timezone.now(),
            expected_version=self.expected_version(),
        )
        return self.show(issued)

    @extend_schema(request=VoidIn, responses=InvoiceOut)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, **kwargs: Any) -> Response:
        """Cancel an issued document on which nothing was paid or credited."""
        given = self.checked(VoidIn).validated_data
        voided = self.document(kwargs["id"]).void(
            by=self.actor,
            now=timezone.now(),
            expected_version=self.expected_version(),
            **given,
        )
        return self.show(voided)


@extend_schema_view(
    create=extend_schema(
        request=InvoiceIn, responses={200: InvoiceOut, 201: InvoiceOut}
    ),
    update=extend_schema(request=InvoiceIn, responses=InvoiceOut),
    partial_update=extend_schema(request=InvoiceChange, responses=InvoiceOut),
)
class InvoiceViewSet(DraftViewSet, ObjectionViewSet, SalesViewSet):
    """Invoices that the business issues."""

    everything: Callable[[int], InvoiceQuerySet] | None = staticmethod(_invoices)
    whole = InvoiceIn
    change = InvoiceChange

    def documents(self) -> InvoiceQuerySet:
        """Sales invoices."""
        return _invoices(self.business.pk)

    @extend_schema(request=CreditIn, responses={201: InvoiceOut})
    @action(detail=True, methods=["post"])
    def credit(self, request: Request, **kwargs: Any) -> Response:
        """Issue a credit note for all that is left, or for some of the lines."""
        given = self.checked(CreditIn).validated_data
        date = given.pop("date") or self.today
        note = credit(
            self.document(kwargs["id"]),
            by=self.actor,
            now=timezone.now(),
            date=date,
            expected_version=self.expected_version(),
            **given,
        )
        return self.show(note, status=201)

    @extend_schema(request=WriteOffIn, responses=InvoiceOut)
    @action(detail=True, methods=["post"])
    def write_off(self, request: Request, **kwargs: Any) -> Response:
        """Give up what is open on an issued invoice; it may still be paid later."""
        given = self.checked(WriteOffIn).validated_data
        written_off = self.document(kwargs["id"]).write_off(
            by=self.actor, expected_version=self.expected_version(), **given
        )
        return self.show(written_off)


class PartnerInvoiceViewSet(InvoiceViewSet):
    """Invoices to the partner in the path."""

    everything = None

    def documents(self) -> InvoiceQuerySet:
        """The partner's sales invoices; 404 for an unknown one."""
        return super().documents().of(self.partner())

    @extend_schema(request=PartnerInvoiceIn, responses={201: InvoiceOut})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new draft for this partner."""
        return self.draft(PartnerInvoiceIn, partner=self.partner())


class CreditNoteViewSet(SalesViewSet):
    """Credit notes that the business issued."""

    beyond = True
    everything = staticmethod(_credit_notes)

    def documents(self) -> InvoiceQuerySet:
        """Credit notes."""
        return _credit_notes(self.business.pk)
