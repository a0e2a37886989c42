"""Reading what requests of the bank's pages hold: keys, numbers and texts."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from payments.exceptions import BadMatch

_KEY = re.compile(r"[0-9]{1,18}")
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:[, ][0-9]{3}){1,4})(?:\.[0-9]{1,10})?"
)
_LONGEST = 1000
_SHOWN = 40


def key_of(text: str) -> int:
    """The primary key that a text is, 0 (which no row has) for anything else."""
    return int(text) if _KEY.fullmatch(text) else 0


def text_of(text: str) -> str:
    """The text without the blanks around it, cut where no field is longer."""
    return text.strip()[:_LONGEST]


def number_of(text: str, field: str) -> Decimal:
    """The number that was typed, nought for nothing. Raises BadMatch at the field."""
    bare = text.strip()
    if bare and not _NUMBER.fullmatch(bare):
        message = _("“%s” is no number; write it as 1234.50.") % bare[:_SHOWN]
        raise BadMatch(message, field=field)
    return Decimal(bare.replace(",", "").replace(" ", "") or 0)


def version_of(text: str) -> int | None:
    """The version that a page was made of, None for none. Raises BadMatch."""
    version = key_of(text)
    if text and not version:
        raise BadMatch(_("The page is broken; load it anew."), field="version")
    return version or None
