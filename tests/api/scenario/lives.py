"""The steps of a document's life: by the verbs, and by each dialect where it can."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from invoices.crediting import credit
from invoices.drafting import draft_invoice, revise_draft
from invoices.exceptions import NotADraft
from invoices.models import Invoice
from invoices.querysets import Direction
from payments.paying import record_vendor_payment
from payments.recording import record_payment
from tests.api.scenario.clients import Clients
from tests.api.scenario.papers import FinarioPapers, Papers
from tests.factories import NOW, TODAY


class Life:
    """Every step by the verb itself."""

    def __init__(self, papers: Papers) -> None:
        self.papers = papers
        self.by = papers.by

    def create(self, name: str, amount: int) -> Invoice:
        """A new draft, or a bill that waits."""
        return draft_invoice(self.papers.draft(name, amount), by=self.by)

    def change(self, invoice: Invoice, name: str, amount: int) -> None:
        """Another amount."""
        revise_draft(invoice, self.papers.draft(name, amount), by=self.by)

    def finish(self, invoice: Invoice) -> None:
        """Issue or approve it."""
        if invoice.direction == Direction.RECEIVED:
            invoice.approve(by=self.by, now=NOW)
        else:
            invoice.issue(by=self.by, now=NOW)

    def refused_change(self, invoice: Invoice, name: str, amount: int) -> None:
        """A change that comes too late."""
        with pytest.raises(NotADraft):
            revise_draft(invoice, self.papers.draft(name, amount), by=self.by)

    def pay(self, invoice: Invoice, amount: Decimal) -> None:
        """Some of it."""
        draft = self.papers.payment(invoice, amount)
        pay = record_vendor_payment if draft.invoice_number else record_payment
        pay(draft, by=self.by)

    def withdraw(self, invoice: Invoice) -> None:
        """Void or cancel it."""
        if invoice.direction == Direction.RECEIVED:
            invoice.cancel(by=self.by, reason="Twice")
        else:
            invoice.void(by=self.by, reason="Twice", now=NOW)

    def credit(self, invoice: Invoice) -> None:
        """All of it."""
        received = invoice.direction == Direction.RECEIVED
        number = f"{invoice.number}-C" if received else ""
        credit(invoice, None, by=self.by, now=NOW, date=TODAY, number=number)


class DialectLife(Life):
    """The steps that a dialect can take are taken through it."""

    def __init__(self, papers: Papers) -> None:
        super().__init__(papers)
        self.clients = Clients(papers.business)

    def made(self) -> Invoice:
        """The document that was made last."""
        found = Invoice.objects.for_business(self.papers.business)
        return found.order_by("-pk")[0]


class NativeLife(DialectLife):
    """Pymlo's `/invoices/`; every step."""

    path, payments, other, number = (
        "invoices",
        "invoicepayments",
        "customer",
        "invoice_no",
    )
    finishing, withdrawing = "issue", "void"

    def body(self, name: str, amount: int) -> dict[str, Any]:
        """The document as its page has it."""
        papers = self.papers
        partner = papers.customer if self.other == "customer" else papers.vendor
        return {
            self.number: name,
            "date": str(TODAY),
            "due_date": str(TODAY),
            "currency": {"code": "USD"},
            "currency_rate": 1,
            "memo": "Thank you",
            self.other: {"id": partner.public_id},
            "details": [
                {
                    "product": {"id": papers.product.public_id},
                    "quantity": 2,
                    "unit_price": Decimal(amount) / 2,
                    "tax": {"id": papers.tax.public_id},
                }
            ],
        }

    def create(self, name: str, amount: int) -> Invoice:
        self.clients.native("POST", f"{self.path}/", self.body(name, amount), 201)
        return self.made()

    def change(self, invoice: Invoice, name: str, amount: int) -> None:
        body = self.body(name, amount) | {"id": invoice.public_id}
        self.clients.native("PUT", f"{self.path}/", body)

    def refused_change(self, invoice: Invoice, name: str, amount: int) -> None:
        body = self.body(name, amount) | {"id": invoice.public_id}
        refusal = self.clients.native("PUT", f"{self.path}/", body, 409)
        assert refusal["apierror"]["code"] == "not_a_draft"

    def finish(self, invoice: Invoice) -> None:
        self.clients.native(
            "POST", f"{self.path}/{invoice.public_id}/{self.finishing}/"
        )

    def pay(self, invoice: Invoice, amount: Decimal) -> None:
        body = {
            "date": str(TODAY),
            "currency_rate": 1,
            "amount": amount,
            "payment_account": {"id": self.papers.bank.public_id},
        }
        path = f"{self.path}/{invoice.public_id}/{self.payments}/"
        self.clients.native("POST", path, body, 201)

    def withdraw(self, invoice: Invoice) -> None:
        path = f"{self.path}/{invoice.public_id}/{self.withdrawing}/"
        self.clients.native("POST", path, {"reason": "Twice"})

    def credit(self, invoice: Invoice) -> None:
        path = f"{self.path}/{invoice.public_id}/credit/"
        self.clients.native("POST", path, {"date": str(TODAY)}, 201)


