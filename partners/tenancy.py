"""What every row of the books shares: one business, and queries that start from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from partners.models import Business, User

_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class BusinessQuerySet(models.QuerySet[_Row]):
    """The only two doors to rows: one business, or all that one person works for."""

    def for_business(self, business: Business | int) -> Self:
        """Rows of this business (or of the business with this primary key)."""
        pk = business if isinstance(business, int) else business.pk
        return self.filter(business_id=pk)

    def visible_to(self, user: User) -> Self:
        """Rows of every business the person is a member of; a superuser sees all."""
        if user.is_superuser:
            return self.all()
        return self.filter(business_id__in=user.business_ids())


class BusinessRow(models.Model):
    """A row that belongs to exactly one business for its whole life."""

    # No index of its own: every index of a tenant table begins with the business.
    business = models.ForeignKey(
        "partners.Business", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = BusinessQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["business", "id"], name="%(app_label)s_%(class)s_in_business"
            ),
        ]


def same_business_fk(to: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """A foreign key for use with a `SameBusiness` constraint.

    No constraint and no index of its own: the composite foreign key is the
    constraint, and useful indexes begin with the business.
    """
    options.setdefault("on_delete", models.PROTECT)
    options.setdefault("related_name", "+")
    return models.ForeignKey(to, db_constraint=False, db_index=False, **options)
