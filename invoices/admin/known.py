"""Choices that are read once for all lines of a page, not once for each line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import ModelChoiceField

if TYPE_CHECKING:
    _ModelChoiceField = ModelChoiceField[Any]
else:
    _ModelChoiceField = ModelChoiceField

Rows = Mapping[str, Model]


class KnownSelect(AutocompleteSelect):
    """An autocomplete that shows what is chosen without reading it again."""

    known: Rows | None = None

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        """The chosen row, and the empty choice where there need be none."""
        if self.known is None:
            return super().optgroups(name, value, attrs)
        chosen = [self.known[key] for key in map(str, value) if key in self.known]
        options = [] if self.is_required else [self._option(name, "", "", chosen=False)]
        options += [self._option(name, row.pk, str(row), chosen=True) for row in chosen]
        return [(None, options, 0)]

    def _option(self, name: str, value: Any, label: str, *, chosen: bool) -> Any:
        return self.create_option(name, value, label, chosen, 0)


class KnownChoiceField(_ModelChoiceField):
    """A choice of rows some of which are known already; others are no choice then."""

    def know(self, rows: Rows) -> None:
        """Look only among these, by their primary keys."""
        self._rows: Rows | None = rows
        self.widget.widget.known = rows

    def to_python(self, value: Any) -> Any:
        """The row; the usual error for one that is not known."""
        rows = getattr(self, "_rows", None)
        if rows is None or value in self.empty_values:
            return super().to_python(value)
        if str(value) not in rows:
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, "invalid_choice", {"value": value})
        return rows[str(value)]


class Known:
    """The rows that the lines of a page name, by field and primary key."""

    def __init__(
        self, rows: dict[str, dict[str, Model]], keys: Callable[[str], set[int]]
    ) -> None:
        self._rows = rows
        self._keys = keys

    @classmethod
    def of_rows(cls, lines: Iterable[Any], names: Sequence[str]) -> Known:
        """What these lines name; no query where they were read with it."""
        lines = list(lines)
        named = {name: [getattr(line, name) for line in lines] for name in names}
        return cls(
            {
                name: {str(row.pk): row for row in rows if row}
                for name, rows in named.items()
            },
            lambda name: set(),
        )

    @classmethod
    def of_data(cls, data: Mapping[str, Any], prefixes: Sequence[str]) -> Known:
        """What these parts of a form name; read when it is asked for."""

        def keys(name: str) -> set[int]:
            given = (str(data.get(f"{prefix}-{name}", "")) for prefix in prefixes)
            return {int(key) for key in given if key.isdecimal() and len(key) < 19}

        return cls({}, keys)

    def rows(self, name: str, field: KnownChoiceField) -> Rows:
        """The rows of one field, among those that it lets people choose."""
        if name not in self._rows:
            found = field.queryset.filter(pk__in=self._keys(name))  # type: ignore[union-attr]
            self._rows[name] = {str(row.pk): row for row in found}
        return self._rows[name]
