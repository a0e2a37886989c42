"""Runs: many drafts issued and sent at once, watched, and stopped."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from invoices import send_runs
from invoices.api.native.base import NativeViewSet
from invoices.api.native.serializers.send_runs import (
    ItemOut,
    RunIn,
    RunOut,
    RunWhole,
)
from invoices.models import SendRun, SendRunItem
from invoices.sending import Letter


@extend_schema_view(
    list=extend_schema(responses=RunOut(many=True)),
    retrieve=extend_schema(responses=RunWhole),
)
class SendRunViewSet(NativeViewSet):
    """Runs of a business, newest first."""

    beyond = True
    kind = "run"
    serializer_class = RunWhole
    filter_backends = []

    def get_queryset(self) -> QuerySet[SendRun]:
        """This business's."""
        return SendRun.objects.for_business(self.business).order_by("-id")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of runs. Two queries."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(RunOut(page, many=True).data)

    @extend_schema(request=RunIn, responses={202: RunWhole})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Have these drafts issued and sent by a job, each wholly or not at all."""
        given = self.checked(RunIn).validated_data
        invoices, key = given.pop("invoices"), given.pop("key") or uuid.uuid4()
        run = send_runs.start(
            self.business,
            invoices,
            by=self.actor,
            now=timezone.now(),
            key=key,
            letter=Letter(**given),
        )
        return self.show(run, status=202)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One run with how far it has come, and each of its documents."""
        return self.show(self.row(kwargs["id"]))

    @extend_schema(request=None, responses=RunWhole)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, **kwargs: Any) -> Response:
        """Leave what still waits untouched."""
        run = self.row(kwargs["id"])
        send_runs.stop(run, by=self.actor, now=timezone.now())
        return self.show(run)

    def row(self, public_id: str) -> SendRun:
        """The run with this id, or 404."""
        found: SendRun = self.find(self.get_queryset(), self.kind, public_id)
        return found

    def show(self, run: SendRun, status: int = 200) -> Response:
        """The run as the answer; four more queries."""
        done = send_runs.progress(run)
        items = SendRunItem.objects.for_business(self.business).filter(run_id=run.pk)
        document = RunOut(run).data | {
            "progress": {str(state): count for state, count in done.items.items()},
            "mails": {str(state): count for state, count in done.deliveries.items()},
            "items": ItemOut(items.order_by("position"), many=True).data,
        }
        return Response(document, status=status)
