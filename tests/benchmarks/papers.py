"""How many documents a second does one process print, and prove?

An invoice of ten lines on one page, in turns, so that a busy machine slows all alike:
typst by itself on our template with data made beforehand; our PDF/A-3a from the facts;
the same with the e-invoice made, checked by the official rules and by exact sums, and
attached; and WeasyPrint on an HTML page of the same content. Every document has a
number of its own, since typst remembers pages that it has set before.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from invoices.documents.facts import DocumentFacts

ROOT = Path(__file__).resolve().parent.parent.parent
LINES = 10


def main() -> None:
    """Warm each way up, measure them in turns, print the ratios."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.papers", description=__doc__
    )
    parser.add_argument("--turns", type=int, default=9, help="Default: 9.")
    parser.add_argument("--each", type=int, default=10, help="Per turn; default: 10.")
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    ways = _ways()
    for way in ways.values():
        way(_document(0))()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(asked.turns):
        numbers = range(1 + turn * asked.each, 1 + (turn + 1) * asked.each)
        for name, way in ways.items():
            deeds = [way(_document(number)) for number in numbers]
            seconds[name].append(_timed(deeds))
    _report({name: median(turns) for name, turns in seconds.items()})


def _ways() -> dict[str, Callable[[DocumentFacts], Callable[[], object]]]:
    """For each way what prepares a document, and answers the deed to be timed."""
    import typst
    from weasyprint import HTML

    from invoices.documents import typesetting
    from invoices.documents.printable import FONTS
    from invoices.documents.printing import print_document, sheet
    from invoices.einvoice.checking import make

    root = typesetting.ROOT
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(FONTS)],
    )
    plain = typst.Compiler(root / "main.typ", root=root, font_paths=fonts)

    def alone(facts: DocumentFacts) -> Callable[[], object]:
        inputs = typesetting._inputs(sheet(facts), b"")
        return lambda: plain.compile(format="pdf", sys_inputs=inputs)

    def weasy(facts: DocumentFacts) -> Callable[[], object]:
        page = _html(sheet(facts))
        return lambda: HTML(string=page).write_pdf()

    return {
        "typst alone": alone,
        "PDF": lambda facts: lambda: print_document(facts),
        "PDF, e-invoice, check": lambda facts: (
            lambda: print_document(facts, make(facts).cii)
        ),
        "WeasyPrint": weasy,
    }


def _document(number: int) -> DocumentFacts:
    from tests.documents import papers

    return papers.document(
        number=f"RE-2026-{number:05}",
        lines=tuple(papers.line(n) for n in range(1, LINES + 1)),
        taxes=(papers.tax(base=Decimal(1475), amount=Decimal("280.25")),),
        line_total=Decimal("1475.00"),
        subtotal=Decimal("1475.00"),
        tax_total=Decimal("280.25"),
        total=Decimal("1755.25"),
    )


def _html(sheet: dict[str, object]) -> str:
    """A page with every text of the sheet, its lines in a table."""
    rows = "".join(
        f"<tr><td>{n}<td>Hecken schneiden und Schnittgut abfahren"
        "<td class=r>2.5<td class=r>59.00<td class=r>147.50"
        for n in range(1, LINES + 1)
    )
    words = "".join(f"<p>{escape(text)}</p>" for text in _texts(sheet))
    style = (
        "@page { size: A4; margin: 2cm } body { font: 10pt 'Noto Sans', sans-serif }"
        "table { width: 100%; border-collapse: collapse } .r { text-align: right }"
        "td { border-bottom: 1px solid #ccc; padding: 2pt } p { margin: 1pt 0 }"
    )
    return f"<html lang=en><style>{style}</style>{words}<table>{rows}</table></html>"


def _texts(part: object) -> list[str]:
    if isinstance(part, dict):
        known = (value for key, value in part.items() if key not in ("lines", "svg"))
        return [text for value in known for text in _texts(value)]
    if isinstance(part, list | tuple):
        return [text for value in part for text in _texts(value)]
    return [part] if isinstance(part, str) else []


def _timed(deeds: Sequence[Callable[[], object]]) -> float:
    start = time.perf_counter()
    for deed in deeds:
        deed()
    return (time.perf_counter() - start) / len(deeds)


def _report(seconds: dict[str, float]) -> None:
    first = seconds["typst alone"]
    for name, took in seconds.items():
        sys.stdout.write(
            f"{name:24}{took * 1000:8.1f} ms{1 / took:8.1f} a second"
            f"{took / first:8.2f} times typst alone\n"
        )


if __name__ == "__main__":
    main()
