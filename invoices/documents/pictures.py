"""Papers as pictures, to be looked at before anything is sent."""

from __future__ import annotations

from . import typesetting
from .printing import Facts, sheet

SCREEN = 110
"""Pixels per inch at which an A4 page is some 900 pixels wide."""


def preview(facts: Facts, pixels_per_inch: int = SCREEN) -> list[bytes]:
    """Return each page as PNG, the very page that printing the facts gives."""
    return typesetting.png(sheet(facts), pixels_per_inch)
