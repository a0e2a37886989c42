"""How each cent of a document came about: the steps of `totals`, from stored lines.

Nothing is computed a second time in another way: a document is computed again by
`totals.compute` with the rates frozen on it, which tells how it divided the taxes. A
credit note is no computation of its own: its parts are what was stored of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from invoices import money, totals
from invoices.models import Invoice, InvoiceLine, InvoiceTax
from partners.shown_numbers import exact

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """What fell to a line of something divided: its exact share, and what it got.

    The parts are cut to whole units; those cut most get one unit more, so that they sum
    to what was divided. `extra` says that this is one of them.
    """

    position: int
    label: str
    base: Decimal
    raw: Decimal
    got: Decimal

    @property
    def extra(self) -> bool:
        """Whether it got more than its exact share."""
        return abs(self.got) > abs(self.raw)


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """One line, step by step; `raw` is quantity × price, exact."""

    position: int
    description: str
    quantity: Decimal
    unit_price: Decimal
    raw: Decimal
    amount: Decimal
    discount: Part | None
    net: Decimal
    taxes: Sequence[Part]
    tax: Decimal
    total: Decimal

    @property
    def rounding(self) -> Decimal:
        """What rounding added to quantity × price."""
        return self.amount - self.raw


@dataclass(frozen=True, slots=True)
class ExplainedTax:
    """One component of a tax over the whole document, and who bears how much."""

    label: str
    compound: bool
    rate: Decimal
    base: Decimal
    raw: Decimal
    amount: Decimal
    parts: Sequence[Part]

    @property
    def rounding(self) -> Decimal:
        """What rounding added to the rate's share of the base."""
        return self.amount - self.raw


@dataclass(frozen=True, slots=True)
class Identity:
    """A sum of EN 16931 that holds exactly: the signed terms, and what they come to."""

    rule: str
    words: str
    terms: Sequence[Decimal]
    result: Decimal

    @property
    def holds(self) -> bool:
        """Whether it adds up."""
        return sum(self.terms, _ZERO) == self.result


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A document's total, from its lines to the base currency.

    `agrees` where what comes out is what is stored. Where `is_credit`, amounts
    are parts of an invoice's, and not quantity × price.
    """

    currency: str
    is_credit: bool
    lines: Sequence[ExplainedLine]
    discount_percent: Decimal
    discount_raw: Decimal
    discount: Decimal
    taxes: Sequence[ExplainedTax]
    identities: Sequence[Identity]
    line_total: Decimal
    subtotal: Decimal
    tax_total: Decimal
    total: Decimal
    base_currency: str
    rate: Decimal
    base_raw: Decimal
    base_total: Decimal
    agrees: bool


def explain(invoice: Invoice) -> Explanation:
    """How the document's total came about; two queries, and its business.

    Amounts are in its currency, `base_total` in that of the business, at the rate that
    is frozen on the document.
    """
    lines = list(invoice.lines.order_by("position"))
    taxes = list(invoice.taxes.order_by("position"))
    spreads: list[totals.Spread] = []
    computed = _stored(invoice, lines, taxes)
    if invoice.credited_invoice_id is None:
        computed = totals.compute(
            [line.as_input() for line in lines],
            currency=invoice.currency,
            discount=invoice.discount_percent,
            taxes=_rates(taxes),
            trace=spreads,
        )
    return _explained(invoice, lines, taxes, computed, spreads)


def _rates(taxes: Sequence[InvoiceTax]) -> dict[int, list[totals.ComponentRate]]:
    """The frozen rates in the words of `totals`."""
    rates: dict[int, list[totals.ComponentRate]] = {}
    for tax in taxes:
        part = totals.ComponentRate(str(tax.component_id), tax.rate, tax.compound)
        rates.setdefault(tax.tax_id, []).append(part)
    return rates


def _stored(
    invoice: Invoice, lines: Sequence[InvoiceLine], taxes: Sequence[InvoiceTax]
) -> totals.Totals:
    """The figures as they are stored."""
    return totals.Totals(
        tuple(
            totals.LineTotals(
                line.amount,
                line.discount,
                line.amount - line.discount,
                line.tax_amount,
                line.total,
            )
            for line in lines
        ),
        tuple(
            totals.TaxTotals(
                tax.tax_id,
                totals.ComponentRate(str(tax.component_id), tax.rate, tax.compound),
                tax.base,
                tax.amount,
            )
            for tax in taxes
        ),
        invoice.line_total,
        invoice.discount_total,
        invoice.subtotal,
        invoice.tax_total,
        invoice.total,
    )


def _explained(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    taxes: Sequence[InvoiceTax],
    computed: totals.Totals,
    spreads: Sequence[totals.Spread],
) -> Explanation:
    names = {str(tax.component_id): f"{tax.code} {exact(tax.rate)} %" for tax in taxes}
    if invoice.credited_invoice_id is not None:
        spreads = list(_spreads_of_note(lines, computed))
    parts = [_parts(spread, names) for spread in spreads]
    base = invoice.business.currency
    base_raw = money.multiply(computed.total, invoice.currency_rate)
    return Explanation(
        currency=invoice.currency,
        is_credit=invoice.credited_invoice_id is not None,
        lines=_lines(invoice, lines, computed, parts),
        discount_percent=invoice.discount_percent,
        discount_raw=money.percent_of(computed.line_total, invoice.discount_percent),
        discount=computed.discount,
        taxes=list(_taxes(computed, names, parts)),
        identities=_identities(computed),
        line_total=computed.line_total,
        subtotal=computed.subtotal,
        tax_total=computed.tax_total,
        total=computed.total,
        base_currency=base,
        rate=invoice.currency_rate,
        base_raw=base_raw,
        base_total=money.rounded(base_raw, base),
        agrees=computed == _stored(invoice, lines, taxes),
    )


def _spreads_of_note(
    lines: Sequence[InvoiceLine], computed: totals.Totals
) -> Iterator[totals.Spread]:
    """Of a credit note what is stored: a line's tax where its tax has one component."""
    for part in computed.taxes:
        alone = sum(part.tax == other.tax for other in computed.taxes) == 1
        places = [
            i for i, line in enumerate(lines) if line.tax_id == part.tax and alone
        ]
        bases = [computed.lines[i].net for i in places]
        taxes = [computed.lines[i].tax for i in places]
        yield totals.Spread(part.tax, part.component, places, bases, taxes)


