"""`python -m tests.benchmarks`: seed, measure, print one table."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Parse, set Django up on a database of its own, run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measures the native API in one process at several sizes of books, "
        "beside the bare limit. Uses a database of its own under var/ (or DATABASE_URL). "
        "Seeding a million invoices takes minutes, once.",
    )
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--runs", type=int, default=200, help="of each read")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("COUNTERFOIL_POSTGRES_DIR", str(_ROOT / "var/postgres-bench"))
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    from tests.benchmarks.table import run

    sizes = [int(size) for size in options.sizes.split(",")]
    run(sizes, options.runs, sys.stdout)


if __name__ == "__main__":
    main()
