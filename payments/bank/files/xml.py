"""Parsing XML from strangers, and finding things in it whatever its namespace."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from lxml import etree

from payments.bank.files.movement import plain
from payments.exceptions import BadStatement

Element = Any
"""An lxml element, which has no types here."""


def parsed(content: bytes, name: str) -> Element:
    """The root of a document. Raises BadStatement, field `file`.

    A document type is refused: no bank's file needs one, and entities, which can
    fill the memory or read the machine's own files, are declared nowhere else. The
    parser opens no other file and no address, and stops at 256 levels.
    """
    # In UTF-16 every other byte of these words is a zero.
    narrow = content.replace(b"\0", b"") if b"\0" in content[:64] else content
    if b"<!DOCTYPE" in narrow or b"<!ENTITY" in narrow:
        raise _doctype(name)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise BadStatement(
            f"{name} is not whole or no proper XML ({error}): download it again.",
            field="file",
        ) from error
    # The same, in any other encoding in which the words above look different.
    if root.getroottree().docinfo.doctype:
        raise _doctype(name)
    return root


def _doctype(name: str) -> BadStatement:
    return BadStatement(
        f"{name} declares a document type or entities, which no bank's file does and "
        "which could do harm: download the file again from the bank itself.",
        field="file",
    )


@cache
def _path(path: str) -> str:
    """`Acct/Id/IBAN` in whatever namespace."""
    return re.sub(r"(?<![^/])(\w+)", r"{*}\1", path)


def one(element: Element, path: str) -> Element | None:
    """The first element at `A/B` below this one, or None."""
    return None if element is None else element.find(_path(path))


def every(element: Element, path: str) -> list[Element]:
    """All of them."""
    return [] if element is None else element.findall(_path(path))


def text(element: Element, *paths: str, most: int = 200) -> str:
    """The text at the first of these paths that has any."""
    for path in paths:
        found = one(element, path)
        if found is not None and (words := plain(found.text or "", most)):
            return words
    return ""


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)
