"""What vendors send: received, approved or cancelled, each bill by its own number."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from invoices.crediting import credit
from invoices.drafting import InvoiceDraft, draft_invoice, revise_draft
from invoices.exceptions import (
    BadLines,
    DocumentFrozen,
    DuplicateBill,
    HasSettlements,
    NotACustomer,
    NotADraft,
    NoTaxRate,
    NotIssued,
    NotReceived,
    PeriodClosed,
    ReferenceTaken,
    StaleDocument,
    TotalDiffers,
)
from invoices.models import CostShare, Invoice, InvoiceLine, NumberSequence, TaxRate
from invoices.models.guarded import rows
from invoices.querysets import Kind, Status
from invoices.redrafting import as_draft
from partners.access import Actor
from partners.exceptions import Invalid
from tests.books import history, money_of, parts, refused, row
from tests.factories import (
    NOW,
    TODAY,
    PartnerFactory,
    ProductFactory,
    ProjectFactory,
    TaxFactory,
    a_bill,
    a_cost,
    a_draft,
    a_line,
    a_payment,
    an_approved_bill,
    an_issued_invoice,
    bill_of,
)

DAY = datetime.timedelta(days=1)


def a_vendor(business, **values: Any):
    """A vendor whose mail goes to one place and whose bills come from another."""
    address = {"vendor_line1": "3 Mill Road", "vendor_city": "Lyon"}
    return PartnerFactory(business=business, is_vendor=True, **(address | values))


def status_of(bill: Invoice, on: datetime.date = TODAY) -> str:
    found = Invoice.objects.for_business(bill.business_id).with_status(on)
    return vars(found.get(pk=bill.pk))["status"]


def shares_of(bill: Invoice) -> Any:
    return list(bill.cost_shares.values_list("cost_id", "percent"))


def close(business, through: datetime.date | None) -> None:
    business.closed_through = through
    business.save()


def rate_becomes(business, rate: int) -> None:
    """The business's one tax has another rate from today on."""
    component = TaxRate.objects.for_business(business).get().component
    TaxRate.objects.create(
        business=business, component=component, valid_from=TODAY, rate=rate
    )


# --- received ---------------------------------------------------------------------


@pytest.fixture
def whole(business) -> InvoiceDraft:
    """A bill with everything that one can say of it."""
    vendor = a_vendor(business)
    vat = TaxFactory(business=business, code="VAT", rate=20)
    oak = ProductFactory(business=business, name="Oak")
    project = ProjectFactory(business=business)
    cost = a_cost(business, project=project)
    return bill_of(
        business,
        partner=vendor,
        number="7/2026",
        reference="ap-1",
        currency="EUR",
        currency_rate=Decimal("1.1"),
        discount_percent=Decimal(10),
        purchase_order="PO 1",
        purchase_order_line="2",
        purchase_order_type="blanket",
        ledger_line="4711",
        description="Planks",
        terms="30 days",
        memo="By lorry",
        project=project,
        cost_shares=[(cost, Decimal(100))],
        expected_total=Decimal("129.60"),
        duplicate_reason="",
        lines=[a_line(2, 60, product=oak, tax=vat, description="")],
    )


def test_a_bill_is_stored_whole(whole, owner):
    bill = draft_invoice(whole, by=owner)

    assert row(bill) == stored_of(whole, owner)
    [(cost, _)] = whole.cost_shares
    oak = whole.lines[0].product
    assert parts(bill, "lines", "position", "product_id", "description", "total") == [
        (1, oak.pk, "Oak", Decimal("129.60"))
    ]
    assert parts(bill, "taxes", "code", "rate", "base", "amount") == [
        ("VAT", 20, 108, Decimal("21.60"))
    ]
    assert shares_of(bill) == [(cost.pk, 100)]
    assert history(bill) == [
        ("invoice.drafted", {"number": "7/2026", "total": "129.60", "currency": "EUR"})
    ]
    assert status_of(bill) == Status.RECEIVED


def stored_of(draft: InvoiceDraft, by: Actor) -> dict[str, Any]:
    """The row of the whole bill."""
    return {
        "direction": "received",
        "kind": "invoice",
        "state": "received",
        "number": "7/2026",
        "reference": "ap-1",
        "partner_id": draft.partner.pk,
        "date": TODAY,
        "due_date": TODAY + 30 * DAY,
        "currency": "EUR",
        "currency_rate": Decimal("1.1"),
        "discount_percent": 10,
        "purchase_order": "PO 1",
        "purchase_order_line": "2",
        "purchase_order_type": "blanket",
        "ledger_line": "4711",
        "project_id": draft.project and draft.project.pk,
        "manually_unassigned": False,
        "responsible_id": by.user_id,
        "description": "Planks",
        "terms": "30 days",
        "memo": "By lorry",
        "line_total": 120,
        "discount_total": 12,
        "subtotal": 108,
        "tax_total": Decimal("21.60"),
        "total": Decimal("129.60"),
        "amount_paid": 0,
        "amount_credited": 0,
        "credit_applied": 0,
        "balance": Decimal("129.60"),
        "credited_invoice_id": None,
        "expected_total": Decimal("129.60"),
        "duplicate_reason": "",
        "client_document": "",
        "seller": {},
        "buyer": {},
        "printed": {},
        "sent_at": None,
        "viewed_at": None,
        "disputed_at": None,
        "dispute_reason": "",
        "held_at": None,
        "import_key": "",
        "version": 1,
        "issued_at": None,
    }


