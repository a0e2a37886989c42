"""`python -m tests.mailing.matrix`: the whole fault matrix as one table.

Every fault at every point, `--rounds` times; then, `--kills` times, real workers killed
at every point at once and the database connection cut at each. Exits with 1 if a mail
was taken twice or lost.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter

import django

_ROW = "{:28} {:>6} {:11} {:11} {:>6} {:>10} {:>5}\n"


def main() -> int:
    """Print the table on a database made for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="Default: 3.")
    parser.add_argument("--kills", type=int, default=3, help="Default: 3.")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.db import connection

    own_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return _print(options.rounds, options.kills)
    finally:
        connection.creation.destroy_test_db(own_name, verbosity=0)


def _print(rounds: int, kills: int) -> int:
    head = ("fault", "mails", "after it", "in the end", "taken", "duplicates", "lost")
    sys.stdout.write(_ROW.format(*head))
    total = _faults(rounds) + _kills(kills) + _cuts(kills)
    sys.stdout.write(
        _ROW.format(
            "all", total["mails"], "", "", total["taken"], total["twice"], total["lost"]
        )
    )
    return int(bool(total["twice"] or total["lost"] or total["wrong"]))


def _faults(rounds: int) -> Counter[str]:
    from tests.factories import BusinessFactory
    from tests.mailing.faults import cases, play

    total: Counter[str] = Counter()
    for case in cases():
        results = [play(case, BusinessFactory()) for _ in range(rounds)]
        ends = {(one.after, one.end) for one in results}
        total["wrong"] += ends != {(case.state, case.end)}
        _line(
            total,
            case.name,
            (case.state, case.end) if len(ends) == 1 else ("?", str(ends)),
            [one.taken for one in results],
            sum(one.lost for one in results),
        )
    return total


def _kills(rounds: int) -> Counter[str]:
    from tests.factories import BusinessFactory
    from tests.mailing.deaths import kill_after_the_answer, kill_everywhere

    total: Counter[str] = Counter()
    for _ in range(rounds):
        deaths, _ = kill_everywhere(BusinessFactory())
        for before, after in (("claimed", "sent"), ("offered", "uncertain")):
            same = [one for one in deaths if one.before == before]
            lost = sum(one.after != after for one in same)
            taken = [one.taken for one in same]
            _line(total, f"killed while {before}", (before, after), taken, lost)
        delivery, catcher = kill_after_the_answer(BusinessFactory())
        states = ("offered", delivery.state)
        lost = int(delivery.state != "uncertain")
        _line(total, "killed with the answer", states, [len(catcher.taken)], lost)
    return total


def _cuts(rounds: int) -> Counter[str]:
    from tests.factories import BusinessFactory
    from tests.mailing.deaths import CUTS, cut_database

    total: Counter[str] = Counter()
    for point, state in CUTS.items():
        cuts = [cut_database(BusinessFactory(), point) for _ in range(rounds)]
        total["wrong"] += any(
            (one.before, one.after) != (state, "sent") for one in cuts
        )
        lost = sum(one.after != "sent" for one in cuts)
        taken = [one.taken for one in cuts]
        _line(total, f"database cut at {point}", (state, "sent"), taken, lost)
    return total


def _line(
    total: Counter[str], name: str, states: tuple[str, str], taken: list[int], lost: int
) -> None:
    twice = sum(max(0, count - 1) for count in taken)
    total.update(mails=len(taken), taken=sum(taken), twice=twice, lost=lost)
    sys.stdout.write(_ROW.format(name, len(taken), *states, sum(taken), twice, lost))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
