"""The body of a filtered search: read, checked against an entity, ready to be applied.

A rule that the entity cannot answer is refused with its place and property. What rules
mean is in `matching`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from invoices.api.nutcache.errors import BadRequest

MOST_RULES = 50
MOST_TEXT = 2000
_MOST_DIGITS = 30

OPERATORS = ("eq", "neq", "ne", "gt", "lt", "gte", "lte", "ct", "sw", "ew")
DIRECTIONS = {"asc": False, "ascending": False, "desc": True, "descending": True}
_PARTS = ("ct", "sw", "ew")
_EQUALITY = ("eq", "neq")

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(T[0-9]{2}:[0-9]{2}(Z|:[0-9]{2}(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?)?"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """`operator` is one of the nine; a date's value is a moment in UTC."""

    name: str
    kind: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Sort:
    """One criterion of the order."""

    name: str
    kind: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Search:
    """All rules hold; the first criterion of the order counts most."""

    rules: tuple[Rule, ...] = ()
    sorts: tuple[Sort, ...] = ()


EVERYTHING = Search()


def read(body: Any, kinds: Mapping[str, str]) -> Search:
    """The search that a body asks for; `kinds` are the properties with their types.

    Raises BadRequest.
    """
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.", "body")
    for name in body.keys() - {"filter_rules", "sorting_rules"}:
        raise BadRequest(
            f"{name[:60]} is none of filter_rules and sorting_rules.", "body"
        )
    rules = _objects(body, "filter_rules", {"property", "operator", "value"})
    sorts = _objects(body, "sorting_rules", {"property", "direction"})
    return Search(
        tuple(_rule(f"filter_rules[{n}]", one, kinds) for n, one in enumerate(rules)),
        tuple(_sort(f"sorting_rules[{n}]", one, kinds) for n, one in enumerate(sorts)),
    )


def _objects(body: dict[str, Any], name: str, keys: set[str]) -> list[dict[str, Any]]:
    rules = body.get(name, [])
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        raise BadRequest(
            f"{name} must be an array of at most {MOST_RULES} rules.", name
        )
    for n, rule in enumerate(rules):
        if not isinstance(rule, dict) or rule.keys() != keys:
            words = ", ".join(sorted(keys))
            raise BadRequest(f"{name}[{n}] must be an object with {words}.", name)
    return rules


def _rule(place: str, rule: dict[str, Any], kinds: Mapping[str, str]) -> Rule:
    name = _property(place, rule, kinds)
    operator, value = rule["operator"], rule["value"]
    if operator not in OPERATORS:
        known = ", ".join(OPERATORS)
        raise BadRequest(f"{place}: the operator of {name} is none of {known}.", name)
    operator = "neq" if operator == "ne" else operator
    kind = kinds[name]
    if (operator in _PARTS and kind != "string") or (
        operator not in _EQUALITY and (kind == "boolean" or value is None)
    ):
        what = "null" if value is None else f"a {kind}"
        raise BadRequest(
            f"{place}: {name} is {what}: {operator} cannot be asked.", name
        )
    if value is not None:
        value = _value(f"{place}: {name}", name, kind, value)
    return Rule(name, kind, operator, value)


def _sort(place: str, rule: dict[str, Any], kinds: Mapping[str, str]) -> Sort:
    name, word = _property(place, rule, kinds), rule["direction"]
    direction = DIRECTIONS.get(word.lower()) if isinstance(word, str) else None
    if direction is None:
        known = ", ".join(DIRECTIONS)
        raise BadRequest(f"{place}: the direction of {name} is none of {known}.", name)
    return Sort(name, kinds[name], direction)


def _property(place: str, rule: dict[str, Any], kinds: Mapping[str, str]) -> str:
    name = rule["property"]
    if not isinstance(name, str) or name not in kinds:
        known = ", ".join(sorted(kinds))
        raise BadRequest(
            f"{place}: the property is none of {known}.", f"{place}.property"
        )
    return name


def _value(place: str, name: str, kind: str, value: Any) -> Any:
    """The value if it is of the property's type, a date as a moment."""
    if kind == "string" and isinstance(value, str):
        if len(value) <= MOST_TEXT and "\0" not in value:
            return value
        raise BadRequest(
            f"{place} takes a text of at most {MOST_TEXT} characters without NUL.", name
        )
    if kind == "boolean" and isinstance(value, bool):
        return value
    number = _number(value)
    if kind == "number" and number is not None and number == number.to_integral_value():
        return int(number)
    if kind == "decimal" and number is not None:
        return number
    if kind == "datetime" and (moment := _moment(value)) is not None:
        return moment
    raise BadRequest(f"{place} takes {_TAKES[kind]}.", name)


_TAKES = {
    "string": "a text",
    "boolean": "true or false",
    "number": f"a whole number of at most {_MOST_DIGITS} digits",
    "decimal": f"a number of at most {_MOST_DIGITS} digits before and behind the point",
    "datetime": "a date, or a date with a time, such as 2018-04-18T12:30:00Z",
}


def _number(value: Any) -> Decimal | None:
    """A number that is not too long to be compared."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > _MOST_DIGITS:
        return None
    return number if not number or number.adjusted() < _MOST_DIGITS else None


def _moment(value: Any) -> datetime.datetime | None:
    """A text in one of the documented forms; without a zone it is UTC."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        moment = datetime.datetime.fromisoformat(value)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=datetime.UTC)
        return moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None
