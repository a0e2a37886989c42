"""Why an import cannot begin or go on: the command prints it and stops."""

from __future__ import annotations


class Unusable(Exception):
    """The file, the mapping or an option will not do; the message says the remedy."""


class BadCell(Exception):
    """The text of one cell is not what its field needs; the message is the reason."""
