"""Values that should not be there, as JSON texts: Python cannot say all of them."""

from __future__ import annotations

import os
from zlib import crc32

_SHARE = 1 if os.environ.get("COUNTERFOIL_TESTS") == "all" else 3


def drawn(case: int) -> bool:
    """Whether the case of this number is tried: one in three, the same each time.

    `COUNTERFOIL_TESTS=all` tries every one; that takes some minutes more.
    """
    return crc32(str(case).encode()) % _SHARE == 0


NASTY = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-0.0",
    "-1",
    "1E+2",
    "1e-7",
    "1e400",
    "1e-400",
    "1e99999999999999999999",
    "9" * 40,
    "0." + "3" * 200,
    "123456789012.123456",
    "1234567890123",
    '""',
    '" "',
    '"x"',
    '"NaN"',
    '"Infinity"',
    '"-0"',
    '"1e400"',
    '"' + "9" * 1001 + '"',
    '"' + "x" * 100_000 + '"',
    '"a\\u0000b"',
    '"\\ud83d\\ude00"',
    '"💩\u202e\u0301\ufeff"',
    '"\\\\ud800"',
    '"0000-00-00"',
    '"9999-12-31"',
    '"10000-01-01"',
    '"0001-01-01"',
    '"\'; DROP TABLE invoices_invoice; --"',
    "[]",
    "[null]",
    "[[[]]]",
    "{}",
]
