"""What keeps drafts from being e-invoices, as far as a list can afford to look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from invoices.einvoice.problem import Problem
from invoices.einvoice.words import worded
from invoices.models import DocumentSettings, Invoice, InvoiceTax
from invoices.money import exponent
from partners.models import Business

_MOST_DECIMALS = 2
_SELLER_IS_NUMBERED = ("S", "Z", "E")
_SEVERAL = Problem(
    "BG-23",
    "A tax has several parts, or is charged on another tax; an e-invoice allows one"
    " rate for a line.",
)


def foreseen(
    business: Business, drafts: Sequence[Invoice], settings: DocumentSettings
) -> dict[int, Problem]:
    """The first thing in the way of each draft, where the business demands e-invoices.

    One query, however many drafts; their partners must be loaded. It writes no XML and
    runs no rules, so a draft that is not named here may still be refused; one that is
    named will be.
    """
    if not settings.requires_einvoice or not drafts:
        return {}
    taxes = _taxes(business, drafts)
    found = {}
    for draft in drafts:
        problem = _seller(business, settings) or _of(business, draft, taxes[draft.pk])
        if problem is not None:
            found[draft.pk] = problem
    return found


def _taxes(
    business: Business, drafts: Sequence[Invoice]
) -> defaultdict[int, list[InvoiceTax]]:
    rows = InvoiceTax.objects.for_business(business)
    grouped = defaultdict(list)
    for row in rows.filter(invoice_id__in=[draft.pk for draft in drafts]):
        grouped[row.invoice_id].append(row)
    return grouped


def _seller(business: Business, settings: DocumentSettings) -> Problem | None:
    if not business.country:
        return worded("BR-09", "")
    if not business.tax_number and not settings.registration:
        return worded("BR-CO-26", "")
    return None


def _of(
    business: Business, draft: Invoice, taxes: Sequence[InvoiceTax]
) -> Problem | None:
    if not draft.partner.snapshot("billing")["country"]:
        return worded("BR-11", "")
    if exponent(draft.currency) > _MOST_DECIMALS:
        return Problem(
            "BR-DEC-23",
            f"An e-invoice allows {_MOST_DECIMALS} decimals; {draft.currency} has more.",
        )
    if len({row.tax_id for row in taxes}) < len(taxes) or any(
        row.compound for row in taxes
    ):
        return _SEVERAL
    if not business.tax_number and any(
        row.category in _SELLER_IS_NUMBERED for row in taxes
    ):
        return worded("BR-S-02", "")
    return None
