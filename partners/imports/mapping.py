"""The mapping file: which column of a file is which field of ours, and by what rules.

A mapping is TOML with these tables, all but `columns` optional:

    [columns]             field = "Column name", a column that must be in the file
    [optional_columns]    the same for columns that may be in the file
    [defaults]            field = "text" where the cell is empty or has no column;
                          {other_field} in it stands for that field's cell
    [values.FIELD]        "word in the file" = "word of ours"
    [endings]             field = [".0"], endings to take off a cell
    [formats]             dates = ["%d/%m/%Y"], decimal = ",", delimiter = ";"
    [rules]               what to do with what does not fit; each import has its own
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from partners.imports.exceptions import Unusable

_TABLES = (
    "columns",
    "optional_columns",
    "defaults",
    "values",
    "endings",
    "formats",
    "rules",
)
_FORMATS: dict[str, type] = {"dates": list, "decimal": str, "delimiter": str}


@dataclass(frozen=True)
class Rule:
    """One decision that a mapping may take; `choices` is empty for free text."""

    default: str | int
    meaning: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What one import understands: its fields, those it cannot do without, its rules."""

    fields: dict[str, str]
    required: tuple[str, ...]
    mappings: Path
    rules: dict[str, Rule] = field(default_factory=dict)

    def shipped(self) -> list[str]:
        """The names of the mappings that come with the import."""
        return sorted(path.stem for path in self.mappings.glob("*.toml"))


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """A checked mapping file."""

    name: str
    layout: Layout
    columns: dict[str, str]
    optional_columns: dict[str, str]
    defaults: dict[str, str]
    values: dict[str, dict[str, str]]
    endings: dict[str, list[str]]
    formats: dict[str, Any]
    rules: dict[str, Any]

    @property
    def dates(self) -> Sequence[str]:
        """The formats of dates, in the order of trying."""
        return tuple(self.formats.get("dates", ()))

    @property
    def decimal(self) -> str:
        """The decimal mark."""
        return str(self.formats.get("decimal", "."))

    @property
    def delimiter(self) -> str:
        """What stands between the cells of a CSV row; empty to find out."""
        return str(self.formats.get("delimiter", ""))

    def missing_from(self, header: Sequence[str]) -> list[str]:
        """The columns that must be in the file and are not."""
        there = {name.casefold() for name in header}
        return [name for name in self.columns.values() if name.casefold() not in there]


def load(name: str, layout: Layout) -> Mapping:
    """A shipped mapping by its name, or one's own by its path. Raises Unusable."""
    path = layout.mappings / f"{name}.toml"
    if name not in layout.shipped():
        path = Path(name)
        if not path.is_file():
            raise Unusable(
                f"There is no mapping {name}: give a TOML file or one of "
                f"{', '.join(layout.shipped())}."
            )
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Unusable(f"The mapping {path.name} cannot be read: {error}.") from error
    return _checked(path.stem, content, layout)


def read(text: str, layout: Layout) -> Mapping:
    """One's own mapping, as TOML or as JSON with the same tables. Raises Unusable."""
    try:
        as_json = text.lstrip().startswith("{")
        content = json.loads(text) if as_json else tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise Unusable(f"The mapping cannot be read: {error}.") from error
    return _checked("own", content, layout)


def fitting(header: Sequence[str], layout: Layout) -> Mapping:
    """The shipped mapping whose columns this file has, the richest of several.

    Raises Unusable that says which columns each of them misses.
    """
    mappings = [load(name, layout) for name in layout.shipped()]
    fits = [mapping for mapping in mappings if not mapping.missing_from(header)]
    if fits:
        return max(fits, key=lambda mapping: len(mapping.columns))
    lacks = "; ".join(
        f"{mapping.name} needs {', '.join(mapping.missing_from(header))}"
        for mapping in mappings
    )
    raise Unusable(
        f"No shipped mapping fits a file with the columns {', '.join(header)} "
        f"({lacks}). Rename the columns or write a mapping and give it with --mapping."
    )


def _checked(name: str, content: dict[str, Any], layout: Layout) -> Mapping:
    def refuse(problem: str) -> Unusable:
        return Unusable(f"The mapping {name} is wrong: {problem}.")

    for table, entries in content.items():
        if table not in _TABLES or not isinstance(entries, dict):
            raise refuse(f"“{table}” is none of the tables {', '.join(_TABLES)}")
    tables: dict[str, dict[str, Any]] = {key: content.get(key, {}) for key in _TABLES}
    if problem := _problem_of_fields(tables, layout) or _problem_of_types(tables):
        raise refuse(problem)
    tables["rules"], problem = _rules(tables["rules"], layout)
    if problem:
        raise refuse(problem)
    return Mapping(name=name, layout=layout, **tables)


def _problem_of_fields(tables: dict[str, dict[str, Any]], layout: Layout) -> str:
    for table in ("columns", "optional_columns", "defaults", "values", "endings"):
        for name in tables[table]:
            if name not in layout.fields:
                known = ", ".join(layout.fields)
                return f"[{table}] has the unknown field “{name}”; known are {known}"
    named = {**tables["columns"], **tables["optional_columns"], **tables["defaults"]}
    for name in layout.required:
        if name not in named:
            return f"[columns] must say which column is “{name}”"
    return ""


def _problem_of_types(tables: dict[str, dict[str, Any]]) -> str:
    for table in ("columns", "optional_columns", "defaults"):
        for name, text in tables[table].items():
            if not isinstance(text, str):
                return f"“{name}” in [{table}] is to be a text in quotation marks"
    for name, words in tables["values"].items():
        if not isinstance(words, dict) or not _are_texts(list(words.values())):
            return f"""[values.{name}] is to hold lines such as "EIRE" = "IE\""""
    for name, endings in tables["endings"].items():
        if not isinstance(endings, list) or not _are_texts(endings):
            return f"“{name}” in [endings] is to be a list of texts"
    return _problem_of_formats(tables["formats"])


def _problem_of_formats(formats: dict[str, Any]) -> str:
    for name, value in formats.items():
        if name not in _FORMATS or not isinstance(value, _FORMATS[name]):
            return f"[formats] knows dates (a list of texts), decimal and delimiter, not “{name}” as it stands"
    if not _are_texts(formats.get("dates", [])):
        return "“dates” in [formats] is to be a list of texts"
    if formats.get("decimal", ".") not in (".", ","):
        return "“decimal” in [formats] is a point or a comma"
    if len(formats.get("delimiter", ";")) != 1:
        return "“delimiter” in [formats] is one character"
    return ""


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _rules(given: dict[str, Any], layout: Layout) -> tuple[dict[str, Any], str]:
    """All rules with the mapping's decisions, and what is wrong with them."""
    rules: dict[str, Any] = {name: rule.default for name, rule in layout.rules.items()}
    for name, value in given.items():
        rule = layout.rules.get(name)
        if rule is None:
            return rules, f"[rules] knows {', '.join(layout.rules)}, but not “{name}”"
        if type(value) is not type(rule.default):
            return rules, f"the rule “{name}” is a {_kind(rule.default)}"
        if rule.choices and value not in rule.choices:
            return rules, f"the rule “{name}” is one of {', '.join(rule.choices)}"
        if isinstance(value, int) and value < 0:
            return rules, f"the rule “{name}” is not below 0"
        rules[name] = value
    return rules, ""


def _kind(example: str | int) -> str:
    return "text" if isinstance(example, str) else "whole number"
