"""A number that is typed means the same in every language, or is refused."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.utils import formats, translation
from djmoney.forms import MoneyField

from invoices.pages import reader
from partners import typed_numbers
from partners.shown_numbers import grouped


class Form(forms.Form):
    """A number and a sum of money, as a page of the admin asks for them."""

    n = forms.DecimalField(required=False)
    price = MoneyField(required=False, default_currency="EUR", decimal_places=6)
    day = forms.DateField(required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        typed_numbers.explain(self)

    def clean(self):
        cleaned = super().clean()
        typed_numbers.refuse_ambiguous(self)
        return cleaned


@pytest.fixture(params=["en", "de", "fr", "th"])
def language(request) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


def read(text: str, **initial: Decimal) -> Any:
    """The number that was read, or else the errors."""
    form = Form({"n": text}, initial=initial)
    return form.cleaned_data["n"] if form.is_valid() else form.errors


def test_a_point_stands_before_the_decimals_in_every_language(language) -> None:
    assert read("1234.50") == Decimal("1234.50")
    assert read("0.125") == Decimal("0.125")
    for text in ("1234,50", "1,234", "1.234,50", "1,234.50", "1 234.50", "1.234.50"):
        assert list(read(text)) == ["n"], text


def test_what_germans_may_mean_otherwise_is_asked_back(language) -> None:
    german = language == "de"
    told = {"n": [str(typed_numbers.AMBIGUOUS)]}

    assert read("1.234") == (told if german else Decimal("1.234"))
    assert read("1.2340") == Decimal("1.2340")
    # Nobody is asked about what stood there before.
    assert read("1.234", n=Decimal("1.234")) == Decimal("1.234")
    money = Form({"price_0": "1.234", "price_1": "EUR"})
    assert money.is_valid() is not german


def test_what_is_written_can_be_typed_again(language) -> None:
    """A number or a day that a form shows is understood when it comes back."""
    assert formats.localize(Decimal("1234.50")) == "1234.50"
    day = datetime.date(2026, 3, 10)
    assert Form(initial={"day": day})["day"].value() == day
    assert 'value="2026-03-10"' in str(Form(initial={"day": day})["day"])
    back = Form({"day": "2026-03-10"})
    assert back.is_valid()
    assert back.cleaned_data["day"] == day


def test_days_and_amounts_are_written_as_their_reader_writes_them(language) -> None:
    """Staff read Gregorian years in Thai too: they are what they type."""
    moment = datetime.datetime(2026, 3, 10, 9, 5, tzinfo=datetime.UTC)
    assert (
        reader.money(Decimal("-1234.5"), "EUR").replace(
            "\N{NARROW NO-BREAK SPACE}", " "
        ),
        reader.day(moment),
        reader.moment(moment),
    ) == {
        "en": ("EUR\xa0-1,234.50", "10 Mar 2026", "10 Mar 2026, 09:05"),
        "de": ("-1.234,50\xa0EUR", "10.03.2026", "10.03.2026, 09:05"),
        "fr": ("-1 234,50\xa0EUR", "10 mars 2026", "10 mars 2026, 09:05"),
        "th": ("EUR\xa0-1,234.50", "10 มี.ค. 2026", "10 มี.ค. 2026, 09:05"),
    }[language]


def test_pages_group_a_number_with_the_signs_of_their_language(language) -> None:
    assert (
        grouped(Decimal("-1234567.891"), 3)
        == {
            "en": "-1,234,567.891",
            "de": "-1.234.567,891",
            "fr": "-1\u202f234\u202f567,891",
            "th": "-1,234,567.891",
        }[language]
    )
