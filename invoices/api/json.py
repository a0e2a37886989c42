"""JSON without floats: numbers come in as Decimal and go out with every digit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

import orjson
from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer


class Rendered(bytes):
    """JSON text that PostgreSQL has already written; it is passed on as it is."""


class TooLarge(APIException):
    """The body is longer than DATA_UPLOAD_MAX_MEMORY_SIZE."""

    status_code = 413
    default_code = "too_large"


class LengthRequired(APIException):
    """The body comes without its length, and WSGI would take it for no body."""

    status_code = 411
    default_code = "length_required"
    default_detail = "Send the body with its Content-Length, not in chunks."


def _integer(digits: str) -> int:
    if len(digits) > 40:
        raise ValueError("a number has more than 40 digits")
    return int(digits)


class ExactParser(BaseParser):
    """Reads application/json; 400 for anything that is not valid JSON, 413 too much.

    Every text in the document is one that can be written as UTF-8 again. A dialect may
    have its own `fraction` and `integer`, which turn a number's text into a value or
    raise ValueError, and its own `most` bytes.
    """

    media_type = "application/json"
    fraction: Any = Decimal
    integer: Any = staticmethod(_integer)
    most: int | None = None

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The document, every number with a fraction or an exponent a Decimal."""
        raw = limited(stream, self.most)
        try:
            text = raw.decode("utf-8-sig")
            document = json.loads(
                text,
                parse_float=self.fraction,
                parse_int=self.integer,
                parse_constant=_refuse,
            )
            if "\\u" in text:  # an escape may stand for half a character
                json.dumps(document, ensure_ascii=False, default=str).encode()
        except UnicodeError as error:
            raise ParseError("The body is not UTF-8 text.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except (ValueError, InvalidOperation) as error:
            raise ParseError(f"The body is not valid JSON: {error}.") from error
        return document


def limited(stream: IO[Any], most: int | None = None) -> bytes:
    """The whole body; raises TooLarge beyond so many bytes.

    That is DATA_UPLOAD_MAX_MEMORY_SIZE, unless told otherwise.
    """
    most = most or int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    raw: bytes = stream.read(most + 1)
    if len(raw) > most:
        raise TooLarge(f"The body is longer than {most} bytes.")
    return raw


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


class ExactRenderer(BaseRenderer):
    """Writes application/json; any number goes out with all its digits."""

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
        try:
            return orjson.dumps(data, default=_plain)
        except orjson.JSONEncodeError:  # an integer beyond 64 bits
            return orjson.dumps(_with_any_integer(data), default=_plain)


def _with_any_integer(data: Any) -> Any:
    """The document with its integers as Decimals, which may have any length."""
    if isinstance(data, Mapping):
        return {name: _with_any_integer(value) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_with_any_integer(value) for value in data]
    if isinstance(data, int) and not isinstance(data, bool):
        return Decimal(data)
    return data


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    return str(value)
