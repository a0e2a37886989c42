"""Document settings with their logo, mail templates, and rules for reminders."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from copy import copy
from typing import IO, Any

from django.db import transaction
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.door import AlwaysJson
from invoices.api.files import bytes_response
from invoices.api.json import limited
from invoices.api.native.base import NativeViewSet
from invoices.api.native.serializers import papers
from invoices.api.native.views.correspondence import file_answers
from invoices.api.native.views.masters import MasterViewSet, documented
from invoices.mailing.composing import check_template
from invoices.models import DocumentSettings, MailTemplate, ReminderRule
from invoices.models.mail_template import Purpose
from invoices.papers import set_papers
from partners.access import Capability


@extend_schema_view(
    retrieve=extend_schema(responses=papers.SettingsSerializer),
    update=extend_schema(
        request=papers.SettingsSerializer, responses=papers.SettingsSerializer
    ),
    partial_update=extend_schema(
        request=papers.SettingsSerializer, responses=papers.SettingsSerializer
    ),
)
class DocumentSettingsViewSet(NativeViewSet):
    """How the business's papers look and what it demands of them."""

    beyond = True
    singleton = True
    serializer_class = papers.SettingsSerializer
    pagination_class = None
    filter_backends = []

    def names(self) -> Mapping[str, str]:
        """Our columns go by their own names."""
        return {}

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """The settings, or what holds without any."""
        return self.show(DocumentSettings.of(self.business))

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace them all; the logo stays."""
        return self.save(DocumentSettings.of(self.business))

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change some; the others stay."""
        with transaction.atomic():
            rows = DocumentSettings.objects.for_business(self.business)
            row = rows.select_for_update().first()
            return self.save(row or self.defaults(), partial=True)

    def save(self, row: DocumentSettings, *, partial: bool = False) -> Response:
        """Hand the attributes to the domain."""
        given = papers.SettingsSerializer(row, data=self.mapping(), partial=partial)
        given.is_valid(raise_exception=True)
        for name, value in given.validated_data.items():
            setattr(row, name, value)
        # These may be written as a bank prints them, with spaces.
        row.clean_fields(exclude={"business", "iban", "bic"})
        return self.show(set_papers(row, by=self.actor))

    def defaults(self) -> DocumentSettings:
        """What holds without any."""
        return DocumentSettings(business=self.business)

    def show(self, row: DocumentSettings) -> Response:
        """The settings as the answer."""
        return Response(papers.SettingsSerializer(row).data)


class PictureParser(BaseParser):
    """A picture as it is; what it holds, the domain finds out. 413 for too much."""

    media_type = "image/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Its bytes."""
        return limited(stream)


_PICTURE = {"image/png": OpenApiTypes.BINARY, "image/jpeg": OpenApiTypes.BINARY}


class LogoViewSet(NativeViewSet):
    """The picture on the letterhead."""

    beyond = True
    singleton = True
    serializer_class = papers.SettingsSerializer
    pagination_class = None
    filter_backends = []
    parser_classes = [PictureParser]
    content_negotiation_class = AlwaysJson

    @extend_schema(responses=file_answers("image/png"))
    def logo(self, request: Request, **kwargs: Any) -> HttpResponse:
        """The picture as PNG; 404 where there is none."""
        logo = DocumentSettings.of(self.business).logo
        if logo is None:
            raise Http404
        content = bytes(logo.content)
        digest = hashlib.sha256(content).hexdigest()
        return bytes_response(
            request, content, media_type="image/png", name="logo.png", sha256=digest
        )

    @extend_schema(request=_PICTURE, responses=papers.SettingsSerializer)
    def update(self, request: Request, **kwargs: Any) -> Response:
        """Put a PNG or JPEG of at most 1 MB and 4 megapixels on the letterhead."""
        picture = self.body if isinstance(self.body, bytes) else b""
        row = DocumentSettings.of(self.business)
        set_papers(row, by=self.actor, logo=picture)
        return Response(papers.SettingsSerializer(row).data)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Take it off; documents issued so far keep it."""
        row = DocumentSettings.of(self.business)
        set_papers(row, by=self.actor, without_logo=True)
        return Response(status=204)


@documented(papers.TemplateSerializer)
class MailTemplateViewSet(MasterViewSet):
    """The words of mails; where there are none, ours are used."""

    beyond = True
    model = MailTemplate
    kind = "template"
    needing = Capability.SETTINGS
    order = ("purpose", "id")
    serializer_class = papers.TemplateSerializer
    filter_backends = []

    def store(self, row: Any, values: dict[str, Any]) -> Any:
        """Save words that can be filled."""
        filled = copy(row)
        for name, value in values.items():
            setattr(filled, name, value)
        check_template(filled.subject, filled.body, Purpose(filled.purpose))
        return super().store(row, values)


@documented(papers.RuleSerializer)
class ReminderRuleViewSet(MasterViewSet):
    """When customers are reminded, by the days after the due date."""

    beyond = True
    model = ReminderRule
    kind = "rule"
    needing = Capability.SETTINGS
    order = ("days", "id")
    serializer_class = papers.RuleSerializer
    filter_backends = []
