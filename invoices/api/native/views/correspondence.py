"""Documents on their way to the customer: sent, downloaded, told of, objected to."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from invoices import files, links
from invoices.api.door import AlwaysJson
from invoices.api.files import file_response
from invoices.api.native.serializers.correspondence import (
    DeliveryOut,
    DisputeIn,
    EntryOut,
    HoldIn,
    LetterIn,
    LinkOut,
    SendIn,
)
from invoices.api.native.serializers.invoices import InvoiceOut
from invoices.api.native.views.documents import DocumentViewSet
from invoices.models import Delivery, Invoice
from invoices.reminding import remind_now
from invoices.sending import Letter, send
from invoices.timeline import timeline

_HELD = OpenApiResponse(description="The client has it: `If-None-Match` names it.")


MAILS = {200: DeliveryOut(many=True), 202: DeliveryOut(many=True)}


def file_answers(media_type: str) -> dict[Any, Any]:
    """The answers of what gives a file, for the OpenAPI document."""
    return {(200, media_type): OpenApiTypes.BINARY, 304: _HELD}


class CorrespondenceViewSet(DocumentViewSet):
    """Invoices and credit notes as their customers get them."""

    def seen(self, public_id: str) -> Invoice:
        """The document with this id, if it is still what the caller saw."""
        invoice = self.document(public_id)
        invoice.must_be_version(self.expected_version())
        return invoice

    @extend_schema(request=SendIn, responses=MAILS, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def send(self, request: Request, **kwargs: Any) -> Response:
        """Issue the document if it is a draft, and queue its mails (202).

        With the same key once more nothing is sent; the same deliveries come (200).
        So it is without a key where it was sent, or is on its way, on any occasion.
        """
        given, now = self.checked(SendIn).validated_data, timezone.now()
        key, invoice = given.pop("key"), self.document(kwargs["id"])
        deliveries = send(
            invoice,
            Letter(**given),
            by=self.actor,
            now=now,
            key=key,
            expected_version=self.expected_version(),
        )
        return self.queued(invoice, deliveries, now)

    def queued(
        self, invoice: Invoice, deliveries: Sequence[Delivery], now: datetime.datetime
    ) -> Response:
        """The mails of this call (202), or those of an earlier one (200)."""
        new = all(delivery.changed_at == now for delivery in deliveries)
        shown = DeliveryOut(deliveries, many=True, context={"actor": self.actor})
        return Response(
            shown.data,
            status=202 if new else 200,
            headers={"ETag": f'"{invoice.version}"'},
        )

    @extend_schema(request=None, responses=file_answers("application/pdf"))
    @action(detail=True, methods=["get"], content_negotiation_class=AlwaysJson)
    def pdf(self, request: Request, **kwargs: Any) -> HttpResponse:
        """The document's PDF, the same bytes that are mailed."""
        return file_response(request, files.pdf_of(self.document(kwargs["id"])))

    @extend_schema(request=None, responses=file_answers("application/xml"))
    @action(detail=True, methods=["get"], content_negotiation_class=AlwaysJson)
    def ubl(self, request: Request, **kwargs: Any) -> HttpResponse:
        """The document as UBL; 409 with the reasons where it can be no e-invoice."""
        return file_response(request, files.ubl_of(self.document(kwargs["id"])))

    @extend_schema(responses=EntryOut(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def timeline(self, request: Request, **kwargs: Any) -> Response:
        """What happened to the document and what was mailed about it, oldest first."""
        entries = timeline(self.document(kwargs["id"]))
        shown = EntryOut(entries, many=True, context={"actor": self.actor})
        return Response(shown.data)

    @extend_schema(responses=LinkOut)
    @action(detail=True, methods=["get"])
    def link(self, request: Request, **kwargs: Any) -> Response:
        """The secret address of the customer's page, made if there is none."""
        invoice = self.document(kwargs["id"])
        link = links.give_link(invoice, by=self.actor, now=timezone.now())
        shown = {"url": links.address(link), "expires_at": link.expires_at}
        return Response(LinkOut(shown).data)

    @extend_schema(request=None, responses={204: None})
    @link.mapping.delete
    def revoke_link(self, request: Request, **kwargs: Any) -> Response:
        """Close every address of the customer's page that was given out."""
        links.revoke_links(self.seen(kwargs["id"]), by=self.actor, now=timezone.now())
        return Response(status=204)


class ObjectionViewSet(CorrespondenceViewSet):
    """Invoices that customers object to or need not be reminded of."""

    @extend_schema(request=DisputeIn, responses=InvoiceOut)
    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, **kwargs: Any) -> Response:
        """Note that the customer objects; nobody is reminded until it is settled."""
        given = self.checked(DisputeIn).validated_data
        invoice = self.seen(kwargs["id"])
        return self.show(invoice.dispute(**given, by=self.actor, now=timezone.now()))

    @extend_schema(request=None, responses=InvoiceOut)
    @action(detail=True, methods=["post"])
    def settle_dispute(self, request: Request, **kwargs: Any) -> Response:
        """The objection is dealt with."""
        return self.show(self.seen(kwargs["id"]).settle_dispute(by=self.actor))

    @extend_schema(request=HoldIn, responses=InvoiceOut)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, **kwargs: Any) -> Response:
        """Send no reminders until it is released."""
        given = self.checked(HoldIn).validated_data
        invoice = self.seen(kwargs["id"])
        return self.show(invoice.hold(**given, by=self.actor, now=timezone.now()))

    @extend_schema(request=None, responses=InvoiceOut)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **kwargs: Any) -> Response:
        """Reminders may go out again."""
        return self.show(self.seen(kwargs["id"]).release(by=self.actor))

    @extend_schema(request=LetterIn, responses=MAILS, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def remind(self, request: Request, **kwargs: Any) -> Response:
        """Remind the customer of what is open, at most once a day (202, then 200)."""
        letter = Letter(**self.checked(LetterIn).validated_data)
        invoice, now = self.seen(kwargs["id"]), timezone.now()
        mails = remind_now(invoice, letter, by=self.actor, now=now)
        return self.queued(invoice, mails, now)
