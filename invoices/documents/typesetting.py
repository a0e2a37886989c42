"""Sheets into pages, by typst: one compiler per thread, fonts read once."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import typst

from .letterhead import Sheet
from .printable import FONTS

ROOT = Path(__file__).parents[2] / "templates" / "typst"
_STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
# Every compiler shares the font book, so a new thread costs no second scan.
_FONTS = typst.Fonts(
    include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
)
_own = threading.local()


def pdf(sheet: Sheet, moment: int, xml: bytes = b"") -> bytes:
    """Return a sheet as PDF/A-3a and PDF/UA-1, dated by a POSIX time.

    `xml` is attached as `factur-x.xml`, unchanged; it is UTF-8.
    """
    made = _compiler().compile(
        format="pdf",
        sys_inputs=_inputs(sheet, xml),
        pdf_standards=_STANDARDS,
        timestamp=moment,
    )
    assert isinstance(made, bytes)  # noqa: S101 - for mypy: only pictures are lists
    return made


def png(sheet: Sheet, pixels_per_inch: int) -> list[bytes]:
    """Return a sheet's pages as pictures."""
    made = _compiler().compile(
        format="png", sys_inputs=_inputs(sheet, b""), ppi=pixels_per_inch
    )
    return [made] if isinstance(made, bytes) else list(made or ())


def _inputs(sheet: Sheet, xml: bytes) -> dict[str, str]:
    return {"sheet": json.dumps(sheet, ensure_ascii=False), "xml": xml.decode()}


def _compiler() -> typst.Compiler:
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(ROOT / "main.typ", root=ROOT, font_paths=_FONTS)
    compiler: typst.Compiler = _own.compiler
    return compiler
