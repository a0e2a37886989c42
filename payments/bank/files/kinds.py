"""What kind of file somebody hands in, told by its content and not by its name."""

from __future__ import annotations

import codecs

from payments.bank.files.movement import MOST_BYTES
from payments.exceptions import BadStatement
from payments.models import StatementFormat

ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "iso-8859-15", "utf-16", "cp850")
"""The encodings that a layout may name."""

_STRANGERS = {
    b"%PDF": "a PDF, which is for people to read",
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\x1f\x8b": "a compressed file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"{\\rtf": "a text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b":20:": "an MT940 file",
    b"{1:": "an MT940 file",
    b"OFXHEADER": "an OFX file",
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def kind_of(content: bytes, name: str) -> StatementFormat:
    """How the file is written. Raises BadStatement, field `file`, for any other kind."""
    if len(content) > MOST_BYTES:
        raise _refused(
            f"{name} is larger than {MOST_BYTES >> 20} MB: export shorter periods."
        )
    start = content[:4096].removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        raise _refused(f"{name} is empty: download it again.")
    for mark, kind in _STRANGERS.items():
        if start.startswith(mark):
            raise _refused(
                f"{name} is {kind}: give the bank's CAMT.053 (XML) or CSV file, unpacked."
            )
    if _is_xml(start):
        return StatementFormat.CAMT053
    if b"<html" in start.lower() or start[:9].lower() == b"<!doctype":
        raise _refused(
            f"{name} is a web page, which is what a download becomes after one was "
            "signed out: sign in at the bank and download it again."
        )
    return StatementFormat.CSV


def _is_xml(start: bytes) -> bool:
    plain = start.replace(b"\0", b"").lstrip(b"\xff\xfe")
    if b"<html" in plain.lower():
        return False
    return plain.startswith((b"<?xml", b"<Document")) or (
        plain.startswith(b"<") and b"xmlns" in plain
    )


def decoded(content: bytes, encoding: str, name: str) -> str:
    """The text of a CSV file. Raises BadStatement where it makes no sense."""
    wide = content.startswith(_UTF16)
    used = "utf-16" if wide else {"utf-8": "utf-8-sig"}.get(encoding, encoding)
    try:
        text = content.decode(used)
    except UnicodeError as error:
        raise _refused(
            f"{name} is not written in {encoding} ({error.reason}): choose another "  # type: ignore[attr-defined]
            "encoding, or save the file as UTF-8.",
            "encoding",
        ) from error
    if "\0" in text:
        raise _refused(f"{name} holds null characters: it is no CSV file.")
    return text


def encoding_of(content: bytes) -> str:
    """The encoding that the file seems to be in: a guess."""
    if content.startswith(_UTF16):
        return "utf-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _refused(message: str, field: str = "file") -> BadStatement:
    return BadStatement(message, field=field)
