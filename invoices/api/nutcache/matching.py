"""What the rules of a filtered search mean, to the database and in memory alike.

A blank attribute equals only null and differs from every value. Texts are ordered by
code points; `ct`, `sw` and `ew` do not mind case. Blanks come last ascending and first
descending, as PostgreSQL has it.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Collate

from invoices.api.nutcache.filtering import Rule, Search, Sort

_LOOKUPS = {
    "eq": "exact",
    "gt": "gt",
    "lt": "lt",
    "gte": "gte",
    "lte": "lte",
    "ct": "icontains",
    "sw": "istartswith",
    "ew": "iendswith",
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "lt": operator.lt,
    "gte": operator.ge,
    "lte": operator.le,
    "ct": lambda shown, value: value.casefold() in shown.casefold(),
    "sw": lambda shown, value: shown.casefold().startswith(value.casefold()),
    "ew": lambda shown, value: shown.casefold().endswith(value.casefold()),
}


_BY_CODE_POINT = "C"
_ORDERING = ("gt", "lt", "gte", "lte")


# --- in the database ------------------------------------------------------------------


def narrowed(
    rows: QuerySet[Any], columns: Mapping[str, Any], search: Search
) -> QuerySet[Any]:
    """The rows that a search finds.

    `columns` are the expressions of the properties that the search names.
    """
    found = rows.alias(**{f"asked_{name}": each for name, each in columns.items()})
    for rule in search.rules:
        if rule.kind == "string" and rule.operator in _ORDERING:
            column = Collate(F(f"asked_{rule.name}"), _BY_CODE_POINT)
            found = found.alias(**{f"ordered_{rule.name}": column})
        found = found.filter(_condition(rule))
    return found


def order(search: Search) -> list[Any]:
    """The order that a search asks for, of rows that `narrowed` gave."""
    return [*map(_criterion, search.sorts), "pk"] if search.sorts else []


def _criterion(sort: Sort) -> Any:
    column: Any = F(f"asked_{sort.name}")
    if sort.kind == "string":
        column = Collate(column, _BY_CODE_POINT)
    return column.desc() if sort.descending else column.asc()


def _condition(rule: Rule) -> Q:
    name, operator_, value = f"asked_{rule.name}", rule.operator, rule.value
    blank = Q(**{f"{name}__isnull": True})
    if value is None:
        return blank if operator_ == "eq" else ~blank
    if operator_ == "neq":
        return blank | ~_compared(name, "eq", rule)
    # Django takes a comparison with a number beyond the column's range for true.
    return ~blank & _compared(name, operator_, rule)


def _compared(name: str, operator_: str, rule: Rule) -> Q:
    value = rule.value
    if isinstance(value, datetime.datetime):
        operator_, value = _in_days(operator_, value)
    if rule.kind == "string" and operator_ in _ORDERING:
        name = f"ordered_{rule.name}"
    # Without a day that fits, nothing fits; `in` of nothing says so.
    if value is None:
        return Q(**{f"{name}__in": []})
    return Q(**{f"{name}__{_LOOKUPS[operator_]}": value})


def _in_days(
    operator_: str, moment: datetime.datetime
) -> tuple[str, datetime.date | None]:
    """A comparison of days that says the same, so that an index by date still serves.

    A day stands for its midnight in UTC; none is equal to another time of the day.
    """
    day = moment.date()
    if moment.time() == datetime.time.min:
        return operator_, day
    return {"gte": "gt", "lt": "lte"}.get(operator_, operator_), (
        None if operator_ == "eq" else day
    )


# --- in memory ------------------------------------------------------------------------


def chosen(
    rows: Sequence[Mapping[str, Any]], search: Search
) -> Sequence[Mapping[str, Any]]:
    """The same of rows that are not in the database, in the same order."""
    found = [row for row in rows if all(_holds(rule, row) for rule in search.rules)]
    if search.sorts:
        found.sort(key=lambda row: int(row["id"]))
    for sort in reversed(search.sorts):
        found.sort(key=_sort_key(sort), reverse=sort.descending)
    return found


def _sort_key(sort: Sort) -> Callable[[Mapping[str, Any]], tuple[bool, Any]]:
    def key(row: Mapping[str, Any]) -> tuple[bool, Any]:
        value = row[sort.name]
        return value is None, 0 if value is None else value

    return key


def _holds(rule: Rule, row: Mapping[str, Any]) -> bool:
    shown = row[rule.name]
    if rule.operator == "neq":
        return bool(shown != rule.value)
    if shown is None or rule.value is None:
        return shown is rule.value
    return _COMPARISONS[rule.operator](shown, rule.value)
