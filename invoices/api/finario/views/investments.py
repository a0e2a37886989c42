"""Investments and cost categories, whose refusals are arrays of sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.finario import documents, errors, masters, searching
from invoices.api.finario.base import FinarioView, streamed
from invoices.api.finario.serializers.investments import (
    API_KEYWORD,
    COLUMNS,
    TITLES,
    CategoryIn,
    CategoryOut,
    InvestmentIn,
    InvestmentOut,
    InvestmentQuery,
)
from invoices.investing import member_known_as, save_category, save_project
from invoices.models import CostCategory, Project
from partners.models import User

_CATEGORIES = OpenApiParameter("categories[]", str, many=True)


class InvestmentView(FinarioView):
    """What the paths of investments share."""

    shape = staticmethod(errors.sentences(TITLES))
    names: Mapping[str, str] = {
        **errors.NAMES,
        **{ours: theirs for theirs, ours in COLUMNS.items()},
        "in_service_on": "in_service_on",
    }

    def is_ours(self, body: Mapping[str, Any]) -> bool:
        """Whether the body names an organization, and this one."""
        ours = {
            "organization_code": self.business.slug,
            "organization_name": self.business.name,
        }
        named = [name for name in ours if body.get(name) not in (None, "")]
        return bool(named) and all(body[name] == ours[name] for name in named)

    def owner(self, body: Mapping[str, Any]) -> User | None:
        """The member whom the body names."""
        name, email = body.get("owner_name"), body.get("owner_email")
        return member_known_as(self.business, name=_text(name), email=_text(email))

    def save(self, project: Project, posted: InvestmentIn) -> None:
        """Hand the attributes to the domain."""
        columns = posted.columns()
        marked = posted.validated_data.get("api_request")
        if marked is not None:
            others = [word for word in project.keywords if word != API_KEYWORD]
            columns["keywords"] = [*others, API_KEYWORD] if marked else others
        save_project(project, columns, by=self.actor)

    def shown(self, project: Project) -> dict[str, Any]:
        """An investment in the contract's words."""
        return masters.investment(vars(project), self.business)


class InvestmentsView(InvestmentView):
    """All investments."""

    further = {"POST": (404,)}

    @extend_schema(
        parameters=[InvestmentQuery, _CATEGORIES], responses=InvestmentOut(many=True)
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Every investment that the query asks for, by name."""
        found = searching.investments(self.business, request.query_params)
        rows = found.values(*masters.INVESTMENT)
        return streamed(
            documents.array_of(masters.investment(row, self.business) for row in rows)
        )

    @extend_schema(request=InvestmentIn, responses={201: InvestmentOut})
    def post(self, request: Request) -> Response:
        """A new investment."""
        body = self.mapping()
        if not self.is_ours(body):
            raise errors.missing("Organization")
        project = Project(business=self.business)
        self.save(project, self.checked(InvestmentIn, owner=self.owner(body)))
        return Response(self.shown(project), status=201)


class OneInvestmentView(InvestmentView):
    """One investment, by id or code."""

    def missing(self, noun: str) -> errors.Refusal:
        """In a shape of its own."""
        return errors.missing_in_list()

    def project(self) -> Project:
        """The one in the path, or a 404 in a shape of its own."""
        project = self.find.project(self.kwargs["investment_id"])
        if project is None:
            raise errors.missing_in_list()
        return project

    @extend_schema(responses=InvestmentOut)
    def get(self, request: Request, investment_id: str) -> Response:
        """One investment."""
        return Response(self.shown(self.project()))

    @extend_schema(request=InvestmentIn, responses=InvestmentOut)
    def put(self, request: Request, investment_id: str) -> Response:
        """Change the attributes given; the others stay."""
        project, body = self.project(), self.mapping()
        moved = body.keys() & {"organization_code", "organization_name"}
        if moved and not self.is_ours(body):
            raise ValidationError({"organization": [errors.BLANK]})
        found: dict[str, Any] = {}
        if body.keys() & {"owner_name", "owner_email"}:
            found["owner"] = self.owner(body)
        self.save(project, self.checked(InvestmentIn, partial=True, **found))
        return Response(self.shown(project))


class CategoryView(FinarioView):
    """What the paths of cost categories share."""

    shape = staticmethod(errors.sentences({"category_code": ("Category code",)}))
    names: Mapping[str, str] = {"code": "category_code", "parent": "parent_name"}

    def save(self, category: CostCategory) -> dict[str, Any]:
        """Hand the body to the domain; the category as it is now."""
        given = dict(self.checked(CategoryIn).validated_data)
        parent = given.pop("parent_name", None)
        if "category_code" in given:
            given["code"] = given.pop("category_code")
        save_category(category, given, parent, by=self.actor)
        return masters.category(vars(category))


class CategoriesView(CategoryView):
    """All cost categories."""

    @extend_schema(responses=CategoryOut(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every cost category, by name."""
        return streamed(documents.array_of(map(masters.category, self.rows())))

    def rows(self) -> Any:
        """Their columns."""
        categories = CostCategory.objects.for_business(self.business)
        return categories.order_by("name", "id").values(*masters.CATEGORY)

    @extend_schema(request=CategoryIn, responses={201: CategoryOut})
    def post(self, request: Request) -> Response:
        """A new category, inside `parent_name` if given."""
        return Response(self.save(CostCategory(business=self.business)), status=201)


class OneCategoryView(CategoryView):
    """One cost category."""

    def missing(self, noun: str) -> errors.Refusal:
        """As a list."""
        return errors.missing_in_list(noun)

    @extend_schema(request=CategoryIn, responses=CategoryOut)
    def put(self, request: Request, category_id: str) -> Response:
        """Change a category."""
        return Response(self.save(self.find.category(self.kwargs["category_id"])))


def _text(value: Any) -> str:
    return value if isinstance(value, str) and "\0" not in value else ""
