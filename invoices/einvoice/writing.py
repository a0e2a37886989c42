"""Writing XML: clean texts, plain numbers, and elements that are never empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from lxml import etree

from invoices.money import rounded

# What XML 1.0 has no way to say, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text as XML can hold it, lines ended alike, without space around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("", lines).strip()


def plain(number: Decimal) -> str:
    """A quantity, price or rate with the decimals it needs, never in powers of ten."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount: Decimal, currency: str) -> str:
    """An amount with the currency's decimals."""
    return f"{rounded(amount, currency):f}"


class Branch:
    """An element to add to. What is added below it and stays empty is left out."""

    def __init__(self, element: etree._Element, names: Mapping[str, str]) -> None:
        self._element = element
        self._names = names

    @classmethod
    def root(cls, name: str, names: Mapping[str | None, str]) -> Branch:
        """The root of a document, `name` as in `prefix:Name`, or without a prefix."""
        known = {prefix or "": uri for prefix, uri in names.items()}
        element = etree.Element(_qualified(name, known), nsmap=dict(names))
        return cls(element, known)

    def branch(self, *path: str) -> Branch:
        """A new element at the end of a path of new elements."""
        return Branch(self._grow(path), self._names)

    def leaf(self, *path: str, text: str, **attributes: str) -> None:
        """A text at the end of a path of new elements; nothing for an empty text."""
        if text:
            leaf = self._grow(path)
            leaf.text = text
            leaf.attrib.update(attributes)

    def document(self, *, kept: str = "") -> bytes:
        """The document in UTF-8, without its empty elements but for `kept`."""
        _prune(self._element, kept and _qualified(kept, self._names))
        written: bytes = etree.tostring(
            self._element, xml_declaration=True, encoding="UTF-8", pretty_print=True
        )
        return written

    def _grow(self, path: tuple[str, ...]) -> etree._Element:
        element = self._element
        for name in path:
            element = etree.SubElement(element, _qualified(name, self._names))
        return element


def _qualified(name: str, names: Mapping[str, str]) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{names[prefix]}}}{local}"


def _prune(element: etree._Element, kept: str) -> None:
    for child in list(element):
        _prune(child, kept)
        if not len(child) and not child.text and child.tag != kept:
            element.remove(child)
