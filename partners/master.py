"""Saving and deleting master data (partners, products, accounts): one way for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from partners.access import Actor, Capability
from partners.constraints import broken_constraint
from partners.exceptions import Conflict
from partners.tenancy import BusinessRow

_Row = TypeVar("_Row", bound=BusinessRow)


class CodeTaken(Conflict):
    """Another row of this kind has the code."""

    code = "code_taken"


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

    Raises NotAllowed, CodeTaken, and Django's ValidationError by column; then
    nothing is saved.
    """
    by.require(needing, row.business_id)
    for name, value in values.items():
        setattr(row, name, value)
    row.clean_fields(exclude={"business"})  # the caller has it at hand
    row.clean()
    # Whether the code is taken, only the insert itself can know.
    row.validate_constraints(exclude={"id", "code"})
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "_code_taken" not in broken_constraint(error):
            raise
        taken = f"Another {row._meta.verbose_name} has this code."
        raise CodeTaken(taken, field="code") from error
    return row


def delete(
    row: BusinessRow, *, by: Actor, needing: Capability = Capability.MASTER
) -> None:
    """Delete a row that nothing refers to. Raises InUse, NotAllowed."""
    by.require(needing, row.business_id)
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, IntegrityError) as error:
        archivable = hasattr(row, "archived_at")
        remedy = "archive it instead of deleting it" if archivable else "it stays"
        raise InUse(f"{row} is used by {_users(error)}; {remedy}.") from error


def _users(error: Exception) -> str:
    if not isinstance(error, ProtectedError):
        return "rows made in this moment"
    kinds = {type(one)._meta.verbose_name_plural for one in error.protected_objects}
    return ", ".join(sorted(map(str, kinds)))