def test_what_is_stored_of_a_bill_makes_the_same_draft_again(business, owner):
    project = ProjectFactory(business=business)
    cost = a_cost(business, project=project)
    draft = bill_of(
        business, project=project, cost_shares=[(cost, Decimal(100))], memo="x"
    )
    bill = Invoice.objects.get(pk=draft_invoice(draft, by=owner).pk)
    again = as_draft(bill)
    before = row(bill)
    revise_draft(bill, again, by=owner)
    assert row(bill) == before | {"version": 2}
    assert shares_of(bill) == [(cost.pk, 100)]


def test_a_bill_needs_its_vendors_number(business, owner):
    draft = bill_of(business, number="")
    with refused(Invalid, "number"):
        draft_invoice(draft, by=owner)


def test_a_bill_may_come_from_a_partner_who_is_no_customer(business, owner):
    vendor = a_vendor(business, is_customer=False)
    assert a_bill(business, by=owner, partner=vendor).partner == vendor


def test_a_bill_is_revised_and_deleted_until_it_is_approved(business, owner):
    project = ProjectFactory(business=business)
    cost = a_cost(business, project=project)
    bill = a_bill(
        business, by=owner, project=project, cost_shares=[(cost, Decimal(100))]
    )
    change = bill_of(business, partner=bill.partner, number="V-2", lines=[a_line(3, 5)])
    revise_draft(bill, change, by=owner, expected_version=1)
    stored = row(bill)
    assert (stored["number"], stored["total"], stored["state"]) == (
        "V-2",
        15,
        "received",
    )
    assert (stored["project_id"], bill.cost_shares.count()) == (None, 0)

    bill.delete(by=owner)

    assert not Invoice.objects.for_business(business).exists()
    assert not CostShare.objects.for_business(business).exists()
    assert not InvoiceLine.objects.for_business(business).exists()


def test_an_approved_bill_is_neither_revised_nor_deleted(business, owner):
    bill = an_approved_bill(business, by=owner)
    with refused(NotADraft):
        bill.delete(by=owner)
    with refused(NotADraft):
        revise_draft(bill, bill_of(business, partner=bill.partner), by=owner)
    bill.memo = "Changed"
    with refused(DocumentFrozen):
        bill.save()


# --- the vendor's number and reference ---------------------------------------------


def test_the_same_vendors_same_number_is_refused(business, owner):
    first = a_bill(business, by=owner)
    for number in ("V-1", "v-1"):
        with refused(DuplicateBill, "number"):
            a_bill(business, number, by=owner, partner=first.partner)
    other = a_bill(business, by=owner, partner=first.partner, number="V-2")
    with refused(DuplicateBill, "number"):
        revise_draft(other, bill_of(business, partner=first.partner), by=owner)


def test_another_vendor_and_a_credit_note_may_have_the_same_number(business, owner):
    first = a_bill(business, by=owner)
    a_bill(business, by=owner)
    a_bill(business, by=owner, partner=first.partner, kind=Kind.CREDIT_NOTE)
    an_issued_invoice(business, by=owner, number="V-1")
    assert Invoice.objects.for_business(business).filter(number="V-1").count() == 4


def test_a_reason_books_the_number_once_more(business, owner):
    first = a_bill(business, by=owner)
    again = a_bill(
        business, by=owner, partner=first.partner, duplicate_reason="Sent in two parts"
    )
    assert row(again)["duplicate_reason"] == "Sent in two parts"
    with refused(DuplicateBill, "number"):
        change = bill_of(business, partner=first.partner)
        revise_draft(again, change, by=owner)


def test_a_reason_on_the_first_does_not_excuse_the_second(business, owner):
    first = a_bill(business, by=owner, duplicate_reason="Just in case")
    for number in ("V-1", "v-1"):
        with refused(DuplicateBill, "number"):
            a_bill(business, number, by=owner, partner=first.partner)


