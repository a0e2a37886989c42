"""How long do the back office's pages take, and with how many statements?

Each page is opened by an accountant through the whole stack, six times; the first
time is not counted. Told are the median of the others, and what one took of the CPU
here and in PostgreSQL, which a busy machine does not change; the ratio is that of the
CPU beside the smallest books. Another business of a fifth of the size stands beside.
Uses a database of its own under var/ (or DATABASE_URL); to fill a million documents
takes minutes, once.
"""

from __future__ import annotations

import argparse
import datetime
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import django

_ROOT = Path(__file__).resolve().parents[2]
_RUNS = 5
Operation = Callable[[], Any]


class Cost(NamedTuple):
    """The median and the CPU of both sides in milliseconds, statements, the answer."""

    milliseconds: float
    cpu: float
    queries: int
    status: int


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.back_office", description=__doc__
    )
    parser.add_argument("--sizes", default="10000,100000")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("COUNTERFOIL_POSTGRES_DIR", str(_ROOT / "var/postgres-bench"))
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    from django.core.management import call_command
    from django.test.utils import override_settings

    call_command("migrate", verbosity=0)
    with override_settings(ALLOWED_HOSTS=["*"]):
        _tell(sizes)


def _tell(sizes: list[int]) -> None:
    first: dict[str, float] = {}
    head = f"{'page':34}{'documents':>11}{'ms':>10}{'CPU ms':>10}"
    say(f"{head}{'SQL':>5}{'status':>8}{'ratio':>8}")
    for size in sizes:
        for name, operation in _operations(size).items():
            cost = measure(operation)
            ratio = cost.cpu / first.setdefault(name, cost.cpu)
            times = f"{cost.milliseconds:>10.1f}{cost.cpu:>10.1f}"
            say(
                f"{name:34}{size:>11,}{times}{cost.queries:>5}{cost.status:>8}"
                f"{ratio:>8.2f}"
            )


def say(line: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measure(operation: Operation) -> Cost:
    """Run an operation once to warm up and count, then as often as is measured."""
    from django.db import connection

    from tests.benchmarks.measuring import backend_cpu

    seen = 0

    def watch(execute: Any, *arguments: Any) -> Any:
        nonlocal seen
        seen += 1
        return execute(*arguments)

    with connection.execute_wrapper(watch):
        answer = operation()
    times, used = [], backend_cpu() + time.process_time()
    for _ in range(_RUNS):
        start = time.perf_counter()
        operation()
        times.append(time.perf_counter() - start)
    used = backend_cpu() + time.process_time() - used
    median, each = statistics.median(times) * 1000, used * 1000 / _RUNS
    return Cost(median, each, seen, answer.status_code)


def _operations(size: int) -> dict[str, Operation]:
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from invoices.models import Invoice
    from tests.benchmarks.office_books import fill

    started = time.perf_counter()
    office = fill(size)
    say(f"-- {size:,} documents are there ({time.perf_counter() - started:.0f} s)")
    client = Client()
    client.force_login(office.accountant)
    invoices = reverse("admin:invoices_invoice_changelist")
    one = (
        Invoice.objects.for_business(office.business).sales().order_by("id")[size // 2]
    )
    today = timezone.localdate()
    year_ago = today - datetime.timedelta(days=365)

    def page(path: str) -> Operation:
        return lambda: client.get(path)

    def report(day: datetime.date, side: str = "customers") -> Operation:
        return page(f"{reverse('admin:report_aging')}?side={side}&as_of={day}")

    return {
        "home": page(reverse("admin:index")),
        "invoices, first page": page(invoices),
        "invoices, page 200": page(f"{invoices}?p=200"),
        "invoices, page 10,000": page(f"{invoices}?p=10000"),
        "invoices, last page": page(f"{invoices}?p=last"),
        "search: number": page(f"{invoices}?q={one.number}"),
        "search: words of a partner": page(f"{invoices}?q=customer00042"),
        "search: a frequent word": page(f"{invoices}?q=ltd"),
        "search: amount": page(f"{invoices}?q={one.total:.2f}"),
        "filter: overdue": page(f"{invoices}?status=overdue"),
        "filter: drafts": page(f"{invoices}?status=draft"),
        "filter: partner": page(f"{invoices}?partner__id__exact={one.partner_id}"),
        "filter: not sent": page(f"{invoices}?sent_at__isempty=1"),
        "filter: disputed": page(f"{invoices}?disputed_at__isempty=0"),
        "bills, first page": page(reverse("admin:invoices_bill_changelist")),
        "payments, first page": page(reverse("admin:payments_payment_changelist")),
        "journal, first page": page(reverse("admin:invoices_event_changelist")),
        "aging of customers, today": report(today),
        "aging of customers, a year ago": report(year_ago),
        "aging of vendors, today": report(today, "vendors"),
    }


if __name__ == "__main__":
    main()
