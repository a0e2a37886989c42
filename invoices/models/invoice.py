"""Invoice: a document of the books, and the verbs of its life."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q

from invoices import search
from invoices.conflicts import refusing_duplicates
from invoices.exceptions import (
    BadLines,
    ExceedsOpen,
    HasSettlements,
    NotADraft,
    NotIssued,
    PeriodClosed,
    StaleDocument,
)
from invoices.models.event import Event
from invoices.models.guarded import frozen, rows
from invoices.models.line import amount_field
from invoices.models.sequence import NumberSequence
from invoices.querysets import Direction, InvoiceQuerySet, Kind, State
from partners import public_ids
from partners.access import Actor, Capability
from partners.constraints import SameBusiness
from partners.models.business import currency_code
from partners.tenancy import BusinessRow, same_business_fk


def _choices(words: type[Direction | Kind | State]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


class Invoice(BusinessRow):
    """A document, issued or received, an invoice or a credit note.

    All amounts are in `currency`; `currency_rate` is base currency per unit of it.
    Amounts of a credit note are positive: its kind says which way they count.
    """

    direction = models.CharField(
        max_length=10, choices=_choices(Direction), default=Direction.ISSUED
    )
    kind = models.CharField(max_length=12, choices=_choices(Kind), default=Kind.INVOICE)
    state = models.CharField(
        max_length=12, choices=_choices(State), default=State.DRAFT, editable=False
    )
    number = models.CharField(max_length=60, blank=True)
    reference = models.CharField(
        max_length=120, blank=True, help_text="The client's own key."
    )
    partner = same_business_fk("partners.Partner", related_name="invoices")
    date = models.DateField()
    due_date = models.DateField()
    currency = models.CharField(max_length=3, validators=[currency_code])
    currency_rate = models.DecimalField(
        max_digits=18,
        decimal_places=8,
        default=Decimal(1),
        help_text="Base currency for one unit of the document's currency.",
    )
    discount_percent = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    purchase_order = models.CharField(max_length=120, blank=True)
    memo = models.TextField("message for the customer", max_length=2000, blank=True)
    line_total = amount_field(editable=False)
    discount_total = amount_field(editable=False)
    subtotal = amount_field(editable=False)
    tax_total = amount_field(editable=False)
    total = amount_field(editable=False)
    amount_paid = amount_field(editable=False)
    amount_credited = amount_field(
        editable=False, help_text="The sum of the credit notes on this invoice."
    )
    credit_applied = amount_field(
        editable=False, help_text="What credits took off the balance."
    )
    balance = amount_field(editable=False, help_text="What is open.")
    credited_invoice = same_business_fk(
        "invoices.Invoice", null=True, blank=True, related_name="credit_notes"
    )
    seller = models.JSONField(default=dict, editable=False)
    buyer = models.JSONField(default=dict, editable=False)
    import_key = models.CharField(max_length=120, blank=True, editable=False)
    search = SearchVectorField(default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta(BusinessRow.Meta):
        ordering = ["date", "id"]
        indexes = [
            models.Index(
                fields=["business", "direction", "kind", "date", "id"],
                name="invoices_by_date",
            ),
            models.Index(
                fields=["business", "partner", "date", "id"],
                name="invoices_by_partner",
            ),
            models.Index(
                fields=["business", "due_date", "id"],
                condition=Q(state=State.ISSUED, balance__gt=0),
                name="invoices_open",
            ),
            models.Index(
                fields=["business", "credited_invoice"],
                condition=Q(credited_invoice__isnull=False),
                name="invoices_credits",
            ),
            GinIndex(fields=["search"], name="invoices_search"),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("partner", name="invoices_invoice_partner_in_business"),
            SameBusiness(
                "credited_invoice", name="invoices_invoice_credited_in_business"
            ),
            models.UniqueConstraint(
                fields=["business", "number"],
                condition=Q(direction=Direction.ISSUED) & ~Q(number=""),
                name="invoices_invoice_number_taken",
            ),
            models.UniqueConstraint(
                fields=["business", "reference"],
                condition=~Q(reference=""),
                name="invoices_invoice_reference_taken",
            ),
            models.UniqueConstraint(
                fields=["business", "import_key"],
                condition=~Q(import_key=""),
                name="invoices_invoice_import_key_taken",
            ),
            *(
                models.CheckConstraint(condition=condition, name=f"invoices_{name}")
                for name, condition in {
                    "direction_known": Q(direction__in=list(Direction)),
                    "kind_known": Q(kind__in=list(Kind)),
                    "state_known": Q(state__in=list(State)),
                    "issued_has_number": Q(state=State.DRAFT) | ~Q(number=""),
                    "issued_has_moment": Q(state=State.DRAFT, issued_at__isnull=True)
                    | ~Q(state=State.DRAFT) & Q(issued_at__isnull=False),
                    "due_not_before_date": Q(due_date__gte=F("date")),
                    "currency_is_iso": Q(currency__regex=r"^[A-Z]{3}$"),
                    "rate_positive": Q(currency_rate__gt=0),
                    "discount_is_percent": Q(
                        discount_percent__gte=0, discount_percent__lte=100
                    ),
                    "subtotal_adds_up": Q(
                        subtotal=F("line_total") - F("discount_total")
                    ),
                    "total_adds_up": Q(total=F("subtotal") + F("tax_total")),
                    "total_not_negative": Q(total__gte=0),
                    "balance_adds_up": Q(
                        balance=F("total") - F("amount_paid") - F("credit_applied")
                    ),
                    "never_overpaid": Q(balance__gte=0),
                    "settlements_positive": Q(
                        amount_paid__gte=0, credit_applied__gte=0
                    ),
                    "never_overcredited": Q(
                        amount_credited__gte=0, amount_credited__lte=F("total")
                    ),
                    "only_issued_is_settled": Q(state__in=["issued", "written_off"])
                    | Q(amount_paid=0, amount_credited=0, credit_applied=0),
                    "only_notes_credit": Q(credited_invoice__isnull=True)
                    | Q(kind=Kind.CREDIT_NOTE),
                }.items()
            ),
        ]

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

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> bool:
        # Django's own UPDATE: only a draft, and only the version that was read.
        drafts = base_qs.filter(business_id=self.business_id, state=State.DRAFT)
        current = drafts.filter(version=self.version - 1)
        if not super()._do_update(current, *args, **kwargs):  # type: ignore[misc]
            self.version -= 1
            raise StaleDocument("The document was changed or issued in between.")
        return True

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
        NumberTaken, NotAllowed. Eight statements, nine where tax rates changed since drafting.
        """
        from invoices.drafting import check_partner, recompute

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

    def void(self, *, by: Actor, reason: str, now: datetime.datetime) -> Self:
        """Cancel an issued document; number and content stay.

        Raises NotIssued, HasSettlements where payments or credits stand against
        it, PeriodClosed, NotAllowed. Voiding a credit note reopens its invoice.
        """
        by.require(Capability.CORRECT, self.business_id)
        with transaction.atomic():
            credited = self._lock_with_credited()
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
        """Lock the row and read it afresh, with partner and business; one query.

        Raises StaleDocument if it is gone or not the version the caller saw.
        """
        locked = Invoice.objects.for_business(self.business_id).select_for_update(
            of=("self",)
        )
        fresh = locked.select_related("partner", "business").filter(pk=self.pk).first()
        if fresh is None:
            raise StaleDocument("The document has been deleted.")
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

    def take_number(self) -> None:
        """The next free number of the series, unless the client supplied one."""
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

    @property
    def amount_due(self) -> Decimal:
        """Total less payments, in the document's currency."""
        return self.balance

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

    def _lock_with_credited(self) -> Invoice | None:
        """Lock this row and, before it, the invoice that it credits (older first)."""
        credited = None
        if self.credited_invoice_id is not None:
            credited = Invoice(
                pk=self.credited_invoice_id, business_id=self.business_id
            )
            credited.lock()
        self.lock()
        return credited

    def _write(self, *fields: str) -> None:
        """Write the named fields of the locked row and count the version up."""
        self.version += 1
        self.updated_at = datetime.datetime.now(datetime.UTC)
        names = (*fields, "version", "updated_at")
        values = {name: getattr(self, name) for name in names}
        rows(Invoice, self.business_id).filter(pk=self.pk).update(**values)


def check_period(closed_through: datetime.date | None, date: datetime.date) -> None:
    """Raise PeriodClosed where the date lies on or before the closing day."""
    if closed_through is not None and date <= closed_through:
        raise PeriodClosed(
            f"The books are closed through {closed_through}; {date} lies inside.",
            field="date",
        )


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
