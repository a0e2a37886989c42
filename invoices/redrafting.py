"""A document as it would be handed in again: what a partial change starts from."""

from __future__ import annotations

from invoices.drafting import InvoiceDraft, LineDraft
from invoices.models import Invoice
from invoices.querysets import Direction, Kind

_SAME = (
    "business",
    "partner",
    "number",
    "reference",
    "date",
    "due_date",
    "currency",
    "currency_rate",
    "discount_percent",
    "purchase_order",
    "purchase_order_line",
    "purchase_order_type",
    "ledger_line",
    "description",
    "terms",
    "memo",
    "project",
    "manually_unassigned",
    "expected_total",
    "duplicate_reason",
    "client_document",
)


def as_draft(invoice: Invoice) -> InvoiceDraft:
    """The stored document in the words of drafting. Two queries, and its parties'."""
    lines = invoice.lines.select_related("product", "tax").order_by("position")
    shares = invoice.cost_shares.select_related("cost").order_by("id")
    return InvoiceDraft(
        direction=Direction(invoice.direction),
        kind=Kind(invoice.kind),
        lines=[
            LineDraft(
                product=line.product,
                description=line.description,
                quantity=line.quantity,
                unit_price=line.unit_price,
                tax=line.tax,
            )
            for line in lines
        ],
        cost_shares=[(share.cost, share.percent) for share in shares],
        **{name: getattr(invoice, name) for name in _SAME},
    )
