"""Project, its costs and their categories: what a purchase is assigned to."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction

from invoices.exceptions import BadDates
from invoices.models.event import Event
from invoices.periods import check_day
from partners import history, public_ids
from partners.access import Actor, Capability
from partners.constraints import SameBusiness
from partners.exceptions import Conflict
from partners.fields import ExactDecimalField
from partners.models.business import currency_code
from partners.tenancy import BusinessQuerySet, BusinessRow, same_business_fk


class ProjectQuerySet(BusinessQuerySet["Project"]):
    """Questions about projects."""

    def open(self) -> Self:
        """Projects that have not been closed."""
        return self.filter(closed_on__isnull=True)

    def closed(self) -> Self:
        """Projects that have been closed."""
        return self.filter(closed_on__isnull=False)


class Project(BusinessRow):
    """What Finario calls an investment and Cannlytics a project."""

    code = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    description = models.TextField(max_length=5000, blank=True)
    rationale = models.TextField(max_length=5000, blank=True)
    category = models.CharField(max_length=120, blank=True)
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    owner = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    starts_on = models.DateField(null=True, blank=True)
    in_service_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()  # type: ignore[misc]

    class Meta(BusinessRow.Meta):
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["business", "name", "id"], name="invoices_project_by_name"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "code"],
                name="invoices_project_code_taken",
                violation_error_message="Another project has this code.",
            ),
            models.CheckConstraint(
                condition=~models.Q(code="") & ~models.Q(name=""),
                name="invoices_project_has_code_and_name",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(in_service_on__isnull=True)
                | models.Q(in_service_on__gte=models.F("starts_on")),
                name="invoices_project_in_service_after_start",
                violation_error_message="In service date cannot be before project "
                "start date",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("project", self.pk)

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed."""
        return self.closed_on is None

    def close(self, *, by: Actor, on: datetime.date) -> None:
        """Say that it ended on that day; late purchases may still be assigned to it.

        Raises BadDates for a day before it starts, Conflict where it is closed
        already, NotAllowed.
        """
        check_day(on, "closed_on")
        with self._locked(by):
            if self.closed_on is not None:
                raise Conflict(f"{self} was closed on {self.closed_on}.")
            if self.starts_on is not None and on < self.starts_on:
                raise BadDates(f"{self} starts on {self.starts_on}.", field="closed_on")
            self._write_end(on, "project.closed", by)

    def reopen(self, *, by: Actor) -> None:
        """Undo `close`. Raises Conflict for a project that is open, NotAllowed."""
        with self._locked(by):
            if self.closed_on is None:
                raise Conflict(f"{self} is open.")
            self._write_end(None, "project.reopened", by)

    @contextmanager
    def _locked(self, by: Actor) -> Iterator[None]:
        by.require(Capability.MASTER, self.business_id)
        with transaction.atomic():
            projects = Project.objects.for_business(self.business_id)
            fresh = projects.select_for_update(no_key=True).get(pk=self.pk)
            self.__dict__.update(fresh.__dict__)
            yield

    def _write_end(self, day: datetime.date | None, verb: str, by: Actor) -> None:
        on = day or self.closed_on
        before = history.snapshot(self)
        self.closed_on = day
        self.save(update_fields=["closed_on"])
        history.write(self, before, by=by)
        Event.record(self, verb, by=by, code=self.code, closed_on=on)


class CostCategory(BusinessRow):
    """A kind of cost; it may lie inside another."""

    code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    parent = same_business_fk("invoices.CostCategory", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        verbose_name_plural = "cost categories"
        ordering = ["name", "id"]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("parent", name="invoices_costcategory_parent_in_business"),
            models.UniqueConstraint(
                fields=["business", "code"],
                condition=~models.Q(code=""),
                name="invoices_costcategory_code_taken",
                violation_error_message="Another category has this code.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="invoices_costcategory_has_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("costcategory", self.pk)


class Cost(BusinessRow):
    """A position of a project's budget; amounts are in `currency`.

    Purchases that carry its `unique_cost_id` belong to it.
    """

    project = same_business_fk("invoices.Project", related_name="costs")
    name = models.CharField(max_length=200)
    description = models.TextField(max_length=2000, blank=True)
    unique_cost_id = models.CharField(max_length=120, blank=True)
    vendor = same_business_fk("partners.Partner", null=True, blank=True)
    category = same_business_fk("invoices.CostCategory", null=True, blank=True)
    account = same_business_fk("invoices.Account", null=True, blank=True)
    currency = models.CharField(max_length=3, validators=[currency_code])
    quantity = ExactDecimalField(max_digits=18, decimal_places=6, default=Decimal(1))
    unit_price = ExactDecimalField(max_digits=18, decimal_places=6, default=Decimal(0))
    freight = ExactDecimalField(max_digits=18, decimal_places=6, default=Decimal(0))
    taxed = models.BooleanField(default=False)
    month = models.DateField(
        null=True, blank=True, help_text="The first day of the month it is planned for."
    )
    approved = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["business", "project", "name", "id"],
                name="invoices_cost_by_project",
            ),
            models.Index(
                fields=["business", "project", "vendor"],
                condition=models.Q(vendor__isnull=False),
                name="invoices_cost_by_vendor",
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            *(
                SameBusiness(field, name=f"invoices_cost_{field}_in_business")
                for field in ("project", "vendor", "category", "account")
            ),
            models.UniqueConstraint(
                fields=["business", "unique_cost_id"],
                condition=~models.Q(unique_cost_id=""),
                name="invoices_cost_unique_cost_id_taken",
                violation_error_message="Another cost has this unique cost id.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="invoices_cost_has_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("cost", self.pk)
