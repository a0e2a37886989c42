"""Invoice: a document of the books, and the verbs of its life."""

from __future__ import annotations

import datetime
from typing import Any, Self

from django.db import transaction

from invoices.conflicts import refusing_duplicates
from invoices.exceptions import BadLines, NotIssued, StaleDocument
from invoices.models.bill import FROZEN
from invoices.models.correspondence import CorrespondenceVerbs
from invoices.models.cost_share import CostShare
from invoices.models.event import Event
from invoices.models.guarded import frozen, rows
from invoices.models.line import InvoiceLine, InvoiceTax
from invoices.models.send_run import SendRunItem
from invoices.querysets import EDITABLE, Direction, InvoiceQuerySet, State
from partners.access import Actor, Capability

PARTS = (InvoiceLine, InvoiceTax, CostShare)
"""The rows that belong to a document and go with it."""


class Invoice(CorrespondenceVerbs):
    """A document, issued or received, an invoice or a credit note.

    All amounts are in `currency`; `currency_rate` is base currency per unit of it.
    Amounts of a credit note are positive: its kind says which way they count.
    """

    objects = InvoiceQuerySet.as_manager()  # type: ignore[misc]

    # --- what the ORM may do by itself -------------------------------------------

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert, or write a draft that nobody changed since it was read.

        Raises DocumentFrozen for anything else: issued documents change only
        through their verbs.
        """
        if self._state.adding:
            super().save(*args, **kwargs)
            return
        if self.state not in EDITABLE:
            frozen()
        self.version += 1
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "version"}
        super().save(*args, **kwargs)

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> Any:
        # Django's own UPDATE: only a draft, and only the version that was read.
        drafts = base_qs.filter(business_id=self.business_id, state__in=EDITABLE)
        current = drafts.filter(version=self.version - 1)
        updated = super()._do_update(current, *args, **kwargs)
        if not updated:
            self.version -= 1
            raise StaleDocument("The document was changed or issued in between.")
        return updated

    # --- verbs, in the order of a document's life ----------------------------------

    def delete(
        self,
        *args: Any,
        by: Actor | None = None,
        reason: str = "",
        expected_version: int | None = None,
        **kwargs: Any,
    ) -> Any:
        """Remove a draft, or a bill not yet approved, with all its parts.

        Raises NotADraft, StaleDocument, NotAllowed.
        """
        if by is None:
            frozen()
        from invoices.attaching import drop_all

        by.require(Capability.DRAFT, self.business_id)
        with transaction.atomic():
            self.lock(expected_version)
            self.must_be_editable()
            drop_all(self)
            facts = {"number": self.number} | ({"reason": reason} if reason else {})
            Event.record(self, "invoice.deleted", by=by, **facts)
            for part in PARTS:
                parts = rows(part, self.business_id).filter(invoice_id=self.pk)
                parts._raw_delete(parts.db)
            # A run that was to send it remembers that it had been asked to.
            rows(SendRunItem, self.business_id).filter(invoice_id=self.pk).update(
                invoice=None
            )
            row = rows(Invoice, self.business_id).filter(pk=self.pk)
            row._raw_delete(row.db)

    def issue(
        self,
        *,
        by: Actor,
        now: datetime.datetime,
        expected_version: int | None = None,
    ) -> Self:
        """Make a draft final: recompute, freeze the parties, take the number.

        One transaction; if anything is refused, no number is used. Raises
        NotADraft, StaleDocument, PeriodClosed, BadLines, NoTaxRate, NotACustomer,
        NumberTaken, Invalid, NotAllowed. Eight statements, nine where tax rates
        changed since drafting.
        """
        from invoices.drafting import check_partner
        from invoices.files import demand_einvoice
        from invoices.recomputing import recompute

        by.require(Capability.ISSUE, self.business_id)
        with refusing_duplicates(self), transaction.atomic():
            self.lock(expected_version)
            self.must_be_draft()
            under = self.must_be_open_period()
            check_partner(self.partner, Direction(self.direction))
            if not recompute(self):
                raise BadLines("A document needs at least one line.", field="lines")
            demand_einvoice(self, self.freeze(now))
            self.take_number()
            self._write(*FROZEN)
            Event.record(self, "invoice.issued", by=by, **self.facts(), **under)
        return self

    def void(
        self,
        *,
        by: Actor,
        reason: str,
        now: datetime.datetime,
        expected_version: int | None = None,
    ) -> Self:
        """Cancel an issued document; number and content stay.

        Raises NotIssued, HasSettlements where payments or credits stand against
        it, PeriodClosed, StaleDocument, NotAllowed. Voiding a credit note reopens
        its invoice.
        """
        by.require(Capability.CORRECT, self.business_id)
        if self.direction == Direction.RECEIVED:
            raise NotIssued(f"{self} was received; cancel it instead.")
        self._withdraw(
            State.VOID, by=by, reason=reason, expected_version=expected_version
        )
        return self

    def write_off(
        self, *, by: Actor, reason: str, expected_version: int | None = None
    ) -> Self:
        """Give up what is open; it may still be paid later.

        Raises NotIssued, StaleDocument, NotAllowed.
        """
        by.require(Capability.CORRECT, self.business_id)
        with transaction.atomic():
            self.lock(expected_version)
            if self.state != State.ISSUED or not self.balance:
                raise NotIssued("Only an issued document with something open.")
            self.state = State.WRITTEN_OFF
            self._write("state")
            Event.record(
                self, "invoice.written_off", by=by, reason=reason, amount=self.balance
            )
        return self


class Bill(Invoice):
    """A received document, where the admin lists them by themselves."""

    class Meta:
        proxy = True
