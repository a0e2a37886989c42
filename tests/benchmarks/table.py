"""Runs every operation at every size and prints the table with its ratios."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TextIO

from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.test import override_settings

from tests.benchmarks.measuring import Cost, measure
from tests.benchmarks.operations import Client, Operation, reads, writes
from tests.benchmarks.seeding import Seeded, seed

BARE = "bare view: the same 100 by one SQL"
LIST = "list of 100 with lines"
_TURNS = 5
_HEAD = f"{'operation':38}{'invoices':>10}{'p50 ms':>9}{'app':>8}{'pg':>8}{'SQL':>5}"


def run(sizes: list[int], runs: int, out: TextIO) -> None:
    """Seed and measure each size, then print how the largest compares."""
    call_command("migrate", verbosity=0)
    found: dict[tuple[str, int], Cost] = {}
    out.write(f"{_HEAD}\n")
    for size in sizes:
        start = time.perf_counter()
        seeded = seed(size)
        took = time.perf_counter() - start
        out.write(f"-- {size:,} invoices are there ({took:.0f} s)\n")
        for name, cost in _measured(seeded, runs):
            found[name, size] = cost
            out.write(_row(name, size, cost))
            out.flush()
    _ratios(found, sizes, out)


def _measured(seeded: Seeded, runs: int) -> Iterator[tuple[str, Cost]]:
    client = Client(WSGIHandler(), seeded.key)
    operations = reads(client, seeded)
    first = operations.pop(LIST)
    for name, cost in zip((BARE, LIST), _paired(seeded, first, runs), strict=True):
        yield name, cost
    for name, operation in operations.items():
        yield name, measure(operation, runs)
    for name, operation in writes(client, seeded).items():
        # Each later verb uses up what the one before it made.
        count = {"create (5 taxed lines)": 3 * runs, "issue": 2 * runs}.get(name, runs)
        yield name, measure(operation, count)


def _paired(seeded: Seeded, operation: Operation, runs: int) -> tuple[Cost, Cost]:
    """The bare view and ours in turns; the turn whose ratio is the median."""
    turns = [(_bare(seeded, runs), measure(operation, runs)) for _ in range(_TURNS)]
    turns.sort(key=lambda turn: turn[1].cpu / turn[0].cpu)
    return turns[_TURNS // 2]


def _bare(seeded: Seeded, runs: int) -> Cost:
    with override_settings(ROOT_URLCONF="tests.benchmarks.bare"):
        client = Client(WSGIHandler())
        path = f"/bare/{seeded.business.pk}/invoices/"
        return measure(lambda: client.call("GET", path), runs)


def _row(name: str, size: int, cost: Cost) -> str:
    return (
        f"{name:38}{size:>10,}{cost.p50:>9.2f}{cost.application:>8.2f}"
        f"{cost.database:>8.2f}{cost.queries:>5}\n"
    )


def _ratios(found: dict[tuple[str, int], Cost], sizes: list[int], out: TextIO) -> None:
    small, large = sizes[0], sizes[-1]
    out.write("\nCPU of the list of 100 with lines, beside the bare view\n")
    for size in sizes:
        ours, bare = found[LIST, size], found[BARE, size]
        out.write(f"{size:>10,}  {ours.cpu / bare.cpu:.2f}\n")
    out.write(f"\np50 at {large:,} invoices, beside that at {small:,}\n")
    for name in dict.fromkeys(name for name, _ in found):
        ratio = found[name, large].p50 / found[name, small].p50
        out.write(f"{name:38}{ratio:>6.2f}\n")
