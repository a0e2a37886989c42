"""What a file is, by its bytes: its name is only believed where they agree."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from partners.exceptions import Invalid


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is accepted: its words, media type and endings."""

    words: str
    media_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = FileKind("PDF", "application/pdf", ("pdf",))
PNG = FileKind("PNG", "image/png", ("png",))
JPEG = FileKind("JPEG", "image/jpeg", ("jpg", "jpeg"))
XLSX = FileKind("XLSX", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",))
DOCX = FileKind("DOCX", f"{_OFFICE}wordprocessingml.document", ("docx",))
ODS = FileKind("ODS", "application/vnd.oasis.opendocument.spreadsheet", ("ods",))
XML = FileKind("XML", "application/xml", ("xml",))
TEXT = FileKind("text", "text/plain", ("txt", "csv"))
KINDS = (PDF, PNG, JPEG, XLSX, DOCX, ODS, XML, TEXT)

_STARTS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
# What makes a browser take text for a page, wherever it stands.
_PAGE = re.compile(
    rb"<\s*(!doctype\s+html|html|head|body|script|svg|iframe|object|embed|img|meta"
    rb"|xsl:stylesheet)\b|<\?xml-stylesheet|<!(ATTLIST|ENTITY)\b"
    # Under any prefix; a namespace that is written with references hides something.
    rb"|[\"']http://www\.w3\.org/(1999/xhtml|2000/svg|1999/XSL/|1998/Math/)"
    rb"|xmlns(:[^\s=<>]+)?\s*=\s*(\"[^\"&]*&|'[^'&]*&)",
    re.IGNORECASE,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MOST_ENTRIES = 10_000
# What reading raises; NotImplementedError, of unknown compression, is a RuntimeError.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    LookupError,
    ValueError,
    OverflowError,
)


def kind_of(content: bytes, name: str) -> FileKind:
    """What the bytes are; raises Invalid for what is not accepted, or is called
    something else."""
    kind = _by_start(content) or _by_archive(content) or _by_text(content)
    if kind is None:
        accepted = ", ".join(each.words for each in KINDS)
        raise _refused(_("Only these kinds of files: %(kinds)s.") % {"kinds": accepted})
    ending = name.rpartition(".")[2].lower()
    if ending not in kind.endings:
        told = _("“%(name)s” is in truth %(kind)s: save it as .%(ending)s.")
        values = {"name": name, "kind": kind.words, "ending": kind.endings[0]}
        raise _refused(told % values)
    return kind


def _by_start(content: bytes) -> FileKind | None:
    return next((kind for start, kind in _STARTS if content.startswith(start)), None)


def _by_archive(content: bytes) -> FileKind | None:
    """An office file by the parts that make it one; nothing is unpacked but its list."""
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist()[:_MOST_ENTRIES])
            first = archive.infolist()[0]
            said = first.filename == "mimetype" and first.file_size < 100
            media_type = archive.read(first) if said else b""
    except _DAMAGED:
        raise _refused(_("The file is damaged: save it again.")) from None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refused(_("The file holds macros: save it without them."))
    if media_type == ODS.media_type.encode():
        return ODS
    if "[Content_Types].xml" not in names:
        return None
    parts = {"xl/workbook.xml": XLSX, "word/document.xml": DOCX}
    return next((kind for part, kind in parts.items() if part in names), None)


def _by_text(content: bytes) -> FileKind | None:
    """Text in UTF-8 that no browser would take for a page."""
    text = content.removeprefix(b"\xef\xbb\xbf")
    if _PAGE.search(text):
        raise _refused(
            _(
                "This is a web page or holds a program: it is not accepted, whatever its name."
            )
        )
    try:
        text.decode()
    except UnicodeDecodeError:
        return None
    if not text.strip() or _CONTROL.search(text):
        return None
    return XML if text.lstrip().startswith(b"<?xml") else TEXT


def _refused(message: str) -> Invalid:
    return Invalid(message, field="file")
