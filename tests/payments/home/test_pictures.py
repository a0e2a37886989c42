"""Pictures: round scales, heights that keep proportions, nothing left of the frame."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest

from payments.home.figures import Month
from payments.home.pictures import Scale, Target, bar, columns

FIRST = datetime.date(2026, 3, 1)


def month(into: str, out: str = "0") -> Month:
    return Month(FIRST, Decimal(into), Decimal(out))


@pytest.mark.parametrize(
    ("months", "top", "bottom"),
    [
        ([month("99.01")], "100", "0"),
        ([month("101")], "200", "0"),
        ([month("0.03"), month("0.02")], "0.05", "0"),
        ([month("0", "4625")], "5000", "-5000"),
        ([month("40000", "100"), month("100", "6000")], "50000", "-10000"),
    ],
)
def test_a_scale_is_round_and_holds_every_month(months, top, bottom):
    assert Scale.of(months) == (Decimal(top), Decimal(bottom))


def test_columns_stand_on_zero_and_keep_their_proportions():
    months = [month("0", "100"), month("50", "20")]
    to = Target("March: in", "/in?a=1&b=2", "March: out <", "")
    text = columns(months, [to, to])
    assert re.findall(r'y="(\d+)" width="34" height="(\d+)"', text) == [
        ("500", "0"),
        ("0", "500"),
        ("250", "250"),
        ("400", "100"),
    ]
    assert 'points="50,1000 150,350"' in text
    assert text.count('<a href="/in?a=1&amp;b=2" tabindex="-1">') == 1
    assert "March: out &lt;" in text


def test_a_bar_is_as_long_as_its_share_and_never_invisible():
    full = Decimal(1000)
    assert 'class="filled" width="250"' in bar(1, Decimal(250), full)
    assert 'class="filled" width="4"' in bar(1, Decimal("0.01"), full)
    assert 'class="filled" width="0"' in bar(1, Decimal(0), full)
    assert 'class="filled" width="0"' in bar(1, Decimal(0), Decimal(0))
