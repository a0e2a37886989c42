"""The one family of refusals that every room raises and every door translates."""

from __future__ import annotations

from typing import ClassVar


class BookError(Exception):
    """Something the books refuse.

    `code` is a stable word for programs, the message is a sentence for people,
    `field` names the offending input (`lines.3.quantity` for the fourth line)
    where there is one, and `facts` carry what a door may want to print.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, message: str, *, field: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.facts = facts


class Invalid(BookError):
    """The input itself is wrong; the same input will be refused again."""

    code = "invalid"


class Conflict(BookError):
    """The input is well formed but the books, as they stand, forbid it."""

    code = "conflict"


class NotAllowed(BookError):
    """The actor's role or key does not include this deed."""

    code = "not_allowed"


class Stale(BookError):
    """The caller acted on a version of the row that is no longer current."""

    code = "stale"
