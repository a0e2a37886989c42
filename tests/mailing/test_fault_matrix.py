"""Each fault at each point of the talk: never sent twice, never lost."""

from __future__ import annotations

import pytest

from tests.concurrency.racing import tell
from tests.mailing.faults import Case, cases, play

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_mail_is_taken_once_or_somebody_knows_why_not(case: Case, business) -> None:
    result = play(case, business)
    tell(f"{case.name:24} {result.after:10} {result.end:10} taken {result.taken}")
    assert (result.after, result.end) == (case.state, case.end)
    assert not result.lost
    # Once where it was sent; the server's secret where it took a mail and said nothing.
    taken = {"sent": {1}, "failed": {0}, "uncertain": {0, 1}}[result.end]
    assert result.taken in taken
