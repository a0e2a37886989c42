"""The filters of investments, each answered or refused, none passed over."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from invoices.api.finario.serializers.investments import InvestmentQuery
from invoices.models import Cost, Project
from invoices.models.project import ProjectQuerySet
from partners.models import Business

_NOT_KEPT = ("size_range", "budgeted_status", "approved_before", "approved_after")
_ROUNDS = {
    "Approved": Q(closed_on__isnull=True),
    "Closed": Q(closed_on__isnull=False),
}


def investments(business: Business, query: QueryDict) -> ProjectQuerySet:
    """The business's projects that a query asks for; 422 for what cannot be asked."""
    _refuse_what_is_not_kept(query)
    asked = _checked(query)
    found = Project.objects.for_business(business).filter(_in_period(asked))
    if keywords := _words(asked.get("keywords", "")):
        found = found.filter(keywords__contains=keywords)
    if (organization := asked.get("organization", "")) and organization not in (
        business.name,
        business.slug,
    ):
        found = found.none()
    if categories := _several(query, "categories"):
        found = found.filter(category__in=categories)
    if rounds := _several(query, "rounds") or _several(query, "round"):
        found = found.filter(_in_rounds(rounds))
    if vendor := asked.get("vendor"):
        found = found.filter(_bought_from(business, vendor))
    return found.order_by("name", "id")


def _refuse_what_is_not_kept(query: QueryDict) -> None:
    message = "is not kept in these books: nothing can be found by it"
    refused = {
        name: [message]
        for name in query
        if name.removesuffix("[]") in _NOT_KEPT or name.startswith(("c_", "c."))
    }
    if refused:
        raise ValidationError(refused)


def _checked(query: QueryDict) -> dict[str, Any]:
    serializer = InvestmentQuery(data=query.dict())
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _several(query: QueryDict, name: str) -> list[str]:
    """The values of `name`, `name[]` or with commas between."""
    given = query.getlist(name) + query.getlist(f"{name}[]")
    words = [word for text in given for word in _words(text)]
    if any("\0" in word for word in words):
        raise ValidationError({name: ["is invalid"]})
    return words


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _in_rounds(rounds: list[str]) -> Q:
    condition = Q(pk__in=())
    for name in rounds:
        condition |= _ROUNDS.get(name, Q(pk__in=()))
    return condition


def _in_period(asked: dict[str, Any]) -> Q:
    """It starts in these months, the last one included."""
    condition = Q()
    if year := asked.get("start_year"):
        first = datetime.date(year, asked.get("start_month", 1), 1)
        condition &= Q(starts_on__gte=first)
    if year := asked.get("end_year"):
        years, month = divmod(asked.get("end_month", 12), 12)
        condition &= Q(starts_on__lt=datetime.date(year + years, month + 1, 1))
    return condition


def _bought_from(business: Business, name: str) -> Exists:
    costs = Cost.objects.for_business(business).filter(project=OuterRef("pk"))
    return Exists(costs.filter(vendor__name=name))
