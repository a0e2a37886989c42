"""What posted words make of a draft: a new one, or the next state of one that is there."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from invoices import money
from invoices.api.cannlytics.customers import customer_of
from invoices.api.cannlytics.words import AMOUNTS, meaning
from invoices.api.cannlytics.written import stored
from invoices.drafting import InvoiceDraft, LineDraft
from invoices.models import Invoice
from invoices.models.project import Project
from invoices.projects import project_with_code
from invoices.redrafting import as_draft
from partners.access import Actor
from partners.exceptions import Conflict, Invalid
from partners.models import Business

_LONGEST_LINE = 2000
_NOT_HERE = "Payments are recorded elsewhere, in the books; a posted status is none."


def said(
    posted: dict[str, Any], known: Any, business: Business, date: datetime.date
) -> dict[str, Any]:
    """What the posted words mean, of those that are known; the id is no statement.

    Raises Invalid for a value that means nothing.
    """
    facts = {
        word: meaning(word, value, business, date)
        for word, value in posted.items()
        if word in known and word != "invoice_id"
    }
    if len({facts[word] for word in AMOUNTS if word in facts}) > 1:
        raise Invalid(
            "It is the same thing as the total: give one of them, or both alike.",
            field="amount",
        )
    return facts


def news(
    posted: dict[str, Any],
    known: dict[str, Any],
    business: Business,
    date: datetime.date,
) -> dict[str, Any]:
    """What the posted words say otherwise than the books; Conflict for a status."""
    facts = said(posted, known, business, date)
    different = {word: fact for word, fact in facts.items() if fact != known[word]}
    if "status" in different:
        raise Conflict(f"The invoice is {known['status']}. {_NOT_HERE}", field="status")
    return different


@dataclass(frozen=True, slots=True)
class Desk:
    """Where drafts are made: for whom, by whom, on which day."""

    business: Business
    by: Actor
    today: datetime.date

    def new(self, name: str, posted: dict[str, Any]) -> InvoiceDraft:
        """A document of one line, dated today, and due then unless told otherwise."""
        facts: dict[str, Any] = {
            "project_id": "",
            "organization": "",
            "amount": Decimal(0),
            "currency": self.business.currency,
            "total": Decimal(0),
            "status": "unpaid",
            "due_at": self.today,
            "notes": "",
        }
        different = news(posted, facts, self.business, self.today)
        amount = different.get("amount", different.get("total", Decimal(0)))
        facts |= different
        _check_decimals(amount, facts["currency"])
        return InvoiceDraft(
            business=self.business,
            partner=customer_of(self.business, posted, posted, None, by=self.by),
            date=self.today,
            due_date=facts["due_at"],
            currency=facts["currency"],
            lines=[LineDraft(Decimal(1), amount, None, _description(name, posted))],
            reference=name,
            memo=facts["notes"],
            project=self._project(facts["project_id"]),
            client_document=stored(posted),
        )

    def changed(
        self,
        invoice: Invoice,
        posted: dict[str, Any],
        whole: dict[str, Any],
        different: dict[str, Any],
    ) -> InvoiceDraft:
        """The draft as it is now, with what is different; `whole` is what is kept."""
        before = as_draft(invoice)
        changes: dict[str, Any] = {"client_document": stored(whole)}
        if "due_at" in different:
            changes["due_date"] = different["due_at"]
        if "notes" in different:
            changes["memo"] = different["notes"]
        if "project_id" in different:
            changes["project"] = self._project(different["project_id"])
            changes["manually_unassigned"] = changes["project"] is None
        changes["partner"] = customer_of(
            self.business, posted, whole, invoice.partner, by=self.by
        )
        money_changes = _money(invoice, before, different)
        after = replace(before, **changes, **money_changes)
        return _described(after, before.reference or invoice.public_id, posted)

    def _project(self, code: str) -> Project | None:
        return project_with_code(self.business, code, by=self.by) if code else None


def _description(name: str, posted: dict[str, Any]) -> str:
    text = posted.get("description")
    if not isinstance(text, str) or not text.strip():
        text = f"Invoice {name}"
    return text[:_LONGEST_LINE]


def _money(
    invoice: Invoice, before: InvoiceDraft, different: dict[str, Any]
) -> dict[str, Any]:
    """The draft's line and currency where they change.

    Raises Conflict for a draft that is made up of more than one plain amount.
    """
    amount = different.get("amount", different.get("total"))
    if amount is None and "currency" not in different:
        return {}
    if not _is_plain(before):
        raise Conflict(
            "The invoice is made up of lines, quantities, taxes or a discount; change "
            "them where they were made.",
            field="amount" if amount is not None else "currency",
        )
    total = invoice.total if amount is None else amount
    currency = different.get("currency", before.currency)
    _check_decimals(total, currency)
    line = before.lines[0]._replace(unit_price=total)
    rate = before.currency_rate if currency == before.currency else None
    return {"lines": [line], "currency": currency, "currency_rate": rate}


def _described(draft: InvoiceDraft, name: str, posted: dict[str, Any]) -> InvoiceDraft:
    """The draft with its only line described by a posted `description`."""
    if "description" not in posted or not _is_plain(draft):
        return draft
    line = draft.lines[0]._replace(description=_description(name, posted))
    return replace(draft, lines=[line])


def _is_plain(draft: InvoiceDraft) -> bool:
    """Whether the document is one amount: a line of one piece, untaxed, undiscounted."""
    [line, *others] = draft.lines
    plain = line.quantity == 1 and line.tax is None
    return plain and not others and not draft.discount_percent


def _check_decimals(amount: Decimal, currency: str) -> None:
    places = money.exponent(currency)
    if not money.fits(amount, places):
        raise Invalid(
            f"An amount in {currency} has at most {places} decimals.", field="amount"
        )
