"""The placeholders of mail templates: known names between double braces, nothing else.

A text is split once, at its placeholders; values are put between the pieces and never
looked at again. Nothing is evaluated, so a template can do no harm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

from partners.exceptions import Invalid

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
# Controls, line and paragraph separators, halves of characters.
_UNWRITABLE = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check(text: str, field: str, known: Collection[str]) -> None:
    """Raise Invalid, naming the field and what is known, for what cannot be filled."""
    _check_letters(text, field)
    pieces = _PLACEHOLDER.split(text)
    for name in pieces[1::2]:
        if name.strip() not in known:
            raise _refusal(f"“{{{{{name}}}}}” is no placeholder.", field, known)
    for piece in pieces[::2]:
        braces = _BRACES.search(piece)
        if braces:
            raise _refusal(f"“{braces.group()}” stands alone.", field, known)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in place of their names; `check` must have passed."""
    pieces = _PLACEHOLDER.split(text)
    pieces[1::2] = [one_line(values[name.strip()]) for name in pieces[1::2]]
    return "".join(pieces)


def one_line(text: str) -> str:
    """The text on one line: no controls, nothing that turns the reading direction."""
    kept = "".join(
        " "
        if letter in _TURNING or unicodedata.category(letter) in _UNWRITABLE
        else letter
        for letter in text
    )
    # Not `split()` alone: the blank between an amount and its currency is no break.
    return " ".join(word for word in kept.split(" ") if word).strip()


def _check_letters(text: str, field: str) -> None:
    for letter in text:
        if letter in "\r\n\t":
            continue
        if unicodedata.category(letter) in {"Cc", "Cs"}:
            raise Invalid(
                f"The character U+{ord(letter):04X} cannot be mailed; remove it.",
                field=field,
            )


def _refusal(problem: str, field: str, known: Collection[str]) -> Invalid:
    names = ", ".join(f"{{{{ {name} }}}}" for name in sorted(known))
    return Invalid(f"{problem} Known are {names}.", field=field, known=sorted(known))
