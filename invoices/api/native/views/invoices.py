"""Invoices and credit notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.native import documents
from invoices.api.native.base import NativeViewSet
from invoices.api.native.everything import Everything
from invoices.api.native.filters import InvoiceFilter
from invoices.api.native.serializers.invoices import (
    CreditIn,
    InvoiceChange,
    InvoiceIn,
    InvoiceOut,
    PartnerInvoiceIn,
    VoidIn,
)
from invoices.crediting import credit
from invoices.drafting import InvoiceDraft, draft_invoice, revise_draft
from invoices.models import Invoice
from invoices.querysets import InvoiceQuerySet
from invoices.redrafting import as_draft
from partners import prepared, public_ids
from partners.models import Partner


def _invoices(business: int) -> InvoiceQuerySet:
    return Invoice.objects.for_business(business).sales().order_by("date", "id")


def _credit_notes(business: int) -> InvoiceQuerySet:
    notes = Invoice.objects.for_business(business).sales_credits()
    return notes.order_by("date", "id")


@extend_schema_view(list=extend_schema(responses=InvoiceOut(many=True)))
class DocumentViewSet(NativeViewSet):
    """What invoices and credit notes share: reading, issuing, voiding."""

    kind = "invoice"
    versioned = True
    serializer_class = InvoiceOut
    filterset_class = InvoiceFilter
    # For the OpenAPI document, which is made without a business.
    queryset = Invoice.objects.none()
    # All documents of this kind in a business, by date, where no path narrows them.
    everything: Callable[[int], InvoiceQuerySet] | None = None

    def documents(self) -> InvoiceQuerySet:
        """Documents of this kind."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        """The same, by date."""
        return self.documents()

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of documents. Three queries, whatever the page's size."""
        page = self.paginate_queryset(self.asked_for()) or []
        pks = [row["id"] for row in page]
        shown = documents.invoices(self.business.pk, pks, self.today)
        return self.get_paginated_response(documents.array(shown))

    def asked_for(self) -> Any:
        """The keys of the documents that the path and the query ask for."""
        if self.everything and self.request.query_params.keys() <= {"per_page"}:
            return Everything(self.everything, self.business.pk)
        found = self.filter_queryset(self.get_queryset())
        order = (str(name).lstrip("-") for name in found.query.order_by)
        return found.values(*order)

    @extend_schema(responses=InvoiceOut)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One document, with its version as `ETag`."""
        return self.show(self.document(kwargs["id"]))

    def document(self, public_id: str) -> Invoice:
        """The document with this id, or 404."""
        found: Invoice = self.find(self.documents(), self.kind, public_id)
        return found

    def show(self, invoice: Invoice, status: int = 200) -> Response:
        """One document as the answer."""
        [text] = documents.invoices(self.business.pk, [invoice.pk], self.today)
        headers = {"ETag": f'"{invoice.version}"'}
        return Response(documents.one(text), status=status, headers=headers)

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


class InvoiceViewSet(DocumentViewSet):
    """Invoices that the business issues."""

    everything: Callable[[int], InvoiceQuerySet] | None = staticmethod(_invoices)

    def documents(self) -> InvoiceQuerySet:
        """Sales invoices."""
        return _invoices(self.business.pk)

    @extend_schema(request=InvoiceIn, responses={200: InvoiceOut, 201: InvoiceOut})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """With an `id`, the update that the page's curl is (200).

        Beyond the contract: without one, a new draft for `customer` (201).
        """
        if self.mapping().get("id") is not None:
            return self.update(request, **kwargs)
        return self.draft(self.posted(InvoiceIn))

    def draft(self, draft: InvoiceDraft) -> Response:
        """Hand a new document to the domain."""
        return self.show(draft_invoice(draft, by=self.actor), status=201)

    def posted(self, serializer_class: type[InvoiceIn], **known: Any) -> InvoiceDraft:
        """The body, with what the path says, as a whole document; or 400."""
        values = self.checked(serializer_class).values(self.business)
        return InvoiceDraft(business=self.business, **values, **known)

    @extend_schema(request=InvoiceIn, responses=InvoiceOut)
    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace a draft's whole content; its `id` is in the body or in the path."""
        invoice = self.document(self.target_id())
        invoice.must_be_draft()
        return self.revise(invoice, self.posted(InvoiceIn), self.expected_version())

    @extend_schema(request=InvoiceChange, responses=InvoiceOut)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change some attributes of a draft; `details`, if given, replaces them all."""
        invoice = self.document(kwargs["id"])
        invoice.must_be_version(self.expected_version())
        invoice.must_be_draft()
        change = self.checked(InvoiceChange).values(self.business)
        if change.get("currency", invoice.currency) != invoice.currency:
            # The old currency's rate is none of the new one's: it is looked up.
            change.setdefault("currency_rate", None)
        # What is not given comes from the version that was read, so no other will do.
        return self.revise(
            invoice, replace(as_draft(invoice), **change), invoice.version
        )

    def revise(
        self, invoice: Invoice, draft: InvoiceDraft, version: int | None
    ) -> Response:
        """Hand the change to the domain."""
        revised = revise_draft(invoice, draft, by=self.actor, expected_version=version)
        return self.show(revised)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a draft."""
        invoice = self.document(kwargs["id"])
        invoice.delete(by=self.actor, expected_version=self.expected_version())
        return Response(status=204)

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


class PartnerInvoiceViewSet(InvoiceViewSet):
    """Invoices to the partner in the path."""

    everything = None

    def documents(self) -> InvoiceQuerySet:
        """The partner's sales invoices; 404 for an unknown one."""
        return super().documents().of(self.partner())

    def partner(self) -> Partner:
        """The partner in the path, or 404."""
        pk = public_ids.decode("partner", self.kwargs["partner_id"])
        found = prepared.by_pk(Partner, self.business.pk, () if pk is None else [pk])
        if pk not in found:
            raise Http404
        partner: Partner = found[pk]
        return partner

    @extend_schema(request=PartnerInvoiceIn, responses={201: InvoiceOut})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new draft for this partner."""
        return self.draft(self.posted(PartnerInvoiceIn, partner=self.partner()))


class CreditNoteViewSet(DocumentViewSet):
    """Credit notes that the business issued."""

    beyond = True
    everything = staticmethod(_credit_notes)

    def documents(self) -> InvoiceQuerySet:
        """Credit notes."""
        return _credit_notes(self.business.pk)
