"""What refers to a row, as the page tells it that would delete the row."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse

from partners import references
from partners.tenancy import BusinessRow


def told_uses(row: BusinessRow) -> list[dict[str, Any]]:
    """What refers to a row, with a link to each that has a page of its own."""
    return [
        {
            "kind": use.kind,
            "count": min(use.count, references.MOST_COUNTED),
            "is_more": use.is_more,
            "others": use.others,
            "first": [(str(one), _page_of(one)) for one in use.first],
        }
        for use in references.uses(row)
    ]


def _page_of(row: Any) -> str:
    name = row._meta.model_name
    if name == "invoice" and row.direction == "received":
        name = "bill"
    try:
        return reverse(f"admin:{row._meta.app_label}_{name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""
