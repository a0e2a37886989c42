"""How filter sets are applied: only where the query asks for one of their filters."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView


class AskedFilters(DjangoFilterBackend):
    """django-filter's backend, which builds a form of all filters for each request.

    A list without filters, the most frequent request, is spared that.
    """

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> QuerySet[Any]:
        """The rows asked for; 400 for values that no filter takes."""
        filterset = self.get_filterset_class(view, queryset)
        if filterset is None or filterset.base_filters.keys().isdisjoint(
            request.query_params
        ):
            return queryset
        found: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return found
