"""Words of a document for full-text search, cut alike for storing and for asking.

Every lexeme begins with the business's number (`7/acme`), so that the one GIN
index answers for one business only: its size is what a search costs, not that
of its neighbours. Accents and case do not matter (PostgreSQL's `unaccent` is a
contrib module, which the embedded server lacks).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_LONGEST = 60
_MOST_WORDS = 12


def words(text: str) -> list[str]:
    """Lower-case words without accents, in order: `Café-12` → `cafe`, `12`."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return [word[:_LONGEST] for word in _WORD.findall(text.casefold())]


def vector(business_id: int, texts: Iterable[str]) -> str:
    """The text form of a `tsvector` that holds the words of these texts."""
    unique = dict.fromkeys(word for text in texts for word in words(text))
    return " ".join(f"'{business_id}/{word}'" for word in unique)


def query(business_id: int, text: str) -> str | None:
    """A `tsquery` for documents holding all words, each as a beginning.

    None when the text holds no word at all.
    """
    asked = words(text)[:_MOST_WORDS]
    return " & ".join(f"'{business_id}/{word}':*" for word in asked) or None
