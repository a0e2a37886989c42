"""Printed papers, read again: their words, their marks, their bytes."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path

import pikepdf
import pypdf
import pytest
from lxml import etree

from invoices.documents.facts import DocumentFacts
from invoices.documents.pictures import preview
from invoices.documents.printing import (
    print_document,
    print_reminder,
    print_statement,
)
from tests.documents.papers import (
    BUYER,
    XML,
    document,
    line,
    look,
    picture,
    reminder,
    statement,
    tax,
)

FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
PDFA = "http://www.aiim.org/pdfa/ns/id/"
PDFUA = "http://www.aiim.org/pdfua/ns/id/"


def pages(pdf: bytes) -> list[str]:
    """The text of each page, its kinds of space made one."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def text(pdf: bytes) -> str:
    return " ".join(pages(pdf))


@cache
def hybrid() -> bytes:
    return print_document(document(look=look(language="de")), XML)


def marks(pdf: bytes) -> dict[str, str | None]:
    """The properties of the XMP metadata that have a plain value."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = etree.fromstring(opened.Root.Metadata.read_bytes())
    described = root.iter("{*}Description")
    return {
        str(one.tag): one.text for each in described for one in each if not len(one)
    }


@pytest.mark.parametrize("language", ["en", "de", "fr", "th"])
@pytest.mark.parametrize("page", ["a4", "letter"])
def test_a_paper_says_who_pays_what_and_when(language: str, page: str) -> None:
    printed = text(print_document(document(look=look(language=language, page=page))))

    total = {"de": "175,53 EUR", "fr": "175,53 EUR"}.get(language, "EUR 175.53")
    due = {
        "en": "6 April 2026",
        "de": "6. April 2026",
        "fr": "6 avril 2026",
        "th": "พ.ศ. 2569",
    }
    for expected in (
        *("RE-2026-0042", total, due[language], "Maison Dubois SARL", "FR40303265045"),
        *("Gärtnerei Lindenhof GmbH", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX"),
    ):
        assert expected in printed


@pytest.mark.parametrize("size", [("a4", (595, 842)), ("letter", (612, 792))])
def test_the_page_is_as_large_as_chosen(size) -> None:
    page, points = size
    printed = print_document(document(look=look(page=page)))
    box = pypdf.PdfReader(io.BytesIO(printed)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == points


def test_the_e_invoice_is_attached_unchanged() -> None:
    attached = pypdf.PdfReader(io.BytesIO(hybrid())).attachments
    assert attached == {"factur-x.xml": [XML]}

    with pikepdf.open(io.BytesIO(hybrid())) as opened:
        [file] = opened.Root.AF
        assert file.AFRelationship == "/Alternative"
        assert file.EF.F.Subtype == "/text/xml"


def test_the_metadata_claim_pdf_a_pdf_ua_and_factur_x() -> None:
    told = marks(hybrid())
    ours = {key: value for key, value in told.items() if key.startswith("{" + FX)}
    assert ours == {
        f"{{{FX}}}DocumentType": "INVOICE",
        f"{{{FX}}}DocumentFileName": "factur-x.xml",
        f"{{{FX}}}Version": "1.0",
        f"{{{FX}}}ConformanceLevel": "EN 16931",
    }
    assert told[f"{{{PDFA}}}part"] == "3"
    assert told[f"{{{PDFA}}}conformance"] == "A"
    assert told[f"{{{PDFUA}}}part"] == "1"


def test_the_metadata_describe_their_schemas_in_one_bag() -> None:
    with pikepdf.open(io.BytesIO(hybrid())) as opened:
        root = etree.fromstring(opened.Root.Metadata.read_bytes())
    [bag] = root.iter("{*}schemas")
    described = [one.text for one in bag.iter("{*}namespaceURI")]
    assert described.count(FX) == 1
    assert PDFUA in described
    names = [one.text for one in bag.iter("{*}name")]
    assert names[-4:] == [
        "DocumentType",
        "DocumentFileName",
        "Version",
        "ConformanceLevel",
    ]


def test_a_paper_without_e_invoice_claims_none() -> None:
    printed = print_document(document())
    assert not [key for key in marks(printed) if key.startswith("{" + FX)]
    assert marks(printed)[f"{{{PDFA}}}conformance"] == "A"
    assert pypdf.PdfReader(io.BytesIO(printed)).attachments == {}


def test_title_language_and_tags_are_told() -> None:
    with pikepdf.open(io.BytesIO(hybrid())) as opened:
        assert str(opened.docinfo["/Title"]) == "Rechnung RE-2026-0042"
        assert opened.Root.Lang == "de"
        assert opened.Root.MarkInfo.Marked
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        assert str(opened.docinfo["/CreationDate"]) == "D:20260307093000Z"


def test_all_fonts_are_embedded() -> None:
    [page] = pypdf.PdfReader(io.BytesIO(hybrid())).pages
    fonts = page.get_object()["/Resources"]["/Font"]  # type: ignore[index]
    for font in fonts.values():
        [descendant] = font.get_object()["/DescendantFonts"]
        assert "/FontFile2" in descendant.get_object()["/FontDescriptor"]


def fingerprints() -> list[str]:
    """The hashes of one paper of each kind."""
    facts = document(look=look(language="th", logo=picture()))
    printed = [
        print_document(facts, XML),
        print_document(document()),
        print_reminder(reminder()),
        print_statement(statement()),
    ]
    return [sha256(each).hexdigest() for each in printed]


def test_equal_facts_give_equal_bytes_in_any_thread_and_process() -> None:
    here = fingerprints()
    with ThreadPoolExecutor(2) as pool:
        threads = [pool.submit(fingerprints) for _ in range(3)]
        assert [thread.result() for thread in threads] == [here] * 3
    program = "from tests.documents.test_printing import *; print(fingerprints())"
    root = Path(__file__).resolve().parents[2]
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={"PYTHONPATH": str(root), "TZ": "Asia/Bangkok", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.strip() == str(here)


def many(count: int, description: str = "Rasen mähen") -> DocumentFacts:
    lines = tuple(
        line(n, description=f"{description} {n}") for n in range(1, count + 1)
    )
    return document(lines=lines, look=look(language="de"))


def test_three_hundred_lines_repeat_their_header_and_number_their_pages() -> None:
    printed = pages(print_document(many(300)))
    assert len(printed) == 8
    for number, page in enumerate(printed, start=1):
        assert f"Seite {number} von 8" in page
        assert "Einzelpreis" in page
    together = " ".join(printed)
    assert all(f"Rasen mähen {n} " in together for n in range(1, 301))


@pytest.mark.parametrize("count", range(25, 30))
def test_totals_never_stand_without_the_last_line(count: int) -> None:
    printed = pages(print_document(many(count)))
    [page] = [page for page in printed if "Gesamtbetrag" in page]
    assert f"Rasen mähen {count} " in page
    assert "Nettobetrag" in page


def test_a_description_of_many_pages_flows_over_them() -> None:
    facts = document(lines=(line(description="Ein langer Text. " * 900),))
    printed = pages(print_document(facts))
    assert len(printed) == 5
    assert " ".join(printed).count("langer") == 900


def test_a_credit_note_names_the_invoice_it_credits() -> None:
    note = document(
        kind="credit_note",
        number="GS-7",
        credited_number="RE-2026-0042",
        credited_date=document().date,
        look=look(language="de"),
    )
    printed = text(print_document(note))
    for expected in (
        *("Rechnungskorrektur GS-7", "Zur Rechnung RE-2026-0042"),
        *("Rechnung vom 7. März 2026", "Gutgeschrieben 175,53 EUR"),
    ):
        assert expected in printed
    assert "IBAN" not in printed


def test_taxes_are_summed_up_by_rate_with_their_reasons() -> None:
    facts = document(
        lines=(line(), line(2, tax="qc"), line(3, tax="rc")),
        taxes=(
            tax(),
            tax(tax="qc", name="GST 5%", rate=Decimal(5)),
            tax(tax="qc", name="QST", rate=Decimal("9.975"), compound=True),
            tax(
                tax="rc",
                name="VAT",
                rate=Decimal(0),
                category="AE",
                exemption="Art. 196",
            ),
        ),
    )
    printed = text(print_document(facts))
    for expected in (
        *("VAT 19% on 147.50 28.03", "GST 5% on 147.50", "5% + 9.975%"),
        "QST 9.975% on 147.50, earlier taxes included",
        "VAT 0% – Reverse charge: the recipient is liable for the tax. Art. 196",
    ):
        assert expected in printed


def test_many_taxes_get_a_table_of_their_own() -> None:
    taxes = tuple(tax(name=f"Tax no. {n}", tax=str(n)) for n in range(60))
    printed = pages(print_document(document(taxes=taxes)))
    assert len(printed) == 2
    assert "Total tax 28.03" in printed[0]
    assert "Tax summary" in printed[0]
    assert "Tax no. 59 19% 147.50 28.03" in printed[1]


def test_a_discount_is_shown_between_the_lines_and_the_net_amount() -> None:
    facts = document(
        discount_percent=Decimal("2.50"),
        discount_total=Decimal("3.69"),
        subtotal=Decimal("143.81"),
    )
    expected = "Total before discount 147.50 Discount 2.5% -3.69 Subtotal 143.81"
    assert expected in text(print_document(facts))


@pytest.mark.parametrize("level", range(-1, 6))
def test_a_reminder_gets_firmer(level: int) -> None:
    titles = ("Payment notice", "Payment reminder", "Second reminder", "Final reminder")
    printed = text(print_reminder(reminder(level=level)))
    assert titles[min(max(level, 0), 3)] in printed
    assert "RE-2026-0042 7 Mar 2026 6 Apr 2026 10 175.53 75.53" in printed
    assert "EUR 75.53" in printed


def test_a_statement_shows_each_movement_and_what_is_owed() -> None:
    printed = text(print_statement(statement(look=look(language="de"))))
    for expected in (
        *("Anfangssaldo 0,00", "07.03.2026 Rechnung RE-2026-0042 175,53 175,53"),
        *("07.03.2026 Zahlung Z-17 -100,00 75,53", "Endsaldo 75,53 EUR"),
    ):
        assert expected in printed


def test_a_statement_in_the_customers_favour_asks_for_no_payment() -> None:
    facts = statement(closing=Decimal("-12.30"), entries=())
    printed = text(print_statement(facts))
    assert "Balance in your favour EUR 12.30" in printed
    assert "Closing balance EUR -12.30" in printed
    assert "IBAN" not in printed


def test_markup_comes_out_as_it_was_written() -> None:
    name = '#strong[x] $y$ <b>&amp;</b> \\ "quoted" `raw` = * _ // @label {{ x }}'
    printed = text(print_document(document(buyer=replace(BUYER, name=name))))
    assert name in printed


@pytest.mark.parametrize(
    "name",
    [
        "京都園芸株式会社",
        "สวนสวย",  # without marks: pypdf does not read the text typst gives for those
        "한국 주식회사",
        "Ελλάδα Кириллица",
        "W" * 200,
    ],
)
def test_names_of_other_scripts_can_be_copied_from_the_page(name: str) -> None:
    printed = text(print_document(document(buyer=replace(BUYER, name=name))))
    assert "".join(name.split()) in "".join(printed.split())


def raw(pdf: bytes) -> str:
    """The text of all pages with its lines kept apart."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages)


