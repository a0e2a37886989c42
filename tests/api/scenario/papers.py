"""The documents of the scenario, as each dialect can say them, in our words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from invoices.drafting import InvoiceDraft, LineDraft
from invoices.models import Account, Cost, Invoice, Product, Project
from invoices.querysets import Direction
from partners.access import Actor
from partners.models import Business, Partner
from payments.models import PaymentDirection
from payments.recording import PaymentDraft
from tests.factories import (
    TODAY,
    AccountFactory,
    PartnerFactory,
    ProductFactory,
    ProjectFactory,
    TaxFactory,
    a_cost,
    actor,
)


class Papers:
    """A business with a customer, a vendor, a product, a project and a bank account."""

    direction = Direction.ISSUED
    kind = ""

    def __init__(self, business: Business) -> None:
        self.business = business
        self.by: Actor = actor(business)
        self.customer: Partner = PartnerFactory(
            business=business, name="Harbour House Hotel", code="HARBOUR"
        )
        self.vendor: Partner = PartnerFactory(
            business=business,
            name="Nordholm Timber",
            code="TIMBER",
            is_customer=False,
            is_vendor=True,
        )
        tax = TaxFactory(business=business, code="VAT-7", rate=7)
        self.tax = tax
        self.product: Product = ProductFactory(
            business=business, code="STOOL", name="Oak stool"
        )
        self.bank: Account = AccountFactory(business=business, code="1000")
        self.project: Project = ProjectFactory(business=business, code="WORKSHOP")
        self.cost: Cost = a_cost(
            business,
            project=self.project,
            vendor=self.vendor,
            unique_cost_id="saw-2026",
        )

    def draft(self, name: str, amount: int) -> InvoiceDraft:
        """The document of this name and amount, before tax."""
        return InvoiceDraft(
            business=self.business,
            date=TODAY,
            due_date=TODAY,
            currency="USD",
            currency_rate=Decimal(1),
            direction=self.direction,
            lines=[self.line(name, Decimal(amount))],
            **self.details(name),
        )

    def line(self, name: str, amount: Decimal) -> LineDraft:
        """The one line."""
        return LineDraft(
            quantity=Decimal(1), unit_price=amount, description=f"Invoice {name}"
        )

    def details(self, name: str) -> dict[str, Any]:
        """What else the dialect says of it."""
        return {"partner": self.customer, "reference": name}

    def payment(self, invoice: Invoice, amount: Decimal) -> PaymentDraft:
        """Money for it, as the dialect says it."""
        return PaymentDraft(
            business=self.business,
            account=self.bank,
            date=TODAY,
            currency="USD",
            currency_rate=Decimal(1),
            amount=amount,
            partner=invoice.partner,
            settles=[(invoice, amount)],
            description=f"Payment for Invoice#{invoice.number}",
        )


class NativePapers(Papers):
    """Invoices with numbers of the client's, products and taxes."""

    def line(self, name: str, amount: Decimal) -> LineDraft:
        """Two of a taxed product."""
        return LineDraft(
            product=self.product,
            quantity=Decimal(2),
            unit_price=amount / 2,
            tax=self.tax,
            description="",
        )

    def details(self, name: str) -> dict[str, Any]:
        """A number."""
        return {"partner": self.customer, "number": name, "memo": "Thank you"}


class NativeBillPapers(NativePapers):
    """Bills as Pymlo's page has them."""

    direction = Direction.RECEIVED

    def details(self, name: str) -> dict[str, Any]:
        """The vendor's number."""
        return {"partner": self.vendor, "number": name, "memo": "Thank you"}

    def payment(self, invoice: Invoice, amount: Decimal) -> PaymentDraft:
        """Money out."""
        return PaymentDraft(
            business=self.business,
            account=self.bank,
            date=TODAY,
            currency="USD",
            currency_rate=Decimal(1),
            amount=amount,
            direction=PaymentDirection.OUT,
            partner=invoice.partner,
            settles=[(invoice, amount)],
            description=f"Payment for vendor bill#{invoice.number}",
        )


class FinarioPapers(Papers):
    """What vendors send, assigned to a cost of an investment."""

    direction = Direction.RECEIVED

    def details(self, name: str) -> dict[str, Any]:
        """Number, reference, project and the one cost with that vendor."""
        return {
            "partner": self.vendor,
            "number": name,
            "reference": name.lower(),
            "project": self.project,
            "cost_shares": [(self.cost, Decimal(100))],
        }

    def payment(self, invoice: Invoice, amount: Decimal) -> PaymentDraft:
        """Money out, with a reference; the invoice is named by its number."""
        return PaymentDraft(
            business=self.business,
            account=self.bank,
            date=TODAY,
            currency="USD",
            amount=amount,
            direction=PaymentDirection.OUT,
            partner=invoice.partner,
            reference=f"pay-{invoice.number}-{amount}",
            invoice_number=invoice.number,
            project=self.project,
            cost=self.cost,
        )
