"""The agreed documents; run as a module, this writes them anew."""

from __future__ import annotations

from pathlib import Path

from invoices.einvoice.cii import cii
from invoices.einvoice.ubl import ubl
from tests.einvoice.samples import note, rich

HOME = Path(__file__).with_name("golden")


def written() -> dict[str, bytes]:
    """What each file should hold."""
    return {
        "invoice.cii.xml": cii(rich()),
        "invoice.ubl.xml": ubl(rich()),
        "credit_note.cii.xml": cii(note()),
        "credit_note.ubl.xml": ubl(note()),
    }


if __name__ == "__main__":
    for name, xml in written().items():
        (HOME / name).write_bytes(xml)
