"""JSON without floats: numbers come in as Decimal and go out with every digit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer


class Rendered(bytes):
    """JSON text that PostgreSQL has already written; it is passed on as it is."""


class ExactParser(BaseParser):
    """Reads application/json; ParseError (400) for anything that is not valid JSON."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The document, every number with a fraction or an exponent a Decimal."""
        try:
            text = stream.read().decode("utf-8-sig")
            return json.loads(
                text, parse_float=Decimal, parse_int=_integer, parse_constant=_refuse
            )
        except UnicodeDecodeError as error:
            raise ParseError("The body is not UTF-8 text.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except (ValueError, InvalidOperation) as error:
            raise ParseError(f"The body is not valid JSON: {error}.") from error


def _integer(digits: str) -> int:
    if len(digits) > 40:
        raise ValueError("a number has more than 40 digits")
    return int(digits)


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


class ExactRenderer(BaseRenderer):
    """Writes application/json; a Decimal becomes a number with all its digits."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of the body; no data is no body."""
        if data is None:
            return b""
        if isinstance(data, Rendered):
            return data
        return orjson.dumps(data, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    return str(value)
