"""The QR code that banking apps read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from invoices.documents.epc import drawing, payload
from tests.documents.papers import BANK


def test_the_payload_has_the_elements_of_version_2() -> None:
    assert payload(BANK, "EUR", Decimal("175.5"), "RE-2026-0042").split("\n") == [
        *("BCD", "002", "1", "SCT", "COBADEFFXXX", "Gärtnerei Lindenhof GmbH"),
        *("DE89370400440532013000", "EUR175.50", "", "", "RE-2026-0042"),
    ]


def test_spaces_in_the_account_are_no_matter() -> None:
    spaced = replace(BANK, iban="de89 3704 0044 0532 0130 00 ", bic="")
    assert payload(spaced, "EUR", Decimal(1), "R").split("\n")[4:8] == [
        *("", "Gärtnerei Lindenhof GmbH", "DE89370400440532013000", "EUR1.00"),
    ]


def test_names_and_remittances_keep_to_one_short_line() -> None:
    long = replace(BANK, holder="a\nb" + "c" * 100)
    elements = payload(long, "EUR", Decimal(1), "x\r\n" + "y" * 200).split("\n")
    assert (len(elements), elements[5], elements[10]) == (
        11,
        "a b" + "c" * 67,
        "x " + "y" * 138,
    )


@pytest.mark.parametrize("amount", ["0.01", "999999999.99", "100.000"])
def test_amounts_of_the_scheme_have_a_code(amount: str) -> None:
    assert f"EUR{Decimal(amount):.2f}" in payload(BANK, "EUR", Decimal(amount), "R")


@pytest.mark.parametrize(
    ("bank", "currency", "amount"),
    [
        (BANK, "USD", "1"),
        (BANK, "EUR", "0"),
        (BANK, "EUR", "-1"),
        (BANK, "EUR", "0.001"),
        (BANK, "EUR", "1000000000.00"),
        (replace(BANK, iban=""), "EUR", "1"),
        (replace(BANK, iban="12345678"), "EUR", "1"),
        (replace(BANK, holder=" "), "EUR", "1"),
    ],
)
def test_where_the_scheme_has_no_place_there_is_no_code(bank, currency, amount) -> None:
    assert payload(bank, currency, Decimal(amount), "R") == ""


def test_the_drawing_is_a_picture_of_paths() -> None:
    svg = drawing(payload(BANK, "EUR", Decimal("175.53"), "RE-2026-0042"))
    assert svg.startswith("<svg")
    assert "<path" in svg
    assert "href" not in svg
