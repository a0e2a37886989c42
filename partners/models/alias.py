"""PartnerAlias: another system's name for a partner."""

from __future__ import annotations

from django.db import models

from partners.constraints import SameBusiness
from partners.tenancy import BusinessRow, same_business_fk


class PartnerAlias(BusinessRow):
    """A text by which a client knows a partner, besides our code."""

    partner = same_business_fk(
        "partners.Partner", related_name="aliases", on_delete=models.CASCADE
    )
    value = models.CharField(max_length=120)

    class Meta(BusinessRow.Meta):
        verbose_name_plural = "partner aliases"
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["business", "partner", "id"], name="partners_alias_by_partner"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("partner", name="partners_alias_partner_in_business"),
            models.UniqueConstraint(
                fields=["business", "value"],
                name="partners_alias_code_taken",
                violation_error_message="Another partner is known by this.",
            ),
            models.CheckConstraint(
                condition=~models.Q(value=""), name="partners_alias_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.value
