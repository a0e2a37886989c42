"""What every paper of the family shows, as the text that the templates place.

A sheet is plain JSON: strings already in the customer's language and printable by our
fonts. Templates place them; they calculate, compare and translate nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from . import epc, numbers
from .addresses import address
from .facts import Bank, Language, Look, Party
from .printable import one_line, paragraphs
from .words import words

Sheet = dict[str, Any]
Pairs = list[tuple[str, str]]

_LONGEST_FOOTER = 600
_RUNNING = 48


def letterhead(seller: Party, buyer: Party, look: Look) -> Sheet:
    """Return the parts around a paper's own: who writes to whom, and the foot."""
    language = look.language
    word = words(language)
    from_there = address(seller, buyer.country or seller.country, language)
    name = one_line(seller.name)
    return {
        "language": language,
        "paper": "us-letter" if look.page == "letter" else "a4",
        "logo": _logo(look.logo, word["logo_alt"].format(name=name)),
        "seller": name,
        "running": running(seller.name),
        "sender": [name, *printable(from_there)],
        "contact": printable([*from_there, seller.phone, seller.email]),
        "buyer": _recipient(buyer, seller.country, language),
        "legal": _legal(seller, language),
        "footer": _footer(look.footer),
        "page": word["page"],
    }


def printable(texts: Iterable[str]) -> list[str]:
    """Return each text as a printable line, the empty ones left out."""
    return [line for text in texts if (line := one_line(text))]


def running(text: str) -> str:
    """Return a name for the head of later pages, where there is little room."""
    return one_line(text if len(text) <= _RUNNING else text[:_RUNNING] + "…")


def pairs(language: Language, rows: Iterable[tuple[str, str]]) -> Pairs:
    """Return the labels' words with their values, the empty ones left out."""
    word = words(language)
    return [(word[key], line) for key, value in rows if (line := one_line(value))]


def tax_number_word(party: Party) -> str:
    """Return the word for a tax number: those of the EU's VAT begin with a country."""
    return "vat_number" if party.tax_number[:2].isalpha() else "tax_number"


def banking(bank: Bank, language: Language) -> Pairs:
    """Return where to pay, label by label; the IBAN in groups of four."""
    iban = "".join(bank.iban.split())
    groups = [iban[start : start + 4] for start in range(0, len(iban), 4)]
    return pairs(
        language,
        [
            ("holder", bank.holder),
            ("iban", " ".join(groups)),
            ("bic", bank.bic),
            ("account", bank.account),
            ("bank", bank.name),
        ],
    )


def scan_to_pay(
    bank: Bank, currency: str, total: Decimal, remittance: str, language: Language
) -> Sheet:
    """Return the QR code with its words, or nothing where none can be made."""
    payload = epc.payload(bank, currency, total, remittance)
    if not payload:
        return {}
    word = words(language)
    written = numbers.money(total, currency, language)
    return {
        "svg": epc.drawing(payload),
        "caption": word["scan"],
        "alt": word["scan_alt"].format(total=written),
    }


def _recipient(buyer: Party, home: str, language: Language) -> list[str]:
    attention = words(language)["contact"].format(name=buyer.contact_name)
    contact = attention if buyer.contact_name.strip() else ""
    return printable([buyer.name, contact, *address(buyer, home, language)])


def _legal(seller: Party, language: Language) -> list[str]:
    word = words(language)
    numbered = (
        ("registration", seller.registration),
        (tax_number_word(seller), seller.tax_number),
    )
    told = [word[key].format(number=value) for key, value in numbered if value.strip()]
    return printable([seller.name, *told])


def _footer(text: str) -> list[str]:
    """Return the footer's lines; what is too long for a foot stops with an ellipsis."""
    short = text if len(text) <= _LONGEST_FOOTER else text[:_LONGEST_FOOTER] + "…"
    lines = [line for line in paragraphs(short) if line]
    return lines if len(lines) <= 4 else [*lines[:3], " ".join(lines[3:])]


def _logo(png: bytes, alt: str) -> Sheet | None:
    """Wrap a PNG as SVG, since only text reaches a template."""
    if not png:
        return None
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    data = base64.b64encode(png).decode()
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/>'
        "</svg>"
    )
    return {"svg": svg, "width": width, "height": height, "alt": alt}
