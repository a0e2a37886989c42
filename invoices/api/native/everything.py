"""The most frequent list, all documents of a kind by date, compiled only once.

Which documents and in what order is still said by the view's queryset; composing its
SQL for every request cost as much as finding the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from invoices.querysets import InvoiceQuerySet
from partners import prepared

# Stands for the business among the parameters of the compiled statement.
_ANY = -1


class Everything:
    """The keys of all documents of a business: sliced like the queryset it is made of.

    `kind` gives the documents of a business with this primary key, ordered; each
    `kind` is compiled once.
    """

    def __init__(
        self, kind: Callable[[int], InvoiceQuerySet], business_id: int
    ) -> None:
        self.sql, self.names, params = _compiled(kind)
        self.params = [business_id if value == _ANY else value for value in params]
        self.query = self

    @property
    def order_by(self) -> tuple[str, ...]:
        """The names of the order, as of a queryset's `query`."""
        return self.names

    def __getitem__(self, span: slice) -> list[dict[str, Any]]:
        """The fields of the order, of the documents at these places; one query."""
        size = span.stop - span.start
        rows = prepared.fetch(self.sql, [*self.params, size, span.start])
        return [dict(zip(self.names, row, strict=True)) for row in rows]


@cache
def _compiled(
    kind: Callable[[int], InvoiceQuerySet],
) -> tuple[str, tuple[str, ...], tuple[Any, ...]]:
    found = kind(_ANY)
    names = tuple(str(name) for name in found.query.order_by)
    sql, params = found.values_list(*names).query.sql_with_params()
    return f"{sql} LIMIT %s OFFSET %s", names, params
