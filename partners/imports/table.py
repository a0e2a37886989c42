"""What reading a file gives, whatever its kind: named columns and numbered rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Row = tuple[int, Sequence[str]]
"""The number that a spreadsheet shows beside the row (the header is 1), and its cells."""


@dataclass(frozen=True)
class Table:
    """An open file: its column names, its rows, and how much of it has been read."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    fraction_read: Callable[[], float]
