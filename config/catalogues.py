"""The catalogues of what people read: gathered from the sources, merged, compiled.

Each room has its own in `<room>/locale`; config's holds the templates' words too.
Babel does what GNU gettext would, so nobody has to install that.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from config import naming

ROOMS = ("config", "partners", "invoices", "payments")
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES if code != "en")

_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# What programs and their programmers read stays English.
_ENGLISH_ONLY = {"migrations", "api", "demo", "documentation"}


def gathered(room: str) -> Catalog:
    """What the room's sources say to people, with the files that say it."""
    catalog = _begun(None)
    for path in _sources(room):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        for _, message, _, context in _messages(path):
            catalog.add(message, locations=[(name, 0)], context=context)
    for called in naming.names(room):
        catalog.add(called, locations=[(f"{room}/models", 0)])
    return catalog


def merged(room: str, language: str) -> Catalog:
    """The stored translations of all that the sources say; what they do not is gone."""
    path = po_path(room, language)
    known = stored(path) if path.exists() else _begun(language)
    known.update(gathered(room), no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    return known


def stored(path: Path) -> Catalog:
    """A catalogue as it was written."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def po_path(room: str, language: str) -> Path:
    """Where a room keeps its translations into a language."""
    folder = Path(settings.BASE_DIR) / room / "locale" / language / "LC_MESSAGES"
    return folder / "django.po"


def as_po(catalog: Catalog) -> bytes:
    """The catalogue for translators; files are named without lines, which move."""
    file = io.BytesIO()
    write_po(file, catalog, width=88, sort_output=True, include_lineno=False)
    return file.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """The catalogue for Django; what is doubtful or untranslated is left out."""
    file = io.BytesIO()
    catalog = copy.deepcopy(catalog)
    for message in missing(catalog):
        # Babel would write an untranslated plural in English, by the wrong rule.
        message.string = ""
    write_mo(file, catalog)
    return file.getvalue()


def missing(catalog: Catalog) -> list[Message]:
    """What has no translation yet, or one that somebody has to look at."""
    return [
        message
        for message in catalog
        if message.id and (message.fuzzy or not _is_translated(message.string))
    ]


def _begun(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        header_comment="# The words of Counterfoil; `manage.py translate` updates this.",
        project="Counterfoil",
        version="1",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        charset="utf-8",
        fuzzy=False,
    )


def _is_translated(string: Any) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


def _sources(room: str) -> Iterator[Path]:
    root = Path(settings.BASE_DIR)
    found = [*(root / room).rglob("*.py")]
    if room == "config":
        found += (root / "templates").rglob("*.html")
        found += (root / "templates").rglob("*.txt")
    for path in sorted(found):
        if not _ENGLISH_ONLY & set(path.relative_to(root).parts):
            yield path


def _messages(path: Path) -> Iterator[Any]:
    """The marked words of a file; of a template by way of what Django makes of it."""
    read = partial(extract, keywords=_KEYWORDS)
    if path.suffix == ".py":
        return read("python", io.BytesIO(path.read_bytes()))
    code = templatize(path.read_text(encoding="utf-8"), origin=path.name)
    return read("javascript", io.BytesIO(code.encode()))
