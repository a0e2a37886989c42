"""Rows as the text of PostgreSQL's COPY."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import orjson
from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NULL = "\\N"


def escaped(text: str) -> str:
    """The text as COPY wants it."""
    # Hardly any needs it, and these two look-ups cost less than a translation.
    if "\\" not in text and text.isprintable():
        return text
    return text.translate(_ESCAPES)


_TEXTS: dict[type, Callable[[Any], str]] = {
    str: escaped,
    int: str,
    Decimal: str,
    bool: lambda value: "t" if value else "f",
    type(None): lambda _: NULL,
    datetime.date: str,
    datetime.datetime: datetime.datetime.isoformat,
    dict: lambda value: escaped(orjson.dumps(value).decode()),
}


def text_of(value: object) -> str:
    """One value of a column."""
    return _TEXTS.get(type(value), str)(value)


def columns_of(model: type[models.Model], *, pk: bool) -> list[str]:
    """All columns of a model, which are its attributes too, with or without its key."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields if pk or not field.primary_key]


def text_of_row(row: models.Model, columns: Sequence[str]) -> str:
    """One line of COPY for a model's instance."""
    values = row.__dict__
    return "\t".join([text_of(values[column]) for column in columns]) + "\n"


def copy(model: type[models.Model], columns: Sequence[str], text: str) -> None:
    """Send lines of COPY to the model's table."""
    if not text:
        return
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    table = connection.ops.quote_name(model._meta.db_table)
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as stream,
    ):
        stream.write(text)
