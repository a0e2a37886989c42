"""Form bodies, read into the same plain documents as JSON ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import parse_qsl

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from invoices.api.json import limited

_MOST_FIELDS = 1000


class PlainFormParser(BaseParser):
    """Reads application/x-www-form-urlencoded; every value is a text.

    `name[]=` gathers a list; of another name given twice the last counts, as in JSON.
    400 for what is no form in UTF-8, 413 for too much.
    """

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The fields by their names, without the brackets."""
        raw = limited(stream)
        if raw.count(b"&") >= _MOST_FIELDS:
            raise ParseError(f"The form has more than {_MOST_FIELDS} fields.")
        try:
            pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
        except ValueError as error:  # UnicodeError is one
            raise ParseError("The body is not a form in UTF-8.") from error
        found: dict[str, Any] = {}
        for name, value in pairs:
            plain = name.removesuffix("[]")
            if plain == name:
                found[name] = value
            elif isinstance(found.get(plain), list):
                found[plain].append(value)
            else:
                found[plain] = [value]
        return found
