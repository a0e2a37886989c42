"""Where a page of the admin stands, in the words of the side navigation."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()


@register.inclusion_tag("unfold/helpers/header_title.html", takes_context=True)
def crumbs(context: Context) -> dict[str, Any]:
    """The way to the page: the navigation's group, the list, the row; names as written."""
    opts, original = context.get("opts"), context.get("original")
    groups = context.get("sidebar_navigation") or ()
    here = [
        group["title"]
        for group in groups
        if any(entry["active"] for entry in group["items"])
    ]
    parts = [{"title": title} for title in here[:1] if title]
    if opts is None:
        title = context.get("content_title") or context.get("title")
        return {"parts": [*parts, {"title": title}]}
    listed = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    name = capfirst(opts.verbose_name_plural)
    parts = [part for part in parts if part["title"] != name]
    parts.append({"title": name, "link": listed})
    if original is not None:
        parts.append({"title": str(original)})
    elif context.get("add"):
        parts.append({"title": _("New {name}").format(name=opts.verbose_name)})
    elif "cl" not in context and context.get("title"):
        parts.append({"title": context["title"]})
    return {"parts": parts}
