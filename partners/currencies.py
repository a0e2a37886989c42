"""The decimals of ISO 4217's currencies."""

from __future__ import annotations

_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS = {
    code: places
    for places, codes in _CODES_BY_EXPONENT.items()
    for code in codes.split()
}


_UNDIVIDED = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX XEU XFO XFU XRE"
NO_MONEY = frozenset(_UNDIVIDED.split())
"""Codes that ISO 4217 gives no decimals: metals, units of account, tests, none."""


def exponent(currency: str) -> int:
    """The number of decimals of an ISO 4217 currency; 2 where the table is silent."""
    return EXPONENTS.get(currency, 2)
