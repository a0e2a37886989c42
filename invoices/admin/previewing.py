"""What a draft's page comes to while it is being typed: computed as saving computes it,
written nowhere."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from moneyed import CURRENCIES

from invoices import drafting, totals
from invoices.admin import display, figures
from invoices.admin.drafts import DraftForm, LineForm, LineFormSet
from invoices.drafting import InvoiceDraft, LineDraft
from invoices.models import Invoice
from invoices.models.tax import TaxRates, rates_on
from partners.exceptions import BookError
from partners.models import Business

_TOTALS = "admin/documents/totals.html"
# Of what is not filled in yet nobody need be told while typing.
_UNFINISHED = {"required"}


@dataclass(slots=True)
class Preview:
    """The answer to a page: texts by line, the totals' table, errors by field.

    `lines` and `errors` are by the names that the page's fields have. `reasons` say
    why there is no total.
    """

    lines: dict[str, str] = field(default_factory=dict)
    totals: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    incomplete: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def answer(self) -> dict[str, Any]:
        """As the page's script reads it; without a total, why there is none."""
        bare = {"incomplete": self.incomplete, "reasons": self.reasons}
        return {
            "lines": self.lines,
            "totals": self.totals or render_to_string(_TOTALS, bare),
            "errors": self.errors,
        }


def preview(
    form: DraftForm, lines: LineFormSet, whole: Callable[[], InvoiceDraft] | None
) -> Preview:
    """What the form as it is comes to; the lines that can be computed are.

    `whole` makes the document that saving would write, whose total it is then; None
    as long as something in the form is not valid.
    """
    found = Preview()
    _tell_errors(found, form)
    ready = _ready_lines(found, lines)
    head = form.cleaned_data
    business = head.get("business") or getattr(form.instance, "business", None)
    currency = str(head.get("currency") or "").upper()
    on, discount = head.get("date"), head.get("discount_percent")
    if not (business and on and ready) or discount is None:
        return found
    if currency not in CURRENCIES:
        return found
    drafts = [part.line() for part in ready]
    try:
        computed, rates = _computed(business, on, drafts, currency, discount)
        _tell_lines(found, ready, computed, currency)
        if whole is not None:
            draft = whole()
            _check(draft)
            currency = draft.currency
            computed, rates = _computed(
                business, draft.date, draft.lines, currency, draft.discount_percent
            )
    except BookError as refusal:
        found.lines.clear()
        _tell_refusal(found, refusal, form, ready)
    else:
        _tell_totals(found, computed, rates, currency)
    return found


def _computed(
    business: Business,
    on: datetime.date,
    lines: Sequence[LineDraft],
    currency: str,
    discount: Decimal,
) -> tuple[totals.Totals, TaxRates]:
    drafting.check_discount(discount)
    taxes = {line.tax.pk: line.tax for line in lines if line.tax}
    rates = rates_on(business, list(taxes.values()), on)
    inputs = [_input(line) for line in lines]
    return drafting.compute_lines(inputs, currency, discount, rates), rates


def _input(line: LineDraft) -> totals.LineInput:
    return totals.LineInput(line.quantity, line.unit_price, line.tax and line.tax.pk)


def _check(draft: InvoiceDraft) -> None:
    """Raise what saving would raise about the whole document."""
    drafting.check(draft)
    rates = rates_on(draft.business, draft.taxes(), draft.date)
    drafting.build(Invoice(), draft, drafting.compute(draft, rates))


def _tell_errors(found: Preview, form: Any, place: str = "") -> None:
    for name, errors in form.errors.as_data().items():
        told = [
            message
            for error in errors
            if error.code not in _UNFINISHED
            for message in error.messages
        ]
        if told:
            found.errors[form.add_prefix(name)] = told
            _tell_reason(found, form, name, told, place)


def _tell_reason(
    found: Preview, form: Any, name: str, told: Iterable[str], place: str = ""
) -> None:
    """Why there is no total, with the names of line and field."""
    named = str(capfirst(form[name].label)) if name in form.fields else ""
    where = ", ".join(filter(None, [place, named]))
    found.reasons.append(": ".join(filter(None, [where, " ".join(told)])))


def _ready_lines(found: Preview, lines: LineFormSet) -> list[LineForm]:
    ready: list[LineForm] = []
    for number, part in enumerate(lines.forms, 1):
        if not part.has_changed() or part.data.get(part.add_prefix("DELETE")):
            continue
        if part.is_valid():
            ready.append(part)
        else:
            found.incomplete.append(number)
            place = _("Line %(number)s") % {"number": number}
            _tell_errors(found, part, place)
    return ready


def _tell_refusal(
    found: Preview, refusal: BookError, form: DraftForm, ready: list[LineForm]
) -> None:
    """Put what the books say where saving would put it."""
    first, *where = refusal.field.split(".")
    name = refusal.field if refusal.field in form.fields else "lines"
    if first == "lines" and where and where[0].isdecimal():
        place = int(where[0])
        if place < len(ready):
            name = ready[place].add_prefix(where[1] if len(where) > 1 else "quantity")
    found.errors.setdefault(name, []).append(refusal.message)
    _tell_reason(found, form, name, [refusal.message])


def _tell_lines(
    found: Preview, ready: Iterable[LineForm], computed: totals.Totals, currency: str
) -> None:
    for part, line in zip(ready, computed.lines, strict=True):
        found.lines[str(part.prefix)] = display.words(line.amount, currency)


def _tell_totals(
    found: Preview, computed: totals.Totals, rates: TaxRates, currency: str
) -> None:
    shown = {
        "figures": figures.of_totals(computed, rates, currency),
        "incomplete": found.incomplete,
    }
    found.totals = render_to_string(_TOTALS, shown)
