"""What keeps a document from being a valid e-invoice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken rule of EN 16931 by its id, and what a clerk should know and do."""

    rule: str
    message: str
