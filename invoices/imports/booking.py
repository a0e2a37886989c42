"""From a document's words to its rows in the books: the same checks as every door's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar, cast

from invoices import document_rows, drafting
from invoices.drafting import InvoiceDraft, LineDraft
from invoices.imports.copying import NULL, escaped
from invoices.imports.known import (
    Day,
    Found,
    Known,
    Recent,
    identities,
    import_key,
    needs_rate,
)
from invoices.imports.masters import Masters
from invoices.imports.reading import Document
from invoices.imports.refusals import Problem, Refused
from invoices.models import Invoice, InvoiceTax, Product, Tax
from invoices.models.tax import TaxRates
from invoices.periods import Facts, in_force
from invoices.totals import Totals
from partners.exceptions import BookError
from partners.imports.job import Job

_Answer = TypeVar("_Answer")

LINE_COLUMNS = ("business_id", "invoice_id", *document_rows.LineValues._fields)


@dataclass(slots=True)
class Booked:
    """A document on its way into the books: its row, and its lines as COPY's text."""

    document: Document
    invoice: Invoice
    lines: str
    taxes: list[InvoiceTax]
    under: Facts


class AlreadyBooked(Exception):
    """The same rows have been imported before."""


class Booking:
    """Books the documents of one file, in its order."""

    def __init__(self, job: Job, known: Known, source: str) -> None:
        self.job, self.known, self.source = job, known, source
        self.issued = job.binding.mapping.rules["arrive_as"] == "issued"
        self.masters = Masters(job, known)
        self.allowed = in_force(job.business.pk, job.now)
        self._pks: Iterator[int] = iter(())
        self._taken: dict[str, str] = {}
        # Of this run: in the books, or still on the way there.
        self._here: Recent[str, bool] = Recent()
        # The one thing that grows with the file, by its refused documents: a digest
        # of each, so that no rest of one is taken for a whole document later.
        self._refused: set[int] = set()

    def begin_chunk(self, found: Found) -> None:
        """Take in the answers of the books for the next documents."""
        self.known.learn(found)
        self._here.begin_chunk()
        self.masters.begin_chunk(found)
        self._pks = iter(found.new_invoice_pks)
        self._taken = found.taken

    def book(self, document: Document) -> Booked:
        """The document's rows. Raises AlreadyBooked, Refused and BookError."""
        self._check_identity(document)
        self.masters.begin_document()
        draft = self._draft(document)
        under = drafting.check(draft, self.allowed)
        rates = self._tax_rates(document)
        computed = drafting.compute(draft, rates)
        self.masters.keep()
        invoice = self._invoice(document, draft, computed)
        head = f"{self.job.business.pk}\t{invoice.pk}\t"
        lines = document_rows.line_values(draft.lines, computed)
        text = "".join([head + _line(values) for values in lines])
        taxes = document_rows.tax_rows(invoice, computed, rates)
        self._remember(document)
        return Booked(document, invoice, text, taxes, under)

    def forget(self, key: str) -> None:
        """The document of this key is refused, with all the rows that may follow."""
        self._refused.add(hash(key))

    # --- who it is ------------------------------------------------------------------

    def _check_identity(self, document: Document) -> None:
        if hash(document.rows.key) in self._refused:
            raise self._torn()
        for identity in identities(document, self.source):
            kind = identity.partition(" ")[0]
            if self._here.get(identity):
                raise self._torn() if kind == "key" else self._is_taken(kind)
            fingerprint = self._taken.get(identity)
            if fingerprint is None:
                continue
            if fingerprint == document.fingerprint:
                self._remember(document)
                raise AlreadyBooked
            raise self._is_taken(kind)

    def _remember(self, document: Document) -> None:
        for identity in identities(document, self.source):
            self._here.put(identity, True)

    def _torn(self) -> Refused:
        column = self.job.binding.column_of("document")
        return Refused(
            Problem(
                "the rows of this document stand too far apart: "
                f"sort the file by {column}"
            )
        )

    def _is_taken(self, kind: str) -> Refused:
        word = "reference" if kind == "reference" else "number"
        return Refused(
            Problem(
                f"the {word} is taken by a different document (or the rows of this one "
                "do not stand together in the file)",
                field="reference" if kind == "reference" else "document",
                group=f"{word} taken by a different document",
            )
        )

    # --- what it says ---------------------------------------------------------------

    def _draft(self, document: Document) -> InvoiceDraft:
        partner = self.masters.partner(document)
        products = self.masters.products(document)
        return InvoiceDraft(
            business=self.job.business,
            partner=partner,
            date=document.date,
            due_date=document.due_date,
            currency=document.currency,
            currency_rate=self._exchange_rate(document),
            lines=self._lines(document, products),
            kind=document.kind,
            number=document.number,
            reference=document.reference,
            discount_percent=document.discount_percent,
            purchase_order=document.purchase_order,
            memo=document.memo,
        )

    def _lines(
        self, document: Document, products: list[Product | None]
    ) -> list[LineDraft]:
        taxes = self._taxes(document)
        return [
            LineDraft(
                quantity=quantity,
                unit_price=price,
                product=product,
                description=words,
                tax=tax,
            )
            for quantity, price, product, words, tax in zip(
                document.quantities,
                document.unit_prices,
                products,
                document.descriptions,
                taxes,
                strict=True,
            )
        ]

    def _taxes(self, document: Document) -> list[Tax | None]:
        taxes = self.known.taxes
        for place, code in enumerate(document.tax_codes):
            if code and code not in taxes:
                raise Refused(Problem("is no tax of this business", place, "tax_code"))
        return [taxes.get(code) for code in document.tax_codes]

    def _exchange_rate(self, document: Document) -> Decimal:
        if not needs_rate(document, self.known.base_currency):
            return document.currency_rate or Decimal(1)
        day = document.currency, document.date
        return _answer(self.known.exchange_rates, day)

    def _tax_rates(self, document: Document) -> TaxRates:
        taxes = self.known.taxes
        return {
            taxes[code].pk: _answer(self.known.tax_rates, (code, document.date))
            for code in set(document.tax_codes)
            if code
        }

    def _invoice(
        self, document: Document, draft: InvoiceDraft, computed: Totals
    ) -> Invoice:
        invoice = Invoice(
            pk=next(self._pks),
            import_key=import_key(document, self.source),
            created_at=self.job.now,
            updated_at=self.job.now,
        )
        drafting.build(invoice, draft, computed)
        if self.issued:
            invoice.freeze(document.moment, self.known.settings)
        return invoice


def _line(values: document_rows.LineValues) -> str:
    """One line's values after its document's, as COPY's text."""
    position, product, words, quantity, price, tax, amount, discount, taxed, total = (
        values
    )
    return (
        f"{position}\t{product or NULL}\t{escaped(words)}\t{quantity!s}\t{price!s}\t"
        f"{tax or NULL}\t{amount!s}\t{discount!s}\t{taxed!s}\t{total!s}\n"
    )


def _answer(answers: Recent[Day, _Answer | BookError], day: Day) -> _Answer:
    """What the books said; their refusal is raised. It has been looked up before."""
    answer = answers.get(day)
    if isinstance(answer, BookError):
        raise answer
    return cast("_Answer", answer)
