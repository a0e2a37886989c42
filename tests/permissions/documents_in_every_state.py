"""A business with a document in each state that a document can be in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from invoices.crediting import credit
from invoices.models import Account, Invoice
from partners.access import Actor
from partners.models import Business
from tests.factories import (
    AccountFactory,
    BusinessFactory,
    PartnerFactory,
    a_bill,
    a_draft,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
)

SALES = (
    "draft",
    "issued",
    "overdue",
    "disputed",
    "held",
    "part paid",
    "paid",
    "credited",
    "void",
    "written off",
)
BILLS = ("received", "approved", "bill part paid", "bill paid", "cancelled")


@dataclass
class Office:
    """The business, an account for its money, and the documents by their state."""

    business: Business
    account: Account
    documents: dict[str, Invoice]


def office() -> Office:
    """Every state once; the owner brought each document there."""
    business = BusinessFactory()
    by, account = actor(business), AccountFactory(business=business)
    documents = _sales(business, by, account) | _bills(business, by, account)
    assert set(documents) == {*SALES, *BILLS}
    return Office(business, account, documents)


def _sales(business: Business, by: Actor, account: Account) -> dict[str, Invoice]:
    now = timezone.now()
    today = business.today(now)
    month = datetime.timedelta(days=30)
    customer = PartnerFactory(business=business, email="buyer@example.com")
    values: dict[str, Any] = {
        "partner": customer,
        "by": by,
        "date": today,
        "due_date": today + month,
    }

    def issued() -> Invoice:
        return an_issued_invoice(business, **values)

    part_paid, paid, credited = issued(), issued(), issued()
    a_payment(business, part_paid, 40, account=account, by=by)
    a_payment(business, paid, 100, account=account, by=by)
    credit(credited, None, by=by, now=now, date=today, reason="Returned")
    late = values | {"date": today - month, "due_date": today - month / 2}
    return {
        "draft": a_draft(business, **values),
        "issued": issued(),
        "overdue": an_issued_invoice(business, **late),
        "disputed": issued().dispute("Too much", by=by, now=now),
        "held": issued().hold("Talks", by=by, now=now),
        "part paid": part_paid,
        "paid": paid,
        "credited": credited,
        "void": issued().void(by=by, reason="Oops", now=now),
        "written off": issued().write_off(by=by, reason="Bankrupt"),
    }


def _bills(business: Business, by: Actor, account: Account) -> dict[str, Invoice]:
    def approved(number: str) -> Invoice:
        return an_approved_bill(business, number=number, by=by)

    part_paid, paid = approved("B-2"), approved("B-3")
    for bill, amount in ((part_paid, 40), (paid, 100)):
        a_payment(business, bill, amount, account=account, by=by, direction="out")
    return {
        "received": a_bill(business, "B-1", by=by),
        "approved": approved("B-4"),
        "bill part paid": part_paid,
        "bill paid": paid,
        "cancelled": a_bill(business, "B-5", by=by).cancel(by=by, reason="Not ours"),
    }
