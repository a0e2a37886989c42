"""What the verbs of a document are made of: locking, settling, freezing, asking."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Self

from django.db import transaction

from invoices import search
from invoices.exceptions import (
    ExceedsOpen,
    HasSettlements,
    NotADraft,
    NotApproved,
    NotIssued,
    StaleDocument,
)
from invoices.models.document_settings import DocumentSettings
from invoices.models.event import Event
from invoices.models.guarded import rows
from invoices.models.invoice_columns import InvoiceColumns
from invoices.models.project import Project
from invoices.models.sequence import NumberSequence
from invoices.periods import Facts, check_period
from invoices.querysets import BINDING, EDITABLE, Direction, Kind, State
from partners import prepared, public_ids
from partners.access import Actor

_SETTLED = (*BINDING, State.WRITTEN_OFF)


class InvoiceSteps(InvoiceColumns):
    """A document's row with the steps that its verbs take."""

    class Meta(InvoiceColumns.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.number or f"draft {self.public_id}"

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
        if self.state == State.RECEIVED:
            raise NotApproved(f"{self} is not approved yet: it cannot be paid.")
        if self.state not in _SETTLED:
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

    def apply_credit(self, note: Self) -> None:
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

    def uncredit(self, note: Self) -> None:
        """Reverse `apply_credit` for a note that is being voided."""
        self.amount_credited -= note.total
        self.credit_applied -= note.credit_applied
        self.balance += note.credit_applied
        self._write("amount_credited", "credit_applied", "balance")

    def assign_to(self, project: Project | None) -> None:
        """Write the project of a locked document, or that it has none on purpose."""
        self.project, self.manually_unassigned = project, project is None
        self._write("project", "manually_unassigned")

    def freeze(
        self, at: datetime.datetime, settings: DocumentSettings | None = None
    ) -> DocumentSettings | None:
        """Copy seller and buyer onto the document and make it binding, in memory.

        Returns the settings that its paper follows, None for what was received; one
        query for them unless they are given.
        """
        self.seller = self.business.snapshot()
        self.buyer = self.partner.snapshot("billing")
        self.state = State.ISSUED
        self.issued_at = at
        if self.direction == Direction.RECEIVED:
            self.seller, self.buyer = self.partner.snapshot("vendor"), self.seller
            self.state = State.APPROVED
            return None
        settings = settings or DocumentSettings.of(self.business_id)
        self.printed = settings.printed(self.partner)
        return settings

    def index(self) -> None:
        """Set the search words from what the document says now, in memory."""
        self.search = search.vector(
            self.business_id,
            [
                self.number,
                self.reference,
                self.purchase_order,
                self.description,
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
        """The next free number of the series, unless the client supplied one."""
        template = {
            Kind.INVOICE: self.business.invoice_template,
            Kind.CREDIT_NOTE: self.business.credit_note_template,
        }[Kind(self.kind)]
        taken = rows(type(self), self.business_id)
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
    def is_editable(self) -> bool:
        """Whether it may still be edited: a draft, or a bill not yet approved."""
        return self.state in EDITABLE

    def facts(self) -> dict[str, object]:
        """What an event remembers of the document."""
        return {"number": self.number, "total": self.total, "currency": self.currency}

    def must_be_draft(self) -> None:
        """Raise NotADraft for anything but a draft."""
        if self.state != State.DRAFT:
            raise NotADraft(f"{self} is {self.state}; only a draft can be changed.")

    def must_be_editable(self) -> None:
        """Raise NotADraft for anything but a draft or a bill not yet approved."""
        if self.state not in EDITABLE:
            received = self.direction == Direction.RECEIVED
            what = "what waits for approval" if received else "a draft"
            raise NotADraft(f"{self} is {self.state}; only {what} can be changed.")

    def must_be_version(self, expected: int | None) -> None:
        """Raise StaleDocument unless this is the version the caller saw."""
        if expected is not None and self.version != expected:
            raise StaleDocument("Someone else changed the document; read it again.")

    def must_be_issued(self) -> None:
        """Raise NotIssued for anything but an issued document."""
        if self.state not in _SETTLED:
            raise NotIssued(f"{self} is {self.state}, not issued.")

    def must_be_open_period(self) -> Facts:
        """Raise PeriodClosed where the document's date lies in closed books.

        Answers what the deed's event tells of the exception that allows it.
        """
        return check_period(self.business, self.date)

    # --- private stages -----------------------------------------------------------------

    def _withdraw(
        self, state: State, *, by: Actor, reason: str, expected_version: int | None
    ) -> None:
        """End a binding document on which nothing was settled; one transaction."""
        with transaction.atomic():
            credited = self._lock_with_credited(expected_version)
            self.must_be_issued()
            under = self.must_be_open_period()
            if self.amount_paid or self.amount_credited:
                raise HasSettlements("Undo its payments and credits first.")
            if credited is not None:
                credited.uncredit(self)
            self.credit_applied = Decimal(0)
            self.balance = self.total
            self.state = state
            self._write("state", "credit_applied", "balance")
            verb = "voided" if state == State.VOID else state
            Event.record(self, f"invoice.{verb}", by=by, reason=reason, **under)

    def _lock_with_credited(self, expected_version: int | None) -> Self | None:
        """Lock this row and, before it, the invoice that it credits (older first)."""
        credited = None
        if self.credited_invoice_id is not None:
            credited = type(self)(
                pk=self.credited_invoice_id, business_id=self.business_id
            )
            credited.lock()
        self.lock(expected_version)
        return credited

    def _write(self, *fields: str) -> None:
        """Write the named fields of the locked row and count the version up."""
        self.version += 1
        prepared.update(self, (*fields, "version", "updated_at"))
