"""Booking what a vendor sent, once, however often a client says so.

Other systems know a purchase as one amount for one cost. Here it becomes a document
of one line; where staff have since cut it into several lines or shares, these stay for
as long as the amount does.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from invoices import money
from invoices.assigning import WHOLE, matched_cost
from invoices.drafting import (
    InvoiceDraft,
    LineDraft,
    check_decimal,
    draft_invoice,
    revise_draft,
)
from invoices.exceptions import (
    AmountOutOfRange,
    DuplicateBill,
    ReferenceTaken,
)
from invoices.models import Invoice, Project
from invoices.querysets import Direction, Kind
from invoices.redrafting import as_draft
from partners.access import Actor
from partners.exceptions import Invalid
from partners.models import Business, Partner
from partners.once import once


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A vendor's document as another system describes it.

    `amount` is in units of `currency` (empty: as before, or the base currency); below
    zero it is a credit note. `texts` are the columns given, by their names in
    `InvoiceDraft`; those left out stay as they are.
    """

    business: Business
    vendor: Partner
    number: str
    date: datetime.date
    amount: Decimal
    currency: str = ""
    project: Project | None = None
    unique_cost_id: str = ""
    texts: Mapping[str, Any] = field(default_factory=dict)


def receive(paper: Paper, *, by: Actor) -> Invoice:
    """Book it as a new document. Raises what `draft_invoice` raises, and NoSuchCost."""
    return draft_invoice(_new_draft(paper), by=by)


def receive_once(
    paper: Paper,
    find: Callable[[], Invoice | None],
    *,
    reference: str = "",
    by: Actor,
) -> Invoice:
    """Book it under this reference, or bring what `find` finds to what it says.

    Another reference in the paper's texts renames what is found, and is refused with
    Invalid where nothing is. Writes nothing where it says nothing new; safe against
    others who send the same at the same moment. Raises what `receive` raises, NotADraft
    where a document that is final would change, and Invalid for another vendor's
    document.
    """
    renamed = paper.texts.get("reference") or reference

    def make() -> Invoice:
        if renamed != reference:
            raise Invalid("is not the one in the path", field="reference")
        named = {**paper.texts, "reference": reference}
        return receive(replace(paper, texts=named), by=by)

    return once(
        find,
        make=make,
        change=lambda known: receive_again(known, paper, by=by),
        taken=(ReferenceTaken, DuplicateBill),
    )


def receive_again(invoice: Invoice, paper: Paper, *, by: Actor) -> Invoice:
    """Bring a document to what the paper says; nothing is written if it says so."""
    if invoice.partner_id != paper.vendor.pk:
        raise Invalid(
            "does not match: the invoice is another vendor's", field="partner"
        )
    before = as_draft(invoice)
    credit = before.kind is Kind.CREDIT_NOTE
    after = _changed(before, paper, -invoice.total if credit else invoice.total)
    if after == before:
        return invoice
    invoice.must_be_editable()
    return revise_draft(invoice, after, by=by, expected_version=invoice.version)


def _new_draft(paper: Paper) -> InvoiceDraft:
    currency = paper.currency or paper.business.currency
    cost = matched_cost(
        paper.business, paper.project, paper.vendor, paper.unique_cost_id
    )
    blank = InvoiceDraft(
        business=paper.business,
        partner=paper.vendor,
        direction=Direction.RECEIVED,
        number=paper.number,
        date=paper.date,
        due_date=paper.date,
        currency=currency,
        lines=(),
        project=paper.project,
        cost_shares=[(cost, WHOLE)] if cost else [],
    )
    return _with_amount(replace(blank, **paper.texts), paper.amount)


def _changed(before: InvoiceDraft, paper: Paper, total: Decimal) -> InvoiceDraft:
    currency = paper.currency or before.currency
    moved = replace(
        before,
        number=paper.number,
        date=paper.date,
        due_date=_due(before, paper.date),
        currency=currency,
        currency_rate=before.currency_rate if currency == before.currency else None,
        **_assignment(before, paper),
        **paper.texts,
    )
    same = currency == before.currency and paper.amount == total
    if same and (_wording(before) == _wording(moved) or not _is_plain(before)):
        return moved
    return _with_amount(moved, paper.amount)


def _due(before: InvoiceDraft, date: datetime.date) -> datetime.date:
    """It is due when it was dated, unless staff said otherwise."""
    return date if before.due_date == before.date else max(before.due_date, date)


def _assignment(before: InvoiceDraft, paper: Paper) -> dict[str, Any]:
    """What staff took off its project on purpose stays off."""
    asked = paper.unique_cost_id
    cost = matched_cost(paper.business, paper.project, paper.vendor, asked)
    if before.manually_unassigned:
        return {}
    if not asked and before.project == paper.project and before.cost_shares:
        return {}
    shares = [(cost, WHOLE)] if cost else []
    return {"project": paper.project, "cost_shares": shares}


def _with_amount(draft: InvoiceDraft, amount: Decimal) -> InvoiceDraft:
    check_decimal(amount, "amount")
    places = money.exponent(draft.currency)
    if not money.fits(amount, places):
        message = f"has more than the {places} decimals of {draft.currency}"
        raise AmountOutOfRange(message, field="amount")
    line = LineDraft(Decimal(1), abs(amount), description=_wording(draft))
    kind = Kind.CREDIT_NOTE if amount < 0 else Kind.INVOICE
    return replace(
        draft,
        kind=kind,
        lines=[line],
        discount_percent=Decimal(0),
        expected_total=None,
    )


def _wording(draft: InvoiceDraft) -> str:
    return draft.description or f"Invoice {draft.number}"


def _is_plain(draft: InvoiceDraft) -> bool:
    """Whether it has the one line that an amount becomes."""
    first, *others = draft.lines
    return not others and first.product is None and first.tax is None
