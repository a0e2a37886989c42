"""Outgoing webhooks: endpoints that are kept, their messages, and sending once more."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.native.base import NativeViewSet
from invoices.api.native.filters_correspondence import MessageFilter
from invoices.api.native.serializers.webhooks import (
    EndpointSerializer,
    EndpointWithSecret,
    MessageOut,
)
from invoices.api.native.views.masters import MasterViewSet, documented
from invoices.models import WebhookEndpoint, WebhookMessage
from invoices.webhooks import endpoints
from invoices.webhooks.endpoints import EndpointDraft
from partners.access import Capability


@documented(EndpointSerializer)
class WebhookViewSet(MasterViewSet):
    """Addresses that hear of events, by age."""

    beyond = True
    model = WebhookEndpoint
    kind = "endpoint"
    looking = needing = Capability.SETTINGS
    order = ("id",)
    serializer_class = EndpointSerializer
    filter_backends = []

    @extend_schema(
        request=EndpointSerializer,
        responses={200: EndpointSerializer, 201: EndpointWithSecret},
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new endpoint with its secret (201); with an `id`, an update (200)."""
        if self.mapping().get("id") is not None:
            return self.update(request, **kwargs)
        endpoint = self.save(WebhookEndpoint(business=self.business))
        return Response(EndpointWithSecret(endpoint).data, status=201)

    def store(self, row: Any, values: dict[str, Any]) -> Any:
        """Hand the endpoint to the domain; one that is there keeps what is not given."""
        names = ("url", "description", "events", "active")
        kept = {} if row.pk is None else {name: getattr(row, name) for name in names}
        draft = EndpointDraft(**kept | values)
        if row.pk is None:
            return endpoints.add_endpoint(self.business, draft, by=self.actor)
        return endpoints.change_endpoint(row, draft, by=self.actor)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove an endpoint with its messages and their log."""
        endpoints.remove_endpoint(self.row(kwargs["id"]), by=self.actor)
        return Response(status=204)

    @extend_schema(request=None, responses=EndpointWithSecret)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, **kwargs: Any) -> Response:
        """A new secret, which is shown this once."""
        endpoint = endpoints.rotate_secret(self.row(kwargs["id"]), by=self.actor)
        return Response(EndpointWithSecret(endpoint).data)

    @extend_schema(request=None, responses={202: MessageOut})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, **kwargs: Any) -> Response:
        """Have a message of the type `endpoint.test` posted."""
        endpoint, now = self.row(kwargs["id"]), timezone.now()
        message = endpoints.send_test(endpoint, by=self.actor, now=now)
        return Response(MessageOut(message).data, status=202)


@extend_schema_view(
    list=extend_schema(responses=MessageOut(many=True)),
    retrieve=extend_schema(responses=MessageOut),
)
class MessageViewSet(NativeViewSet):
    """Messages of the endpoint in the path, newest first."""

    beyond = True
    kind = "message"
    looking = Capability.SETTINGS
    serializer_class = MessageOut
    filterset_class = MessageFilter
    # For the OpenAPI document, which is made without a path.
    queryset = WebhookMessage.objects.none()

    def get_queryset(self) -> QuerySet[WebhookMessage]:
        """Its messages with their log; 404 for an unknown endpoint."""
        known = WebhookEndpoint.objects.for_business(self.business)
        endpoint = self.find(known, "endpoint", self.kwargs["endpoint_id"])
        messages = WebhookMessage.objects.for_business(self.business)
        found = messages.filter(endpoint_id=endpoint.pk).order_by("-id")
        return found.prefetch_related("log")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of messages. Four queries."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(MessageOut(page, many=True).data)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One message with each time it was posted."""
        message = self.find(self.get_queryset(), self.kind, kwargs["id"])
        return Response(MessageOut(message).data)

    @extend_schema(request=None, responses={202: MessageOut})
    def resend(self, request: Request, **kwargs: Any) -> Response:
        """Post it (again) at once."""
        message = self.find(self.get_queryset(), self.kind, kwargs["id"])
        endpoints.resend(message, by=self.actor, now=timezone.now())
        found = self.find(self.get_queryset(), self.kind, kwargs["id"])
        return Response(MessageOut(found).data, status=202)
