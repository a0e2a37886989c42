"""Rows that purchases are assigned to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from invoices.models import Invoice
from invoices.receiving import Paper, receive
from partners.models import Business, Partner
from tests.factories import NOW, TODAY, PartnerFactory, actor


def a_vendor(business: Business, **values: Any) -> Partner:
    """A vendor who is no customer."""
    vendor: Partner = PartnerFactory(
        business=business, **{"is_vendor": True, "is_customer": False} | values
    )
    return vendor


_PAPER = ("project", "unique_cost_id", "number", "date", "currency")


def an_invoice(vendor: Partner, amount: Any = 100, **values: Any) -> Invoice:
    """What a vendor sent; overrides are fields of `Paper`, its `texts`, and `by`."""
    by = values.pop("by", None) or actor(vendor.business)
    known: dict[str, Any] = {
        name: values.pop(name) for name in _PAPER if name in values
    }
    defaults: dict[str, Any] = {"number": f"N-{Invoice.objects.count()}", "date": TODAY}
    paper = Paper(
        business=vendor.business,
        vendor=vendor,
        amount=Decimal(amount),
        texts=values,
        **defaults | known,
    )
    return receive(paper, by=by)


def an_approved_invoice(vendor: Partner, amount: Any = 100, **values: Any) -> Invoice:
    """The same, approved."""
    by = values.pop("by", None) or actor(vendor.business)
    return an_invoice(vendor, amount, by=by, **values).approve(by=by, now=NOW)
