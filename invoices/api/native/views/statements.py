"""A customer's statement of account, to be downloaded or mailed."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.door import AlwaysJson
from invoices.api.files import bytes_response
from invoices.api.native.base import NativeViewSet
from invoices.api.native.serializers.correspondence import DeliveryOut, LetterIn
from invoices.api.native.serializers.statements import StatementIn, StatementSendIn
from invoices.api.native.views.correspondence import MAILS, file_answers
from invoices.sending import Letter
from partners.models import Partner
from payments import statements


class StatementViewSet(NativeViewSet):
    """The statement of the customer in the path."""

    beyond = True
    singleton = True
    serializer_class = StatementIn
    pagination_class = None
    filter_backends = []
    content_negotiation_class = AlwaysJson

    @extend_schema(parameters=[StatementIn], responses=file_answers("application/pdf"))
    def statement(self, request: Request, **kwargs: Any) -> HttpResponse:
        """What passed with the customer between two days, as a PDF."""
        partner, asked = self.partner(), StatementIn(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        values = asked.values(partner, self.today)
        content = statements.statement_pdf(partner, **values)
        name = statements.statement_name(partner, values["until"])
        return bytes_response(
            request,
            content,
            media_type="application/pdf",
            name=name,
            sha256=hashlib.sha256(content).hexdigest(),
        )

    @extend_schema(request=StatementSendIn, responses=MAILS, filters=False)
    def send(self, request: Request, **kwargs: Any) -> Response:
        """Mail it (202); with the same key once more nothing is sent (200)."""
        partner, given = self.partner(), self.checked(StatementSendIn)
        asked, now = given.values(partner, self.today), timezone.now()
        words: dict[str, Any] = {
            str(name): given.validated_data[name] for name in LetterIn().fields
        }
        about = f"{asked['since']} {asked['until']} {asked['currency']}"
        mails = statements.send_statement(
            partner,
            **asked,
            letter=Letter(**words),
            by=self.actor,
            now=now,
            key=given.validated_data["key"] or about,
        )
        new = all(mail.changed_at == now for mail in mails)
        shown = DeliveryOut(mails, many=True, context={"actor": self.actor})
        return Response(shown.data, status=202 if new else 200)

    def partner(self) -> Partner:
        """The partner in the path, or 404."""
        partners = Partner.objects.for_business(self.business)
        found: Partner = self.find(
            partners.select_related("business"), "partner", self.kwargs["partner_id"]
        )
        return found
