"""Saving and deleting master data (partners, products, accounts): one way for all."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from partners import history
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
    """Set the columns, validate and save the row, and write its history.

    Raises NotAllowed, CodeTaken, and Django's ValidationError by column; then
    nothing is saved.
    """
    by.require(needing, row.business_id)
    before = None if row._state.adding else history.snapshot(row)  # noqa: SLF001
    for name, value in values.items():
        setattr(row, name, value)
    row.clean_fields(exclude={"business"})  # the caller has it at hand
    row.clean()
    # Whether the code is taken, only the insert itself can know.
    row.validate_constraints(exclude={"id", "code"})
    try:
        with transaction.atomic():
            row.save()
            history.write(row, before, by=by)
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
            history.write_deleted(row, by=by)
            row.delete()
    except (ProtectedError, IntegrityError) as error:
        archivable = hasattr(row, "archived_at")
        remedy = "archive it instead of deleting it" if archivable else "it stays"
        raise InUse(f"{row} is used by {_users(error)}; {remedy}.") from error


def archive(
    row: BusinessRow,
    *,
    by: Actor,
    now: datetime.datetime,
    needing: Capability = Capability.MASTER,
) -> None:
    """Keep a row out of new documents; twice keeps the first moment. NotAllowed."""
    if getattr(row, "archived_at", None) is None:
        _set_archived(row, now, by, needing)


def restore(
    row: BusinessRow, *, by: Actor, needing: Capability = Capability.MASTER
) -> None:
    """Allow an archived row on new documents again. Raises NotAllowed."""
    _set_archived(row, None, by, needing)


def _set_archived(
    row: BusinessRow, at: datetime.datetime | None, by: Actor, needing: Capability
) -> None:
    by.require(needing, row.business_id)
    before = history.snapshot(row)
    with transaction.atomic():
        archived: Any = row
        archived.archived_at = at
        archived.save(update_fields=["archived_at"])
        history.write(row, before, by=by)


def _users(error: Exception) -> str:
    if not isinstance(error, ProtectedError):
        return "rows made in this moment"
    kinds = {type(one)._meta.verbose_name_plural for one in error.protected_objects}
    return ", ".join(sorted(map(str, kinds)))
