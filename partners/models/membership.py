"""Membership: what one person may do in one business."""

from __future__ import annotations

from django.db import models

from partners.access import Role
from partners.tenancy import BusinessRow


class Membership(BusinessRow):
    """A person's role in one business; ended by deactivating it, never by deletion."""

    user = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(
        max_length=20, choices=[(role.value, role.value.title()) for role in Role]
    )
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "user"],
                name="partners_membership_once",
                violation_error_message="This person is already a member.",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="partners_membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"
