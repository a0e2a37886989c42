"""Numbers as pages show them, with the signs of the language that is being spoken.

Only for pages: what is typed, exported or read by programs has a point and no groups.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

_SIGNS = {
    "de": str.maketrans(",.", ".,"),
    "fr": str.maketrans(",.", "\N{NARROW NO-BREAK SPACE},"),
}


def grouped(number: Decimal | int, places: int = 0) -> str:
    """The number with so many decimals: `1,234.50`, in German `1.234,50`."""
    english = f"{number:,.{places}f}"
    return english.translate(_SIGNS.get(get_language() or "", {}))


def exact(number: Decimal) -> str:
    """The number with the decimals it needs: `2.500000` is `2.5`, in German `2,5`."""
    exponent = number.normalize().as_tuple().exponent
    return grouped(number, max(0, -exponent) if isinstance(exponent, int) else 0)
