"""Whose name a bank's line bears: words compared, legal forms left aside; pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from invoices import search


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEGAL_FORMS = _words(
    """ab ag and as bv bvba co company corp corporation de der des die eg eirl ek et eurl
    eu ev gbr gmbh group holding inc incorporated kg kgaa la le les limited llc llp lp
    ltd ltda mbh mr mrs ms nv of ohg oy oyj plc pte pty public pvt sa sarl sas se sl
    snc spa spol srl sro the ug und"""
)
_COMMON = 40
"""A word that more partners bear finds none of them."""

_LIKE, _NEARLY = 0.6, 0.75
_LEAST_CUT = 12
"""Banks cut names off; so many letters are enough to know one by its beginning."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well a partner's name fits: `whole` where all its words are the payer's."""

    partner: int
    whole: bool
    share: float


def name_words(name: str) -> frozenset[str]:
    """The words that tell one name from another; all of them where none is left."""
    words = [word for word in search.words(name) if word]
    telling = frozenset(word for word in words if word not in _LEGAL_FORMS)
    return frozenset(word for word in telling if len(word) > 1) or frozenset(words)


class Names:
    """The names of a business's partners, aliases too, ready to be compared."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        known = list(names)
        self._names = [(pk, words) for pk, name in known if (words := name_words(name))]
        self._joined = sorted(("".join(search.words(name)), pk) for pk, name in known)
        self._borne: dict[int, list[str]] = defaultdict(list)
        for pk, name in known:
            self._borne[pk].append(name)
        self._bearing: dict[str, list[int]] = defaultdict(list)
        for place, (_, words) in enumerate(self._names):
            for word in words:
                self._bearing[word].append(place)

    def like(self, name: str) -> list[Likeness]:
        """The partners whose names are like this one, the best first.

        Where one is borne whole, those that are less like it are not told: of Smith
        and Smith Brothers only the second is Smith Brothers Ltd.
        """
        given = name_words(name)
        places = {
            place
            for word in given
            if len(self._bearing.get(word, ())) <= _COMMON
            for place in self._bearing.get(word, ())
        }
        best: dict[int, Likeness] = {}
        for place in places:
            found = _likeness(*self._names[place], given)
            if found and found.share > getattr(best.get(found.partner), "share", 0):
                best[found.partner] = found
        cut_off = self._cut_off(name)
        if cut_off and not any(one.whole for one in best.values()):
            best = {one.partner: one for one in cut_off}
        ranked = sorted(best.values(), key=lambda one: (-one.share, one.partner))
        if ranked and ranked[0].whole:
            ranked = [one for one in ranked if one.share == ranked[0].share]
        return ranked[:5]

    def resembles(self, name: str, partner: int) -> bool:
        """Whether a name is like one of the partner's, or begins it."""
        given, beginning = name_words(name), "".join(search.words(name))
        return any(
            _likeness(partner, name_words(borne), given)
            or (beginning and "".join(search.words(borne)).startswith(beginning))
            for borne in self._borne.get(partner, ())
        )

    def _cut_off(self, name: str) -> list[Likeness]:
        """The partners whose names begin with this one, if it is long enough."""
        beginning = "".join(search.words(name))
        if len(beginning) < _LEAST_CUT:
            return []
        place, found = bisect_left(self._joined, (beginning, 0)), []
        for joined, partner in self._joined[place : place + 5]:
            if joined.startswith(beginning):
                found.append(Likeness(partner, False, _LIKE))
        return found

    def borne_in(self, text: str) -> set[int]:
        """The partners whose whole name stands among the words of a longer text."""
        given = frozenset(search.words(text))
        found = set()
        for word in given:
            bearing = self._bearing.get(word, ())
            for place in bearing if len(bearing) <= _COMMON else ():
                partner, words = self._names[place]
                if words <= given and max(map(len, words)) > 2:
                    found.add(partner)
        return found


def _likeness(
    partner: int, words: frozenset[str], given: frozenset[str]
) -> Likeness | None:
    common = sum(map(len, words & given))
    ours, theirs = sum(map(len, words)), sum(map(len, given))
    share = 2 * common / (ours + theirs)
    whole = words <= given and share >= _NEARLY
    return Likeness(partner, whole, share) if share >= _LIKE else None
