"""What invoices, credit notes and bills share: lists, reading, drafting, revising."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.native import documents
from invoices.api.native.base import NativeViewSet
from invoices.api.native.everything import Everything
from invoices.api.native.serializers.invoices import InvoiceIn
from invoices.drafting import InvoiceDraft, draft_invoice, revise_draft
from invoices.models import Invoice
from invoices.querysets import Direction, InvoiceQuerySet
from invoices.redrafting import as_draft
from partners import prepared, public_ids
from partners.models import Partner

Written = Callable[[int, Sequence[int], datetime.date], list[str]]


class DocumentViewSet(NativeViewSet):
    """Documents of one kind, read."""

    kind = "invoice"
    versioned = True
    # For the OpenAPI document, which is made without a business.
    queryset = Invoice.objects.none()
    # The documents of a business with these keys, as JSON.
    written: Written
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
        shown = self.written(self.business.pk, pks, self.today)
        return self.get_paginated_response(documents.array(shown))

    def asked_for(self) -> Any:
        """The keys of the documents that the path and the query ask for."""
        if self.everything and self.request.query_params.keys() <= {"per_page"}:
            return Everything(self.everything, self.business.pk)
        found = self.filter_queryset(self.get_queryset())
        order = (str(name).lstrip("-") for name in found.query.order_by)
        return found.values(*order)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One document, with its version as `ETag`."""
        return self.show(self.document(kwargs["id"]))

    def document(self, public_id: str) -> Invoice:
        """The document with this id, or 404."""
        found: Invoice = self.find(self.documents(), self.kind, public_id)
        return found

    def show(self, invoice: Invoice, status: int = 200) -> Response:
        """One document as the answer."""
        [text] = self.written(self.business.pk, [invoice.pk], self.today)
        headers = {"ETag": f'"{invoice.version}"'}
        return Response(documents.one(text), status=status, headers=headers)

    def partner(self) -> Partner:
        """The partner in the path, or 404."""
        pk = public_ids.decode("partner", self.kwargs["partner_id"])
        found = prepared.by_pk(Partner, self.business.pk, () if pk is None else [pk])
        if pk not in found:
            raise Http404
        partner: Partner = found[pk]
        return partner


class DraftViewSet(DocumentViewSet):
    """Documents that clients draft, revise and delete."""

    direction = Direction.ISSUED
    whole: type[InvoiceIn]
    change: type[InvoiceIn]

    def create(self, request: Request, **kwargs: Any) -> Response:
        """With an `id`, the update that the page's curl is (200).

        Beyond the contract: without one, a new document of the named partner (201).
        """
        if self.mapping().get("id") is not None:
            return self.update(request, **kwargs)
        return self.draft(self.whole)

    def draft(self, serializer_class: type[InvoiceIn], **known: Any) -> Response:
        """Hand the body, with what the path says, to the domain as a new document."""
        values = self.checked(serializer_class).values(self.business)
        draft = InvoiceDraft(
            business=self.business, direction=self.direction, **values, **known
        )
        return self.show(draft_invoice(draft, by=self.actor), status=201)

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace the whole content; the `id` is in the body or in the path.

        What the contract does not have stays if it is left out, for a client of the
        original does not know it.
        """
        invoice = self.revisable(self.target_id())
        return self.revise(invoice, self.checked(self.whole).values(self.business))

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change some attributes; `details`, if given, replaces them all."""
        invoice = self.revisable(kwargs["id"])
        values = self.checked(self.change).values(self.business)
        if values.get("currency", invoice.currency) != invoice.currency:
            # The old currency's rate is none of the new one's: it is looked up.
            values.setdefault("currency_rate", None)
        return self.revise(invoice, values)

    def revisable(self, public_id: str) -> Invoice:
        """The document with this id, if it may still change and is what they saw."""
        invoice = self.document(public_id)
        invoice.must_be_version(self.expected_version())
        invoice.must_be_editable()
        return invoice

    def revise(self, invoice: Invoice, values: dict[str, Any]) -> Response:
        """Hand the change to the domain.

        What is not given comes from the version that was read, so no other will do.
        """
        draft = as_draft(invoice, **{"business": self.business} | values)
        version = invoice.version
        return self.show(
            revise_draft(invoice, draft, by=self.actor, expected_version=version)
        )

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a draft."""
        invoice = self.document(kwargs["id"])
        invoice.delete(by=self.actor, expected_version=self.expected_version())
        return Response(status=204)
