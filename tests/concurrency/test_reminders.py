"""Reminders asked for by many at once, and a payment in the same moment."""

from __future__ import annotations

import datetime

import pytest

from invoices.models import Delivery, Invoice
from invoices.reminding import default_rules, remind
from tests.concurrency.racing import disagreements, race, refusals
from tests.factories import NOW, a_payment, an_issued_invoice

pytestmark = pytest.mark.django_db(transaction=True)
LATE = NOW + datetime.timedelta(days=37)


def test_many_workers_remind_of_each_invoice_once(business, owner):
    default_rules(business, by=owner)
    invoices = [an_issued_invoice(business, by=owner) for _ in range(5)]
    outcomes = race(*[[lambda: remind(business, now=LATE, by=owner)]] * 4)
    assert refusals(outcomes) == []
    mails = Delivery.objects.for_business(business).filter(purpose="reminder")
    reminded = sorted(mails.values_list("invoice_id", flat=True))
    assert reminded == [invoice.pk for invoice in invoices]


def test_a_payment_in_the_same_moment_never_follows_a_lock_in_vain(business, owner):
    """Either it was reminded of before it was paid, or not at all."""
    default_rules(business, by=owner)
    invoices = [an_issued_invoice(business, by=owner) for _ in range(6)]
    pays = [lambda one=one: a_payment(business, one, 100, by=owner) for one in invoices]
    race([lambda: remind(business, now=LATE, by=owner)], pays)
    mails = Delivery.objects.for_business(business).filter(purpose="reminder")
    unpaid = Invoice.objects.for_business(business).filter(balance__gt=0)
    assert unpaid.count() == 0
    assert mails.count() <= len(invoices)
    assert "USD 0.00" not in "".join(mails.values_list("body", flat=True))
    assert disagreements(business) == []
