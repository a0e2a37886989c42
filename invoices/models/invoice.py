"""Invoice: a document of the books, and the verbs of its life."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Self

from django.db import transaction

from invoices import search
from invoices.conflicts import refusing_duplicates
from invoices.exceptions import (
    BadLines,
    ExceedsOpen,
    HasSettlements,
    NotADraft,
    NotIssued,
    StaleDocument,
)
from invoices.models.event import Event
from invoices.models.guarded import frozen, rows
from invoices.models.invoice_columns import InvoiceColumns
from invoices.models.sequence import NumberSequence
from invoices.periods import check_period
from invoices.querysets import Direction, InvoiceQuerySet, Kind, State
from partners import prepared, public_ids
from partners.access import Actor, Capability
from partners.exceptions import Invalid


class Invoice(InvoiceColumns):
    """A document, issued or received, an invoice or a credit note.

    All amounts are in `currency`; `currency_rate` is base currency per unit of it.
    Amounts of a credit note are positive: its kind says which way they count.
    """

    objects = InvoiceQuerySet.as_manager()  # type: ignore[misc]

    def __str__(self) -> str:
        return self.number or f"draft {self.public_id}"

    # --- what the ORM may do by itself -------------------------------------------

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert, or write a draft that nobody changed since it was read.

        Raises DocumentFrozen for anything else: issued documents change only
        through their verbs.
        """
        if self._state.adding:
            super().save(*args, **kwargs)
            return
        if self.state != State.DRAFT:
            frozen()
        self.version += 1
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "version"}
        super().save(*args, **kwargs)

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> Any:
        # Django's own UPDATE: only a draft, and only the version that was read.
        drafts = base_qs.filter(business_id=self.business_id, state=State.DRAFT)
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
        expected_version: int | None = None,
        **kwargs: Any,
    ) -> Any:
        """Remove a draft and its lines. Raises NotADraft, StaleDocument, NotAllowed."""
        if by is None:
            frozen()
        by.require(Capability.DRAFT, self.business_id)
        with transaction.atomic():
            self.lock(expected_version)
            self.must_be_draft()
            Event.record(self, "invoice.deleted", by=by, number=self.number)
            from invoices.models.line import InvoiceLine, InvoiceTax

            for part in (InvoiceLine, InvoiceTax):
                parts = rows(part, self.business_id).filter(invoice_id=self.pk)
                parts._raw_delete(parts.db)
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
        from invoices.recomputing import recompute

        by.require(Capability.ISSUE, self.business_id)
        with refusing_duplicates(self), transaction.atomic():
            self.lock(expected_version)
            self.must_be_draft()
            self.must_be_open_period()
            check_partner(self.partner, Direction(self.direction))
            if not recompute(self):
                raise BadLines("A document needs at least one line.", field="lines")
            self.freeze(now)
            self.take_number()
            self._write(*_FROZEN_AT_ISSUE)
            Event.record(self, "invoice.issued", by=by, **self.facts())
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
        with transaction.atomic():
            credited = self._lock_with_credited(expected_version)
            self.must_be_issued()
            self.must_be_open_period()
            if self.amount_paid or self.amount_credited:
                raise HasSettlements("Undo its payments and credits first.")
            if credited is not None:
                credited.uncredit(self)
            self.credit_applied = Decimal(0)
            self.balance = self.total
            self.state = State.VOID
            self._write("state", "credit_applied", "balance")
            Event.record(self, "invoice.voided", by=by, reason=reason)
        return self

    def write_off(self, *, by: Actor, reason: str) -> Self:
        """Give up what is open; it may still be paid later. Raises NotIssued."""
        by.require(Capability.CORRECT, self.business_id)
        with transaction.atomic():
            self.lock()
            if self.state != State.ISSUED or not self.balance:
                raise NotIssued("Only an issued document with something open.")
            self.state = State.WRITTEN_OFF
            self._write("state")
            Event.record(
                self, "invoice.written_off", by=by, reason=reason, amount=self.balance
            )
        return self

    # --- steps that other verbs take with the row locked -----------------------------

    def lock(self, expected_version: int | None = None) -> None:
        """Lock the row and read it afresh, with partner and business; three queries.

        Raises StaleDocument if it is gone or not the version the caller saw.
        """
        from invoices.locking import lock_invoices

        fresh = lock_invoices(self.business_id, [self.pk])[self.pk]
        fresh.must_be_version(expected_version)
        self.__dict__.update(fresh.__dict__)

    def settle(self, amount: Decimal) -> None:
        """Take a payment's share off the balance (or give it back, if negative).

        The row must be locked. Raises NotIssued, ExceedsOpen.
        """
        if self.state not in (State.ISSUED, State.WRITTEN_OFF):
            raise NotIssued(f"{self} is {self.state}: it cannot be paid.")
        if amount > self.balance:
            raise ExceedsOpen(
                f"{amount} is more than the {self.balance} open on {self}.",
                field="amount",
                open=self.balance,
            )
        self.amount_paid += amount
        self.balance -= amount
        self._write("amount_paid", "balance")

    def apply_credit(self, note: Invoice) -> None:
        """Count a credit note against this invoice and take it off the balance.

        Both rows locked or new. What exceeds the balance stays open on the note.
        """
        applied = min(note.total, self.balance)
        self.amount_credited += note.total
        self.credit_applied += applied
        self.balance -= applied
        note.credit_applied = applied
        note.balance = note.total - applied
        self._write("amount_credited", "credit_applied", "balance")

    def uncredit(self, note: Invoice) -> None:
        """Reverse `apply_credit` for a note that is being voided."""
        self.amount_credited -= note.total
        self.credit_applied -= note.credit_applied
        self.balance += note.credit_applied
        self._write("amount_credited", "credit_applied", "balance")

    def freeze(self, at: datetime.datetime) -> None:
        """Copy seller and buyer onto the document and mark it issued, in memory."""
        self.seller = self.business.snapshot()
        self.buyer = self.partner.billing_snapshot()
        self.state = State.ISSUED
        self.issued_at = at

    def index(self) -> None:
        """Set the search words from what the document says now, in memory."""
        self.search = search.vector(
            self.business_id,
            [
                self.number,
                self.reference,
                self.purchase_order,
                self.memo,
                self.partner.name,
                self.partner.code,
            ],
        )

    def take_amounts(
        self, line_total: Decimal, discount: Decimal, tax: Decimal
    ) -> None:
        """Set the document's amounts in memory; nothing is settled yet."""
        self.line_total = line_total
        self.discount_total = discount
        self.subtotal = line_total - discount
        self.tax_total = tax
        self.total = self.balance = self.subtotal + tax
        # Zero, written with the currency's own decimals.
        nothing = self.total - self.total
        self.amount_paid = self.amount_credited = self.credit_applied = nothing

    def take_number(self) -> None:
        """The next free number of the series, unless the client supplied one.

        Raises Invalid for a received document, whose number is its vendor's.
        """
        if self.direction == Direction.RECEIVED and not self.number:
            raise Invalid("Give the vendor's number of the document.", field="number")
        template = {
            Kind.INVOICE: self.business.invoice_template,
            Kind.CREDIT_NOTE: self.business.credit_note_template,
        }[Kind(self.kind)]
        taken = Invoice.objects.for_business(self.business_id)
        while not self.number:
            number = NumberSequence.take(
                self.business_id, self.kind, template, self.date
            )
            # A client may have used this number for a document of its own.
            if not taken.filter(direction=self.direction, number=number).exists():
                self.number = number
        self.index()

    # --- questions --------------------------------------------------------------------

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("invoice", self.pk)

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited."""
        return self.state == State.DRAFT

    def facts(self) -> dict[str, object]:
        """What an event remembers of the document."""
        return {"number": self.number, "total": self.total, "currency": self.currency}

    def must_be_draft(self) -> None:
        """Raise NotADraft for anything but a draft."""
        if self.state != State.DRAFT:
            raise NotADraft(f"{self} is {self.state}; only a draft can be changed.")

    def must_be_version(self, expected: int | None) -> None:
        """Raise StaleDocument unless this is the version the caller saw."""
        if expected is not None and self.version != expected:
            raise StaleDocument("Someone else changed the document; read it again.")

    def must_be_issued(self) -> None:
        """Raise NotIssued for anything but an issued document."""
        if self.state not in (State.ISSUED, State.WRITTEN_OFF):
            raise NotIssued(f"{self} is {self.state}, not issued.")

    def must_be_open_period(self) -> None:
        """Raise PeriodClosed where the document's date lies in closed books."""
        check_period(self.business.closed_through, self.date)

    # --- private stages -----------------------------------------------------------------

    def _lock_with_credited(self, expected_version: int | None) -> Invoice | None:
        """Lock this row and, before it, the invoice that it credits (older first)."""
        credited = None
        if self.credited_invoice_id is not None:
            credited = Invoice(
                pk=self.credited_invoice_id, business_id=self.business_id
            )
            credited.lock()
        self.lock(expected_version)
        return credited

    def _write(self, *fields: str) -> None:
        """Write the named fields of the locked row and count the version up."""
        self.version += 1
        prepared.update(self, (*fields, "version", "updated_at"))


_FROZEN_AT_ISSUE = (
    "state",
    "issued_at",
    "number",
    "seller",
    "buyer",
    "search",
    "line_total",
    "discount_total",
    "subtotal",
    "tax_total",
    "total",
    "balance",
)
