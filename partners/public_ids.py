"""Short opaque ids for the outside, computed alike in Python and in SQL.

Pymlo shows short hexadecimal texts (`dd921fea`). Likewise here: the primary key's
lower 32 bits, scrambled by multiplication modulo 2³² with a salt per kind of row,
behind its upper bits plus one: nine digits for the first four thousand million
rows. It is no secret, only opaque; and because PostgreSQL can compute it too, in
one expression, a list of documents is built inside the database without looking
ids up one by one.
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
    """The public id of row `pk` of this kind."""
    high, low = divmod(pk, _MODULUS)
    scrambled = (low * _FACTOR + _salt(kind)) % _MODULUS
    return f"{(high + 1) * _MODULUS + scrambled:x}"


def decode(kind: str, public_id: str) -> int | None:
    """The primary key behind a public id, or None where the text is none."""
    if not 9 <= len(public_id) <= 15 or not _DIGITS.issuperset(public_id):
        return None
    high, scrambled = divmod(int(public_id, 16), _MODULUS)
    low = (scrambled - _salt(kind)) * _INVERSE % _MODULUS
    pk = (high - 1) * _MODULUS + low
    return pk if encode(kind, pk) == public_id else None


def encode_sql(kind: str, column: str) -> str:
    """An SQL expression with the value of `encode(kind, column)`; `column` is ours."""
    low = f"(({column} & {_MODULUS - 1}) * {_FACTOR} + {_salt(kind)})"
    high = f"((({column} >> 32) + 1) << 32)"
    return f"to_hex({high} + ({low} & {_MODULUS - 1}))"
