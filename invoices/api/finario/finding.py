"""The rows that paths, queries and bodies name: by our id, or by the client's own."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from rest_framework.exceptions import ValidationError

from invoices.api.finario.errors import BLANK, missing, missing_in_list
from invoices.models import Cost, CostCategory, Invoice, Project
from partners import public_ids
from partners.models import Business, Partner
from partners.vendors import named_vendors, vendor_known_as
from payments.models import Payment


class Finder:
    """Looks rows of one business up; what is not there is the documented 404."""

    def __init__(self, business: Business) -> None:
        self.business = business

    def vendor(self, name: str) -> Partner:
        """A vendor by id, code or external id. One query."""
        vendor = vendor_known_as(self.business, name)
        if vendor is None:
            raise missing("Vendor")
        return vendor

    def vendor_or_named(self, name: str) -> Partner:
        """The same, or by name; 422 for a name that several have. Two queries."""
        vendor = vendor_known_as(self.business, name)
        if vendor is not None:
            return vendor
        found = named_vendors(self.business, name)
        if len(found) > 1:
            raise ValidationError({"vendor_id": ["is the name of several vendors"]})
        if not found:
            raise missing("Vendor")
        return found[0]

    def project(self, name: str) -> Project | None:
        """A project by id or code; the id goes first. One query."""
        projects = Project.objects.for_business(self.business).order_by()
        return _first("project", name, projects, Q(code=name))

    def investment(self, name: str) -> Project:
        """A project by id or code, or 404."""
        project = self.project(name)
        if project is None:
            raise missing("Investment")
        return project

    def invoice(self, name: str, vendor: Partner | None = None) -> Invoice | None:
        """A received document by id, or by its reference with that vendor.

        Without a vendor, 422 for a reference that several vendors share.
        """
        received = Invoice.objects.for_business(self.business).received()
        documents = received.select_related("partner", "project").order_by("id")
        pk = public_ids.decode("invoice", name)
        found = list(documents.filter(pk=pk)) if pk is not None else []
        if found:
            return found[0]
        if vendor is not None:
            documents = documents.of(vendor)
        found = list(documents.filter(reference=name)[:2])
        if len(found) > 1:
            raise ValidationError({"vendor_id": [BLANK]})
        return found[0] if found else None

    def payment(self, name: str) -> Payment | None:
        """A payment to a vendor by id or reference."""
        paid = Payment.objects.for_business(self.business).paid_out()
        payments = paid.filter(
            refund_of__isnull=True
        )  # what customers got back is none
        found = payments.select_related("partner", "project", "cost", "account")
        return _first("payment", name, found.order_by(), Q(reference=name))

    def cost(self, project: Project, name: str) -> Cost:
        """A cost of a project by id, or 404."""
        costs = Cost.objects.for_business(self.business).filter(project=project)
        pk = public_ids.decode("cost", name)
        cost = costs.filter(pk=pk).first() if pk is not None else None
        if cost is None:
            raise missing("Cost")
        return cost

    def category(self, name: str) -> CostCategory:
        """A cost category by id, or 404."""
        pk = public_ids.decode("costcategory", name)
        categories = CostCategory.objects.for_business(self.business)
        category = categories.filter(pk=pk).first() if pk is not None else None
        if category is None:
            raise missing_in_list("Cost Category")
        return category


def _first(kind: str, name: str, rows: Any, otherwise: Q) -> Any:
    """The row with this id, or else the one that the condition finds."""
    if "\0" in name:
        return None
    pk = public_ids.decode(kind, name)
    found = list(rows.filter(Q(pk=pk) | otherwise if pk is not None else otherwise))
    return next((row for row in found if row.pk == pk), found[0] if found else None)
