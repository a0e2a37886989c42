"""A document or template as it would be handed in again: what a partial change starts from."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from invoices.assigning import Shares
from invoices.drafting import COPIED, InvoiceDraft, LineDraft
from invoices.models import Invoice, Project, RecurringInvoice
from invoices.querysets import Direction, Kind
from invoices.recurrence import RecurringDraft

_SAME = (
    *(name for name in COPIED if name not in ("direction", "kind")),
    "currency_rate",
)


def as_draft(invoice: Invoice, **changes: Any) -> InvoiceDraft:
    """The stored document in the words of drafting, with these changes.

    What is changed is not read; two queries at most, and those of its parties. Shares
    stay as long as the project does.
    """
    kept: dict[str, Any] = {
        "direction": Direction(invoice.direction),
        "kind": Kind(invoice.kind),
    }
    kept |= {name: getattr(invoice, name) for name in _SAME if name not in changes}
    if "lines" not in changes:
        kept["lines"] = _lines(invoice)
    if "cost_shares" not in changes:
        kept["cost_shares"] = _shares(invoice, changes.get("project", invoice.project))
    return InvoiceDraft(**kept | changes)


def as_recurring_draft(recurring: RecurringInvoice, **changes: Any) -> RecurringDraft:
    """The stored template in the words of recurrence, with these changes.

    What is changed is not read; one query at most, and those of its parties.
    """
    names = {part.name for part in fields(RecurringDraft)} - {"lines"} - changes.keys()
    kept: dict[str, Any] = {name: getattr(recurring, name) for name in names}
    if "lines" not in changes:
        kept["lines"] = _lines(recurring)
    return RecurringDraft(**kept | changes)


def _lines(of: Invoice | RecurringInvoice) -> list[LineDraft]:
    lines: Any = of.lines.select_related("product", "tax").order_by("position")
    return [
        LineDraft(
            product=line.product,
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            tax=line.tax,
        )
        for line in lines
    ]


def _shares(invoice: Invoice, project: Project | None) -> Shares:
    if project is None or project.pk != invoice.project_id:
        return []
    shares = invoice.cost_shares.select_related("cost").order_by("id")
    return [(share.cost, share.percent) for share in shares]
