"""What columns of the admin's lists tell the files that are made of them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple, Self, TypeVar

from django.utils.safestring import SafeString

_Column = TypeVar("_Column", bound=Callable[..., Any])


class Amount(NamedTuple):
    """An amount and its currency."""

    amount: Decimal
    currency: str


class ShownAmount(SafeString):
    """An amount as a page shows it, which still knows what it is."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, html: SafeString, amount: Decimal, currency: str) -> Self:
        """The HTML with what it stands for."""
        shown = cls(html)
        shown.amount, shown.currency = amount, currency
        return shown


def shows_money(column: _Column) -> _Column:
    """Mark a column of a list as showing amounts, so that an empty one is known too."""
    setattr(column, "shows_money", True)  # noqa: B010 - a function has no such field
    return column


def exported_as(read: Callable[[Any], Any]) -> Callable[[_Column], _Column]:
    """Mark a column of a list that says something else in a file: what `read` says."""

    def mark(column: _Column) -> _Column:
        setattr(column, "exported", read)  # noqa: B010 - a function has no such field
        return column

    return mark
