"""Making and revising drafts: where every door's document becomes rows.

The dialects, the HTML form and the import all build an `InvoiceDraft`; what they
get is computed by `totals` and checked here, once for all of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db import transaction
from moneyed import CURRENCIES

from invoices import money, totals
from invoices.assigning import Shares, check_shares, share_rows
from invoices.conflicts import check_bill_number, refusing_duplicates
from invoices.document_rows import line_rows, tax_rows
from invoices.exceptions import (
    AmountOutOfRange,
    BadDates,
    BadLines,
    NotACustomer,
    TotalDiffers,
)
from invoices.models.event import Event
from invoices.models.exchange_rate import rate_on
from invoices.models.guarded import rows
from invoices.models.invoice import PARTS, Invoice
from invoices.models.period_exception import PeriodException
from invoices.models.product import Product
from invoices.models.project import Project
from invoices.models.tax import Tax, TaxRates, component_rates, rates_on
from invoices.periods import Facts, check_day, check_period
from invoices.querysets import Direction, Kind, State
from partners import prepared
from partners.access import Actor, Capability
from partners.exceptions import Invalid
from partners.models import Business, Partner

MOST_LINES = 10_000
_PLACES = 6
_LIMIT = Decimal(10) ** 12


class LineDraft(NamedTuple):
    """One position in our words; the unit price is in the document's currency."""

    quantity: Decimal
    unit_price: Decimal
    product: Product | None = None
    description: str = ""
    tax: Tax | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDraft:
    """A whole document in our words, as every door hands it in.

    `currency_rate` is base currency per unit of `currency`; None looks it up.
    An empty `number` leaves it to the series; a received document needs its vendor's.
    `expected_total` must be the computed one, if given. `cost_shares` say in percent
    how much belongs to which cost of `project`.
    """

    business: Business
    partner: Partner
    date: datetime.date
    due_date: datetime.date
    currency: str
    lines: Sequence[LineDraft]
    kind: Kind = Kind.INVOICE
    direction: Direction = Direction.ISSUED
    number: str = ""
    reference: str = ""
    currency_rate: Decimal | None = None
    discount_percent: Decimal = Decimal(0)
    purchase_order: str = ""
    purchase_order_line: str = ""
    purchase_order_type: str = ""
    ledger_line: str = ""
    description: str = ""
    terms: str = ""
    memo: str = ""
    project: Project | None = None
    cost_shares: Shares = ()
    manually_unassigned: bool = False
    expected_total: Decimal | None = None
    duplicate_reason: str = ""
    client_document: str = ""

    def taxes(self) -> list[Tax]:
        """The taxes used on the lines, each once."""
        return list({line.tax.pk: line.tax for line in self.lines if line.tax}.values())


COPIED = tuple(
    part.name
    for part in fields(InvoiceDraft)
    if part.name not in ("lines", "cost_shares", "currency_rate")
)
"""What a document stores of its draft as it is."""


def draft_invoice(draft: InvoiceDraft, *, by: Actor) -> Invoice:
    """A saved draft with its lines, taxes and event.

    Raises NotAllowed, PeriodClosed, NumberTaken, ReferenceTaken, DuplicateBill and
    the kinds of Invalid that `check` and `compute` raise; then nothing is saved.
    """
    by.require(Capability.DRAFT, draft.business.pk)
    under = check(draft)
    rates = rates_on(draft.business, draft.taxes(), draft.date)
    computed = compute(draft, rates)
    invoice = build(Invoice(responsible_id=by.user_id), draft, computed)
    with refusing_duplicates(invoice), transaction.atomic():
        check_bill_number(invoice)
        prepared.insert([invoice])
        _insert_parts(invoice, draft, computed, rates)
        Event.record(invoice, "invoice.drafted", by=by, **invoice.facts(), **under)
    return invoice


