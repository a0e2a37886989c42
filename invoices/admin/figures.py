"""A document's amounts from its lines to its total, as its pages list them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from invoices import totals
from invoices.admin import display
from invoices.models import Invoice
from invoices.models.tax import TaxRates
from partners.shown_numbers import exact


class Figure(NamedTuple):
    """One amount and what it is; `strong` for what counts most."""

    label: str
    amount: str
    strong: bool = False


def of_document(invoice: Invoice, taxes: Iterable[Any]) -> list[Figure]:
    """As stored; `taxes` are the document's InvoiceTaxes in order."""
    parts = [(_named(row.code, row.rate), row.base, row.amount) for row in taxes]
    amounts = invoice.line_total, invoice.discount_total, invoice.total
    return _figures(invoice.currency, amounts, parts)


def of_totals(computed: totals.Totals, rates: TaxRates, currency: str) -> list[Figure]:
    """As just computed with these rates."""
    codes = {
        str(row.component_id): row.component.code
        for rows in rates.values()
        for row in rows
    }
    parts = [
        (_named(codes[part.component.key], part.component.rate), part.base, part.amount)
        for part in computed.taxes
    ]
    amounts = computed.line_total, computed.discount, computed.total
    return _figures(currency, amounts, parts)


def _named(code: str, rate: Decimal) -> str:
    return f"{code} {exact(rate)} %"


def _figures(
    currency: str,
    amounts: tuple[Decimal, Decimal, Decimal],
    taxes: Iterable[tuple[str, Decimal, Decimal]],
) -> list[Figure]:
    line_total, discount, total = amounts

    def money(value: Decimal) -> str:
        return display.words(value, currency)

    found = [Figure(_("Lines"), money(line_total))]
    if discount:
        found.append(Figure(_("Discount"), money(-discount)))
        found.append(Figure(_("After discount"), money(line_total - discount)))
    for name, base, amount in taxes:
        told = _("%(tax)s on %(base)s") % {"tax": name, "base": money(base)}
        found.append(Figure(told, money(amount)))
    return [*found, Figure(_("Total"), money(total), strong=True)]
