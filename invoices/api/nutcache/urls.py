"""The contract's paths, each with and without the trailing slash.

`collection` and `item` also answer at `/api/invoices`, which other dialects share.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from invoices.api.nutcache.entities import LISTED, NESTED
from invoices.api.nutcache.errors import no_such_path
from invoices.api.nutcache.sales import INVOICES
from invoices.api.nutcache.views.documents import (
    CollectionView,
    FilteredView,
    ItemView,
)

collection = CollectionView.as_view(entity=INVOICES)
item = ItemView.as_view(entity=INVOICES)


def _paths(slash: str) -> list[URLPattern]:
    """All paths, with this text at their ends."""
    found = []
    for entity in LISTED:
        root = f"webapi/{entity.name}"
        one = "invoice_id" if entity is INVOICES else "id"
        everything = CollectionView.as_view(entity=entity)
        search = FilteredView.as_view(entity=entity)
        found += [
            path(f"{root}{slash}", everything, name=entity.name),
            path(f"{root}/filtered{slash}", search),
            path(f"{root}/<str:{one}>{slash}", ItemView.as_view(entity=entity)),
        ]
    for above, pointer, entity in NESTED:
        root = f"webapi/{above.name}/<str:id>/{entity.name}"
        words = {"entity": entity, "above": above, "pointer": pointer}
        found += [
            path(f"{root}{slash}", CollectionView.as_view(**words)),
            path(f"{root}/filtered{slash}", FilteredView.as_view(**words)),
        ]
    return found


with_slash = _paths("/")
urlpatterns = [
    *_paths(""),
    *with_slash,
    path("webapi", no_such_path),
    path("webapi/", no_such_path),
    path("webapi/<path:rest>", no_such_path),
]
