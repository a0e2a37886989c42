"""Saving and deleting master data (partners, products, accounts): one way for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db import models, transaction

from partners.access import Actor, Capability
from partners.exceptions import Conflict
from partners.tenancy import BusinessRow

_Row = TypeVar("_Row", bound=BusinessRow)


class InUse(Conflict):
    """Other rows still point to this one."""

    code = "in_use"


def save(
    row: _Row,
    values: Mapping[str, object],
    *,
    by: Actor,
    needing: Capability = Capability.MASTER,
) -> _Row:
    """Set the columns, validate and save the row.

    Raises NotAllowed, and Django's ValidationError by column; then nothing is saved.
    """
    by.require(needing, row.business_id)
    for name, value in values.items():
        setattr(row, name, value)
    with transaction.atomic():
        row.full_clean()
        row.save()
    return row


def delete(
    row: BusinessRow, *, by: Actor, needing: Capability = Capability.MASTER
) -> None:
    """Delete a row that nothing refers to. Raises InUse, NotAllowed."""
    by.require(needing, row.business_id)
    try:
        with transaction.atomic():
            row.delete()
    except models.ProtectedError as error:
        kinds = {type(one)._meta.verbose_name_plural for one in error.protected_objects}
        raise InUse(
            f"{row} is used by {', '.join(sorted(map(str, kinds)))}; "
            "archive it instead of deleting it."
        ) from error
