"""No text breaks a paper: whatever a name holds, pages come out."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.documents.facts import Bank, DocumentFacts, Look, Party
from invoices.documents.printable import FONTS, UNSHOWN, coverage, one_line, paragraphs
from invoices.documents.printing import (
    print_document,
    print_reminder,
    print_statement,
)
from tests.documents.papers import (
    XML,
    document,
    line,
    look,
    picture,
    reminder,
    statement,
    tax,
)

MARKS = "".join(map(chr, [0x300, 0x20DD, 0xE34, 0xE33, 0x94D, 0x64B, 0x5B0, 0xFE0F]))
FORMATS = "".join(
    map(chr, [0x200B, 0x200C, 0x200D, 0x202E, 0x2066, 0xFEFF, 0xAD, 0x600])
)
BROKEN = "\ud800\x00\x07\x1b\x7f\x85\ufffe\ufff9\ue000\U000e0001\U0010ffff\u2028\r\n\t"
SCRIPTS = "aWé京都园한สวनमस्तेשםمرحباЖΩ①😀ﬁ€"
MARKUP = '#$*_`@<>&\\/"[]{}=-+~;'

nasty = st.text(
    st.one_of(
        st.sampled_from(MARKS + FORMATS + BROKEN + SCRIPTS + MARKUP + "    "),
        st.characters(),
    ),
    max_size=60,
)
amounts = st.decimals(
    -(10**13), 10**13, places=2, allow_nan=False, allow_infinity=False
).map(abs)
parties = st.builds(Party, **{each.name: nasty for each in fields(Party)})


@st.composite
def papers(draw: st.DrawFn) -> DocumentFacts:
    """A document each of whose texts is nasty, of up to four lines."""
    described = draw(st.lists(nasty, max_size=4))
    lines = tuple(
        line(n, description=text, tax=draw(st.sampled_from("ab")), amount=draw(amounts))
        for n, text in enumerate(described)
    )
    chosen = Look(
        language=draw(st.sampled_from(["en", "de", "fr", "th"])),
        page=draw(st.sampled_from(["a4", "letter"])),
        footer=draw(nasty) * draw(st.sampled_from([1, 40])),
    )
    texts = ("number", "memo", "description", "terms", "reference", "project")
    return document(
        kind=draw(st.sampled_from(["invoice", "credit_note"])),
        currency=draw(st.sampled_from(["EUR", "JPY", "KWD", "USD"])),
        seller=draw(parties),
        buyer=draw(parties),
        bank=Bank(**{each.name: draw(nasty) for each in fields(Bank)}),
        lines=lines,
        taxes=(tax(name=draw(nasty), exemption=draw(nasty), category="E"),),
        total=draw(amounts),
        look=chosen,
        **{name: draw(nasty) for name in texts},
    )


@settings(max_examples=40)
@given(papers())
def test_any_text_is_printed(facts: DocumentFacts) -> None:
    assert print_document(facts, XML).startswith(b"%PDF")


@pytest.mark.parametrize("plane", range(0, 0x11, 1))
def test_any_character_is_printed_alone_and_with_marks(plane: int) -> None:
    """Every 29th code point of the first planes, so that each block is met."""
    points = range(plane * 0x10000, (plane + 1) * 0x10000, 29 if plane < 3 else 997)
    text = " ".join(f"{chr(point)} a{chr(point)}\u0301" for point in points)
    shown = document(lines=(line(description=text),))
    assert print_document(shown).startswith(b"%PDF")


@pytest.mark.parametrize("around", ["{}", "a{}\u0301", "क{}\u0e34", "京{}\u094d\u064b"])
def test_every_covered_character_is_printed(around: str) -> None:
    text = "".join(
        around.format(chr(point)) + " " * (at % 40 == 39)
        for at, point in enumerate(sorted(coverage()))
        if not 0x4E00 <= point < 0xD7A4
    )
    assert print_document(document(memo=text)).startswith(b"%PDF")


@pytest.mark.parametrize("empty", ["", " ", "\n\n", "\x00"])
def test_letters_of_empty_or_nasty_parties_are_printed(empty: str) -> None:
    nobody = Party(name=empty)
    for letter in (
        print_reminder(reminder(seller=nobody, buyer=nobody, items=(), bank=Bank())),
        print_statement(statement(seller=nobody, buyer=nobody, entries=())),
        print_document(document(seller=nobody, buyer=nobody, lines=(), taxes=())),
    ):
        assert letter.startswith(b"%PDF")


def test_everything_at_its_longest_is_printed() -> None:
    long = "W" * 200
    party = Party(**{each.name: long for each in fields(Party)})
    facts = document(
        number=long,
        seller=party,
        buyer=party,
        memo=long * 20,
        terms=long * 20,
        purchase_order=long,
        look=look(footer=long * 20, logo=picture(size=(1200, 600))),
        lines=(
            line(
                description=long * 20,
                quantity=Decimal("999999999999.999999"),
                unit_price=Decimal("9999999999999.999999"),
                amount=Decimal("9999999999999.99"),
            ),
        ),
        total=Decimal("9999999999999.99"),
        description=long,
    )
    assert print_document(facts).startswith(b"%PDF")
    assert print_document(replace(facts, lines=facts.lines * 3)).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Müller & Söhne", "Müller & Söhne"),
        ("  two\r\nlines\u2028here  ", "two lines here"),
        ("bell\x07", f"bell{UNSHOWN}"),
        ("half\ud800", f"half{UNSHOWN}"),
        ("smile 😀", f"smile {UNSHOWN}"),
        ("private \ue000", f"private {UNSHOWN}"),
        ("\u202eevil\u202c\ufeff", "evil"),
        ("tab\there", "tab here"),
        ("京都園芸株式会社", "京都園芸株式会社"),
        ("W" * 30, "\u200b".join(["WWWW"] * 7 + ["WW"])),
        ("สวัสดี" * 10, "สวัสดี" * 10),
    ],
)
def test_text_becomes_printable(written: str, shown: str) -> None:
    assert one_line(written) == shown


def test_paragraphs_lose_only_the_empty_lines_around_them() -> None:
    assert paragraphs("\n\n one\n\ntwo \n\n") == ["one", "", "two"]


def test_bold_fonts_have_the_letters_of_the_regular_ones() -> None:
    for path in FONTS.glob("*-Bold.ttf"):
        regular = path.with_name(path.name.replace("-Bold", "-Regular"))
        assert TTFont(path).getBestCmap().keys() == TTFont(regular).getBestCmap().keys()


@given(st.text())
def test_printable_text_has_nothing_that_cannot_be_shown(text: str) -> None:
    shown = one_line(text)
    assert all(
        ord(one) in coverage() or one in "\u200b\u200c\u200d" for one in shown
    ), [unicodedata.name(one, hex(ord(one))) for one in shown]
