"""CostShare: how much of a purchase belongs to which cost."""

from __future__ import annotations

from django.db import models

from invoices.models.line import GuardedRow
from partners.constraints import SameBusiness
from partners.fields import ExactDecimalField
from partners.tenancy import BusinessRow, same_business_fk


class CostShare(GuardedRow):
    """A share in percent; those of one document make up 100. See `assigning`."""

    invoice = same_business_fk(
        "invoices.Invoice", related_name="cost_shares", on_delete=models.CASCADE
    )
    cost = same_business_fk("invoices.Cost", related_name="shares")
    percent = ExactDecimalField(max_digits=9, decimal_places=6)

    class Meta(GuardedRow.Meta):
        ordering = ["invoice_id", "id"]
        indexes = [
            models.Index(
                fields=["business", "cost"], name="invoices_costshare_by_cost"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("invoice", name="invoices_costshare_invoice_in_business"),
            SameBusiness("cost", name="invoices_costshare_cost_in_business"),
            models.UniqueConstraint(
                fields=["business", "invoice", "cost"],
                name="invoices_costshare_once_per_cost",
            ),
            models.CheckConstraint(
                condition=models.Q(percent__gt=0, percent__lte=100),
                name="invoices_costshare_is_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent.normalize():f} % {self.cost_id}"
