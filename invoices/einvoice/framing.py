"""Messages over a pipe: each one's length, then itself."""

from __future__ import annotations

import struct
from typing import IO

_LENGTH = struct.Struct(">I")


def receive(stream: IO[bytes]) -> bytes | None:
    """The next message; None where the stream ends instead."""
    head = _exactly(stream, _LENGTH.size)
    return _exactly(stream, *_LENGTH.unpack(head)) if head else None


def send(stream: IO[bytes], message: bytes) -> None:
    """Write a message whole, into a stream that keeps nothing back."""
    rest = memoryview(_LENGTH.pack(len(message)) + message)
    while rest:
        rest = rest[stream.write(rest) :]


def _exactly(stream: IO[bytes], size: int) -> bytes | None:
    """So many bytes, which a pipe may hand out in pieces."""
    parts = bytearray()
    while len(parts) < size:
        part = stream.read(size - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)
