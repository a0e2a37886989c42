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


class Suffixed(str):
    """A name after which the path had `.json`."""

    __slots__ = ()


class Finder:
    """Looks rows of one business up; what is not there is the documented 404."""

    def __init__(self, business: Business) -> None:
        self.business = business

    @staticmethod
    def spellings(name: str) -> list[str]:
        """What the name may be as stored, best first; none for an empty one.

        Rows from elsewhere may have a name that itself ends in `.json`.
        """
        if not name.strip() or "\0" in name:
            return []
        return [f"{name}.json", str(name)] if isinstance(name, Suffixed) else [name]

    def known_vendor(self, name: str) -> Partner | None:
        """A vendor by id, code or external id. One query."""
        known = (vendor_known_as(self.business, one) for one in self.spellings(name))
        return next(filter(None, known), None)

    def vendors_name(self, name: str) -> str | None:
        """The spelling by which a vendor is known; asked only if there are several."""
        spellings = self.spellings(name)
        known = (one for one in spellings[:-1] if vendor_known_as(self.business, one))
        return next(known, spellings[-1] if spellings else None)

    def vendor(self, name: str) -> Partner:
        """A vendor by id, code or external id. One query."""
        vendor = self.known_vendor(name)
        if vendor is None:
            raise missing("Vendor")
        return vendor

    def vendor_or_named(self, name: str) -> Partner:
        """The same, or by name; 422 for a name that several have. Two queries."""
        vendor = self.known_vendor(name)
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
        return self._first("project", name, projects, "code")

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
        for spelling in self.spellings(name):
            found = list(documents.filter(reference=spelling)[:2])
            if len(found) > 1:
                raise ValidationError({"vendor_id": [BLANK]})
            if found:
                return found[0]
        return None

    def payment(self, name: str) -> Payment | None:
        """A payment to a vendor by id or reference."""
        paid = Payment.objects.for_business(self.business).paid_out()
        payments = paid.filter(
            refund_of__isnull=True
        )  # what customers got back is none
        found = payments.select_related("partner", "project", "cost", "account")
        return self._first("payment", name, found.order_by(), "reference")

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

    def _first(self, kind: str, name: str, rows: Any, column: str) -> Any:
        """The row with this id, or else with this name in the column."""
        spellings = self.spellings(name)
        if not spellings:
            return None
        pk = public_ids.decode(kind, name)
        condition = Q(**{f"{column}__in": spellings})
        found = list(rows.filter(condition | Q(pk=pk) if pk is not None else condition))

        def nearness(row: Any) -> tuple[bool, bool]:
            return row.pk != pk, getattr(row, column) != spellings[0]

        return min(found, key=nearness, default=None)