def test_the_number_of_a_cancelled_bill_is_free_again(business, owner):
    turned_down = a_bill(business, by=owner)
    turned_down.cancel(by=owner, reason="Not ours")
    withdrawn = an_approved_bill(business, by=owner, partner=turned_down.partner)
    with refused(DuplicateBill, "number"):
        a_bill(business, by=owner, partner=turned_down.partner)
    withdrawn.cancel(by=owner, reason="Wrong sum")
    third = a_bill(business, by=owner, partner=turned_down.partner)
    assert third.number == "V-1"


def test_a_vendors_references_are_that_vendors_own(business, owner):
    first = a_bill(business, by=owner, reference="r")
    with refused(ReferenceTaken, "reference"):
        a_bill(business, by=owner, partner=first.partner, number="V-2", reference="r")
    other = a_bill(business, by=owner, reference="r")
    sale = a_draft(business, by=owner, reference="r")
    assert {one.reference for one in (first, other, sale)} == {"r"}
    first.cancel(by=owner, reason="")
    with refused(ReferenceTaken, "reference"):
        a_bill(business, by=owner, partner=first.partner, reference="r")


# --- the expected total ---------------------------------------------------------------


def test_an_expected_total_must_come_out(business, owner):
    vat = TaxFactory(business=business, rate=20)
    lines = [a_line(3, "19.99", tax=vat)]
    bill = a_bill(business, by=owner, lines=lines, expected_total=Decimal("71.96"))
    assert row(bill)["expected_total"] == Decimal("71.96")
    for wrong in ("71.97", "71.95", "-71.96", "71.961", "0"):
        other = replace(as_draft(bill), number="V-2", expected_total=Decimal(wrong))
        with refused(TotalDiffers, "expected_total") as caught:
            draft_invoice(other, by=owner)
        assert caught.value.facts == {"total": Decimal("71.96")}
    with refused(TotalDiffers, "expected_total"):
        change = bill_of(
            business, partner=bill.partner, lines=lines, expected_total=Decimal(1)
        )
        revise_draft(bill, change, by=owner)


def test_a_rate_that_changed_since_entry_stops_the_approval(business, owner):
    vat = TaxFactory(business=business, rate=19)
    expecting = a_bill(
        business, by=owner, lines=[a_line(tax=vat)], expected_total=Decimal(119)
    )
    trusting = a_bill(business, by=owner, lines=[a_line(tax=vat)])
    rate_becomes(business, 16)

    with refused(TotalDiffers, "expected_total"):
        expecting.approve(by=owner, now=NOW)
    trusting.approve(by=owner, now=NOW)

    assert money_of(trusting)["balance"] == 116
    assert parts(trusting, "taxes", "rate", "amount") == [(16, 16)]


# --- approve ----------------------------------------------------------------------------


def test_approving_freezes_the_parties_and_makes_the_bill_owed(business, owner):
    vendor = a_vendor(business, name="Planks & Co", tax_number="FR1")
    bill = a_bill(business, by=owner, partner=vendor)
    before = row(bill)

    bill.approve(by=owner, now=NOW, expected_version=1)

    assert row(bill) == before | {
        "state": "approved",
        "issued_at": NOW,
        "version": 2,
        "seller": {
            "name": "Planks & Co",
            "code": vendor.code,
            "contact_name": "",
            "tax_number": "FR1",
            "email": "buyer@example.com",
            "phone": "",
            "line1": "3 Mill Road",
            "line2": "",
            "city": "Lyon",
            "province": "",
            "postal_code": "",
            "country": "",
        },
        "buyer": business.snapshot(),
    }
    assert history(bill)[1:] == [
        (
            "invoice.approved",
            {"number": "V-1", "total": "100.00", "currency": "USD"},
        )
    ]
    assert status_of(bill) == Status.APPROVED
    assert status_of(bill, TODAY + 31 * DAY) == Status.OVERDUE
    assert not NumberSequence.objects.for_business(business).exists()


def test_a_vendor_without_an_address_of_its_own_is_shown_at_the_billing_one(
    business, owner
):
    bill = an_approved_bill(business, by=owner)
    assert (bill.seller["line1"], bill.seller["city"]) == ("2 Market Square", "Hamburg")


def test_what_becomes_of_the_parties_later_does_not_change_the_bill(business, owner):
    bill = an_approved_bill(business, by=owner)
    before = row(bill)
    bill.partner.name = business.name = "Renamed"
    bill.partner.save()
    business.save()
    assert row(bill) == before


def test_a_bill_is_approved_once(business, owner):
    bill = an_approved_bill(business, by=owner)
    with refused(NotReceived):
        bill.approve(by=owner, now=NOW)
    bill.cancel(by=owner, reason="")
    with refused(NotReceived):
        bill.approve(by=owner, now=NOW)