def _parts(spread: totals.Spread, names: dict[str, str]) -> list[Part]:
    label, rate = names[spread.component.key], spread.component.rate
    each = zip(spread.lines, spread.bases, spread.parts, strict=True)
    return [
        Part(place + 1, label, base, money.percent_of(base, rate), part)
        for place, base, part in each
    ]


def _lines(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    computed: totals.Totals,
    parts: Sequence[Sequence[Part]],
) -> list[ExplainedLine]:
    taxes: dict[int, list[Part]] = {}
    for part in (part for some in parts for part in some):
        taxes.setdefault(part.position, []).append(part)
    found = []
    for line, figures in zip(lines, computed.lines, strict=True):
        amount, discount, net, tax, total = figures
        raw = money.percent_of(amount, invoice.discount_percent)
        share = Part(line.position, _("Discount"), amount, raw, discount)
        found.append(
            ExplainedLine(
                position=line.position,
                description=line.description,
                quantity=line.quantity,
                unit_price=line.unit_price,
                raw=money.multiply(line.quantity, line.unit_price),
                amount=amount,
                discount=share if computed.discount or discount else None,
                net=net,
                taxes=taxes.get(line.position, []),
                tax=tax,
                total=total,
            )
        )
    return found


def _taxes(
    computed: totals.Totals, names: dict[str, str], parts: Sequence[Sequence[Part]]
) -> Iterator[ExplainedTax]:
    for tax, some in zip(computed.taxes, parts, strict=True):
        yield ExplainedTax(
            label=names[tax.component.key],
            compound=tax.component.compound,
            rate=tax.component.rate,
            base=tax.base,
            raw=money.percent_of(tax.base, tax.component.rate),
            amount=tax.amount,
            parts=some,
        )


def _identities(computed: totals.Totals) -> list[Identity]:
    """EN 16931's sums; the document's discount is its one allowance (BT-107)."""
    amounts = [line.amount for line in computed.lines]
    return [
        Identity("BR-CO-10", _("Sum of the lines"), amounts, computed.line_total),
        Identity(
            "BR-CO-13",
            _("Total without tax = sum of the lines − discount"),
            [computed.line_total, -computed.discount],
            computed.subtotal,
        ),
        Identity(
            "BR-CO-14",
            _("Total tax = sum of the taxes"),
            [part.amount for part in computed.taxes],
            computed.tax_total,
        ),
        Identity(
            "BR-CO-15",
            _("Total = total without tax + total tax"),
            [computed.subtotal, computed.tax_total],
            computed.total,
        ),
    ]
