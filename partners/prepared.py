"""Hand-written statements that every request runs, planned by PostgreSQL only once.

Django binds parameters into the text, so PostgreSQL plans each execution anew: for
these statements that is most of what they cost. Here psycopg binds on the server and
prepares after a few executions (`prepare_threshold` in the settings).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement; it is counted and logged like any of Django's."""
    connection.ensure_connection()
    with connection.make_cursor(psycopg.Cursor(connection.connection)) as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
