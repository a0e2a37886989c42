"""The words of four languages, and how they write numbers and days."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest

from invoices.documents import numbers
from invoices.documents.facts import Language
from invoices.documents.printable import coverage
from invoices.documents.words import FOLDER, words

LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "th")


def test_there_is_a_table_for_each_language() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same(language) -> None:
    """The same keys, each with the same gaps to fill, in letters that can be shown."""
    gaps = {key: set(re.findall("{.*?}", text)) for key, text in words("en").items()}
    table = words(language)
    assert {key: set(re.findall("{.*?}", text)) for key, text in table.items()} == gaps
    assert all(text.strip() == text != "" for text in table.values())
    assert set(map(ord, "".join(table.values()))) <= coverage().keys()


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [
        (
            *("9999999999999.99", "USD"),
            (
                "USD 9,999,999,999,999.99|9.999.999.999.999,99 USD|"
                "9 999 999 999 999,99 USD|USD 9,999,999,999,999.99"
            ),
        ),
        ("0.01", "CAD", "CAD 0.01|0,01 CAD|0,01 CAD|CAD 0.01"),
        ("-1234.5", "AUD", "AUD -1,234.50|-1.234,50 AUD|-1 234,50 AUD|AUD -1,234.50"),
        ("1234", "JPY", "JPY 1,234|1.234 JPY|1 234 JPY|JPY 1,234"),
        ("1.5", "KWD", "KWD 1.500|1,500 KWD|1,500 KWD|KWD 1.500"),
        ("0.1234567", "EUR", "EUR 0.1234567|0,1234567 EUR|0,1234567 EUR|EUR 0.1234567"),
        ("-0.00", "EUR", "EUR 0.00|0,00 EUR|0,00 EUR|EUR 0.00"),
        ("1E+3", "EUR", "EUR 1,000.00|1.000,00 EUR|1 000,00 EUR|EUR 1,000.00"),
    ],
)
def test_money_keeps_its_digits_and_names_its_currency(
    value, currency, written
) -> None:
    shown = [numbers.money(Decimal(value), currency, each) for each in LANGUAGES]
    assert [re.sub(r"\s", " ", one) for one in shown] == written.split("|")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1.000000", "1|1|1|1"),
        ("1234.500000", "1,234.5|1.234,5|1 234,5|1,234.5"),
        ("0.000001", "0.000001|0,000001|0,000001|0.000001"),
        (
            "123456789012345678.123456789012",
            (
                "123,456,789,012,345,678.123456789012|"
                "123.456.789.012.345.678,123456789012|"
                "123 456 789 012 345 678,123456789012|"
                "123,456,789,012,345,678.123456789012"
            ),
        ),
    ],
)
def test_quantities_have_the_decimals_they_need(value: str, written: str) -> None:
    shown = [numbers.quantity(Decimal(value), each) for each in LANGUAGES]
    assert [re.sub(r"\s", " ", one) for one in shown] == written.split("|")


def test_rates_are_written_with_a_percent_sign() -> None:
    shown = [numbers.percent(Decimal("9.9750"), each) for each in LANGUAGES]
    assert [re.sub(r"\s", " ", one) for one in shown] == [
        *("9.975%", "9,975 %", "9,975 %", "9.975%")
    ]


def test_days_name_their_month_and_the_year_of_the_readers_era() -> None:
    day = datetime.date(2026, 3, 7)
    assert [numbers.day(day, each) for each in LANGUAGES] == [
        *("7 March 2026", "7. März 2026", "7 mars 2026", "7 มีนาคม พ.ศ. 2569")
    ]
    assert [numbers.short_day(day, each) for each in LANGUAGES] == [
        *("7 Mar 2026", "07.03.2026", "7 mars 2026", "7 มี.ค. 2569")
    ]


def test_a_column_of_numbers_is_padded_to_one_point() -> None:
    assert numbers.aligned(["1", "2,5", "1.000,25"], "de") == [
        *(("1", ",00"), ("2,5", "0"), ("1.000,25", "")),
    ]
    assert numbers.aligned(["1", "20"], "en") == [("1", ""), ("20", "")]
