"""Times an operation: wall clock, and CPU of this process and of its server process."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from django.db import connection

_TICKS = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """Per operation, in milliseconds; `queries` of one run."""

    p50: float
    application: float
    database: float
    queries: int

    @property
    def cpu(self) -> float:
        """Application and PostgreSQL together."""
        return self.application + self.database


def backend_cpu() -> float:
    """CPU seconds used by the server process of this connection; 0 where unknown."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def measure(operation: Callable[[], object], runs: int) -> Cost:
    """Run an operation some times after a warm-up."""
    for _ in range(max(runs // 10, 25)):
        operation()
    queries = _count(operation)
    walls = []
    database, application = backend_cpu(), time.process_time()
    for _ in range(runs):
        start = time.perf_counter()
        operation()
        walls.append(time.perf_counter() - start)
    application = time.process_time() - application
    database = backend_cpu() - database
    scale = 1000 / runs
    return Cost(
        statistics.median(walls) * 1000, application * scale, database * scale, queries
    )


def _count(operation: Callable[[], object]) -> int:
    seen = 0

    def watch(execute, sql, params, many, context):
        nonlocal seen
        seen += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        operation()
    return seen
