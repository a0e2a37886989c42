"""Recurring invoices: their templates kept, paused and resumed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from invoices import recurrence
from invoices.api.native.base import NativeViewSet
from invoices.api.native.serializers.recurring import (
    RecurringChange,
    RecurringIn,
    RecurringOut,
)
from invoices.exceptions import StaleDocument
from invoices.models import RecurringInvoice
from invoices.recurrence import RecurringDraft
from invoices.redrafting import as_recurring_draft
from partners import master
from partners.access import Capability

_ONE = RecurringOut


@extend_schema_view(
    list=extend_schema(responses=RecurringOut(many=True)),
    retrieve=extend_schema(responses=_ONE),
    create=extend_schema(request=RecurringIn, responses={200: _ONE, 201: _ONE}),
    update=extend_schema(request=RecurringIn, responses=_ONE),
    partial_update=extend_schema(request=RecurringChange, responses=_ONE),
)
class RecurringViewSet(NativeViewSet):
    """Templates with their schedules, by name."""

    beyond = True
    versioned = True
    kind = "recurring"
    serializer_class = RecurringOut
    filter_backends = []

    def get_queryset(self) -> QuerySet[RecurringInvoice]:
        """This business's, with their lines."""
        templates = RecurringInvoice.objects.for_business(self.business)
        return templates.order_by("name", "id").prefetch_related("lines")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of templates. Three queries."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(RecurringOut(page, many=True).data)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One template, with its version as `ETag`."""
        return self.show(self.row(kwargs["id"]))

    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new template (201); with an `id`, the same as PUT (200)."""
        if self.mapping().get("id") is not None:
            return self.update(request, **kwargs)
        values = self.checked(RecurringIn).values(self.business)
        draft = RecurringDraft(business=self.business, **values)
        return self.save(None, draft, None, status=201)

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace the whole template; the `id` is in the body or in the path."""
        row = self.row(self.target_id())
        values = self.checked(RecurringIn).values(self.business)
        draft = RecurringDraft(business=self.business, **values)
        return self.save(row, draft, self.expected_version())

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change some attributes; `details`, if given, replaces them all."""
        row = self.seen(kwargs["id"])
        values = self.checked(RecurringChange).values(self.business)
        draft = as_recurring_draft(row, **{"business": self.business} | values)
        # What is not given comes from the version that was read, so no other will do.
        return self.save(row, draft, row.version)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a template that has made nothing; one that has is paused instead."""
        row = self.seen(kwargs["id"])
        master.delete(row, by=self.actor, needing=Capability.DRAFT)
        return Response(status=204)

    @extend_schema(request=None, responses=_ONE)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, **kwargs: Any) -> Response:
        """Make nothing until it is resumed."""
        row = recurrence.pause(self.seen(kwargs["id"]), by=self.actor)
        return self.show(row)

    @extend_schema(request=None, responses=_ONE)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, **kwargs: Any) -> Response:
        """Go on with the first date from today; what lay in the pause is not made."""
        row, now = self.seen(kwargs["id"]), timezone.now()
        return self.show(recurrence.resume(row, by=self.actor, now=now))

    @extend_schema(request=None, responses=_ONE)
    @action(detail=True, methods=["post"])
    def skip(self, request: Request, **kwargs: Any) -> Response:
        """Leave out the next document, one that cannot be made for instance."""
        return self.show(recurrence.skip(self.seen(kwargs["id"]), by=self.actor))

    def row(self, public_id: str) -> RecurringInvoice:
        """The template with this id, or 404."""
        found: RecurringInvoice = self.find(self.get_queryset(), self.kind, public_id)
        return found

    def seen(self, public_id: str) -> RecurringInvoice:
        """The same, if it is what the caller saw."""
        row, version = self.row(public_id), self.expected_version()
        if version not in (None, row.version):
            raise StaleDocument("Someone else changed the template; read it again.")
        return row

    def save(
        self,
        row: RecurringInvoice | None,
        draft: RecurringDraft,
        version: int | None,
        status: int = 200,
    ) -> Response:
        """Hand the template to the domain."""
        saved = recurrence.save_recurring(
            row,
            draft,
            by=self.actor,
            now=timezone.now(),
            expected_version=version,
        )
        return self.show(saved, status)

    def show(self, row: RecurringInvoice, status: int = 200) -> Response:
        """One template as the answer."""
        headers = {"ETag": f'"{row.version}"'}
        return Response(RecurringOut(row).data, status=status, headers=headers)
