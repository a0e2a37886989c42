"""How many lines of a statement are matched rightly, and how fast?

The retail books are imported into a database made for this run; then ten thousand
lines, each with its known truth, are proposed for, and the certain ones accepted.
FILE is ../shared/data/online_retail.csv.gz if left out.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from tests.benchmarks.import_ratio import (
    RETAIL,
    ROOT,
    database_of_its_own,
    in_a_process,
    make_business,
    say,
)

if TYPE_CHECKING:
    from partners.models import Business
    from payments.bank.proposals import Proposal
    from payments.models import BankLine
    from tests.benchmarks.bank_lines import Told

Pairs = list[tuple["BankLine", "Told"]]


def main() -> None:
    """Import, generate, propose, accept, compare."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.bank", description=__doc__
    )
    parser.add_argument("file", nargs="?", type=Path, default=RETAIL)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    if not options.file.is_file():
        say(f"Skipped: {options.file} is no file; name the retail file.")
        return
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    with database_of_its_own(), tempfile.TemporaryDirectory() as directory:
        make_business()
        in_a_process(options.file, Path(directory) / "refused.csv")
        run(options.lines, options.seed)


def run(count: int, seed: int) -> None:
    """Measure and print, on the business `retail`."""
    from invoices.models import Invoice
    from partners.models import Business
    from payments.bank.proposing import propose

    business = Business.objects.get(slug="retail")
    analyze()
    pairs = write_lines(business, count, seed)
    opened = Invoice.objects.for_business(business).unpaid().count()
    say(f"{len(pairs):,} lines against {opened:,} open documents (seed {seed})")
    with measured("proposed", len(pairs)):
        found = propose(business, [line for line, _ in pairs])
    report(pairs, found)
    accept_certain(business, pairs, found)


@contextmanager
def measured(deed: str, count: int) -> Iterator[None]:
    """Say how long a deed took: by the clock, and by the processors it used."""
    from tests.benchmarks.measuring import backend_cpu

    began, used = time.perf_counter(), time.process_time() + backend_cpu()
    yield
    took = time.perf_counter() - began
    used = time.process_time() + backend_cpu() - used
    say(
        f"{deed}: {count:,} lines in {took:.1f} s ({count / took:,.0f} lines/s); "
        f"{used:.1f} s of processor ({count / used:,.0f} lines/s)"
    )


def analyze() -> None:
    """Tell PostgreSQL what the import wrote, as its own background does in time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def write_lines(business: Business, count: int, seed: int) -> Pairs:
    """Store generated lines as one read statement would have."""
    from payments.models import BankLine
    from tests.benchmarks.bank_lines import lines_about
    from tests.factories import AccountFactory, BankStatementFactory

    account = AccountFactory(business=business)
    told = lines_about(business, count, seed)
    statement = BankStatementFactory(account=account, lines_read=len(told))
    rows = [
        BankLine(
            business=business,
            account=account,
            statement=statement,
            position=place,
            date=one.date,
            amount=one.amount,
            currency=business.currency,
            counterparty=one.counterparty,
            text=one.text,
            fingerprint=str(place),
        )
        for place, one in enumerate(told)
    ]
    BankLine.objects.bulk_create(rows, batch_size=1000)
    return list(zip(rows, told, strict=True))


def report(pairs: Pairs, found: dict[int, list[Proposal]]) -> None:
    """What was proposed first, beside the truth, by kind of line."""
    counts: dict[str, Counter[str]] = {}
    for line, told in pairs:
        best = found[line.pk][0] if found[line.pk] else None
        for kind in (told.kind, "all"):
            counts.setdefault(kind, Counter()).update(judged(best, told))
    say(
        f"{'':34}{'lines':>7}{'right':>7}{'wrong':>7}{'none':>6}{'certain':>9}{'wrong':>7}"
    )
    everything = counts.pop("all")
    for kind, count in [*counts.items(), ("all", everything)]:
        say(
            f"{kind:34}{count['lines']:>7,}{count['right']:>7,}{count['wrong']:>7,}"
            f"{count['none']:>6,}{count['certain']:>9,}{count['certain wrong']:>7,}"
        )


def judged(best: Proposal | None, told: Told) -> list[str]:
    """The columns in which a line counts; for money of others, none is right."""
    words = ["lines"]
    if best is None:
        return [*words, "none", *([] if told.truth else ["right"])]
    right = settled_by(best) == told.truth
    words.append("right" if right else "wrong")
    if best.certain:
        words += ["certain"] + ([] if right else ["certain wrong"])
    return words


def settled_by(best: Proposal) -> dict[int, Decimal]:
    """What a proposal settles, as a truth is told."""
    return {share.document.pk: share.amount for share in best.settles}


def accept_certain(
    business: Business, pairs: Pairs, found: dict[int, list[Any]]
) -> None:
    """Book the certain ones, one by one, and let the books prove themselves."""
    from django.utils import timezone

    from partners.access import Actor
    from payments.bank.accepting_many import book
    from payments.verifying import verify

    by, now = Actor.operator(business, "benchmark"), timezone.now()
    certain = [
        (line, found[line.pk][0])
        for line, _ in pairs
        if found[line.pk] and found[line.pk][0].certain
    ]
    with measured("accepted, each in a transaction", len(certain)):
        for line, best in certain:
            book(line, best, by=by, now=now)
    wrong = [finding for finding in verify(business) if finding.wrong]
    say("the books prove themselves" if not wrong else f"WRONG: {wrong}")


if __name__ == "__main__":
    main()
