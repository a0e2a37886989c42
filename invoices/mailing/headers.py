"""Header lines of a mail, in ASCII, one value to a line whatever the value holds.

Python's own folding loses letters of long names that are not ASCII and quotes of long
names with commas, so these few headers are written here (RFC 5322, RFC 2047).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence

from django.utils.encoding import punycode

from invoices.mailing.placeholders import one_line

# Encoded words have at most 75 characters, of which 12 are not content.
_BYTES_A_WORD = 45
_PLAIN = re.compile(r"[ -~]*")
_QUOTED = re.compile(r'(["\\])')
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")
_FOLD = "\r\n "


def text(name: str, value: str) -> str:
    """A header of free text."""
    value = one_line(value)
    return f"{name}: {value if _is_plain(value) else _encoded(value)}\r\n"


def mailboxes(name: str, boxes: Sequence[tuple[str, str]]) -> str:
    """A header of addresses, each with what it is called or nothing."""
    written = f",{_FOLD}".join(_mailbox(called, address) for called, address in boxes)
    return f"{name}: {written}\r\n"


def ascii_address(address: str) -> str:
    """The address with its domain as servers without SMTPUTF8 know it.

    Raises ValueError for what could end the header or the address.
    """
    local, _, domain = address.rpartition("@")
    known = f"{local}@{punycode(domain)}"
    if not _ADDRESS.fullmatch(known) or set(known) & set('<>,;:()"\\'):
        raise ValueError(f"{address!r} is no address that can be mailed.")
    return known


def _mailbox(called: str, address: str) -> str:
    address = ascii_address(address)
    called = one_line(called)
    if not called:
        return address
    if _is_plain(called):
        quoted = _QUOTED.sub(r"\\\1", called)
        return f'"{quoted}" <{address}>'
    return f"{_encoded(called)}{_FOLD}<{address}>"


def _is_plain(value: str) -> bool:
    # What looks encoded would be decoded by whoever reads it.
    return bool(_PLAIN.fullmatch(value)) and "=?" not in value


def _encoded(value: str) -> str:
    words = (b64encode(piece).decode() for piece in _pieces(value))
    return _FOLD.join(f"=?utf-8?b?{word}?=" for word in words)


def _pieces(value: str) -> Iterator[bytes]:
    """The text's bytes in pieces of whole characters."""
    piece = b""
    for letter in value:
        more = letter.encode()
        if len(piece) + len(more) > _BYTES_A_WORD:
            yield piece
            piece = b""
        piece += more
    yield piece
