"""`include=` and `includes=`: entities of other kinds beside a collection."""

from __future__ import annotations

from collections.abc import Sequence

from rest_framework.request import Request

from invoices.api.nutcache.documents import Asked, Document, Entity, Include
from invoices.api.nutcache.entities import ENTITIES
from invoices.api.nutcache.errors import BadRequest

PARAMETERS = ("include", "includes")


def wanted(request: Request, entity: Entity) -> list[Include]:
    """What the query asks for, in the contract's order; BadRequest for anything else."""
    texts = [text for name in PARAMETERS for text in request.query_params.getlist(name)]
    words = {word.strip() for text in texts for word in text.split(",")} - {""}
    known = {each.entity: each for each in entity.includes}
    for word in sorted(words - known.keys()):
        can = f"use {', '.join(known)}" if known else "nothing can"
        raise BadRequest(
            f"{word[:60]} cannot be included in {entity.name}: {can}.", "include"
        )
    return [each for name, each in known.items() if name in words]


def included(
    asked: Asked, documents: Sequence[Document], includes: Sequence[Include]
) -> dict[str, list[Document]]:
    """An array for each include, every entity once; as many queries as its page costs.

    Independent of how many documents there are.
    """
    found = {}
    for each in includes:
        values = {document[each.by] for document in documents} - {None}
        found[each.entity] = ENTITIES[each.entity].having(asked, each.to, values)
    return found
