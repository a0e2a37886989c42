"""What is stored of a document's lines and taxes, whoever writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from invoices import totals
from invoices.models.invoice import Invoice
from invoices.models.line import InvoiceLine, InvoiceTax
from invoices.models.tax import TaxRate, TaxRates

if TYPE_CHECKING:
    from invoices.drafting import LineDraft


class LineValues(NamedTuple):
    """A line's columns after those of its document, in an order that COPY can take."""

    position: int
    product_id: int | None
    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_id: int | None
    amount: Decimal
    discount: Decimal
    tax_amount: Decimal
    total: Decimal


def line_values(
    lines: Sequence[LineDraft], computed: totals.Totals
) -> Iterator[LineValues]:
    """What is stored of a document's lines, whoever writes it."""
    pairs = zip(lines, computed.lines, strict=True)
    for position, (line, (amount, discount, _, tax, total)) in enumerate(pairs, 1):
        yield LineValues(
            position,
            line.product.pk if line.product else None,
            described(line),
            line.quantity,
            line.unit_price,
            line.tax.pk if line.tax else None,
            amount,
            discount,
            tax,
            total,
        )


def line_rows(
    invoice: Invoice, lines: Sequence[LineDraft], computed: totals.Totals
) -> list[InvoiceLine]:
    """The lines of a document as unsaved rows."""
    document = {"business_id": invoice.business_id, "invoice_id": invoice.pk}
    return [
        InvoiceLine(**document, **values._asdict())
        for values in line_values(lines, computed)
    ]


def described(line: LineDraft) -> str:
    """The line's words: its own, or else the product's name."""
    return line.description or (line.product.name if line.product else "")


def tax_rows(
    invoice: Invoice, computed: totals.Totals, rates: TaxRates
) -> list[InvoiceTax]:
    """The tax summary of a document as unsaved rows."""
    by_component = {row.component_id: row for part in rates.values() for row in part}
    return [
        _tax_row(invoice, position, part, by_component[int(part.component.key)])
        for position, part in enumerate(computed.taxes, start=1)
    ]


def _tax_row(
    invoice: Invoice, position: int, part: totals.TaxTotals, rate: TaxRate
) -> InvoiceTax:
    component = rate.component
    return InvoiceTax(
        business_id=invoice.business_id,
        invoice_id=invoice.pk,
        tax_id=component.tax_id,
        component_id=component.pk,
        position=position,
        code=component.code,
        name=component.name,
        rate=part.component.rate,
        compound=part.component.compound,
        category=component.tax.category,
        exemption=component.tax.exemption,
        base=part.base,
        amount=part.amount,
    )
