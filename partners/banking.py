"""What an IBAN and a BIC must look like."""

from __future__ import annotations

import re

from partners.exceptions import Invalid

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def clean_iban(text: str) -> str:
    """The IBAN without spaces, in capitals; "" for nothing.

    Raises Invalid where its shape or its check digits (ISO 13616: modulo 97) are wrong.
    """
    iban = _bare(text)
    if not iban:
        return ""
    if not _IBAN.fullmatch(iban):
        raise Invalid(
            "An IBAN is two letters, two digits and 11 to 30 letters or digits.",
            field="iban",
        )
    digits = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
    if int(digits) % 97 != 1:
        raise Invalid(
            "The IBAN's check digits do not fit: compare it with the bank's paper.",
            field="iban",
        )
    return iban


def clean_bic(text: str) -> str:
    """The BIC without spaces, in capitals; "" for nothing. Raises Invalid."""
    bic = _bare(text)
    if bic and not _BIC.fullmatch(bic):
        raise Invalid(
            "A BIC is six letters and two, or five, more letters or digits.",
            field="bic",
        )
    return bic


def _bare(text: str) -> str:
    return "".join(text.split()).upper()
