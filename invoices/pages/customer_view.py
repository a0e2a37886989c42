"""What a customer sees of one document, in the customer's language."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from invoices.documents import numbers
from invoices.documents.facts import DocumentFacts
from invoices.documents.letterhead import scan_to_pay
from invoices.documents.reading import facts_of
from invoices.documents.sheets import document_sheet
from invoices.models import Invoice
from invoices.models.document_file import DocumentFile, FileKind
from invoices.pages.customer_words import words
from invoices.pages.standing import is_credited
from invoices.querysets import Kind, State, Status
from payments.models import Allocation


@dataclass(frozen=True, slots=True)
class Movement:
    """A payment or a credit that lowered what is open."""

    date: str
    words: str
    amount: str


class CustomerView:
    """One document for its customer; its texts are those of the paper."""

    def __init__(self, invoice: Invoice, status: Status) -> None:
        self.invoice = invoice
        self.facts: DocumentFacts = facts_of(invoice)
        self.language = self.facts.look.language
        self.word = words(self.language)
        self.sheet = document_sheet(self.facts)
        self.status = status

    @property
    def state(self) -> str:
        """The key of the word for how it stands; also what it is coloured by."""
        if self.status == Status.VOID:
            return "void"
        if self.is_note:
            return "note"
        if self.status == Status.PAID:
            return "credited" if is_credited(self.invoice) else "paid"
        known = {Status.OVERDUE: "overdue", Status.PARTLY_PAID: "partly_paid"}
        return known.get(self.status, "open")

    @property
    def state_words(self) -> str:
        """How it stands, as a badge says it."""
        due = numbers.day(self.invoice.due_date, self.language)
        return self.word[f"state_{self.state}"].format(date=due)

    @property
    def due(self) -> str:
        """When it is due."""
        day = numbers.day(self.invoice.due_date, self.language)
        return self.word["due"].format(date=day)

    @property
    def is_note(self) -> bool:
        """Whether it is a credit note, which nobody has to pay."""
        return self.invoice.kind == Kind.CREDIT_NOTE

    @property
    def is_open(self) -> bool:
        """Whether there is something to pay."""
        binding = self.invoice.state in {State.ISSUED, State.WRITTEN_OFF}
        return binding and not self.is_note and self.invoice.balance > 0

    @property
    def may_object(self) -> bool:
        """Whether an objection would be taken."""
        return self.invoice.state != State.VOID

    @property
    def open_amount(self) -> str:
        """What is left to pay."""
        return self._money(self.invoice.balance)

    @property
    def total(self) -> str:
        """What the document comes to."""
        return self._money(self.invoice.total)

    @property
    def pay_text(self) -> str:
        """The sentence that asks for what is open."""
        return self.word["pay_text"].format(
            amount=self.open_amount, number=self.invoice.number
        )

    def told(self, code: str) -> str:
        """Why an objection was refused; the books say it in English alone."""
        return self.word.get(f"refused_{code}", self.word["refused"])

    @property
    def logo(self) -> str:
        """The business's logo as an address that carries it, or nothing."""
        data = self.facts.look.logo
        return (
            f"data:image/png;base64,{base64.b64encode(data).decode()}" if data else ""
        )

    @property
    def code(self) -> dict[str, Any]:
        """The QR code that pays what is open, where its scheme can."""
        facts = self.facts
        return scan_to_pay(
            facts.bank,
            facts.currency,
            self.invoice.balance,
            facts.number,
            self.language,
        )

    @property
    def disputed_on(self) -> str:
        """The sentence before the customer's own words."""
        at = self.invoice.disputed_at
        if at is None:
            return ""
        on = at.astimezone(self.invoice.business.zone()).date()
        return self.word["wrong_said"].format(date=numbers.day(on, self.language))

    @property
    def has_ubl(self) -> bool:
        """Whether there is an e-invoice; one query, of no content."""
        rows = DocumentFile.objects.for_business(self.invoice.business_id)
        kept = rows.filter(invoice_id=self.invoice.pk, kind=FileKind.UBL)
        return kept.exists()

    def movements(self) -> list[Movement]:
        """Payments and credits, oldest first; two queries."""
        found = [*self._payments(), *self._credits()]
        found.sort(key=lambda one: one[0])
        return [movement for _, movement in found]

    def _payments(self) -> Iterator[tuple[Any, Movement]]:
        rows = Allocation.objects.for_business(self.invoice.business_id)
        of_this = rows.filter(invoice_id=self.invoice.pk).select_related("payment")
        for row in of_this:
            yield (
                row.payment.date,
                self._movement(row.payment.date, self.word["payment_on"], row.amount),
            )

    def _credits(self) -> Iterator[tuple[Any, Movement]]:
        rows = Invoice.objects.for_business(self.invoice.business_id)
        notes = rows.filter(credited_invoice_id=self.invoice.pk, state=State.ISSUED)
        for note in notes:
            told = self.word["credit_on"].format(number=note.number)
            yield note.date, self._movement(note.date, told, note.credit_applied)

    def _movement(self, day: Any, told: str, amount: Decimal) -> Movement:
        return Movement(numbers.day(day, self.language), told, self._money(amount))

    def _money(self, amount: Decimal) -> str:
        return numbers.money(amount, self.invoice.currency, self.language)