def test_sales_are_not_approved_and_bills_not_issued(business, owner):
    sale = a_draft(business, by=owner)
    bill = a_bill(business, by=owner)
    with refused(NotReceived):
        sale.approve(by=owner, now=NOW)
    with refused(NotADraft):
        bill.issue(by=owner, now=NOW)
    sale.issue(by=owner, now=NOW)
    with refused(NotReceived):
        sale.approve(by=owner, now=NOW)
    with refused(NotReceived):
        sale.cancel(by=owner, reason="")


def test_a_bill_is_neither_voided_nor_written_off(business, owner):
    waiting, owed = a_bill(business, by=owner), an_approved_bill(business, by=owner)
    for bill in (waiting, owed):
        with refused(NotIssued):
            bill.void(by=owner, reason="", now=NOW)
        with refused(NotIssued):
            bill.write_off(by=owner, reason="")


def test_what_stops_an_approval(business, owner):
    vat = TaxFactory(business=business)
    bill = a_bill(business, by=owner, lines=[a_line(tax=vat)])
    with refused(StaleDocument):
        bill.approve(by=owner, now=NOW, expected_version=7)
    close(business, TODAY)
    with refused(PeriodClosed, "date"):
        bill.approve(by=owner, now=NOW)
    close(business, None)
    bill.partner.archived_at = NOW
    bill.partner.save()
    with refused(NotACustomer, "partner"):
        bill.approve(by=owner, now=NOW)
    bill.partner.archived_at = None
    bill.partner.save()
    TaxRate.objects.for_business(business).update(valid_from=TODAY + DAY)
    with refused(NoTaxRate):
        bill.approve(by=owner, now=NOW)
    TaxRate.objects.for_business(business).update(valid_from=TODAY)
    assert bill.approve(by=owner, now=NOW, expected_version=1).state == "approved"


def test_a_bill_without_lines_is_not_approved(business, owner):
    bill = a_bill(business, by=owner)
    lines = rows(InvoiceLine, business.pk).filter(invoice_id=bill.pk)
    lines._raw_delete(lines.db)
    with refused(BadLines, "lines"):
        bill.approve(by=owner, now=NOW)


# --- cancel -----------------------------------------------------------------------------


def test_a_bill_that_waits_is_turned_down(business, owner):
    bill = a_bill(business, by=owner)
    before = row(bill)

    bill.cancel(by=owner, reason="Not ordered", expected_version=1)

    assert row(bill) == before | {"state": "cancelled", "version": 2}
    assert history(bill)[1:] == [("invoice.cancelled", {"reason": "Not ordered"})]
    assert status_of(bill, TODAY + 31 * DAY) == Status.CANCELLED


def test_an_approval_is_withdrawn(business, owner):
    bill = an_approved_bill(business, by=owner)
    before = row(bill)

    bill.cancel(by=owner, reason="Goods went back", expected_version=2)

    assert row(bill) == before | {"state": "cancelled", "version": 3}
    assert history(bill)[2:] == [("invoice.cancelled", {"reason": "Goods went back"})]


def test_a_bill_of_which_something_is_paid_or_credited_is_not_cancelled(
    business, owner
):
    paid = an_approved_bill(business, by=owner)
    a_payment(business, paid, 1, by=owner, direction="out")
    credited = an_approved_bill(business, by=owner, lines=[a_line(2, 50)])
    note = credit(credited, {1: Decimal(1)}, by=owner, now=NOW, date=TODAY, number="C")
    for bill in (paid, credited):
        with refused(HasSettlements):
            bill.cancel(by=owner, reason="")
    note.cancel(by=owner, reason="")
    credited.cancel(by=owner, reason="")
    assert row(credited)["state"] == "cancelled"


def test_what_a_cancelled_credit_note_gave_back_may_be_credited_again(business, owner):
    bill = an_approved_bill(business, by=owner)
    first = credit(bill, None, by=owner, now=NOW, date=TODAY, number="C-1")
    assert money_of(bill)["balance"] == 0
    first.cancel(by=owner, reason="Wrong day")
    assert money_of(bill)["balance"] == 100
    second = credit(bill, None, by=owner, now=NOW, date=TODAY, number="C-1")
    assert [second.total, money_of(bill)["balance"]] == [100, 0]


def test_what_stops_a_cancellation(business, owner):
    waiting, owed = a_bill(business, by=owner), an_approved_bill(business, by=owner)
    close(business, TODAY)
    for bill in (waiting, owed):
        with refused(StaleDocument):
            bill.cancel(by=owner, reason="", expected_version=7)
        with refused(PeriodClosed, "date"):
            bill.cancel(by=owner, reason="")
    close(business, None)
    for bill in (waiting, owed):
        bill.cancel(by=owner, reason="")
        with refused(NotIssued):
            bill.cancel(by=owner, reason="")
