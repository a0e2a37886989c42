"""The models of the invoices room."""

from invoices.models.account import Account
from invoices.models.cost_share import CostShare
from invoices.models.event import Event
from invoices.models.exchange_rate import ExchangeRate
from invoices.models.invoice import Bill, Invoice
from invoices.models.line import InvoiceLine, InvoiceTax
from invoices.models.product import Product
from invoices.models.project import Cost, CostCategory, Project
from invoices.models.sequence import NumberSequence
from invoices.models.tax import Tax, TaxComponent, TaxRate

__all__ = [
    "Account",
    "Bill",
    "Cost",
    "CostCategory",
    "CostShare",
    "Event",
    "ExchangeRate",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "NumberSequence",
    "Product",
    "Project",
    "Tax",
    "TaxComponent",
    "TaxRate",
]
