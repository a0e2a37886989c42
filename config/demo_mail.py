"""Catches the demo's mail: a mail server on the loopback, and what it has stored.

Nothing leaves the machine. Each mail is a file, written whole or not at all.
"""

from __future__ import annotations

import datetime
import itertools
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO

from aiosmtpd.controller import Controller
from django.conf import settings

HOST = "127.0.0.1"
_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}-\d+-\d+")
_MOST_BYTES = 50 * 1024 * 1024
_count = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Caught:
    """A stored mail; `name` stands in its address."""

    name: str
    message: EmailMessage

    @property
    def at(self) -> datetime.datetime:
        """When it was caught."""
        return datetime.datetime.strptime(f"{self.name[:22]}Z", "%Y%m%dT%H%M%S.%f%z")

    @property
    def sender(self) -> str:
        """From, readable."""
        return _readable(self.message, "From")

    @property
    def recipient(self) -> str:
        """To, readable."""
        return _readable(self.message, "To")

    @property
    def subject(self) -> str:
        """Subject, readable."""
        return _readable(self.message, "Subject")

    def text(self, kind: str) -> str:
        """The `plain` or `html` part, empty where there is none."""
        part: Any = self.message.get_body((kind,))
        content = part.get_payload(decode=True) if part else b""
        return (content or b"").decode("utf-8", "replace")

    def headers(self) -> list[tuple[str, str]]:
        """All headers as they came."""
        return [(name, _sound(value)) for name, value in self.message.raw_items()]

    def attachments(self) -> list[EmailMessage]:
        """The attached parts, in order."""
        found: Any = self.message.iter_attachments()
        return list(found)


def folder() -> Path:
    """Where the mails are stored."""
    return Path(settings.VAR_DIR) / "demo-mail"


def clear() -> None:
    """Forget all that was caught."""
    shutil.rmtree(folder(), ignore_errors=True)


def names() -> list[str]:
    """The names of all mails, newest first."""
    if not folder().is_dir():
        return []
    found = (path.stem for path in folder().glob("*.eml"))
    return sorted((name for name in found if _NAME.fullmatch(name)), reverse=True)


def find(name: str) -> Caught | None:
    """The mail of that name."""
    return _read(name, lambda file: file.read())


def find_head(name: str) -> Caught | None:
    """The same without its content: quick, however much is attached."""
    return _read(name, _head_of)


def _head_of(file: BinaryIO) -> bytes:
    lines: list[bytes] = list(takewhile(lambda line: line.strip() != b"", file))
    return b"".join(lines)


def _read(name: str, part: Callable[[BinaryIO], bytes]) -> Caught | None:
    path = folder() / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    with path.open("rb") as file:
        content = part(file)
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    return Caught(name, message)


@contextmanager
def catching() -> Iterator[int]:
    """A mail server in a thread of this process; yields its port."""
    port = _free_port()
    catcher = Controller(
        _Storing(), hostname=HOST, port=port, data_size_limit=_MOST_BYTES
    )
    catcher.start()
    try:
        yield port
    finally:
        catcher.stop()


class _Storing:
    """What aiosmtpd calls for each mail."""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Store it, then say so."""
        store(envelope.content)
        return "250 caught"


def store(content: bytes) -> str:
    """Write a mail under a new name, which is returned."""
    folder().mkdir(parents=True, exist_ok=True)
    moment = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%f")
    name = f"{moment}-{os.getpid()}-{next(_count)}"
    unfinished = folder() / f"{name}.part"
    unfinished.write_bytes(content)
    unfinished.rename(folder() / f"{name}.eml")
    return name


def _free_port() -> int:
    # aiosmtpd connects to the port it was told, so it cannot be told 0.
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _readable(message: EmailMessage, header: str) -> str:
    raw = " ".join(_sound(dict(message.raw_items()).get(header, "")).split())
    try:
        return _sound(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):
        return raw


def _sound(value: object) -> str:
    """The text without the halves of characters that stand for undecodable bytes."""
    return str(value).encode("utf-8", "replace").decode()
