"""Templates for document numbers, such as `INV-{year}-{seq:05}`; pure."""

from __future__ import annotations

import datetime
import re

from django.core.exceptions import ValidationError

_PLACE = re.compile(r"\{(year|month|seq)(?::0(\d))?\}")


def validate_template(template: str) -> None:
    """Refuse a template without `{seq}` or with anything unknown in braces."""
    rest = _PLACE.sub("", template)
    if "{seq" not in template or "{" in rest or "}" in rest:
        raise ValidationError(
            "Use {seq} or {seq:05}, and {year} or {month} if you like, "
            "as in INV-{year}-{seq:05}."
        )


def period_of(template: str, on: datetime.date) -> str:
    """The span in which a template counts: `2026`, `2026-03`, or all time (empty)."""
    if "{month}" in template:
        return f"{on:%Y-%m}"
    return f"{on:%Y}" if "{year}" in template else ""


def render(template: str, on: datetime.date, seq: int) -> str:
    """The number: `INV-{year}-{seq:05}` → `INV-2026-00042`."""

    def value(place: re.Match[str]) -> str:
        name, width = place.group(1), int(place.group(2) or 1)
        number = {"year": on.year, "month": on.month, "seq": seq}[name]
        return f"{number:0{max(width, 2 if name == 'month' else 1)}}"

    return _PLACE.sub(value, template)
