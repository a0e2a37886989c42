"""What the placeholders of a mail stand for, written in the customer's language."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from invoices.documents import numbers
from invoices.documents.facts import Language
from invoices.mailing.defaults import label, spoken
from invoices.models import Invoice
from invoices.models.mail_template import Purpose
from partners.models import Business, Partner

_DOCUMENT = frozenset(
    {
        "business",
        "contact",
        "customer",
        "date",
        "days_overdue",
        "document",
        "due_date",
        "link",
        "number",
        "open",
        "purchase_order",
        "total",
    }
)
KNOWN: Mapping[Purpose, frozenset[str]] = {
    Purpose.DOCUMENT: _DOCUMENT,
    Purpose.REMINDER: _DOCUMENT,
    Purpose.STATEMENT: frozenset({"business", "contact", "customer", "date", "open"}),
}
"""The names that templates of each purpose may use."""


def of_document(
    invoice: Invoice, *, language: str, url: str, today: datetime.date
) -> dict[str, str]:
    """The values of a document, issued or still a draft; no query if it is loaded."""
    tongue = cast("Language", spoken(language))
    buyer = _buyer(invoice)
    name = buyer.get("name") or invoice.partner.name
    return {
        "business": invoice.seller.get("name") or invoice.business.name,
        "contact": buyer.get("contact_name") or name,
        "customer": name,
        "date": numbers.day(invoice.date, tongue),
        "days_overdue": str(max(0, (today - invoice.due_date).days)),
        "document": label(invoice.kind, tongue),
        "due_date": numbers.day(invoice.due_date, tongue),
        "link": url,
        "number": invoice.number or "—",
        "open": numbers.money(invoice.balance, invoice.currency, tongue),
        "purchase_order": invoice.purchase_order,
        "total": numbers.money(invoice.total, invoice.currency, tongue),
    }


def of_statement(
    partner: Partner,
    *,
    language: str,
    today: datetime.date,
    owed: Mapping[str, Decimal],
) -> dict[str, str]:
    """The values of a statement; `owed` is what is open, by currency."""
    tongue = cast("Language", spoken(language))
    sums = [numbers.money(owed[code], code, tongue) for code in sorted(owed)]
    return {
        "business": partner.business.name,
        "contact": partner.contact_name or partner.name,
        "customer": partner.name,
        "date": numbers.day(today, tongue),
        "open": " + ".join(sums) or "0",
    }


def sample(business: Business, language: str, today: datetime.date) -> dict[str, str]:
    """Made-up values for every name, to preview a template with."""
    tongue = cast("Language", spoken(language))
    return {
        "business": business.name,
        "contact": "Ada Lovelace",
        "customer": "Analytical Engines Ltd",
        "date": numbers.day(today, tongue),
        "days_overdue": "7",
        "document": label("invoice", tongue),
        "due_date": numbers.day(today + datetime.timedelta(days=30), tongue),
        "link": "https://example.com/i/…/",
        "number": "INV-2026-00042",
        "open": numbers.money(Decimal("834.50"), business.currency, tongue),
        "purchase_order": "PO-4711",
        "total": numbers.money(Decimal("1234.50"), business.currency, tongue),
    }


def _buyer(invoice: Invoice) -> dict[str, str]:
    frozen: dict[str, str] = invoice.buyer
    return frozen or invoice.partner.snapshot("billing")
