"""The QR code by which a banking app pays: EPC069-12, version 002."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import segno

from .facts import Bank
from .numbers import places

SMALLEST = Decimal("0.01")
LARGEST = Decimal("999999999.99")
_NAME = 70
_REMITTANCE = 140
_MASK = 3
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


def payload(bank: Bank, currency: str, amount: Decimal, remittance: str) -> str:
    """Return the twelve elements as text, or nothing where the scheme has no place.

    It pays euros only, to an IBAN whose holder is named, between a cent and a billion.
    A BIC that is none is left out: inside the EEA the IBAN suffices.
    """
    iban = "".join(bank.iban.split()).upper()
    bic = "".join(bank.bic.split()).upper()
    holder = _short(bank.holder, _NAME)
    if currency != "EUR" or not holder or not _IBAN.fullmatch(iban):
        return ""
    if not SMALLEST <= amount <= LARGEST or places(amount) > 2:
        return ""
    elements = [
        *("BCD", "002", "1", "SCT"),
        bic if _BIC.fullmatch(bic) else "",
        holder,
        iban,
        f"EUR{amount:.2f}",
        *("", ""),  # no purpose code, no structured reference
        _short(remittance, _REMITTANCE),
    ]
    return "\n".join(elements).rstrip("\n")


def drawing(text: str) -> str:
    """Return the QR code of a payload as SVG without its quiet zone, level M.

    The mask is fixed, which every reader accepts: trying all eight for the evenest
    picture takes longer than typesetting the page.
    """
    code = segno.make_qr(
        text, error="m", mode="byte", encoding="utf-8", boost_error=False, mask=_MASK
    )
    target = io.BytesIO()
    code.save(target, kind="svg", border=0, xmldecl=False, omitsize=True, nl=False)
    return target.getvalue().decode()


def _short(text: str, limit: int) -> str:
    """Put text on one line of at most `limit` characters that UTF-8 can hold."""
    line = " ".join(text.encode(errors="ignore").decode().split())
    return line[:limit].strip()
