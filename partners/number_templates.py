"""Templates for document numbers, such as `INV-{year}-{seq:05}`; pure."""

from __future__ import annotations

import datetime
import re

from django.core.exceptions import ValidationError

_PLACE = re.compile(r"\{(year|month|seq)(?::0(\d))?\}")


def validate_template(template: str) -> None:
    """Refuse a template that cannot count or has anything unknown in braces."""
    rest = _PLACE.sub("", template)
    names = _names(template)
    if "seq" not in names or "{" in rest or "}" in rest:
        raise ValidationError(
            "Use {seq} or {seq:05}, and {year} or {month} if you like, "
            "as in INV-{year}-{seq:05}."
        )
    if "month" in names and "year" not in names:
        raise ValidationError("Use {year} too: the numbers of a month come again.")


def period_of(template: str, on: datetime.date) -> str:
    """The span in which a template counts: `2026`, `2026-03`, or all time (empty)."""
    names = _names(template)
    if "month" in names:
        return f"{on:%Y-%m}"
    return f"{on:%Y}" if "year" in names else ""


def _names(template: str) -> set[str]:
    return {place.group(1) for place in _PLACE.finditer(template)}


def render(template: str, on: datetime.date, seq: int) -> str:
    """The number: `INV-{year}-{seq:05}` → `INV-2026-00042`."""

    def value(place: re.Match[str]) -> str:
        name, width = place.group(1), int(place.group(2) or 1)
        number = {"year": on.year, "month": on.month, "seq": seq}[name]
        return f"{number:0{max(width, 2 if name == 'month' else 1)}}"

    return _PLACE.sub(value, template)
