"""The statements that every request runs, planned by PostgreSQL only once.

Django composes each statement anew and binds its parameters into the text, so
PostgreSQL also plans each execution anew: for a handful of rows by their keys that is
most of what they cost, on both sides. Here the text is composed once per model, psycopg
binds on the server and prepares after a few executions (`prepare_threshold` in the
settings). Only reads by key and writes of whole rows are here; questions are asked
through querysets. Every statement is counted and logged like any of Django's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from django.db import connection, models
from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from partners.tenancy import BusinessRow

_Model = TypeVar("_Model", bound=models.Model)
# PostgreSQL takes 65,535 parameters in one statement.
_MOST = 500


def fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    connection.ensure_connection()
    raw: Any = psycopg.Cursor(connection.connection)
    logged = connection.queries_logged
    make = connection.make_debug_cursor if logged else connection.make_cursor
    with make(raw) as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


def select(model: type[_Model], where: str, params: Sequence[Any]) -> list[_Model]:
    """Whole rows of one model; `where` is a constant text of ours."""
    names, loaders = _columns(model), _loaders(model)
    found = []
    for row in fetch(f"{_select_sql(model)} WHERE {where}", params):
        values = list(row)
        for index, load in loaders:
            values[index] = load(values[index], None, connection)
        found.append(model.from_db(connection.alias, names, values))
    return found


def by_pk(
    model: type[BusinessRow], business_id: int, pks: Collection[int]
) -> dict[int, Any]:
    """The rows of one business with these keys, by key; no query for no keys."""
    if not pks:
        return {}
    where = "business_id = %s AND id = ANY(%s)"
    rows = select(model, where, [business_id, list(pks)])
    return {row.pk: row for row in rows}


def insert(rows: Sequence[models.Model]) -> None:
    """Insert these rows of one model, five hundred a statement, and set their keys."""
    for start in range(0, len(rows), _MOST):
        some = rows[start : start + _MOST]
        model = type(some[0])
        params = [_value(field, row) for row in some for field in _written(model)]
        keys = fetch(_insert_sql(model, len(some)), params)
        for row, (pk,) in zip(some, keys, strict=True):
            row.pk = pk
            row._state.adding = False  # noqa: SLF001 - Django's own name for it
            row._state.db = connection.alias  # noqa: SLF001


def update(row: BusinessRow, names: Sequence[str]) -> None:
    """Write these columns of one row of a business."""
    fields = [row._meta.get_field(name) for name in names]
    params = [_value(field, row) for field in fields]
    sql = _update_sql(type(row), tuple(names))
    fetch(sql, [*params, row.business_id, row.pk])


# --- texts, composed once -----------------------------------------------------------


@cache
def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _loaders(model: type[models.Model]) -> list[tuple[int, Any]]:
    """The fields whose stored form is not their Python form, by their place."""
    found = enumerate(model._meta.concrete_fields)
    return [(n, f.from_db_value) for n, f in found if hasattr(f, "from_db_value")]


@cache
def _written(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@cache
def _select_sql(model: type[models.Model]) -> str:
    names = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    return f'SELECT {names} FROM "{model._meta.db_table}"'  # noqa: S608 - our names


@cache
def _insert_sql(model: type[models.Model], count: int) -> str:
    fields = _written(model)
    names = ", ".join(f'"{field.column}"' for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    return (
        f'INSERT INTO "{model._meta.db_table}" ({names}) '  # noqa: S608 - our names
        f"VALUES {', '.join([row] * count)} RETURNING id"
    )


@cache
def _update_sql(model: type[models.Model], names: tuple[str, ...]) -> str:
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)  # type: ignore[union-attr]
    return (
        f'UPDATE "{model._meta.db_table}" SET {columns} '  # noqa: S608 - our names
        "WHERE business_id = %s AND id = %s"
    )


def _value(field: Any, row: models.Model) -> Any:
    """What is sent for a field; times are set as Django would set them."""
    adding = row._state.adding  # noqa: SLF001 - Django's own name for it
    if getattr(field, "auto_now", False) or (
        adding and getattr(field, "auto_now_add", False)
    ):
        return field.pre_save(row, adding)
    value = getattr(row, field.attname)
    if isinstance(field, models.JSONField):
        return Jsonb(value)
    # An enumeration's member stands for its text.
    return str(value) if isinstance(value, str) else value
