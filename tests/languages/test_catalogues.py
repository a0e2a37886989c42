"""Every word that people read has its translation, with the same gaps to fill."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from config import catalogues
from partners.models.languages import LANGUAGES

ROOT = Path(settings.BASE_DIR)
TABLES = ("templates/customer/words", "templates/typst/words", "invoices/mailing/words")
# What customers can meet, what staff need for sending, and what everybody meets who
# is invited or signs in, in every language.
COMPLETE = (
    r"templates/\d{3}\w*\.html",
    r"templates/(access|customer|mail|send|site)/",
    r"invoices/(members|pages|templatetags)/",
    r"invoices/readiness\.py",
    r"partners/(second_factor|throttling|visitors)\.py",
)
_GAPS = re.compile(r"%\(\w+\)[sd]|\{\w*\}|</?\w+[^>]*>|\{\{.*?\}\}")
CATALOGUES = [
    (room, language)
    for room in catalogues.ROOMS
    for language in catalogues.LANGUAGES
    if catalogues.po_path(room, language).exists()
]


def gaps(text: str) -> Counter[str]:
    """What is filled in, and the tags; a plural may leave its number out."""
    return Counter(_GAPS.findall(text))


def flat(table: dict[str, Any], above: str = "") -> dict[str, str]:
    """A table of words with the names of its parts joined."""
    found: dict[str, str] = {}
    for key, value in table.items():
        name = f"{above}{key}"
        found |= flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return found


def messages(room: str, language: str) -> list[Any]:
    stored = catalogues.stored(catalogues.po_path(room, language))
    return [message for message in stored if message.id]


def is_complete(message: Any) -> bool:
    """Whether a source of it promises every language."""
    files = [name for name, _ in message.locations]
    return any(re.match(one, name) for one in COMPLETE for name in files)


def test_pages_and_papers_speak_the_same_languages() -> None:
    assert [code for code, _ in settings.LANGUAGES] == [code for code, _ in LANGUAGES]


@pytest.mark.parametrize("folder", TABLES)
def test_the_customers_words_are_the_same_in_every_language(folder) -> None:
    def table(code: str) -> dict[str, str]:
        text = (ROOT / folder / f"{code}.toml").read_text(encoding="utf-8")
        return flat(tomllib.loads(text))

    english = {key: gaps(text) for key, text in table("en").items()}
    for code, _ in LANGUAGES:
        words = table(code)
        assert {key: gaps(text) for key, text in words.items()} == english, code
        assert [key for key, text in words.items() if not text.strip()] == []


@pytest.mark.parametrize("room", catalogues.ROOMS)
def test_what_must_be_complete_is_gathered_and_translated(room) -> None:
    """Failing, it names what `manage.py translate` and a translator are to add."""
    needed = [message for message in catalogues.gathered(room) if is_complete(message)]
    for language in catalogues.LANGUAGES:
        path = catalogues.po_path(room, language)
        stored = catalogues.stored(path)
        known = {(m.context, m.id) for m in stored if m.id and m.string and not m.fuzzy}
        gone = [m.id for m in needed if (m.context, m.id) not in known]
        assert gone == [], f"{path}: run manage.py translate, then translate these"
        untranslated = [m for m in catalogues.missing(stored) if is_complete(m)]
        assert [m.id for m in untranslated] == []


@pytest.mark.parametrize(("room", "language"), CATALOGUES)
def test_translations_keep_the_gaps_and_the_tags(room, language) -> None:
    for message in messages(room, language):
        source, told = message.id, message.string
        if not isinstance(source, tuple):
            assert not told or gaps(told) == gaps(source), told
            continue
        # The last form is that of many.
        assert not any(told) or gaps(told[-1]) == gaps(source[-1]), told
        assert all(gaps(one) <= gaps(source[-1]) for one in told), told


@pytest.mark.parametrize(("room", "language"), CATALOGUES)
def test_what_django_reads_is_compiled_from_what_translators_write(
    room, language
) -> None:
    path = catalogues.po_path(room, language)
    stored = catalogues.stored(path)
    assert path.with_suffix(".mo").read_bytes() == catalogues.as_mo(stored)
    plural = {"de": 2, "fr": 2, "th": 1}
    assert stored.num_plurals == plural[language]
