"""What the business does with a document it received: approve or cancel it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self, cast

from django.db import transaction

from invoices.exceptions import BadLines, NotReceived
from invoices.models.event import Event
from invoices.models.invoice_steps import InvoiceSteps
from invoices.querysets import Direction, State
from partners.access import Actor, Capability

if TYPE_CHECKING:
    from invoices.models.invoice import Invoice


class BillVerbs(InvoiceSteps):
    """received → approved → paid, or cancelled."""

    class Meta(InvoiceSteps.Meta):
        abstract = True

    def approve(
        self,
        *,
        by: Actor,
        now: datetime.datetime,
        expected_version: int | None = None,
    ) -> Self:
        """Accept a bill as owed: recompute, compare with its expected total, freeze.

        One transaction. Raises NotReceived, StaleDocument, PeriodClosed, BadLines,
        NoTaxRate, NotACustomer, TotalDiffers, NotAllowed. Whoever approves need not be
        allowed to pay.
        """
        from invoices.drafting import check_partner
        from invoices.recomputing import recompute

        by.require(Capability.APPROVE, self.business_id)
        with transaction.atomic():
            self.lock(expected_version)
            self.must_be_received()
            under = self.must_be_open_period()
            check_partner(self.partner, Direction.RECEIVED)
            if not recompute(cast("Invoice", self)):
                raise BadLines("A bill needs at least one line.", field="lines")
            self.freeze(now)
            self.index()
            self._write(*FROZEN)
            Event.record(self, "invoice.approved", by=by, **self.facts(), **under)
        return self

    def cancel(
        self, *, by: Actor, reason: str, expected_version: int | None = None
    ) -> Self:
        """Turn a bill down, or withdraw the approval of one that nothing was paid of.

        Its number may be booked again. Raises NotIssued for what is no bill or is
        cancelled already, HasSettlements, PeriodClosed, StaleDocument, NotAllowed:
        turning down needs `approve`, withdrawing needs `correct`.
        """
        if self.direction != Direction.RECEIVED:
            raise NotReceived(f"{self} was not received; void it instead.")
        with transaction.atomic():
            self.lock(expected_version)
            if self.state == State.RECEIVED:
                by.require(Capability.APPROVE, self.business_id)
                self._turn_down(by, reason)
            else:
                by.require(Capability.CORRECT, self.business_id)
                self._withdraw(
                    State.CANCELLED,
                    by=by,
                    reason=reason,
                    expected_version=self.version,
                )
        return self

    def must_be_received(self) -> None:
        """Raise NotReceived for anything but a bill that waits for approval."""
        if self.state != State.RECEIVED:
            raise NotReceived(f"{self} is {self.state}; it does not wait for approval.")

    def _turn_down(self, by: Actor, reason: str) -> None:
        under = self.must_be_open_period()
        self.state = State.CANCELLED
        self._write("state")
        Event.record(self, "invoice.cancelled", by=by, reason=reason, **under)


FROZEN = (
    "state",
    "issued_at",
    "number",
    "seller",
    "buyer",
    "printed",
    "search",
    "line_total",
    "discount_total",
    "subtotal",
    "tax_total",
    "total",
    "balance",
)
"""The columns that issuing and approving set, never to be changed again."""
