"""Recording that documents were paid, from their list: each in full, each told."""

from __future__ import annotations

import pytest

from invoices.models import Bill
from payments.models import Payment
from tests.admin_cast import act, books, said, signed_in, staff
from tests.books import contents
from tests.factories import AccountFactory, an_approved_bill, an_issued_invoice

pytestmark = pytest.mark.django_db


def test_what_is_open_on_each_is_recorded_as_paid_today() -> None:
    own = books()
    client = signed_in(staff(own.business, "accountant"))
    whole = an_issued_invoice(own.business)
    chosen = (own.invoice, whole, own.draft)
    own.invoice.refresh_from_db()
    asked = act(client, "record_payments", *chosen)
    told = [facts.rsplit(" · ", 1)[-1] for _, _, facts in asked.context["rows"]]
    assert sorted(told) == sorted(
        f"{'' if one is own.draft else 'open: '}{one.balance:,.2f} {one.currency}"
        for one in chosen
    )
    owed = own.invoice.balance
    given = {"confirmed": "yes", "choice": str(own.account.pk)}
    told = said(act(client, "record_payments", *chosen, **given))
    for one in chosen:
        one.refresh_from_db()
    assert (own.invoice.balance, whole.balance, own.draft.state) == (0, 0, "draft")
    made = Payment.objects.order_by("-pk")[:2]
    assert {row.amount for row in made} == {owed, whole.total}
    assert {(row.direction, row.account_id, row.partner_id) for row in made} == {
        ("in", own.account.pk, one.partner_id) for one in (own.invoice, whole)
    }
    assert (
        len(told) == 3 and sum("only an issued" in line.lower() for line in told) <= 1
    )


def test_a_bill_is_paid_out_and_never_from_a_strangers_account() -> None:
    own, other = books(), books("Zebra")
    client = signed_in(staff(own.business, "accountant"))
    bill = an_approved_bill(own.business, number="F-1")
    before = contents()
    row = Bill(pk=bill.pk)
    stranger = {"confirmed": "yes", "choice": str(other.account.pk)}
    asked = act(client, "record_payments", row, **stranger)
    assert [int(pk) for pk, _ in asked.context["choices"]] == [own.account.pk]
    assert contents() == before
    act(client, "record_payments", row, confirmed="yes", choice=str(own.account.pk))
    paid = Payment.objects.latest("pk")
    assert (paid.direction, paid.amount) == ("out", bill.total)
    viewer = signed_in(staff(own.business, "clerk"))
    AccountFactory(business=own.business, payment_account=True)
    before = contents()
    act(viewer, "record_payments", own.invoice, confirmed="yes", choice="1")
    assert contents() == before
