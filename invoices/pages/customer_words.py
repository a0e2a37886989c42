"""The words of the customer's page, one table per language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from invoices.documents.facts import Language

FOLDER = Path(__file__).parents[2] / "templates" / "customer" / "words"


@cache
def words(language: Language) -> Mapping[str, str]:
    """The words of a language by key; every language has the same keys."""
    text = (FOLDER / f"{language}.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))
