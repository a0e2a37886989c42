"""The models of the invoices room."""

from invoices.models.account import Account
from invoices.models.attachment import Attachment
from invoices.models.cost_share import CostShare
from invoices.models.customer_link import CustomerLink
from invoices.models.delivery import Delivery
from invoices.models.document_file import DocumentFile
from invoices.models.document_settings import DocumentSettings, Logo
from invoices.models.event import Event
from invoices.models.exchange_rate import ExchangeRate
from invoices.models.import_run import ImportRun
from invoices.models.invoice import Bill, Invoice
from invoices.models.line import InvoiceLine, InvoiceTax
from invoices.models.mail_template import MailTemplate
from invoices.models.period_exception import PeriodException
from invoices.models.product import Product
from invoices.models.project import Cost, CostCategory, Project
from invoices.models.recurring import (
    RecurringInvoice,
    RecurringLine,
    RecurringPeriod,
)
from invoices.models.reminder_rule import ReminderRule
from invoices.models.send_run import SendRun, SendRunItem
from invoices.models.sequence import NumberSequence
from invoices.models.tax import Tax, TaxComponent, TaxRate
from invoices.models.webhook import (
    WebhookAttempt,
    WebhookEndpoint,
    WebhookMessage,
)

__all__ = [
    "Account",
    "Attachment",
    "Bill",
    "Cost",
    "CostCategory",
    "CostShare",
    "CustomerLink",
    "Delivery",
    "DocumentFile",
    "DocumentSettings",
    "Event",
    "ExchangeRate",
    "ImportRun",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "Logo",
    "MailTemplate",
    "NumberSequence",
    "PeriodException",
    "Product",
    "Project",
    "RecurringInvoice",
    "RecurringLine",
    "RecurringPeriod",
    "ReminderRule",
    "SendRun",
    "SendRunItem",
    "Tax",
    "TaxComponent",
    "TaxRate",
    "WebhookAttempt",
    "WebhookEndpoint",
    "WebhookMessage",
]
