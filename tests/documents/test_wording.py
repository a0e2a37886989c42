"""What a paper says to readers in other countries and languages."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from invoices.documents.facts import DocumentFacts, Language
from invoices.documents.sheets import document_sheet
from invoices.documents.tax_names import tax_name
from tests.documents.papers import BUYER, SELLER, document, line, look, tax

LONDON = replace(
    SELLER, line1="1 High Street", city="London", postal_code="SE1 2AB", country="GB"
)


def to(country: str, language: Language) -> DocumentFacts:
    """An invoice from London."""
    buyer = replace(BUYER, country=country)
    return document(seller=LONDON, buyer=buyer, look=look(language=language))


@pytest.mark.parametrize(
    ("country", "language", "named"),
    [
        ("DE", "de", ["Vereinigtes Königreich"]),
        ("FR", "fr", ["Royaume-Uni"]),
        ("TH", "th", ["สหราชอาณาจักร"]),
        ("US", "en", ["United Kingdom"]),
        ("GB", "de", []),
        ("", "en", []),
    ],
)
def test_abroad_the_seller_names_its_country(country, language, named) -> None:
    sheet = document_sheet(to(country, language))
    where = ["1 High Street", "London, SE1 2AB", *named]
    assert sheet["sender"] == [SELLER.name, *where]
    assert sheet["contact"] == [*where, SELLER.phone, SELLER.email]


@pytest.mark.parametrize(
    ("name", "rate", "shown"),
    [
        ("VAT", "20", "VAT 20%|USt. 20 %|TVA 20 %|ภาษีมูลค่าเพิ่ม 20%"),
        ("vat (20.0 %)", "20", "vat (20.0 %)|USt. 20 %|TVA 20 %|ภาษีมูลค่าเพิ่ม 20%"),
        (
            *("Value-added tax", "7.5"),
            "Value-added tax 7.5%|USt. 7,5 %|TVA 7,5 %|ภาษีมูลค่าเพิ่ม 7.5%",
        ),
        ("MwSt. 19%", "19", "VAT 19%|MwSt. 19%|TVA 19 %|ภาษีมูลค่าเพิ่ม 19%"),
        ("TVA 5,5 %", "5.5", "VAT 5.5%|USt. 5,5 %|TVA 5,5 %|ภาษีมูลค่าเพิ่ม 5.5%"),
        ("State 5,5 % (CA)", "5.5", "|".join(["State 5,5 % (CA)"] * 4)),
        ("GST", "5", "GST 5%|GST 5 %|GST 5 %|GST 5%"),
        (
            "VAT reduced",
            "5",
            "VAT reduced 5%|VAT reduced 5 %|VAT reduced 5 %|VAT reduced 5%",
        ),
        ("VAT 20%", "5", "VAT 20% 5%|VAT 20% 5 %|VAT 20% 5 %|VAT 20% 5%"),
    ],
)
def test_only_a_word_for_vat_is_translated(name: str, rate: str, shown: str) -> None:
    languages: tuple[Language, ...] = ("en", "de", "fr", "th")
    names = [tax_name(name, Decimal(rate), each) for each in languages]
    assert [" ".join(one.split()) for one in names] == shown.split("|")


def zero(language: Language) -> DocumentFacts:
    """A taxed line and two of different zero-rated taxes."""
    none = tax(tax="z", name="VAT", rate=Decimal(0), amount=Decimal(0), category="Z")
    taxes = (tax(), none, replace(none, tax="y", name="Books"))
    lines = (line(), line(2, tax="z"), line(3, tax="y"))
    return document(taxes=taxes, lines=lines, look=look(language=language))


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "VAT 0%, Books 0% – Zero-rated."),
        ("de", "USt. 0 %, Books 0 % – Nullsatz."),
        ("fr", "TVA 0 %, Books 0 % – Taux zéro."),
        ("th", "ภาษีมูลค่าเพิ่ม 0%, Books 0% – อัตราภาษีร้อยละศูนย์"),
    ],
)
def test_a_reason_names_the_taxes_it_is_for(language: Language, reason: str) -> None:
    [told] = document_sheet(zero(language))["reasons"]
    assert " ".join(told.split()) == reason


def test_a_reason_of_the_business_stands_after_the_general_one() -> None:
    taxes = [
        tax(name=name, rate=Decimal(0), category=category, exemption=told)
        for name, category, told in (
            *(("A", "AE", "Art. 196"), ("B", "E", "Exempt from tax.")),
            *(("C", "Z", "Children's clothes"), ("D", "", "Outside"), ("E", "S", "")),
        )
    ]
    assert document_sheet(document(taxes=tuple(taxes)))["reasons"] == [
        "A 0% – Reverse charge: the recipient is liable for the tax. Art. 196",
        "B 0% – Exempt from tax.",
        "C 0% – Children's clothes",
        "D 0% – Outside",
    ]


@pytest.mark.parametrize(
    ("taxes", "label"),
    [
        ((tax(),), "Total TTC"),
        ((), "Total"),
        ((tax(rate=Decimal(0), amount=Decimal(0), category="E"),), "Total"),
    ],
)
def test_a_french_total_includes_taxes_only_where_there_are_any(taxes, label) -> None:
    sheet = document_sheet(document(taxes=taxes, look=look(language="fr")))
    assert sheet["totals"][-1]["label"] == label
