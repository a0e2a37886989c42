"""Crediting an invoice, in whole or by line: a linked, issued credit note."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from invoices import totals
from invoices.conflicts import refusing_duplicates
from invoices.drafting import check_decimal
from invoices.exceptions import BadDates, BadLines, CreditExceeds
from invoices.files import demand_einvoice
from invoices.models.event import Event
from invoices.models.invoice import Invoice
from invoices.models.line import InvoiceLine, InvoiceTax
from invoices.periods import Facts, check_day, check_period
from invoices.querysets import Direction, Kind, State
from partners import prepared
from partners.access import Actor, Capability
from partners.exceptions import Invalid

_ZERO = Decimal(0)


def credit(
    invoice: Invoice,
    quantities: Mapping[int, Decimal] | None,
    *,
    by: Actor,
    now: datetime.datetime,
    date: datetime.date,
    reason: str = "",
    number: str = "",
    expected_version: int | None = None,
) -> Invoice:
    """Issue a credit note; `quantities` is by the line's position, None for the rest.

    The note first lowers what is open on the invoice; what exceeds that stays open
    on the note, to be paid back. Whatever the order and size of the notes, their
    sum never exceeds the invoice, and what completes a line or a tax takes the
    remainder, so that they add up to it exactly. Raises NotIssued, CreditExceeds,
    BadLines, BadDates, AmountOutOfRange, PeriodClosed, NumberTaken, NotAllowed.
    """
    by.require(Capability.CORRECT, invoice.business_id)
    note = Invoice(number=number, responsible_id=by.user_id)
    with refusing_duplicates(note), transaction.atomic():
        invoice.lock(expected_version)
        under = _check(invoice, date, number)
        lines = list(invoice.lines.order_by("position"))
        asked = _asked(invoice, lines, quantities)
        taxes = list(invoice.taxes.order_by("position"))
        computed = _compute(invoice, lines, taxes, asked)
        _build(note, invoice, computed, date, reason)
        settings = note.freeze(now)
        note.take_number()
        invoice.apply_credit(note)
        prepared.insert([note])
        _insert_parts(note, lines, taxes, asked, computed)
        demand_einvoice(note, settings)
        facts = {"credit_note": note.number, "total": note.total, **under}
        Event.record(invoice, "invoice.credited", by=by, **facts)
        facts = note.facts() | under
        Event.record(note, "invoice.issued", by=by, reason=reason, **facts)
    return note


def _check(invoice: Invoice, date: datetime.date, number: str) -> Facts:
    invoice.must_be_issued()
    if invoice.direction == Direction.RECEIVED and not number:
        raise Invalid("Give the vendor's number of the document.", field="number")
    if invoice.kind != Kind.INVOICE:
        raise BadLines("A credit note cannot be credited; void it instead.")
    check_day(date)
    if date < invoice.date:
        raise BadDates("The credit lies before the invoice's date.", field="date")
    return check_period(invoice.business, date)


def _notes(invoice: Invoice) -> list[int]:
    """The credit notes that count: withdrawn ones have given their share back."""
    notes = Invoice.objects.for_business(invoice.business_id)
    withdrawn = (State.VOID, State.CANCELLED)
    linked = notes.filter(credited_invoice_id=invoice.pk)
    return list(linked.exclude(state__in=withdrawn).values_list("pk", flat=True))


def _credited_lines(invoice: Invoice) -> dict[int, InvoiceLine]:
    """What earlier notes took, summed by the credited line; two queries."""
    lines = InvoiceLine.objects.for_business(invoice.business_id)
    sums = (
        lines.filter(invoice_id__in=_notes(invoice))
        .order_by()
        .values("credited_line_id")
        .annotate(
            quantities=Sum("quantity"),
            amounts=Sum("amount"),
            discounts=Sum("discount"),
            taxes=Sum("tax_amount"),
            totals=Sum("total"),
        )
    )
    return {
        row["credited_line_id"]: InvoiceLine(
            quantity=row["quantities"],
            amount=row["amounts"],
            discount=row["discounts"],
            tax_amount=row["taxes"],
            total=row["totals"],
        )
        for row in sums
    }


def _asked(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    quantities: Mapping[int, Decimal] | None,
) -> list[totals.CreditLine]:
    """Every line with what is to be credited of it now."""
    if quantities is not None:
        unknown = set(quantities) - {line.position for line in lines}
        if unknown:
            raise BadLines(f"There is no line {min(unknown)}.", field="lines")
        for quantity in quantities.values():
            check_decimal(quantity, "lines")
    credited = _credited_lines(invoice)
    asked = [
        _credit_line(
            line, credited.get(line.pk) or InvoiceLine(quantity=_ZERO), quantities
        )
        for line in lines
    ]
    if not any(line.quantity for line in asked):
        raise CreditExceeds("Nothing is left to credit.", field="lines")
    return asked


def _credit_line(
    line: InvoiceLine, before: InvoiceLine, quantities: Mapping[int, Decimal] | None
) -> totals.CreditLine:
    left = line.quantity - before.quantity
    quantity = left if quantities is None else quantities.get(line.position, _ZERO)
    return totals.CreditLine(
        quantity=quantity,
        unit_price=line.unit_price,
        tax=line.tax_id,
        original_quantity=line.quantity,
        original=_figures(line),
        credited_quantity=before.quantity,
        credited=_figures(before),
    )


def _figures(line: InvoiceLine) -> totals.LineTotals:
    net = line.amount - line.discount
    return totals.LineTotals(
        line.amount, line.discount, net, line.tax_amount, line.total
    )


def _compute(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    taxes: Sequence[InvoiceTax],
    asked: Sequence[totals.CreditLine],
) -> totals.Totals:
    parts = InvoiceTax.objects.for_business(invoice.business_id)
    credited = {
        row["component_id"]: row
        for row in parts.filter(invoice_id__in=_notes(invoice))
        .order_by()
        .values("component_id")
        .annotate(bases=Sum("base"), amounts=Sum("amount"))
    }
    nothing = {"bases": _ZERO, "amounts": _ZERO}
    creditable = [
        totals.CreditableTax(
            tax.tax_id,
            totals.ComponentRate(str(tax.component_id), tax.rate, tax.compound),
            tax.base,
            tax.amount,
            credited.get(tax.component_id, nothing)["bases"],
            credited.get(tax.component_id, nothing)["amounts"],
        )
        for tax in taxes
    ]
    try:
        computed = totals.credit(asked, currency=invoice.currency, taxes=creditable)
    except totals.CreditExceeds as error:
        raise CreditExceeds(str(error), field="lines") from error
    if not 0 <= computed.total <= invoice.total - invoice.amount_credited:
        raise CreditExceeds("These lines alone cannot be credited.", field="lines")
    return computed


def _build(
    note: Invoice,
    invoice: Invoice,
    computed: totals.Totals,
    date: datetime.date,
    reason: str,
) -> None:
    note.business, note.partner = invoice.business, invoice.partner
    note.direction, note.kind = invoice.direction, Kind.CREDIT_NOTE
    note.credited_invoice = invoice
    note.date = note.due_date = date
    note.currency, note.currency_rate = invoice.currency, invoice.currency_rate
    note.discount_percent = invoice.discount_percent
    note.purchase_order = invoice.purchase_order
    note.memo = reason
    note.take_amounts(computed.line_total, computed.discount, computed.tax_total)


def _insert_parts(
    note: Invoice,
    lines: Sequence[InvoiceLine],
    taxes: Sequence[InvoiceTax],
    asked: Sequence[totals.CreditLine],
    computed: totals.Totals,
) -> None:
    chosen = [
        (line, asked_line.quantity, figures)
        for line, asked_line, figures in zip(lines, asked, computed.lines, strict=True)
        if asked_line.quantity
    ]
    parts = [
        InvoiceLine(
            business_id=note.business_id,
            invoice_id=note.pk,
            position=position,
            product_id=line.product_id,
            description=line.description,
            quantity=quantity,
            unit_price=line.unit_price,
            tax_id=line.tax_id,
            amount=figures.amount,
            discount=figures.discount,
            tax_amount=figures.tax,
            total=figures.total,
            credited_line_id=line.pk,
        )
        for position, (line, quantity, figures) in enumerate(chosen, start=1)
    ]
    prepared.insert(parts)
    by_component = {tax.component_id: tax for tax in taxes}
    summary = [
        _tax_row(note, position, by_component[int(part.component.key)], part)
        for position, part in enumerate(computed.taxes, start=1)
    ]
    prepared.insert(summary)


def _tax_row(
    note: Invoice, position: int, original: InvoiceTax, part: totals.TaxTotals
) -> InvoiceTax:
    return InvoiceTax(
        business_id=note.business_id,
        invoice_id=note.pk,
        tax_id=original.tax_id,
        component_id=original.component_id,
        position=position,
        code=original.code,
        name=original.name,
        rate=original.rate,
        compound=original.compound,
        category=original.category,
        exemption=original.exemption,
        base=part.base,
        amount=part.amount,
    )
