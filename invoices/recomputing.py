"""Bringing a draft's amounts up to the tax rates in force, just before it is issued."""

from __future__ import annotations

from collections.abc import Sequence

from invoices import totals
from invoices.document_rows import tax_rows
from invoices.drafting import check_expected_total, compute_lines
from invoices.models.guarded import rows
from invoices.models.invoice import Invoice
from invoices.models.line import InvoiceLine, InvoiceTax
from invoices.models.tax import Tax, TaxRates, rates_on
from partners import prepared


def recompute(invoice: Invoice) -> int:
    """Bring a locked draft up to the rates in force on its date; returns its lines.

    Three queries when nothing changed. The document's amounts are set in memory,
    lines and taxes are written where they differ. Raises TotalDiffers where another
    total is expected.
    """
    lines = prepared.select(
        InvoiceLine,
        "business_id = %s AND invoice_id = %s ORDER BY position",
        [invoice.business_id, invoice.pk],
    )
    pks = {line.tax_id for line in lines if line.tax_id is not None}
    taxes = prepared.by_pk(Tax, invoice.business_id, pks)
    rates = rates_on(invoice.business_id, list(taxes.values()), invoice.date)
    computed = compute_lines(
        [line.as_input() for line in lines],
        invoice.currency,
        invoice.discount_percent,
        rates,
    )
    invoice.take_amounts(computed.line_total, computed.discount, computed.tax_total)
    check_expected_total(invoice.expected_total, invoice.total)
    _rewrite_amounts(invoice, lines, computed)
    _rewrite_taxes(invoice, computed, rates)
    return len(lines)


def _rewrite_amounts(
    invoice: Invoice, lines: Sequence[InvoiceLine], computed: totals.Totals
) -> None:
    changed = []
    for line, now in zip(lines, computed.lines, strict=True):
        amounts = (now.amount, now.discount, now.tax, now.total)
        if amounts != (line.amount, line.discount, line.tax_amount, line.total):
            line.amount, line.discount, line.tax_amount, line.total = amounts
            changed.append(line)
    if changed:
        fields = ["amount", "discount", "tax_amount", "total"]
        rows(InvoiceLine, invoice.business_id).bulk_update(changed, fields)


def _rewrite_taxes(invoice: Invoice, computed: totals.Totals, rates: TaxRates) -> None:
    wanted = tax_rows(invoice, computed, rates)
    stored = prepared.select(
        InvoiceTax,
        "business_id = %s AND invoice_id = %s ORDER BY position",
        [invoice.business_id, invoice.pk],
    )
    fields = (
        *("component_id", "rate", "compound", "category", "exemption"),
        *("base", "amount"),
    )

    def figures(row: InvoiceTax) -> tuple[object, ...]:
        return tuple(getattr(row, field) for field in fields)

    if [figures(row) for row in wanted] != [figures(row) for row in stored]:
        found = rows(InvoiceTax, invoice.business_id).filter(invoice_id=invoice.pk)
        found._raw_delete(found.db)
        prepared.insert(wanted)
