"""Numbers that people type: with a point before the decimals, in every language.

So 1,50 is refused, with the remedy. 1.234 is one and a bit where points stand before
decimals, and a thousand and more where they stand between thousands: whoever reads
that way is asked which is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

_GROUPING_WITH_POINTS = frozenset({"de"})
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")

NO_NUMBER = _("Write the number with a point before its decimals, as in 1234.50.")
AMBIGUOUS = _(
    "Does the point stand before decimals or between thousands? Write 1234 for a "
    "thousand and more, 1.2340 for one and a bit."
)


def is_ambiguous(text: str) -> bool:
    """Whether readers of the active language could mean thousands: `1.234`."""
    grouping = get_language() in _GROUPING_WITH_POINTS
    return grouping and bool(_GROUPED.fullmatch(text.strip()))


def explain(form: forms.BaseForm) -> None:
    """Let the form's numbers say how they are written where they are refused."""
    for _name, part in _numbers(form):
        part.error_messages["invalid"] = NO_NUMBER


def refuse_ambiguous(form: forms.BaseForm) -> None:
    """An error at each number that was typed anew and may have been meant otherwise."""
    changed = set(form.changed_data)
    for name, _part in _numbers(form):
        if name in changed and any(map(is_ambiguous, _typed(form, name))):
            form.add_error(name, AMBIGUOUS)


def _numbers(form: forms.BaseForm) -> Iterator[tuple[str, forms.Field]]:
    """The form's decimals, also those that are one half of an amount of money."""
    for name, field in form.fields.items():
        for part in getattr(field, "fields", (field,)):
            if isinstance(part, forms.DecimalField):
                yield name, part


def _typed(form: forms.BaseForm, name: str) -> list[str]:
    value = form[name].data
    return [str(part or "") for part in (value if isinstance(value, list) else [value])]
