"""Doing a deed once, however often, and by how many at a time, it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from partners.exceptions import BookError, Stale

_Row = TypeVar("_Row")
_ATTEMPTS = 30  # of several at once one gets through each time, the others try again


def once(
    find: Callable[[], _Row | None],
    *,
    make: Callable[[], _Row],
    change: Callable[[_Row], _Row],
    taken: tuple[type[BookError], ...],
) -> _Row:
    """Make a row, or change the one that is found; safe against others who do the same.

    `taken` are the refusals by which `make` is told that somebody was first. Raises
    what `make` and `change` raise, and Stale where others never stop changing it.
    """
    for _ in range(_ATTEMPTS):
        known = find()
        try:
            return make() if known is None else change(known)
        except Stale:
            continue  # somebody changed it in between
        except taken:
            if known is not None or find() is None:
                raise
    raise Stale("Others keep changing it; try again.")
