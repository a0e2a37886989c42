"""Check many varied documents, their PDFs too: `python -m tests.einvoice.thousand`.

Needs no database; a thousand take some four minutes. Each document is made as CII, UBL and PDF, checked by the official
rules, by the exact sums, and by reading its PDF again. Exits with 1 where one failed.
"""

from __future__ import annotations

import argparse
import io
import re
import time
from collections import Counter
from collections.abc import Iterator

import pypdf
from lxml import etree
from rich.console import Console
from rich.progress import track
from rich.table import Table

from invoices.documents.facts import DocumentFacts
from invoices.documents.printing import print_document
from invoices.einvoice.cii import cii
from invoices.einvoice.official import findings
from invoices.einvoice.sums import differences
from invoices.einvoice.ubl import ubl
from tests.einvoice.variety import document

MARKS = {
    "{http://www.aiim.org/pdfa/ns/id/}part": "3",
    "{http://www.aiim.org/pdfa/ns/id/}conformance": "A",
    "{http://www.aiim.org/pdfua/ns/id/}part": "1",
    "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}ConformanceLevel": (
        "EN 16931"
    ),
    "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}DocumentFileName": (
        "factur-x.xml"
    ),
}
POINTS = {"en": (",", "."), "th": (",", "."), "de": (".", ","), "fr": (" ", ",")}
"""What stands between thousands, and before the decimals."""
Verdict = tuple[str, bool]


def verdicts(facts: DocumentFacts, *, pdf: bool) -> Iterator[Verdict]:
    """What was looked at, and whether it was right."""
    first, second = cii(facts), ubl(facts)
    yield "CII: official rules", not findings(first)
    yield "UBL: official rules", not findings(second)
    yield "CII: exact sums", not differences(first)
    yield "UBL: exact sums", not differences(second)
    yield "the same e-invoice again", (cii(facts), ubl(facts)) == (first, second)
    if pdf:
        yield from _kept(_printed(facts, first))


def _kept(found: Iterator[Verdict]) -> Iterator[Verdict]:
    """The verdicts, and last whether they all could be reached."""
    reached = True
    try:
        yield from found
    except Exception:  # noqa: BLE001 - whatever printing or a reader raises is a fault
        reached = False
    yield "PDF: made and read without an error", reached


def _printed(facts: DocumentFacts, xml: bytes) -> Iterator[Verdict]:
    made = print_document(facts, xml)
    reader = pypdf.PdfReader(io.BytesIO(made))
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    yield "PDF: number", re.sub(r"\s", "", facts.number) in text
    yield "PDF: total", _total(facts) in text
    yield "PDF: attachment", reader.attachments.get("factur-x.xml") == [xml]
    yield "PDF: PDF/A-3a, PDF/UA-1 and Factur-X marks", _marked(reader)
    yield "PDF: the same bytes again", print_document(facts, xml) == made


def _total(facts: DocumentFacts) -> str:
    """The total as its language writes it, without spaces and sign."""
    thousands, point = POINTS[facts.look.language]
    written = f"{abs(facts.total):,}".replace(".", "p").replace(",", thousands)
    return written.replace("p", point).replace(" ", "")


def _marked(reader: pypdf.PdfReader) -> bool:
    metadata = reader.xmp_metadata
    if metadata is None:
        return False
    root = etree.fromstring(metadata.stream.get_data())
    said = {(each.tag, (each.text or "").strip()) for each in root.iter()}
    said |= {mark for each in root.iter() for mark in each.attrib.items()}
    return said >= set(MARKS.items())


def main() -> int:
    """Check and report; 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--without-pdf", action="store_true")
    given = parser.parse_args()
    console = Console()
    seeds = range(given.start, given.start + given.count)
    checked: Counter[str] = Counter()
    failed: dict[str, list[int]] = {}
    kinds: Counter[str] = Counter()
    began = time.monotonic()
    for seed in track(seeds, "Documents", console=console, transient=True):
        facts = document(seed)
        kinds.update([facts.kind, facts.currency, facts.look.language])
        for what, right in verdicts(facts, pdf=not given.without_pdf):
            checked[what] += 1
            if not right:
                failed.setdefault(what, []).append(seed)
    console.print(_report(checked, failed))
    console.print(", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    console.print(f"{time.monotonic() - began:.1f} seconds")
    return 1 if failed else 0


def _report(checked: Counter[str], failed: dict[str, list[int]]) -> Table:
    table = Table("What", "Checked", "Failed", "First seeds that failed")
    for what, count in checked.items():
        seeds = failed.get(what, [])
        table.add_row(what, str(count), str(len(seeds)), str(seeds[:5] or ""))
    return table


if __name__ == "__main__":
    raise SystemExit(main())