@pytest.mark.parametrize("number", ["NU-/DE2", "R7-AB/CD-2", "N" * 22 + "-A1"])
def test_a_number_does_not_break_in_a_sentence(number: str) -> None:
    """Its place moves over a line's end, a letter at a time."""
    memo = "\n".join("x " * before + f"{number}." for before in range(40, 65))
    printed = raw(print_document(document(number=number, memo=memo)))
    assert printed.count(f"{number}.") == 25 + 1  # and where payment is asked for


def test_a_number_longer_than_a_line_breaks() -> None:
    number = "-".join(["N2"] * 60)
    printed = raw(print_document(document(memo=f"See {number}.")))
    assert f"{number}." not in printed
    assert f"{number}." in "".join(printed.split("\n"))


@pytest.mark.parametrize(
    ("name", "outlined"), [("Acme", 0), ("Acme 京都園芸 한국", 2), ("京都。", 1)]
)
def test_bold_names_are_bold_in_scripts_without_a_bold_font(name, outlined) -> None:
    made = print_document(document(buyer=replace(BUYER, name=name)))
    with pikepdf.open(io.BytesIO(made)) as opened:
        drawn = opened.pages[0].Contents.read_bytes()
    assert drawn.count(b"BT 2 Tr") == outlined  # filled and stroked
    assert name in text(made)


def test_a_preview_shows_the_pages_that_are_printed() -> None:
    facts = many(40)
    pictures = preview(facts, 30)
    assert len(pictures) == len(pages(print_document(facts)))
    assert all(each.startswith(b"\x89PNG") for each in pictures)
    assert preview(reminder(), 30)
    assert preview(statement(), 30)


def test_a_long_number_is_whole_in_the_title_and_short_at_the_head_of_pages() -> None:
    number = "N" * 100
    printed = print_document(replace(many(60), number=number))
    with pikepdf.open(io.BytesIO(printed)) as opened:
        assert str(opened.docinfo["/Title"]) == f"Rechnung {number}"
    _, second, *_ = pages(printed)
    assert "Rechnung " + "N" * 39 + "…" in second.replace("N N", "NN")
