"""What two people made of one draft: the draft as seen, as it is now, and as handed in.

Drafts are compared in the words of `InvoiceDraft`, each value by a key that says whether
it is the same, beside the text that people read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from invoices.document_rows import described
from invoices.drafting import InvoiceDraft, LineDraft
from invoices.models import Invoice

Value = tuple[str, str]
"""What is compared, and what is read."""

LINE_PARTS = ("product", "description", "quantity", "unit_price", "tax")
_APART = {"business", "direction", "lines", "client_document", "manually_unassigned"}
_HEAD = tuple(part.name for part in fields(InvoiceDraft) if part.name not in _APART)
_LINE = "lines."


class Content(NamedTuple):
    """A draft as it is compared: its head by field, its lines in order."""

    head: dict[str, Value]
    lines: list[tuple[Value, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that somebody else changed: what it was, what it is now, and what the
    person at hand has; `clash` where both changed it, each to something else."""

    key: str
    label: str
    before: str
    theirs: str
    yours: str
    clash: bool


def content(draft: InvoiceDraft) -> Content:
    """The draft as it is compared."""
    head = {name: _value(getattr(draft, name)) for name in _HEAD}
    return Content(head, [_line(line) for line in draft.lines])


def changes(seen: Content, now: Content, mine: Content | None) -> list[Change]:
    """What became of the seen draft meanwhile, against what is handed in.

    Lines are compared one by one as long as nobody added or removed one, else
    together. What both changed alike is left out. Where nothing usable is handed in,
    nothing stands against the changes.
    """
    pairs = _pairs(seen, now, mine)
    told = (_change(key, *values) for key, values in pairs)
    return [change for change in told if change is not None]


def take_over(
    mine: InvoiceDraft, now: InvoiceDraft, keys: Collection[str]
) -> InvoiceDraft:
    """What is handed in, with the values of the draft as it is now for these keys.

    A line that is not in both any more stays as it is handed in.
    """
    lines = list(now.lines if "lines" in keys else mine.lines)
    for key in keys:
        place = key.removeprefix(_LINE)
        if place == key or not place.isdecimal():
            continue
        if int(place) < min(len(lines), len(now.lines)):
            lines[int(place)] = now.lines[int(place)]
    taken = {name: getattr(now, name) for name in _HEAD if name in keys}
    return replace(mine, lines=lines, **taken)


def _pairs(
    seen: Content, now: Content, mine: Content | None
) -> list[tuple[str, tuple[Value, Value, Value | None]]]:
    found: list[tuple[str, tuple[Value, Value, Value | None]]] = [
        (name, (seen.head.get(name, ("", "")), value, mine and mine.head[name]))
        for name, value in now.head.items()
    ]
    counts = {len(seen.lines), len(now.lines), len((mine or now).lines)}
    if len(counts) > 1:
        all_of = (_together(seen.lines), _together(now.lines))
        return [*found, ("lines", (*all_of, mine and _together(mine.lines)))]
    for place, line in enumerate(now.lines):
        own = _one(mine.lines[place]) if mine else None
        found.append((f"{_LINE}{place}", (_one(seen.lines[place]), _one(line), own)))
    return found


def _change(key: str, seen: Value, now: Value, mine: Value | None) -> Change | None:
    if now[0] == seen[0] or (mine is not None and mine[0] == now[0]):
        return None
    return Change(
        key=key,
        label=_label(key),
        before=seen[1],
        theirs=now[1],
        yours=mine[1] if mine else "",
        clash=mine is not None and mine[0] != seen[0],
    )


def _label(key: str) -> str:
    if key == "lines":
        return _("Lines")
    if key.startswith(_LINE):
        return _("Line %(number)s") % {"number": int(key.removeprefix(_LINE)) + 1}
    if key == "cost_shares":
        return _("Shares of costs")
    return str(capfirst(Invoice._meta.get_field(key).verbose_name))  # type: ignore[union-attr]


def _line(line: LineDraft) -> tuple[Value, ...]:
    shown = line._replace(description=described(line))
    return tuple(_value(getattr(shown, part)) for part in LINE_PARTS)


def _one(line: Sequence[Value]) -> Value:
    """A line as one value: `2 × 50 Work, VAT`."""
    _product, words, quantity, price, tax = (text for _key, text in line)
    told = f"{quantity} × {price} {words}".strip()
    return "\x1f".join(key for key, _text in line), f"{told}, {tax}" if tax else told


def _together(lines: Sequence[Sequence[Value]]) -> Value:
    ones = [_one(line) for line in lines]
    told = "\n".join(f"{n}. {text}" for n, (_key, text) in enumerate(ones, 1))
    return "\x1e".join(key for key, _text in ones), told


def _value(value: Any) -> Value:
    if isinstance(value, Model):
        return str(value.pk), str(value)
    if isinstance(value, Decimal):
        text = f"{value.normalize():f}"
        return text, text
    if isinstance(value, list | tuple):
        parts = [(_value(cost), _value(percent)) for cost, percent in value]
        key = "\x1f".join(f"{cost[0]}:{percent[0]}" for cost, percent in parts)
        return key, ", ".join(f"{cost[1]} {percent[1]} %" for cost, percent in parts)
    text = "" if value is None else str(value)
    return text, text
