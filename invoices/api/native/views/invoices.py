"""Invoices and credit notes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.json import Rendered
from invoices.api.native import documents
from invoices.api.native.base import NativeViewSet
from invoices.api.native.filters import InvoiceFilter
from invoices.api.native.schema import BEYOND, ERRORS
from invoices.api.native.serializers.invoices import (
    CreditIn,
    InvoiceIn,
    InvoiceOut,
    VoidIn,
    as_posted,
)
from invoices.crediting import credit
from invoices.drafting import draft_invoice, revise_draft
from invoices.models import Invoice
from partners.models import Partner


class DocumentViewSet(NativeViewSet):
    """What invoices and credit notes share: reading, issuing, voiding."""

    serializer_class = InvoiceOut
    filterset_class = InvoiceFilter
    lookup_field = "id"

    def get_queryset(self) -> QuerySet[Any]:
        """Documents of this kind; a list is ordered by date."""
        return Invoice.objects.for_business(self.business).order_by("date", "id")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of documents. Three queries, whatever the page's size."""
        found = self.filter_queryset(self.of_partner(self.get_queryset()))
        fields = {str(name).lstrip("-") for name in found.query.order_by}
        page = self.paginator.paginate_queryset(found.values(*fields), request, self)
        pks = [row["id"] for row in page or []]
        shown = documents.invoices(self.business.pk, pks, self.today)
        return self.paginator.get_paginated_response(documents.array(shown))

    def of_partner(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only the partner's in the path, if there is one; 404 for an unknown one."""
        partner_id = self.kwargs.get("partner_id")
        if partner_id is None:
            return queryset
        return queryset.of(self.find(Partner.objects.all(), "partner", partner_id))  # type: ignore[attr-defined]

    @extend_schema(responses={200: InvoiceOut, **ERRORS(401, 403, 404)})
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One document, with its version as `ETag`."""
        return self.show(self.document())

    def document(self) -> Invoice:
        """The document in the path."""
        found: Invoice = self.find(self.get_queryset(), "invoice", self.kwargs["id"])
        return found

    def show(self, invoice: Invoice, status: int = 200) -> Response:
        """One document as the answer."""
        [text] = documents.invoices(self.business.pk, [invoice.pk], self.today)
        return Response(
            Rendered(text), status=status, headers={"ETag": f'"{invoice.version}"'}
        )

    @extend_schema(
        request=None,
        responses={200: InvoiceOut, **ERRORS(400, 401, 403, 404, 409, 412)},
        extensions=BEYOND,
    )
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, **kwargs: Any) -> Response:
        """Make a draft final: it gets its number and never changes again."""
        issued = self.document().issue(
            by=self.actor,
            now=timezone.now(),
            expected_version=self.expected_version(),
        )
        return self.show(issued)

    @extend_schema(
        request=VoidIn,
        responses={200: InvoiceOut, **ERRORS(400, 401, 403, 404, 409, 412)},
        extensions=BEYOND,
    )
    @action(detail=True, methods=["post"])
    def void(self, request: Request, **kwargs: Any) -> Response:
        """Cancel an issued document on which nothing was paid or credited."""
        data = self.checked(VoidIn(data=self.body or {}))
        invoice = self.document()
        self.check_version(invoice)
        reason = data.get("reason", "")
        voided = invoice.void(by=self.actor, reason=reason, now=timezone.now())
        return self.show(voided)

    def check_version(self, invoice: Invoice) -> None:
        """412 unless `If-Match` allows the version that was read."""
        invoice.must_be_version(self.expected_version())

    def checked(self, serializer: Any) -> dict[str, Any]:
        """The validated data, or 400."""
        serializer.is_valid(raise_exception=True)
        data: dict[str, Any] = serializer.validated_data
        return data


@extend_schema_view(
    list=extend_schema(responses={200: InvoiceOut(many=True), **ERRORS(400, 401, 404)})
)
class InvoiceViewSet(DocumentViewSet):
    """Invoices that the business issues."""

    def get_queryset(self) -> QuerySet[Any]:
        """Sales invoices by date."""
        return (
            Invoice.objects.for_business(self.business).sales().order_by("date", "id")
        )

    @extend_schema(
        request=InvoiceIn,
        responses={201: InvoiceOut, **ERRORS(400, 401, 403, 404, 409, 415)},
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new draft; with an `id` in the body, the update that the page's curl is."""
        body = self.mapping()
        if "partner_id" in kwargs:
            self.find(Partner.objects.all(), "partner", kwargs["partner_id"])
            body = body | {"customer": {"id": kwargs["partner_id"]}}
        elif "id" in body:
            return self.update(request, **kwargs)
        draft = self.document_in(body)
        return self.show(draft_invoice(draft, by=self.actor), status=201)

    @extend_schema(
        request=InvoiceIn,
        responses={200: InvoiceOut, **ERRORS(400, 401, 403, 404, 409, 412, 415)},
    )
    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace a draft's whole content; its `id` is in the body or in the path."""
        invoice = self.find(self.get_queryset(), "invoice", self.target_id())
        return self.revise(invoice, self.mapping())

    @extend_schema(
        request=InvoiceIn(partial=True),
        responses={200: InvoiceOut, **ERRORS(400, 401, 403, 404, 409, 412, 415)},
        extensions=BEYOND,
    )
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change some attributes of a draft; `details`, if given, replaces them all."""
        invoice = self.document()
        body = as_posted(invoice) | self.mapping()
        return self.revise(invoice, body, self.expected_version() or invoice.version)

    def revise(
        self, invoice: Invoice, body: dict[str, Any], version: int | None = None
    ) -> Response:
        """Hand the document to the domain."""
        version = version or self.expected_version()
        invoice.must_be_draft()
        draft = self.document_in(body)
        revised = revise_draft(invoice, draft, by=self.actor, expected_version=version)
        return self.show(revised)

    def document_in(self, body: dict[str, Any]) -> Any:
        """The body as an `InvoiceDraft`, or 400."""
        serializer = InvoiceIn(data=body)
        serializer.is_valid(raise_exception=True)
        return serializer.draft(self.business)

    @extend_schema(responses={204: None, **ERRORS(401, 403, 404, 409, 412)})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a draft."""
        invoice = self.document()
        invoice.delete(by=self.actor, expected_version=self.expected_version())
        return Response(status=204)

    @extend_schema(
        request=CreditIn,
        responses={201: InvoiceOut, **ERRORS(400, 401, 403, 404, 409, 412)},
        extensions=BEYOND,
    )
    @action(detail=True, methods=["post"])
    def credit(self, request: Request, **kwargs: Any) -> Response:
        """Issue a credit note for all that is left, or for some of the lines."""
        data = self.checked(CreditIn(data=self.body or {}))
        invoice = self.document()
        self.check_version(invoice)
        note = credit(
            invoice,
            _quantities(data.get("details")),
            by=self.actor,
            now=timezone.now(),
            date=data.get("date") or self.today,
            number=data.get("invoice_no", ""),
            reason=data.get("reason", ""),
        )
        return self.show(note, status=201)


def _quantities(details: list[dict[str, Any]] | None) -> dict[int, Any] | None:
    """By the line's position; None where nothing was chosen."""
    if details is None:
        return None
    chosen = {row["line"]: row["quantity"] for row in details}
    if len(chosen) != len(details):
        raise ValidationError({"details": ["Name each line once."]})
    return chosen


@extend_schema_view(
    list=extend_schema(
        responses={200: InvoiceOut(many=True), **ERRORS(400, 401, 404)},
        extensions=BEYOND,
    ),
    retrieve=extend_schema(extensions=BEYOND),
)
class CreditNoteViewSet(DocumentViewSet):
    """Credit notes that the business issued. Beyond the contract."""

    def get_queryset(self) -> QuerySet[Any]:
        """Credit notes by date."""
        notes = Invoice.objects.for_business(self.business).sales_credits()
        return notes.order_by("date", "id")
