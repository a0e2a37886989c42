"""What still refers to a row, so that it cannot be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from partners.tenancy import BusinessRow

MOST_COUNTED = 1000
_FEW = 5


@dataclass(frozen=True, slots=True)
class Use:
    """Rows of one kind that refer to a row: how many, up to 1,000, and the first few."""

    kind: str
    count: int
    first: list[Any]

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > MOST_COUNTED

    @property
    def others(self) -> int:
        """How many are counted besides the first few."""
        return self.count - len(self.first)


def uses(row: BusinessRow) -> list[Use]:
    """What protects the row from being deleted; a query or two for each kind.

    A line stands for its document, and a part of a whole is not told of at all.
    """
    found: dict[type[Any], set[int]] = {}
    for model, field in _protecting(type(row)):
        rows: models.QuerySet[Any] = models.QuerySet(model).filter(
            business_id=row.business_id, **{field.attname: row.pk}
        )
        whole, key = _whole(model)
        keys = rows.order_by().values_list(key, flat=True).distinct()
        found.setdefault(whole, set()).update(keys[: MOST_COUNTED + 1])
    return [_use(model, row.business_id, pks) for model, pks in found.items() if pks]


def _protecting(model: type[models.Model]) -> Iterator[tuple[type[Any], Any]]:
    """Every model with a foreign key here that forbids deletion, and the key."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and relation.is_relation) or relation.concrete:
            continue
        field: Any = getattr(relation, "field", None)
        related = relation.related_model
        protects = getattr(relation, "on_delete", None) is models.PROTECT
        if protects and isinstance(related, type) and not related._meta.proxy:
            yield related, field


def _whole(model: type[Any]) -> tuple[type[Any], str]:
    """The document that a line is told of as, and the column that leads there."""
    names = {field.name: field for field in model._meta.concrete_fields}
    if model._meta.model_name in _PARTS:
        name = _PARTS[model._meta.model_name]
        return names[name].remote_field.model, f"{name}_id"
    return model, "pk"


_PARTS = {
    "invoiceline": "invoice",
    "invoicetax": "invoice",
    "costshare": "invoice",
    "recurringline": "recurring",
    "allocation": "payment",
}


def _use(model: type[Any], business_id: int, pks: set[int]) -> Use:
    rows: models.QuerySet[Any] = models.QuerySet(model)
    rows = rows.filter(business_id=business_id)
    first = rows.filter(pk__in=sorted(pks)[:_FEW]).order_by("pk")
    kind = (
        model._meta.verbose_name_plural if len(pks) != 1 else model._meta.verbose_name
    )
    return Use(str(kind), len(pks), list(first))
