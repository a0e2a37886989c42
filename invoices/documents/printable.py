"""Text that the shipped fonts can show: what makes every name printable.

PDF/A forbids a glyph that is missing, so typst refuses such text. Here each character
is kept, becomes a space, vanishes or becomes U+FFFD; no text can break a document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
FAMILIES = (
    "Noto Sans",
    "Noto Sans Thai",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Droid Sans Fallback",
)
"""In the order in which a character is looked for."""

UNSHOWN = "\N{REPLACEMENT CHARACTER}"
BREAK = "\N{ZERO WIDTH SPACE}"
"""Where a long word may break; the templates turn it into a gap of no width."""

_LONGEST_WORD = 24
_BETWEEN_BREAKS = 4
_NEWLINES = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Native readers' joiners; all else of their kind is invisible or turns text around.
_JOINERS = "\u200c\u200d"
_INVISIBLE = {"BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_MARKS = {"Mn", "Mc", "Me"}
_ANY = -1
_PLAIN = re.compile("[ -~]*")
_LONG_WORD = re.compile(rf"[^\s\-/\u0e00-\u0eff\u2e80-\ud7ff]{{{_LONGEST_WORD},}}")


@cache
def coverage() -> dict[int, int]:
    """Return for each code point the fonts that can show it, as bits.

    Bold fonts have the letters of their regular ones.
    """
    fonts: dict[int, int] = {}
    paths = [path for path in sorted(FONTS.glob("*.ttf")) if "-Bold" not in path.stem]
    for at, path in enumerate(paths):
        with TTFont(path, lazy=True) as font:
            for point in font.getBestCmap():
                fonts[point] = fonts.get(point, 0) | 1 << at
    return fonts


def one_line(text: str) -> str:
    """Return `text` printable and on one line, for names, numbers and addresses."""
    return " ".join(paragraphs(text))


def paragraphs(text: str) -> list[str]:
    """Return the lines of `text`, printable, without empty ones at either end."""
    lines = [_shown(line) for line in _NEWLINES.split(text)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def _shown(line: str) -> str:
    kept = line if _PLAIN.fullmatch(line) else "".join(_characters(line))
    return _LONG_WORD.sub(_with_breaks, kept.strip())


def _characters(line: str) -> Iterator[str]:
    """Yield what stands for each character: itself where some font can show it.

    A letter and its marks are drawn from one font; a mark it lacks is not shown.
    """
    known = coverage()
    fonts = _ANY
    for raw in line:
        one = _character(raw)
        able = known.get(ord(one), 0) if one else 0
        if not one or one in _JOINERS:
            yield one
        elif able and unicodedata.category(one) not in _MARKS:
            fonts = able
            yield one
        elif able & fonts:
            fonts &= able
            yield one
        else:
            fonts = known[ord(UNSHOWN)]
            yield UNSHOWN


def _character(one: str) -> str:
    kind = unicodedata.category(one)
    if kind == "Cc":
        return " " if one == "\t" else UNSHOWN
    if kind == "Cf" and unicodedata.bidirectional(one) in _INVISIBLE:
        return one if one in _JOINERS else ""
    return UNSHOWN if kind in {"Cn", "Co", "Cs"} else one


def _with_breaks(found: re.Match[str]) -> str:
    """Let a word longer than a column break every few characters, marks kept on."""
    pieces: list[str] = []
    since = 0
    for one in found.group():
        if since >= _BETWEEN_BREAKS and not unicodedata.combining(one):
            pieces.append(BREAK)
            since = 0
        pieces.append(one)
        since += 1
    return "".join(pieces)
