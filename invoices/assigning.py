"""Assigning a purchase: to a project, and in shares to its costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from invoices import money
from invoices.exceptions import BadShares, NoSuchCost, NotIssued
from invoices.models.cost_share import CostShare
from invoices.models.event import Event
from invoices.models.guarded import rows
from invoices.models.invoice import Invoice
from invoices.models.project import Cost, Project
from invoices.querysets import State
from partners import prepared
from partners.access import Actor, Capability
from partners.models import Business, Partner

Shares = Sequence[tuple[Cost, Decimal]]
"""Costs with their shares in percent."""

WHOLE = Decimal(100)


def assign(
    invoice: Invoice,
    project: Project | None,
    shares: Shares | None = None,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> Invoice:
    """Say what a document belongs to; without a project it is taken off by hand.

    Without `shares` those that it has stay, as long as the project does. Money and
    parties stay, so this is open to documents that are final too. Raises BadShares,
    NotIssued for a cancelled or void one, PeriodClosed, StaleDocument, NotAllowed.
    """
    by.require(Capability.DRAFT, invoice.business_id)
    check_shares(invoice.business_id, project, shares or ())
    with transaction.atomic():
        invoice.lock(expected_version)
        if invoice.state in (State.CANCELLED, State.VOID):
            raise NotIssued(f"{invoice} is {invoice.state}; it belongs nowhere.")
        under = invoice.must_be_open_period()
        same = project is not None and project.pk == invoice.project_id
        invoice.assign_to(project)
        if shares is not None or not same:
            _replace_shares(invoice, shares or ())
        facts = {cost.pk: str(percent) for cost, percent in shares or ()}
        Event.record(
            invoice,
            "invoice.assigned",
            by=by,
            project=project.code if project else None,
            shares=facts,
            **under,
        )
    return invoice


def _replace_shares(invoice: Invoice, shares: Shares) -> None:
    found = rows(CostShare, invoice.business_id).filter(invoice_id=invoice.pk)
    found._raw_delete(found.db)
    prepared.insert(share_rows(invoice, shares))


def check_shares(business_id: int, project: Project | None, shares: Shares) -> None:
    """Raise BadShares unless they make up 100 % over different costs of the project."""
    if project is not None and project.business_id != business_id:
        raise BadShares("The project belongs to another business.", field="project")
    _must_be_in_use("project", project)
    if not shares:
        return
    costs = [cost for cost, _ in shares]
    if project is None or any(cost.project_id != project.pk for cost in costs):
        raise BadShares("Each cost must belong to the project.", field="cost_shares")
    if len({cost.pk for cost in costs}) != len(costs):
        raise BadShares("Name each cost once.", field="cost_shares")
    _must_be_in_use("cost_shares", *costs)
    percents = [percent for _, percent in shares]
    if not all(percent.is_finite() and percent > 0 for percent in percents):
        raise BadShares("Each share is above 0 percent.", field="cost_shares")
    if not all(money.fits(percent, 6) for percent in percents):
        raise BadShares("A share has at most 6 decimals.", field="cost_shares")
    if sum(percents) != WHOLE:
        raise BadShares(
            f"The shares make up {sum(percents)} percent, not 100.", field="cost_shares"
        )


def _must_be_in_use(field: str, *rows: Project | Cost | None) -> None:
    for row in rows:
        if row is not None and row.archived_at is not None:
            raise BadShares(f"{row} is archived; bring it back first.", field=field)


def share_rows(invoice: Invoice, shares: Shares) -> list[CostShare]:
    """The shares of a document as unsaved rows."""
    return [
        CostShare(
            business_id=invoice.business_id,
            invoice_id=invoice.pk,
            cost_id=cost.pk,
            percent=percent,
        )
        for cost, percent in shares
    ]


def matched_cost(
    business: Business,
    project: Project | None,
    vendor: Partner | None,
    unique_cost_id: str = "",
) -> Cost | None:
    """The cost that a purchase belongs to by what is known of it, or None.

    With a `unique_cost_id`, the cost that has it (within the project, if one is
    given); otherwise the project's only cost with that vendor. Raises NoSuchCost for
    an id that no cost has.
    """
    costs = Cost.objects.for_business(business).select_related("project", "category")
    if project is not None:
        costs = costs.filter(project=project)
    if unique_cost_id:
        cost = costs.filter(unique_cost_id=unique_cost_id).first()
        if cost is None:
            raise NoSuchCost(
                f"Cost with ID {unique_cost_id} not found",
                field="unique_cost_id",
                id=unique_cost_id,
            )
        return cost
    if project is None or vendor is None:
        return None
    with_vendor = list(costs.filter(vendor=vendor, archived_at=None)[:2])
    return with_vendor[0] if len(with_vendor) == 1 else None
