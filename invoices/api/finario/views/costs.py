"""The costs of an investment."""

from __future__ import annotations

import datetime
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.finario import documents, errors, masters
from invoices.api.finario.base import FinarioView, streamed
from invoices.api.finario.serializers.costs import CostIn, CostListed, CostOut
from invoices.investing import save_cost
from invoices.models import Account, Cost, CostCategory, Project


class CostsView(FinarioView):
    """All costs of an investment."""

    further = {"POST": (406,)}

    @extend_schema(responses=CostListed(many=True))
    def get(self, request: Request, investment_id: str) -> HttpResponseBase:
        """Its costs, by name."""
        project = self.find.investment(self.kwargs["investment_id"])
        costs = Cost.objects.for_business(self.business).filter(project=project)
        rows = costs.order_by("name", "id").values(*masters.COST)
        return streamed(documents.array_of(map(masters.cost_listed, rows)))

    @extend_schema(request=CostIn, responses={201: CostOut})
    def post(self, request: Request, investment_id: str) -> Response:
        """A new cost of this investment."""
        project = self.find.investment(self.kwargs["investment_id"])
        posted = self.checked(CostIn, currency=self.business.currency)
        given = posted.validated_data
        vendor, category = given.get("vendor_name"), given.get("cost_category")
        columns = posted.columns() | {
            "account": self.account(given["account"]),
            "vendor": self.find.vendor_or_named(vendor) if vendor else None,
            "category": self.category(category) if category else None,
            "month": _month(project, posted.month()),
        }
        cost = Cost(business=self.business, project=project)
        save_cost(cost, columns, by=self.actor)
        return Response(masters.cost(cost), status=201)

    def account(self, name: str) -> Account:
        """The account of this name, the first by code; 406 where there is none."""
        accounts = Account.objects.for_business(self.business).order_by("code", "id")
        account = accounts.filter(name=name).first()
        if account is None:
            message = f"Account '{name}' Not Found"
            raise errors.Refusal(406, errors.failure(message))
        return account

    def category(self, name: str) -> CostCategory:
        """The category of this name, or 404."""
        categories = CostCategory.objects.for_business(self.business)
        category = categories.filter(name=name).order_by("id").first()
        if category is None:
            raise errors.missing_in_list("Cost Category")
        return category


class CostView(FinarioView):
    """One cost."""

    @extend_schema(responses=CostOut)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """One cost of this investment."""
        project = self.find.investment(self.kwargs["investment_id"])
        cost = self.find.cost(project, self.kwargs["cost_id"])
        cost.project = project
        return Response(masters.cost(cost))


def _month(project: Project, number: int | None) -> datetime.date | None:
    """The first day of the investment's month of this number; M1 is its first."""
    if project.starts_on is None or number is None:
        return None
    start = project.starts_on
    years, month = divmod(start.month - 1 + number - 1, 12)
    if start.year + years > datetime.MAXYEAR:
        return None
    return datetime.date(start.year + years, month + 1, 1)
