"""What every native view set shares: who asks, for which business, in what shape."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import (
    NotAuthenticated,
    ParseError,
    PermissionDenied,
    ValidationError,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from invoices.api.json import ExactParser, ExactRenderer
from invoices.api.native import errors
from invoices.api.native.auth import BearerAuthentication
from invoices.api.native.paging import NativePagination
from invoices.exceptions import StaleDocument
from partners import public_ids
from partners.access import Actor, Capability
from partners.models import ApiKey, Business


class NativeViewSet(GenericViewSet[Any]):
    """A door of one business. `self.actor` and `self.business` are set for every verb.

    A business other than the key's is a 404, as is any row of another business.
    """

    authentication_classes = [BearerAuthentication]
    permission_classes = []
    parser_classes = [ExactParser]
    renderer_classes = [ExactRenderer]
    filter_backends = [DjangoFilterBackend]
    pagination_class = NativePagination
    lookup_value_converter = "str"
    kind = ""

    actor: Actor
    # A request brings its own; the schema's generator asks for rows without one.
    business = Business()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, find the business, read the body, check that one may look."""
        super().initial(request, *args, **kwargs)
        key = request.auth
        if not isinstance(key, ApiKey):
            raise NotAuthenticated("Use the header Authorization: Bearer KEY.")
        self.actor, self.business = key.actor(), key.business
        public_id = kwargs.get("business_id")
        if public_id is not None and public_id != self.business.public_id:
            raise Http404
        self.actor.require(Capability.VIEW, self.business.pk)
        # DRF parses the body only when asked; an unreadable one is refused everywhere.
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self.body = request.data

    def handle_exception(self, exc: Exception) -> Response:
        """A refusal in the contract's shape; our own faults go on as they are."""
        if (
            isinstance(exc, NotAuthenticated)
            or getattr(exc, "status_code", None) == 401
        ):
            exc.auth_header = self.get_authenticate_header(self.request)  # type: ignore[attr-defined]
        response = errors.translate(exc)
        if response is None:
            raise exc
        response.exception = True
        return response

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> Any:
        """DRF's own refusal, in our words."""
        raise PermissionDenied(message)

    @property
    def today(self) -> datetime.date:
        """The date where the business is."""
        return self.business.today(timezone.now())

    def pk_of(self, kind: str, public_id: object) -> int:
        """The primary key behind a public id in the path; 404 for nonsense."""
        pk = public_ids.decode(kind, str(public_id))
        if pk is None or pk >= 1 << 63:
            raise Http404
        return pk

    def find(self, queryset: QuerySet[Any], kind: str, public_id: object) -> Any:
        """The row of this business with this public id, or 404; one query."""
        rows = queryset.filter(
            business_id=self.business.pk, pk=self.pk_of(kind, public_id)
        )
        row = rows.first() if not rows.query.order_by else rows.order_by().first()
        if row is None:
            raise Http404
        return row

    def mapping(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        if not isinstance(self.body, dict):
            raise ParseError("The body must be a JSON object.")
        return self.body

    def target_id(self) -> str:
        """The id of the row to update: in the path, or else in the body."""
        public_id = self.kwargs.get("id") or self.mapping().get("id")
        if not isinstance(public_id, str):
            raise ValidationError({"id": ["Give the id of what is to be updated."]})
        return public_id

    def expected_version(self) -> int | None:
        """The version in `If-Match`, None where any will do.

        Raises StaleDocument (412) for a tag that this API never gives out.
        """
        header = self.request.headers.get("If-Match", "*").strip()
        if header == "*":
            return None
        text = header.removeprefix("W/").strip('"')
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise StaleDocument("If-Match names no version of this document.")
        return int(text)
