"""How fast is an import beside a bare COPY of the very rows that it wrote?

Both go into the same tables of a database made for this run, with all constraints and
indexes on, first filled by `import_invoices`, then emptied and filled by COPY alone,
one statement per table. FILE is ../shared/data/online_retail.csv.gz if left out.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent
RETAIL = ROOT.parent / "shared/data/online_retail.csv.gz"
TABLES = (
    "partners_partner",
    "invoices_product",
    "invoices_invoice",
    "invoices_invoiceline",
    "invoices_invoicetax",
    "invoices_event",
)


def main() -> None:
    """Import, copy, compare."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.import_ratio", description=__doc__
    )
    parser.add_argument("file", nargs="?", type=Path, default=RETAIL)
    file: Path = parser.parse_args().file
    if not file.is_file():
        parser.error(f"{file} is no file; name the retail file.")
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    with database_of_its_own(), tempfile.TemporaryDirectory() as directory:
        make_business()
        report = Path(directory) / "refused.csv"
        seconds, cpu, peak = in_a_process(file, report)
        rows = {table: export(table, Path(directory)) for table in TABLES}
        bare = {table: bare_copy(table, Path(directory)) for table in TABLES}
        lines = rows["invoices_invoiceline"]
        say(f"{sum(rows.values()):,} rows in {len(TABLES)} tables, {lines:,} lines")
        for table in TABLES:
            say(f"  {table:22}{rows[table]:>9,} rows, bare COPY {bare[table]:6.2f} s")
        total = sum(bare.values())
        say(f"import    {seconds:6.1f} s wall, {lines / seconds:,.0f} lines/s")
        say(f"          {cpu:6.1f} s CPU of the process, peak {peak / 1024:,.0f} MB")
        say(f"bare COPY {total:6.1f} s wall, {lines / total:,.0f} lines/s")
        say(f"ratio     {total / seconds:6.2f}")
        check_sum(file, report)


def say(line: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def database_of_its_own() -> Iterator[None]:
    """A migrated, empty database on the configured server, dropped in the end."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"{before}_import_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def make_business() -> None:
    """The business that the file belongs to."""
    from partners.models import Business

    Business.objects.create(name="Retail", slug="retail", currency="GBP")


def in_a_process(file: Path, report: Path) -> tuple[float, float, int]:
    """Run the import in a process of its own: wall and CPU seconds, peak in kB."""
    from django.core.management import call_command
    from django.db import connection

    connection.close()
    began = time.monotonic()
    pid = os.fork()
    if not pid:
        try:
            call_command("import_invoices", str(file), business="retail", report=report)
        finally:
            sys.stdout.flush()
            os._exit(0)
    _, _, used = os.wait4(pid, 0)
    seconds = time.monotonic() - began
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss


def export(table: str, directory: Path) -> int:
    """Copy the table's rows out into a file; returns how many."""
    from django.db import connection

    path = directory / table
    with connection.cursor() as cursor:
        with path.open("wb") as file, cursor.copy(f"COPY {table} TO STDOUT") as rows:
            for block in rows:
                file.write(block)
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - ours
        (count,) = cursor.fetchone()
    return int(count)


def bare_copy(table: str, directory: Path) -> float:
    """Empty the table, fill it again from the file; returns the seconds of the COPY."""
    from django.db import connection

    with connection.cursor() as cursor:
        if table == TABLES[0]:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        began = time.monotonic()
        with (
            (directory / table).open("rb") as file,
            cursor.copy(f"COPY {table} FROM STDIN") as rows,
        ):
            while block := file.read(1 << 18):
                rows.write(block)
        return time.monotonic() - began


def check_sum(file: Path, report: Path) -> None:
    """The books' sum of line amounts beside the file's own, computed apart."""
    from django.db import connection

    with report.open(encoding="utf-8-sig", newline="") as refused:
        numbers = {int(row["row"]) for row in csv.DictReader(refused)}
    sums = {True: Decimal(0), False: Decimal(0)}
    with gzip.open(file, "rt", encoding="utf-8", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows), start=2):
            amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
            penny = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
            sums[number in numbers] += penny
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(CASE kind WHEN 'invoice' THEN amount ELSE -amount END) "
            "FROM invoices_invoiceline l JOIN invoices_invoice i "
            "ON (i.business_id, i.id) = (l.business_id, l.invoice_id)"
        )
        (booked,) = cursor.fetchone()
    say(
        f"sum of the line amounts: {booked:,} in the books, {sums[False]:,} in the file"
    )
    say(f"of the {len(numbers):,} refused rows: {sums[True]:,}")
    say("equal" if booked == sums[False] else "DIFFERENT")


if __name__ == "__main__":
    main()