class NativeBillLife(NativeLife):
    """Pymlo's `/bills/`; all but the vendor's credit note."""

    path, payments, other, number = "bills", "billpayments", "vendor", "bill_no"
    finishing, withdrawing = "approve", "cancel"
    credit = Life.credit


class CannlyticsLife(DialectLife):
    """Create, change and the refused change."""

    def body(self, name: str, amount: int) -> dict[str, Any]:
        """The document as a Cannlytics client posts it."""
        return {
            "invoice_id": name,
            "organization": self.papers.customer.name,
            "amount": str(amount),
            "currency": "USD",
            "due_at": str(TODAY),
        }

    def create(self, name: str, amount: int) -> Invoice:
        body = self.body(name, amount)
        answer = self.clients.cannlytics("POST", body=body)
        assert answer == {"success": True, "data": body}
        return self.made()

    def change(self, invoice: Invoice, name: str, amount: int) -> None:
        body = {"invoice_id": name, "amount": str(amount)}
        answer = self.clients.cannlytics("POST", body=body)
        assert answer == {"success": True, "data": body}

    def refused_change(self, invoice: Invoice, name: str, amount: int) -> None:
        body = {"invoice_id": name, "amount": str(amount)}
        refusal = self.clients.cannlytics("POST", body=body, status=409)
        assert refusal["error"] is True


class FinarioLife(DialectLife):
    """Create, change, the refused change, and payments."""

    def body(self, name: str, amount: int) -> dict[str, Any]:
        """The invoice as a Finario client posts it."""
        return {
            "number": name,
            "reference": name.lower(),
            "amount": amount,
            "date": str(TODAY),
        }

    @property
    def path(self) -> str:
        """Where the vendor's invoices of the investment are."""
        return "investments/WORKSHOP/vendors/TIMBER/invoices"

    def create(self, name: str, amount: int) -> Invoice:
        self.clients.finario("POST", self.path, self.body(name, amount), 201)
        return self.made()

    def change(self, invoice: Invoice, name: str, amount: int) -> None:
        path = f"{self.path}/{name.lower()}"
        self.clients.finario("PUT", path, self.body(name, amount), 204)

    def refused_change(self, invoice: Invoice, name: str, amount: int) -> None:
        path = f"{self.path}/{name.lower()}"
        refusal = self.clients.finario("PUT", path, self.body(name, amount), 422)
        assert set(refusal["errors"]) == {"base"}

    def pay(self, invoice: Invoice, amount: Decimal) -> None:
        assert isinstance(self.papers, FinarioPapers)
        said = self.papers.payment(invoice, amount)
        body = {
            "amount": amount,
            "date": str(TODAY),
            "reference": said.reference,
            "vendor_id": "TIMBER",
            "invoice_number": said.invoice_number,
            "unique_cost_id": "saw-2026",
        }
        self.clients.finario("POST", "investments/WORKSHOP/payments", body, 201)
