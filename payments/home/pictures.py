"""Pictures drawn here, as SVG without a script: columns of cash and bars of debts.

They are for the eye alone; each stands beside a table with the same figures, which is
what keyboards and screen readers are led to.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from payments.home.figures import Month

_WIDE, _HIGH = 100, 1000
_STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
_FULL = 1000


class Scale(NamedTuple):
    """A scale of round amounts, from below zero where something is."""

    top: Decimal
    bottom: Decimal

    @classmethod
    def of(cls, months: Sequence[Month]) -> Scale:
        """The smallest round scale that all months fit into."""
        top = max(max(month.into, month.out) for month in months)
        return cls(_round_up(top), -_round_up(-min(month.net for month in months)))

    def height(self, amount: Decimal) -> int:
        """How high an amount stands above the bottom of the picture."""
        return int((amount - self.bottom) * _HIGH / (self.top - self.bottom))


class Target(NamedTuple):
    """What a month's columns say when pointed at, and where they lead."""

    into_words: str
    into: str
    out_words: str
    out: str


def columns(months: Sequence[Month], targets: Sequence[Target]) -> SafeString:
    """Two columns a month, in and out, and a line of what was left."""
    scale = Scale.of(months)
    zero = _HIGH - scale.height(Decimal(0))
    bars = [
        part
        for place, (month, to) in enumerate(zip(months, targets, strict=True))
        for part in (
            _column(scale, "into", place * _WIDE + 14, month.into, to[:2]),
            _column(scale, "out", place * _WIDE + 52, month.out, to[2:]),
        )
    ]
    points = " ".join(
        f"{place * _WIDE + _WIDE // 2},{_HIGH - scale.height(month.net)}"
        for place, month in enumerate(months)
    )
    width = _WIDE * len(months)
    return format_html(
        '<svg class="columns" viewBox="0 0 {} {}" preserveAspectRatio="none" '
        'aria-hidden="true">{}<line class="zero" x1="0" x2="{}" y1="{}" y2="{}"/>'
        '<polyline class="net" points="{}"/></svg>',
        *(width, _HIGH, format_html_join("", "{}", ((bar,) for bar in bars))),
        *(width, zero, zero, points),
    )


def bar(place: int, amount: Decimal, most: Decimal) -> SafeString:
    """One bar of a bucket, as long as its share of the longest."""
    length = int(amount * _FULL / most) if most else 0
    return format_html(
        '<svg class="bar bucket-{}" viewBox="0 0 {} 10" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="ground" width="{}" height="10"/>'
        '<rect class="filled" width="{}" height="10"/></svg>',
        *(place, _FULL, _FULL, max(length, 4) if amount else 0),
    )


def _column(
    scale: Scale, name: str, left: int, amount: Decimal, to: Sequence[str]
) -> SafeString:
    words, link = to
    high = scale.height(amount) - scale.height(Decimal(0))
    rect = format_html(
        '<rect class="{}" x="{}" y="{}" width="34" height="{}"><title>{}</title></rect>',
        *(name, left, _HIGH - scale.height(amount), high, words),
    )
    if not link or not amount:
        return rect
    return format_html('<a href="{}" tabindex="-1">{}</a>', link, rect)


def _round_up(amount: Decimal) -> Decimal:
    """The next of 1, 2, 5, 10, 20 … that is not less; 0 for what is not above 0."""
    if amount <= 0:
        return Decimal(0)
    unit = Decimal(10) ** amount.adjusted()
    return next(step * unit for step in _STEPS if step * unit >= amount)