def revise_draft(
    invoice: Invoice,
    draft: InvoiceDraft,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> Invoice:
    """Replace a draft's whole content.

    Raises what `draft_invoice` raises, NotADraft, and StaleDocument where the
    draft is no longer at `expected_version`.
    """
    by.require(Capability.DRAFT, invoice.business_id)
    if draft.business.pk != invoice.business_id:
        raise Invalid("A document stays in its business.", field="business")
    under = check(draft)
    rates = rates_on(draft.business, draft.taxes(), draft.date)
    computed = compute(draft, rates)
    with refusing_duplicates(invoice), transaction.atomic():
        invoice.lock(expected_version)
        invoice.must_be_editable()
        under |= invoice.must_be_open_period()
        check_bill_number(build(invoice, draft, computed))
        invoice.save()
        _delete_parts(invoice)
        _insert_parts(invoice, draft, computed, rates)
        Event.record(invoice, "invoice.revised", by=by, **invoice.facts(), **under)
    return invoice


def check(
    draft: InvoiceDraft, allowed: Sequence[PeriodException] | None = None
) -> Facts:
    """Raise the Invalid, or PeriodClosed, that keeps this from being a document.

    `allowed` and what it answers are `periods.check_period`'s.
    """
    if draft.partner.business_id != draft.business.pk:
        raise Invalid("The partner belongs to another business.", field="partner")
    if draft.currency not in CURRENCIES:
        raise Invalid(
            f"{draft.currency} is no ISO 4217 currency code.", field="currency"
        )
    check_partner(draft.partner, draft.direction)
    check_shares(draft.business.pk, draft.project, draft.cost_shares)
    _check_dates(draft)
    _check_numbers(draft)
    if not 0 < len(draft.lines) <= MOST_LINES:
        raise BadLines(f"A document has 1 to {MOST_LINES} lines.", field="lines")
    business_id = draft.business.pk
    for position, line in enumerate(draft.lines):
        _check_line(line, position, business_id)
    return check_period(draft.business, draft.date, allowed)


def check_partner(partner: Partner, direction: Direction) -> None:
    """Raise NotACustomer for a partner to whom this cannot be issued."""
    if partner.archived_at is not None:
        raise NotACustomer(f"{partner} is archived.", field="partner")
    if direction is Direction.ISSUED and not partner.is_customer:
        raise NotACustomer(
            f"{partner} is no customer; mark the partner as one first.",
            field="partner",
        )


def _check_dates(draft: InvoiceDraft) -> None:
    check_day(draft.date)
    check_day(draft.due_date, "due_date")
    if draft.due_date < draft.date:
        raise BadDates("The due date lies before the date.", field="due_date")


def _check_numbers(draft: InvoiceDraft) -> None:
    if draft.direction is Direction.RECEIVED and not draft.number:
        raise Invalid("Give the vendor's number of the document.", field="number")
    check_discount(draft.discount_percent)
    rate = draft.currency_rate
    if rate is None:
        return
    if not rate.is_finite() or not 0 < rate < _LIMIT / 100 or not money.fits(rate, 8):
        raise Invalid(
            "The currency rate is above 0 with at most 8 decimals.",
            field="currency_rate",
        )
    if draft.currency == draft.business.currency and rate != 1:
        raise Invalid(
            f"The rate of the base currency {draft.currency} is 1.",
            field="currency_rate",
        )


def _check_line(line: LineDraft, position: int, business_id: int) -> None:
    for part in (line.product, line.tax):
        if part is not None and part.business_id != business_id:
            raise Invalid(
                f"{part} belongs to another business.", field=f"lines.{position}"
            )
    # Asked first without the words of a refusal: an import has a million lines.
    if not (_is_bookable(line.quantity) and _is_bookable(line.unit_price)):
        check_decimal(line.quantity, f"lines.{position}.quantity")
        check_decimal(line.unit_price, f"lines.{position}.unit_price")


def check_discount(percent: Decimal) -> None:
    """Raise Invalid unless from 0 to 100, and what `check_decimal` raises."""
    check_decimal(percent, "discount_percent")
    if not 0 <= percent <= 100:
        raise Invalid("The discount is 0 to 100 percent.", field="discount_percent")


def check_decimal(value: Decimal, field: str) -> None:
    """Raise AmountOutOfRange unless below a million million with six decimals."""
    if not _is_bookable(value):
        raise AmountOutOfRange(
            f"Use a number below {_LIMIT} with at most {_PLACES} decimals.",
            field=field,
        )


def _is_bookable(value: Decimal) -> bool:
    return value.is_finite() and _has_room(value)


@lru_cache(4096)
def _has_room(value: Decimal) -> bool:
    """Whether a finite number fits; equal ones do alike, however they are written."""
    return abs(value) < _LIMIT and money.fits(value, _PLACES)


def compute(draft: InvoiceDraft, rates: TaxRates) -> totals.Totals:
    """The draft's totals; AmountOutOfRange for too large or negative documents."""
    inputs = [
        totals.LineInput(line.quantity, line.unit_price, line.tax and line.tax.pk)
        for line in draft.lines
    ]
    computed = compute_lines(inputs, draft.currency, draft.discount_percent, rates)
    check_expected_total(draft.expected_total, computed.total)
    return computed


def check_expected_total(expected: Decimal | None, total: Decimal) -> None:
    """Raise TotalDiffers where a total is expected and another one comes out."""
    if expected is not None and expected != total:
        raise TotalDiffers(
            f"The lines total {total}, the paper says {expected}.",
            field="expected_total",
            total=total,
        )


def compute_lines(
    inputs: Sequence[totals.LineInput],
    currency: str,
    discount: Decimal,
    rates: TaxRates,
) -> totals.Totals:
    """The totals of these lines, with refusals in the books' words."""
    taxes = component_rates(rates)
    try:
        computed = totals.compute(
            inputs, currency=currency, discount=discount, taxes=taxes
        )
    except money.AmountTooLarge as error:
        raise AmountOutOfRange(
            "The amounts are too large to book.", field="lines"
        ) from error
    if computed.total < 0:
        raise AmountOutOfRange(
            "A document cannot total below zero; make it a credit note.", field="lines"
        )
    return computed


def build(invoice: Invoice, draft: InvoiceDraft, computed: totals.Totals) -> Invoice:
    """Put a draft and its totals onto an Invoice in memory; may look up the rate."""
    rate = draft.currency_rate
    if rate is None:
        rate = rate_on(draft.business, draft.currency, draft.date)
    for name in COPIED:
        setattr(invoice, name, getattr(draft, name))
    invoice.currency_rate = rate
    received = draft.direction is Direction.RECEIVED
    invoice.state = State.RECEIVED if received else State.DRAFT
    invoice.take_amounts(computed.line_total, computed.discount, computed.tax_total)
    invoice.index()
    return invoice


def _insert_parts(
    invoice: Invoice, draft: InvoiceDraft, computed: totals.Totals, rates: TaxRates
) -> None:
    lines = line_rows(invoice, draft.lines, computed)
    prepared.insert(lines)
    prepared.insert(tax_rows(invoice, computed, rates))
    prepared.insert(share_rows(invoice, draft.cost_shares))


def _delete_parts(invoice: Invoice) -> None:
    for part in PARTS:
        found = rows(part, invoice.business_id).filter(invoice_id=invoice.pk)
        found._raw_delete(found.db)
