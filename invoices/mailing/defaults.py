"""Our own words for mails, one TOML table per language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from partners.models.languages import LANGUAGES

_FOLDER = Path(__file__).with_name("words")
_SPOKEN = frozenset(code for code, _ in LANGUAGES)


class Words(NamedTuple):
    """A subject of one line and paragraphs of plain text."""

    subject: str
    body: str


def spoken(language: str) -> str:
    """The language if we have words in it, else English."""
    return language if language in _SPOKEN else "en"


def template(kind: str, language: str) -> Words:
    """Our words of one kind, such as `document`, with their placeholders."""
    found = _table(spoken(language))[kind]
    return Words(found["subject"], found["body"].strip())


def label(name: str, language: str) -> str:
    """A single word or label, such as that of the button."""
    return str(_table(spoken(language))["labels"][name])


@cache
def _table(language: str) -> Mapping[str, Any]:
    text = (_FOLDER / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
