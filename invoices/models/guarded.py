"""Rows that only verbs may write: every other way of the ORM is refused."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

from invoices.exceptions import DocumentFrozen
from partners.tenancy import BusinessQuerySet, BusinessRow

_Row = TypeVar("_Row", bound=models.Model, covariant=True)

_REMEDY = "Documents change through their verbs (draft, revise, issue, void, credit)."


class GuardedQuerySet(BusinessQuerySet[_Row]):
    """Reads like any queryset; bulk writes are refused, whatever the rows' state.

    A bulk write cannot lock, check, recompute and record as the verbs do, so an
    issued document could change unseen. The verbs themselves use `rows()`.
    """

    def update(self, **values: Any) -> NoReturn:
        """Refused."""
        raise DocumentFrozen(_REMEDY)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise DocumentFrozen(_REMEDY)

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise DocumentFrozen(_REMEDY)

    def delete(self) -> NoReturn:
        """Refused."""
        raise DocumentFrozen(_REMEDY)


class WrittenOnce(BusinessRow):
    """A row that the ORM inserts and never updates by itself.

    Fixtures and `save()` of a copy end in `_do_update`; relations such as
    `document.lines.add()` write through the base manager, which is guarded too.
    """

    class Meta(BusinessRow.Meta):
        abstract = True
        base_manager_name = "objects"

    def _do_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        frozen()


def rows(model: type[models.Model], business_id: int) -> models.QuerySet[Any, Any]:
    """The unguarded rows of one business: for verbs, inside their transaction."""
    return models.QuerySet(model).filter(business_id=business_id)


def frozen() -> NoReturn:
    """Refuse a write that came past the verbs."""
    raise DocumentFrozen(_REMEDY)
