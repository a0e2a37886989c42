"""Projects, their costs and the categories of costs; all beyond the contract."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from invoices import investing
from invoices.api.native.filters import CostCategoryFilter, CostFilter, ProjectFilter
from invoices.api.native.serializers.projects import (
    CloseIn,
    CostCategorySerializer,
    CostSerializer,
    ProjectCostSerializer,
    ProjectSerializer,
)
from invoices.api.native.views.masters import MasterViewSet, documented
from invoices.models import Account, Cost, CostCategory, Project
from partners.models import Partner


@documented(ProjectSerializer)
class ProjectViewSet(MasterViewSet):
    """Projects, by name."""

    beyond = True
    model = Project
    kind = "project"
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter

    def get_queryset(self) -> QuerySet[Any]:
        """Projects with their owners."""
        return super().get_queryset().select_related("owner")

    def columns(self, values: dict[str, Any]) -> dict[str, Any]:
        """The owner is a member of this business; one query."""
        email = values.get("owner")
        if not email:
            return values | ({"owner": None} if "owner" in values else {})
        owner = investing.member_known_as(self.business, email=email)
        if owner is None:
            raise ValidationError({"owner": ["There is no such member."]})
        return values | {"owner": owner}

    def store(self, row: Any, values: dict[str, Any]) -> Any:
        """Save the project."""
        return investing.save_project(row, values, by=self.actor)

    @extend_schema(request=CloseIn, responses=ProjectSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, **kwargs: Any) -> Response:
        """Say that a project ended."""
        given = self.checked(CloseIn).validated_data
        project = self.row(kwargs["id"])
        project.close(by=self.actor, on=given["closed_on"] or self.today)
        return self.show(project)

    @extend_schema(request=None, responses=ProjectSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, **kwargs: Any) -> Response:
        """Undo that."""
        project = self.row(kwargs["id"])
        project.reopen(by=self.actor)
        return self.show(project)


@documented(CostSerializer)
class CostViewSet(MasterViewSet):
    """Costs of all projects, by name."""

    beyond = True
    model = Cost
    kind = "cost"
    serializer_class = CostSerializer
    filterset_class = CostFilter

    def columns(self, values: dict[str, Any]) -> dict[str, Any]:
        """In the base currency unless told; what it names is of this business."""
        self.must_own(_OF_COST, values)
        if "currency" in values and values["currency"] is None:
            return values | {"currency": self.business.currency}
        return values

    def store(self, row: Any, values: dict[str, Any]) -> Any:
        """Save the cost."""
        return investing.save_cost(row, values, by=self.actor)


_OF_COST: dict[str, Any] = {
    "project_id": Project,
    "vendor_id": Partner,
    "category_id": CostCategory,
    "account_id": Account,
}


@extend_schema_view(
    list=extend_schema(responses=ProjectCostSerializer(many=True)),
    create=extend_schema(
        request=ProjectCostSerializer, responses={201: ProjectCostSerializer}
    ),
)
class ProjectCostViewSet(CostViewSet):
    """Costs of the project in the path."""

    serializer_class = ProjectCostSerializer
    # For the OpenAPI document, which is made without a path.
    queryset = Cost.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Its costs; 404 for an unknown project."""
        return super().get_queryset().filter(project=self.project())

    def project(self) -> Project:
        """The project in the path, or 404."""
        projects = Project.objects.for_business(self.business)
        found: Project = self.find(projects, "project", self.kwargs["project_id"])
        return found

    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new cost of this project."""
        cost = Cost(business=self.business, project=self.project())
        return self.show(self.save(cost), status=201)


@documented(CostCategorySerializer)
class CostCategoryViewSet(MasterViewSet):
    """Categories of costs, by name."""

    beyond = True
    model = CostCategory
    kind = "costcategory"
    serializer_class = CostCategorySerializer
    filterset_class = CostCategoryFilter

    def columns(self, values: dict[str, Any]) -> dict[str, Any]:
        """The parent is of this business."""
        self.must_own({"parent_id": CostCategory}, values)
        return values

    def store(self, row: Any, values: dict[str, Any]) -> Any:
        """Save the category."""
        return investing.save_category(row, values, by=self.actor)
