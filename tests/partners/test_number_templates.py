"""Templates for document numbers."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError

from partners.number_templates import period_of, render, validate_template

DAY = datetime.date(2026, 3, 9)


@pytest.mark.parametrize(
    ("template", "period", "number"),
    [
        ("{seq}", "", "42"),
        ("{seq:05}", "", "00042"),
        ("INV-{year}-{seq:05}", "2026", "INV-2026-00042"),
        ("{year}/{month}/{seq}", "2026-03", "2026/03/42"),
        ("{seq}-{seq:03}", "", "42-042"),
        ("{year:06}-{month:04}-{seq:01}", "2026-03", "002026-0003-42"),
    ],
)
def test_a_template_says_the_number_and_the_span_it_counts_in(template, period, number):
    validate_template(template)
    assert period_of(template, DAY) == period
    assert render(template, DAY, 42) == number


@pytest.mark.parametrize(
    "template",
    [
        "",
        "INV",
        "{year}",
        "{seq",
        "seq}",
        "{{seq}}",
        "{seq:5}",
        "{seq:010}",
        "{seq} {day}",
        "{seq}{",
        "{seq}}",
        "{month}-{seq}",
    ],
)
def test_a_template_that_cannot_count_is_refused(template):
    with pytest.raises(ValidationError):
        validate_template(template)
