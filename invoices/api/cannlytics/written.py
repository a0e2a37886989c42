"""JSON whose numbers stay as somebody wrote them, and the limits of a document.

A client's document is kept for the client: `350.0` comes back as `350.0`, `1e2` as
`1e2`. What PostgreSQL's jsonb could not read, by which lists are ordered, is refused.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Self

import orjson
from rest_framework.exceptions import ParseError

from invoices.api.json import ExactParser, Rendered, TooLarge
from partners.exceptions import Invalid

MOST_BYTES = 1024 * 1024
"""Of a body and of a stored document; the original's store has the same limit."""

NOT_RECOGNIZED = (
    "Data not recognized. Please post either a singular object or an array of objects."
)

_MOST_DIGITS = 1000
_LARGEST_EXPONENT = 400
_MOST_DEPTH = 50
_LONGEST_KEY = 200


class Number(Decimal):
    """A number together with its text."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Raise ValueError where it has more digits or a larger power than we keep."""
        if len(text) > _MOST_DIGITS:
            raise ValueError(f"a number has more than {_MOST_DIGITS} digits")
        number = super().__new__(cls, text)
        if abs(number.adjusted()) > _LARGEST_EXPONENT:
            raise ValueError(f"a number is beyond 10 to the power {_LARGEST_EXPONENT}")
        number.text = text
        return number


class DocumentParser(ExactParser):
    """Reads documents of numbers as they are written."""

    fraction = Number
    integer = Number
    most = MOST_BYTES

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        """The document; 400 where it is not one that can be kept and returned."""
        document = super().parse(*args, **kwargs)
        _check(document)
        return document


def read(text: str) -> dict[str, Any]:
    """A stored document; none is an empty one."""
    if not text:
        return {}
    document: dict[str, Any] = json.loads(text, parse_float=Number, parse_int=Number)
    return document


def write(document: object) -> str:
    """A document as it is stored: in its order, with every number's own text."""
    return _bytes(document).decode()


def stored(document: object) -> str:
    """The same; TooLarge where it has grown beyond what one document may be."""
    text = _bytes(document)
    if len(text) > MOST_BYTES:
        raise TooLarge(f"The document would be longer than {MOST_BYTES} bytes.")
    return text.decode()


def success(data: object) -> Rendered:
    """The envelope of every success."""
    return Rendered(_bytes({"success": True, "data": data}))


def success_of(texts: list[str]) -> Rendered:
    """The same around a list of documents that are written already."""
    return Rendered(f'{{"success":true,"data":[{",".join(texts)}]}}'.encode())


def _bytes(document: object) -> bytes:
    return orjson.dumps(document, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Number):
        return orjson.Fragment(value.text)
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} is not for JSON.")


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The old document with the new one's words: maps merge, all else is replaced."""
    result = dict(old)
    for word, value in new.items():
        before = result.get(word)
        both = isinstance(before, dict) and isinstance(value, dict)
        result[word] = merged(before, value) if both else value  # type: ignore[arg-type]
    return result


def _check(document: Any) -> None:
    """Raise ParseError for what cannot be kept: NUL, long names, deep nesting."""
    waiting = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, dict | list):
            if depth > _MOST_DEPTH:
                raise ParseError(f"The body is nested deeper than {_MOST_DEPTH} steps.")
            waiting += [(inner, depth + 1) for inner in _inside(value)]


def _inside(value: dict[str, Any] | list[Any]) -> list[Any]:
    if isinstance(value, list):
        return value
    for name in value:
        _check_text(name)
        if len(name) > _LONGEST_KEY:
            raise ParseError(f"A key is longer than {_LONGEST_KEY} characters.")
    return list(value.values())


def _check_text(text: str) -> None:
    if "\0" in text:
        raise ParseError("A text contains the character NUL, which cannot be kept.")


def entries(body: Any, most: int) -> list[dict[str, Any]]:
    """The documents of a body: one, or an array; Invalid for anything else."""
    found = body if isinstance(body, list) else [body]
    if not found or not all(isinstance(each, dict) for each in found):
        raise Invalid(NOT_RECOGNIZED)
    if len(found) > most:
        raise Invalid(f"An array has at most {most} objects.")
    return found
