"""A constraint that keeps references inside one business, and which one was broken."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint, ForeignKey, Model


def broken_constraint(error: IntegrityError) -> str:
    """The name of the constraint that was broken, or an empty string.

    A distributed PostgreSQL appends a shard number to the name.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


class SameBusiness(BaseConstraint):
    """A composite foreign key: the row that `field` points to has this row's business.

    PostgreSQL enforces `(business_id, field_id) → (business_id, id)`, so a row of
    one business cannot reference another's whatever the Python does. The target
    needs a unique constraint over `(business, id)`; the Django field should say
    `db_constraint=False`, because this constraint already covers it.
    """

    def __init__(self, field: str, *, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def _foreign_key(
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        quote = schema_editor.quote_name
        field = cast("ForeignKey[Any, Any]", model._meta.get_field(self.field))
        target = field.remote_field.model._meta
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY "
            f"({quote('business_id')}, {quote(field.attname)}) "
            f"REFERENCES {quote(target.db_table)} ({quote('business_id')}, "
            f"{quote('id')})"
        )

    def constraint_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """The constraint inside CREATE TABLE."""
        assert model is not None and schema_editor is not None  # noqa: S101 - narrows
        return self._foreign_key(model, schema_editor)

    def create_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """The constraint added to a table."""
        assert model is not None and schema_editor is not None  # noqa: S101 - narrows
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self._foreign_key(model, schema_editor)}"

    def remove_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """The constraint taken away."""
        assert model is not None and schema_editor is not None  # noqa: S101 - narrows
        quote = schema_editor.quote_name
        table = quote(model._meta.db_table)
        return f"ALTER TABLE {table} DROP CONSTRAINT {quote(self.name)}"

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = "default",
    ) -> None:
        """Refuse in forms what the database would refuse. May cost one query."""
        if exclude and (self.field in exclude or "business" in exclude):
            return
        target = getattr(instance, self.field)
        if target is not None and target.business_id != instance.business_id:  # type: ignore[attr-defined]
            raise ValidationError({self.field: "This belongs to another business."})

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """What a migration writes down."""
        path, _, kwargs = super().deconstruct()
        return path, (self.field,), kwargs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SameBusiness):
            return NotImplemented
        return (self.name, self.field) == (other.name, other.field)

    __hash__ = BaseConstraint.__hash__
