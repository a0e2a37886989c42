"""Short opaque ids for the outside, computed alike in Python and in SQL.

Pymlo shows eight hexadecimal digits (`dd921fea`). The same here: the primary
key, scrambled by multiplication modulo 2³² with a salt per kind of row. It is no
secret, only opaque; and because PostgreSQL can compute it too, a list of
documents is built inside the database without looking ids up one by one.
"""

from __future__ import annotations

from zlib import crc32

_MODULUS = 1 << 32
# Odd, so that it has an inverse; below 2³¹, so that SQL's bigint cannot overflow.
_FACTOR = 1_640_531_527
_INVERSE = pow(_FACTOR, -1, _MODULUS)
_DIGITS = frozenset("0123456789abcdef")


def _salt(kind: str) -> int:
    return crc32(kind.encode()) & 0x7FFFFFFF


def encode(kind: str, pk: int) -> str:
    """The public id of row `pk` of this kind: eight hex digits, more past 2³² rows."""
    high, low = divmod(pk, _MODULUS)
    scrambled = (low * _FACTOR + _salt(kind)) % _MODULUS
    return f"{high:x}{scrambled:08x}" if high else f"{scrambled:08x}"


def decode(kind: str, public_id: str) -> int | None:
    """The primary key behind a public id, or None where the text is none."""
    if not 8 <= len(public_id) <= 15 or not _DIGITS.issuperset(public_id):
        return None
    low = (int(public_id[-8:], 16) - _salt(kind)) * _INVERSE % _MODULUS
    pk = int(public_id[:-8] or "0", 16) * _MODULUS + low
    return pk if encode(kind, pk) == public_id else None


def encode_sql(kind: str, column: str) -> str:
    """An SQL expression with the value of `encode(kind, column)`; `column` is ours."""
    low = f"({column} & {_MODULUS - 1})"
    scrambled = f"(({low} * {_FACTOR} + {_salt(kind)}) & {_MODULUS - 1})"
    text = f"lpad(to_hex({scrambled}), 8, '0')"
    high = f"({column} >> 32)"
    return f"CASE WHEN {high} > 0 THEN to_hex({high}) || {text} ELSE {text} END"
