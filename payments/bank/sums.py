"""Which of a partner's documents add up exactly to an amount; pure."""

from __future__ import annotations

from collections.abc import Sequence

MOST_DOCUMENTS = 18
"""Among more open documents than this, sums coincide too easily to be believed."""

_Half = dict[int, tuple[int, int]]


class Sums:
    """The sums of a partner's open documents, in whole units of their currency.

    The subsets of each half are listed once, at most 2⁹ of them; a question then costs
    as many look-ups.
    """

    def __init__(self, units: Sequence[int]) -> None:
        self.units = units
        middle = len(units) // 2
        self._few = len(units) <= MOST_DOCUMENTS
        self._left = _subsets(units[:middle], 0) if self._few else {}
        self._right = _subsets(units[middle:], middle) if self._few else {}

    def only_subset(self, target: int) -> list[int] | None:
        """The places of the two or more documents that add up to it; None where no or
        several sets of documents do, one document alone counting as a set."""
        if not self._few or target <= 0:
            return None
        ways, chosen = 0, 0
        for total, (count, left) in self._left.items():
            rest = self._right.get(target - total)
            if rest is not None:
                ways += count * rest[0]
                chosen = left | rest[1]
            if ways > 1:
                return None
        places = [place for place in range(len(self.units)) if chosen >> place & 1]
        return places if ways == 1 and len(places) > 1 else None


def _subsets(units: Sequence[int], first: int) -> _Half:
    """Each sum with how many subsets have it and, as bits, one of them."""
    sums: _Half = {0: (1, 0)}
    for place, unit in enumerate(units, start=first):
        for total, (count, chosen) in list(sums.items()):
            known, before = sums.get(total + unit, (0, 0))
            sums[total + unit] = known + count, before or chosen | 1 << place
    return sums
