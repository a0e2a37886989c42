"""One request to one checked address: no redirects, no proxies, no endless answers."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from invoices.webhooks.addresses import Target

CONNECT_SECONDS, READ_SECONDS, DEADLINE = 5, 10, 30
MOST_ANSWER = 16 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status with the beginning of its text, or an error."""

    seconds: Decimal
    status: int | None = None
    text: str = ""
    error: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


class _Line:
    """A connection to the target's own addresses, whatever its name says meanwhile."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.dialled: socket.socket | None = None
        self.cut = False

    def dial(self) -> socket.socket:
        """Connect to the first of the addresses that answers. Raises OSError."""
        failure: OSError | None = None
        for address in self.target.addresses:
            try:
                place = (address, self.target.port)
                found = socket.create_connection(place, CONNECT_SECONDS)
            except OSError as error:
                failure = error
            else:
                # TLS takes the socket itself over; its copy can still be cut.
                self.dialled = found.dup()
                return found
        raise failure or OSError("nowhere to connect to")

    def end(self) -> None:
        """Cut the line, whoever waits at it."""
        self.cut = True
        if self.dialled is not None:
            with _ignoring_closed():
                self.dialled.shutdown(socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    def __init__(self, line: _Line) -> None:
        target = line.target
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.line = line

    def _new_conn(self) -> socket.socket:
        return self.line.dial()


class _Secure(HTTPSConnection):
    """The certificate must be that of the name, which is also asked for by SNI."""

    def __init__(self, line: _Line) -> None:
        target = line.target
        super().__init__(
            target.host,
            target.port,
            timeout=CONNECT_SECONDS,
            ssl_context=ssl.create_default_context(),
        )
        self.line = line

    def _new_conn(self) -> socket.socket:
        return self.line.dial()


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post the body; every failure is an answer with an error in words.

    Takes at most DEADLINE seconds, however slowly the other side speaks.
    """
    began = time.monotonic()
    line = _Line(target)
    status, text, error = None, "", ""
    try:
        status, text = _exchange(line, body, headers)
        error = _complaint(status)
    except (OSError, http.client.HTTPException, HTTPError, ValueError) as failure:
        error = _in_words(failure, line)
    seconds = Decimal(f"{time.monotonic() - began:.3f}")
    return Answer(seconds, status, text, error)


def _exchange(line: _Line, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    connection = _Secure(line) if line.target.secure else _Plain(line)
    with _cutting(line):
        try:
            connection.connect()
            connection.timeout = READ_SECONDS
            connection.request(
                "POST",
                line.target.path,
                body=body,
                headers=headers,
                preload_content=False,
                decode_content=False,
                enforce_content_length=False,
            )
            answer = connection.getresponse()
            # Compressed answers stay as they are: a small one may be a large one.
            content = _beginning(answer)
            return answer.status, content.decode(errors="replace").replace("\0", "")
        finally:
            connection.close()


def _beginning(answer: object) -> bytes:
    """What there is of the text; that it breaks off says nothing about the status."""
    try:
        content: bytes = answer.read(MOST_ANSWER, decode_content=False)  # type: ignore[attr-defined]
    except (OSError, http.client.HTTPException, HTTPError):
        return b""
    return content


@contextmanager
def _cutting(line: _Line) -> Iterator[None]:
    timer = threading.Timer(DEADLINE, line.end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if line.dialled is not None:
            line.dialled.close()


@contextmanager
def _ignoring_closed() -> Iterator[None]:
    try:
        yield
    except OSError:
        return


def _complaint(status: int) -> str:
    if 300 <= status < 400:
        return (
            f"It answered {status}: redirects are not followed; give the new address."
        )
    return "" if 200 <= status < 300 else f"It answered {status}."


def _in_words(failure: Exception, line: _Line) -> str:
    if line.cut:
        return f"It took longer than {DEADLINE} seconds."
    if isinstance(failure, TimeoutError):
        waited = READ_SECONDS if line.dialled else CONNECT_SECONDS
        return f"No answer within {waited} seconds."
    return f"{type(failure).__name__}: {failure}"[:500]
