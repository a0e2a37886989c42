"""What the address of an admin page may ask and fill in: keys, and plain comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from partners.history import SECRET

_PLAIN = {"exact", "in", "gt", "gte", "lt", "lte", "isnull", "isempty"}
_LONGEST_KEY = 18


class PlainLookups(ModelAdmin):
    """A ModelAdmin whose list is never filtered by a secret, or by a pattern.

    Django lets an address look up any column of the row in any way: a secret could be
    read letter by letter, and a broken pattern is the database's error.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether the list may be filtered so."""
        parts = lookup.split(LOOKUP_SEP)
        if SECRET & set(parts):
            return False
        columns = {field.name for field in self.model._meta.get_fields()}
        plain = len(parts) == 1 or parts[-1] in _PLAIN | columns
        allowed: bool = plain and super().lookup_allowed(lookup, value, request)
        return allowed


class KeyedAutocomplete(AutocompleteSelect):
    """A choice that completes what is typed; what is no key chooses nothing."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        """The chosen row as an option, if the value can be a key at all."""
        keys = [
            text
            for text in map(str, value)
            if text.isdecimal() and text.isascii() and len(text) <= _LONGEST_KEY
        ]
        return super().optgroups(name, keys, attrs)
