"""What the dialect's documents consist of: said once, and shown, filtered and described
from the same lists.

An `Entity` is a kind of document with its attributes in the contract's order. Those of
a business come from the database (`Table`), the world's from memory (`Reference`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    Field,
    Func,
    JSONField,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from invoices.api.nutcache import matching
from invoices.api.nutcache.filtering import Search
from partners.fields import ExactDecimalField
from partners.models import Business

Document = dict[str, Any]
Links = Callable[[Document], list[tuple[str, str]]]


class Kind(StrEnum):
    """The contract's types."""

    NUMBER = "number"
    DECIMAL = "decimal"
    TEXT = "string"
    DATE = "datetime"
    TRUTH = "boolean"


_FIELDS: dict[Kind, type[Field[Any, Any]]] = {
    Kind.NUMBER: BigIntegerField,
    Kind.DECIMAL: ExactDecimalField,
    Kind.TEXT: TextField,
    Kind.DATE: DateField,
    Kind.TRUTH: BooleanField,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom documents are shown, and when."""

    business: Business
    user_id: int
    today: datetime.date


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. Without a `source`, which is an expression, it is always null.

    `meanings` turns what is stored into what is shown; the rest is null.
    """

    name: str
    kind: Kind
    source: Any = None
    meanings: Callable[[], Mapping[str, Any]] | None = None

    def expression(self) -> Any:
        """What is shown, as the database can compare and sort it."""
        field = _FIELDS[self.kind]()
        if self.source is None:
            return Cast(Value(None), field)
        if self.meanings is None:
            return self.source
        shown = Func(
            Value(dict(self.meanings()), output_field=JSONField()),
            self.source,
            template="(%(expressions)s)",
            arg_joiner=" ->> ",
            output_field=TextField(),
        )
        return Cast(shown, field)

    def shown(self, stored: Any) -> Any:
        """What is shown for what the database has."""
        if stored is None:
            return None
        if self.meanings is not None:
            return self.meanings().get(stored)
        return f"{stored}T00:00:00" if self.kind is Kind.DATE else stored


@dataclass(frozen=True, slots=True)
class Include:
    """Documents of `entity` whose attribute `to` is this document's attribute `by`."""

    entity: str
    by: str
    to: str = "id"


@dataclass(frozen=True, kw_only=True)
class Entity:
    """A kind of document; `name` is its `type` and the plural key of the envelope.

    `links` stand behind the attribute `links_after`, or are left out if that is empty.
    """

    name: str
    attributes: tuple[Attribute, ...]
    links: Links = lambda document: []
    links_after: str = ""
    includes: tuple[Include, ...] = ()
    worldwide: bool = False

    def kinds(self) -> dict[str, Kind]:
        """The attributes that rules may name, with their types."""
        return {each.name: each.kind for each in self.attributes}

    def attribute(self, name: str) -> Attribute:
        """The attribute of this name."""
        return next(each for each in self.attributes if each.name == name)

    def document(self, values: Mapping[str, Any]) -> Document:
        """These values as a document, in the contract's order."""
        found: Document = {"type": self.name}
        for name, value in values.items():
            found[name] = value
            if name == self.links_after:
                found["links"] = []  # which may need what comes behind them
        if self.links_after:
            found["links"] = [link(href, rel) for href, rel in self.links(found)]
        return found

    def select(
        self, asked: Asked, search: Search, within: Mapping[str, int], span: slice
    ) -> list[Document]:
        """The documents at these places of what a search finds."""
        raise NotImplementedError

    def having(
        self, asked: Asked, name: str, values: Collection[Any]
    ) -> list[Document]:
        """All documents whose attribute of this name has one of these values."""
        raise NotImplementedError

    def exists(self, asked: Asked, pk: int) -> bool:
        """Whether there is one with this id."""
        return bool(self.having(asked, "id", [pk]))


@dataclass(frozen=True, kw_only=True)
class Table(Entity):
    """Documents from the database: all that `rows` gives for whom they are shown.

    `order` ends with the primary key. `parts` adds, by id, what no column can say.
    """

    rows: Callable[[Asked], QuerySet[Any]]
    order: tuple[str, ...]
    parts: Callable[[Asked, list[Any]], Mapping[Any, Document]] | None = None

    def select(
        self, asked: Asked, search: Search, within: Mapping[str, int], span: slice
    ) -> list[Document]:
        """As promised; one query, and those of `parts`."""
        rows = self.rows(asked)
        for name, value in within.items():
            rows = rows.filter(**{str(self.attribute(name).source.name): value})
        found = matching.narrowed(rows, self._columns(search), search)
        order = matching.order(search) or self.order
        return self._documents(asked, found.order_by(*order)[span])

    def _columns(self, search: Search) -> dict[str, Any]:
        names = {rule.name for rule in search.rules}
        names |= {sort.name for sort in search.sorts}
        return {name: self.attribute(name).expression() for name in names}

    def having(
        self, asked: Asked, name: str, values: Collection[Any]
    ) -> list[Document]:
        """As promised; `name` must be a plain column. No query for no values."""
        if not values:
            return []
        column = str(self.attribute(name).source.name)
        rows = self.rows(asked).filter(**{f"{column}__in": values})
        return self._documents(asked, rows.order_by(*self.order))

    def exists(self, asked: Asked, pk: int) -> bool:
        """As promised; one query."""
        return self.rows(asked).filter(pk=pk).exists()

    def _documents(self, asked: Asked, rows: QuerySet[Any]) -> list[Document]:
        stored = [each for each in self.attributes if each.source is not None]
        blank = dict.fromkeys(self.kinds())
        found = []
        for row in rows.values_list(*(each.source for each in stored)):
            pairs = zip(stored, row, strict=True)
            found.append(
                blank | {each.name: each.shown(value) for each, value in pairs}
            )
        if self.parts is not None:
            parts = self.parts(asked, [values["id"] for values in found])
            found = [values | parts[values["id"]] for values in found]
        return [self.document(values) for values in found]


@dataclass(frozen=True, kw_only=True)
class Reference(Entity):
    """Documents that are the same for everybody; they cost no query."""

    values: Callable[[], Sequence[Mapping[str, Any]]]

    def select(
        self, asked: Asked, search: Search, within: Mapping[str, int], span: slice
    ) -> list[Document]:
        """As promised."""
        inside = [
            values
            for values in self.values()
            if all(values[name] == value for name, value in within.items())
        ]
        return [
            self.document(values) for values in matching.chosen(inside, search)[span]
        ]

    def having(
        self, asked: Asked, name: str, values: Collection[Any]
    ) -> list[Document]:
        """As promised."""
        return [self.document(each) for each in self.values() if each[name] in values]


def link(href: str, rel: str, method: str = "GET") -> dict[str, str]:
    """One link, relative to `/webapi/`."""
    return {"href": href, "rel": rel, "type": method}
