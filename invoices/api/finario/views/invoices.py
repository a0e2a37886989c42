"""Invoices that vendors sent: listed, shown, created, upserted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.finario import documents, errors
from invoices.api.finario.base import FinarioView, streamed
from invoices.api.finario.serializers.fields import new_name
from invoices.api.finario.serializers.invoices import (
    ClosedQuery,
    CreatedOut,
    InvoiceIn,
    InvoiceOut,
    ShowQuery,
)
from invoices.models import Invoice, Project
from invoices.receiving import Paper, receive, receive_once
from partners.models import Partner

_LONGEST_REFERENCE = 120


class InvoicesView(FinarioView):
    """All invoices, whoever sent them."""

    @extend_schema(parameters=[ClosedQuery], responses=InvoiceOut(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every received invoice and credit note that is not cancelled, by date."""
        asked = self.asked(ClosedQuery)
        return streamed(documents.invoices(self.business, asked, self.today))


class InvoiceView(FinarioView):
    """One invoice."""

    @extend_schema(parameters=[ShowQuery], responses=InvoiceOut)
    def get(self, request: Request, invoice_id: str) -> Response:
        """One invoice, by id or by reference; `vendor_id` says whose reference."""
        name = self.asked(ShowQuery).get("vendor_id")
        vendor = self.find.vendor_or_named(name) if name else None
        found = self.find.invoice(self.kwargs["invoice_id"], vendor)
        shown = documents.invoice(self.business, found.pk) if found else None
        if shown is None:
            raise errors.missing("Invoice")
        return Response(shown)


def created(document: Mapping[str, Any]) -> dict[str, Any]:
    """What creation answers of a document that is shown."""
    return {name: document[name] for name in map(str, CreatedOut().fields)}


class WritingView(FinarioView):
    """What the paths that write invoices share."""

    def paper(self, project: Project, vendor: Partner, posted: InvoiceIn) -> Paper:
        """The body as it is handed to the domain."""
        return Paper(
            business=self.business,
            project=project,
            vendor=vendor,
            **posted.paper(),
        )

    def known(self, vendor: Partner) -> Callable[[], Invoice | None]:
        """How the document that the path names is found."""
        return lambda: self.find.invoice(self.kwargs["invoice_id"], vendor)

    def reference(self) -> str:
        """The name in the path, as the reference of a new document."""
        return new_name(self.kwargs["invoice_id"], _LONGEST_REFERENCE, "reference")


class VendorView(WritingView):
    """What the paths below a vendor share."""

    def parties(self) -> tuple[Project, Partner]:
        """The investment and the vendor in the path, each or 404."""
        project = self.find.investment(self.kwargs["investment_id"])
        return project, self.find.vendor(self.kwargs["vendor_id"])

    def posted(self, vendor: Partner) -> InvoiceIn:
        """The body; 422 if it says another vendor than the path."""
        posted = self.checked(InvoiceIn)
        name = posted.validated_data.get("vendor_id")
        if name and self.find.vendor_or_named(name) != vendor:
            raise ValidationError({"vendor_id": ["is not the vendor in the path"]})
        return posted


class VendorInvoicesView(VendorView):
    """A vendor's invoices for an investment."""

    @extend_schema(request=InvoiceIn, responses={201: CreatedOut})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """A new invoice of this vendor for this investment."""
        project, vendor = self.parties()
        paper = self.paper(project, vendor, self.posted(vendor))
        invoice = receive(paper, by=self.actor)
        shown = documents.invoice(self.business, invoice.pk) or {}
        return Response(created(shown), status=201)


class VendorInvoiceView(VendorView):
    """One of them, by id or reference."""

    @extend_schema(request=InvoiceIn, responses={204: None})
    def put(self, request: Request, **kwargs: Any) -> Response:
        """Bring an invoice to what the body says, or create it with this reference.

        Optional attributes left out keep their value; nothing new writes nothing.
        """
        project, vendor = self.parties()
        paper = self.paper(project, vendor, self.posted(vendor))
        receive_once(
            paper, self.known(vendor), reference=self.reference(), by=self.actor
        )
        return Response(status=204)


class LegacyInvoiceView(WritingView):
    """The path that the published Ruby client sends."""

    shape = staticmethod(errors.bare)
    located = {"POST": "200"}

    @extend_schema(request=InvoiceIn, responses={200: None}, deprecated=True)
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Create or update the invoice of this reference; where it is, in `Location`.

        The vendor is in the body, by id, code or name; one that is known by its
        reference alone need not say it.
        """
        project = self.find.investment(self.kwargs["investment_id"])
        posted, name = self.checked(InvoiceIn), self.reference()
        vendor = self.vendor(posted.validated_data.get("vendor_id"), name)

        paper = self.paper(project, vendor, posted)
        receive_once(paper, self.known(vendor), reference=name, by=self.actor)
        where = request.build_absolute_uri(f"/api/invoices/{quote(name, safe='')}")
        return Response(status=200, headers={"Location": where})

    def vendor(self, named: str | None, reference: str) -> Partner:
        """The vendor named in the body, else the one whose reference it is, or 422."""
        if named:
            return self.find.vendor_or_named(named)
        known = self.find.invoice(reference)
        if known is None:
            raise ValidationError({"vendor_id": [errors.BLANK]})
        return known.partner
