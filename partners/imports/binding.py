"""A mapping laid onto one file's header: from the cells of rows to texts by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from operator import itemgetter

from partners.imports import cells
from partners.imports.exceptions import Unusable
from partners.imports.mapping import Mapping

Picked = tuple[str, ...]
"""The mapped cells of one row, raw, in the order of `Binding.fields`."""

_PLACE = re.compile(r"\{(\w+)\}")


class Binding:
    """Where each field of a mapping stands in the rows of one file."""

    def __init__(self, mapping: Mapping, header: Sequence[str]) -> None:
        """Raises Unusable where a column is missing or stands there twice."""
        if missing := mapping.missing_from(header):
            raise Unusable(
                f"The file has no column {', '.join(missing)}, which the mapping "
                f"{mapping.name} names. Its columns are {', '.join(header)}."
            )
        places = _places(mapping, header)
        self.mapping = mapping
        self.width = len(header)
        self.fields = tuple(places)
        self.order = {name: index for index, name in enumerate(self.fields)}
        self.getters = {name: itemgetter(at) for name, at in self.order.items()}
        self.unread = [
            name for index, name in enumerate(header) if index not in places.values()
        ]
        self.pick: Callable[[Sequence[str]], Picked] = _picker(list(places.values()))
        self.number = cells.number_reader(mapping.decimal)
        self.moment = cells.moment_reader(mapping.dates)

    def column_of(self, name: str) -> str:
        """The column's name as the mapping spells it, or the field's own name."""
        mapping = self.mapping
        return mapping.columns.get(name) or mapping.optional_columns.get(name) or name

    @cached_property
    def cleaners(self) -> dict[str, Callable[[str], str]]:
        """What makes each mapped field's cell plain."""
        mapping = self.mapping
        return {
            name: cells.cleaner(
                mapping.endings.get(name, []), mapping.values.get(name, {})
            )
            for name in self.fields
        }

    def cell(self, row: Picked, name: str) -> str:
        """The plain text of one cell, without any default; empty without a column."""
        index = self.order.get(name)
        return "" if index is None else self.cleaners[name](row[index])

    def text(self, row: Picked, name: str) -> str:
        """The plain text of one cell, or else the field's default."""
        return self.cell(row, name) or self._default(row, name)

    def column(self, rows: Sequence[Picked], name: str) -> list[str]:
        """The same for one field of many rows, quickly."""
        get = self.getters.get(name)
        if get is None:
            texts = [""] * len(rows)
        else:
            texts = list(map(self.cleaners[name], map(get, rows)))
        if name in self.mapping.defaults and "" in texts:
            pairs = zip(texts, rows, strict=True)
            return [text or self._default(row, name) for text, row in pairs]
        return texts

    def fill(self, template: str, row: Picked) -> str:
        """The text with {field} replaced by that field's cell."""
        if "{" not in template:
            return template
        return _PLACE.sub(lambda place: self.cell(row, place[1]), template).strip()

    def _default(self, row: Picked, name: str) -> str:
        return self.fill(self.mapping.defaults.get(name, ""), row)


def _places(mapping: Mapping, header: Sequence[str]) -> dict[str, int]:
    """Each mapped field's place in a row, for the columns that the file has."""
    names = [name.casefold() for name in header]
    places = {}
    for name, column in {**mapping.optional_columns, **mapping.columns}.items():
        count = names.count(column.casefold())
        if count > 1:
            raise Unusable(f"The file has the column {column} {count} times.")
        if count:
            places[name] = names.index(column.casefold())
    return places


def _picker(places: list[int]) -> Callable[[Sequence[str]], Picked]:
    if len(places) == 1:
        only = places[0]
        return lambda row: (row[only],)
    return itemgetter(*places)
