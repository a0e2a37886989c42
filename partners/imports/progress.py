"""How far a long work is: a bar on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

_SECONDS_BETWEEN_LINES = 5.0

Step = Callable[[int, float], None]
"""To be called with the rows read so far and the fraction of the file that is done."""


@contextmanager
def showing(stream: TextIO, name: str, unit: str = "rows") -> Iterator[Step]:
    """Progress with rate and time left, on this stream."""
    if stream.isatty():
        with _bar(stream, name, unit) as step:
            yield step
    else:
        yield _lines(stream, name, unit)


@contextmanager
def _bar(stream: TextIO, name: str, unit: str) -> Iterator[Step]:
    began = time.monotonic()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(f"{{task.percentage:>3.0f}} %  {{task.fields[rows]:,}} {unit}"),
        TextColumn(f"{{task.fields[rate]:,.0f}} {unit}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=stream)) as bar:
        task = bar.add_task(name, total=1.0, rows=0, rate=0.0)

        def step(rows: int, fraction: float) -> None:
            rate = rows / max(time.monotonic() - began, 0.001)
            bar.update(task, completed=fraction, rows=rows, rate=rate)

        yield step


def _lines(stream: TextIO, name: str, unit: str) -> Step:
    began = said = time.monotonic()

    def step(rows: int, fraction: float) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said < _SECONDS_BETWEEN_LINES:
            return
        said = now
        seconds = now - began
        left = seconds * (1 - fraction) / fraction if fraction else 0.0
        stream.write(
            f"{name}: {rows:,} {unit}, {fraction:.0%}, "
            f"{rows / seconds:,.0f} {unit}/s, about {left:.0f} s left\n"
        )
        stream.flush()

    return step
