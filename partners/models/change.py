"""Change: who changed what in the master data, when, from what to what."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NoReturn

from django.db import models

from partners.exceptions import Conflict
from partners.tenancy import BusinessQuerySet, BusinessRow


class Deed(StrEnum):
    """What was done to a row."""

    MADE = "made"
    CHANGED = "changed"
    DELETED = "deleted"


class ChangeQuerySet(BusinessQuerySet["Change"]):
    """History can be read and added to, nothing else."""

    def about(self, business_id: int, subject: str, subject_id: int) -> ChangeQuerySet:
        """What happened to one row and its parts, latest first."""
        return self.filter(
            business_id=business_id, subject=subject, subject_id=subject_id
        ).order_by("-id")

    def update(self, **values: Any) -> NoReturn:
        """History does not change."""
        raise _append_only()

    def delete(self) -> NoReturn:
        """History does not shrink."""
        raise _append_only()


class Change(BusinessRow):
    """One deed to one row of master data; `values` are field → [before, after].

    The subject is a value, not a reference: a deleted row keeps its history. What is a
    part of another row (a tax's rate, a partner's alias) is told of at the whole, and
    `part` says which it was.
    """

    at = models.DateTimeField()
    user = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    actor = models.CharField("who", max_length=254)
    deed = models.CharField(max_length=10)
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    model = models.CharField(max_length=40)
    part = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)

    objects = ChangeQuerySet.as_manager()  # type: ignore[misc]

    class Meta(BusinessRow.Meta):
        base_manager_name = "objects"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["business", "subject", "subject_id", "id"],
                name="partners_change_by_subject",
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(deed__in=[str(deed) for deed in Deed]),
                name="partners_change_deed_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id} {self.deed} by {self.actor}"

    def _do_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise _append_only()

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """History does not shrink."""
        raise _append_only()


def _append_only() -> Conflict:
    return Conflict("History is append-only.")
