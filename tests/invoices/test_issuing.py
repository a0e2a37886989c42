"""Issuing, voiding and writing off: the life of a document after its draft."""

from __future__ import annotations

import datetime
from decimal import Decimal

from invoices.crediting import credit
from invoices.drafting import draft_invoice
from invoices.exceptions import (
    BadLines,
    HasSettlements,
    NotACustomer,
    NoTaxRate,
    NotIssued,
    PeriodClosed,
)
from invoices.models import Invoice, InvoiceLine, NumberSequence, TaxRate
from invoices.models.guarded import rows
from invoices.querysets import Status
from partners.exceptions import Invalid
from tests.books import history, money_of, parts, refused, row
from tests.factories import (
    NOW,
    TODAY,
    PartnerFactory,
    TaxFactory,
    a_bill,
    a_draft,
    a_line,
    a_payment,
    an_issued_invoice,
    bill_of,
)

DAY = datetime.timedelta(days=1)


def close(business, through):
    business.closed_through = through
    business.save()


def status_of(document, on=TODAY):
    found = Invoice.objects.for_business(document.business_id).with_status(on)
    return vars(found.get(pk=document.pk))["status"]


# --- issue ------------------------------------------------------------------------


def test_issuing_freezes_the_parties_and_takes_the_number(business, owner):
    customer = PartnerFactory(business=business, name="Ada", tax_number="DE1")
    vat = TaxFactory(business=business, rate=19)
    invoice = a_draft(
        business, by=owner, partner=customer, lines=[a_line(2, 50, tax=vat)]
    )
    before = row(invoice)

    invoice.issue(by=owner, now=NOW, expected_version=1)

    assert row(invoice) == before | {
        "state": "issued",
        "number": "INV-2026-00001",
        "issued_at": NOW,
        "version": 2,
        "seller": business.snapshot(),
        "buyer": customer.snapshot("billing"),
        "printed": {
            "language": "en",
            "page": "a4",
            "footer": "",
            "registration": "",
            "bank": {},
            "logo": None,
        },
    }
    assert invoice.buyer["name"] == "Ada"
    assert invoice.seller["line1"] == "1 Ledger Street"
    assert history(invoice)[1:] == [
        (
            "invoice.issued",
            {"number": "INV-2026-00001", "total": "119.00", "currency": "USD"},
        )
    ]


def test_an_issued_document_keeps_the_parties_as_they_were(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    before = row(invoice)
    invoice.partner.name = "Renamed"
    invoice.partner.save()
    business.name = "Renamed too"
    business.save()
    assert row(invoice) == before


def test_issuing_takes_the_rates_of_the_documents_day(business, owner):
    vat = TaxFactory(business=business, rate=19)
    invoice = a_draft(
        business, by=owner, discount_percent=Decimal(10), lines=[a_line(tax=vat)]
    )
    untaxed = a_draft(business, by=owner)
    assert row(invoice)["total"] == Decimal("107.10")
    rate = TaxRate.objects.for_business(business).get()
    TaxRate.objects.create(
        business=business, component=rate.component, valid_from=TODAY, rate=16
    )

    invoice.issue(by=owner, now=NOW)
    untaxed.issue(by=owner, now=NOW)

    stored = row(invoice)
    assert (stored["subtotal"], stored["tax_total"]) == (90, Decimal("14.40"))
    assert (stored["total"], stored["balance"]) == (Decimal("104.40"),) * 2
    assert parts(invoice, "lines", "tax_amount", "total") == [
        (Decimal("14.40"), Decimal("104.40"))
    ]
    assert parts(invoice, "taxes", "rate", "base", "amount") == [
        (Decimal(16), Decimal(90), Decimal("14.40"))
    ]


def test_a_document_without_lines_is_not_issued(business, owner):
    invoice = a_draft(business, by=owner)
    lines = rows(InvoiceLine, business.pk).filter(invoice_id=invoice.pk)
    lines._raw_delete(lines.db)
    with refused(BadLines, "lines"):
        invoice.issue(by=owner, now=NOW)


def test_a_partner_archived_since_the_draft_gets_no_document(business, owner):
    invoice = a_draft(business, by=owner)
    invoice.partner.archived_at = NOW
    invoice.partner.save()
    with refused(NotACustomer, "partner"):
        invoice.issue(by=owner, now=NOW)


def test_a_tax_that_has_no_rate_any_more_stops_the_issue(business, owner):
    vat = TaxFactory(business=business)
    invoice = a_draft(business, by=owner, lines=[a_line(tax=vat)])
    TaxRate.objects.for_business(business).update(valid_from=TODAY + DAY)
    with refused(NoTaxRate):
        invoice.issue(by=owner, now=NOW)


def test_nothing_is_issued_into_a_closed_period(business, owner):
    invoice = a_draft(business, by=owner)
    close(business, TODAY)
    with refused(PeriodClosed, "date"):
        invoice.issue(by=owner, now=NOW)
    close(business, TODAY - DAY)
    assert invoice.issue(by=owner, now=NOW).number


def test_a_bill_is_known_by_its_vendors_number(business, owner):
    vendor = PartnerFactory(business=business, is_vendor=True)
    nameless = bill_of(business, partner=vendor, number="")
    with refused(Invalid, "number"):
        draft_invoice(nameless, by=owner)
    bill = a_bill(business, "7", by=owner)
    assert bill.approve(by=owner, now=NOW).number == "7"
    assert not NumberSequence.objects.for_business(business).exists()


def test_a_refused_issue_leaves_a_draft_that_can_be_issued(business, owner):
    invoice = a_draft(business, by=owner)
    close(business, TODAY)
    with refused(PeriodClosed):
        invoice.issue(by=owner, now=NOW)
    close(business, None)
    invoice.issue(by=owner, now=NOW, expected_version=1)
    assert row(invoice)["version"] == 2


def test_a_free_document_is_paid_at_once(business, owner):
    invoice = an_issued_invoice(business, by=owner, lines=[a_line(1, 0)])
    assert status_of(invoice) == Status.PAID


# --- void -------------------------------------------------------------------------


def test_voiding_keeps_number_and_content(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    before = row(invoice)
    invoice.void(by=owner, reason="Sent twice", now=NOW)
    assert row(invoice) == before | {"state": "void", "version": 3}
    assert history(invoice)[-1] == ("invoice.voided", {"reason": "Sent twice"})
    assert status_of(invoice) == Status.VOID


def test_only_what_stands_is_voided(business, owner):
    draft = a_draft(business, by=owner)
    void = an_issued_invoice(business, by=owner).void(by=owner, reason="", now=NOW)
    for document in (draft, void):
        with refused(NotIssued):
            document.void(by=owner, reason="", now=NOW)


def test_nothing_with_a_payment_or_a_credit_is_voided(business, owner):
    paid = an_issued_invoice(business, by=owner)
    a_payment(business, paid, 1, by=owner)
    credited = an_issued_invoice(business, by=owner)
    credit(credited, None, by=owner, now=NOW, date=TODAY)
    for document in (paid, credited):
        with refused(HasSettlements):
            document.void(by=owner, reason="", now=NOW)


def test_nothing_is_voided_in_a_closed_period(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    close(business, TODAY)
    with refused(PeriodClosed, "date"):
        invoice.void(by=owner, reason="", now=NOW)


def test_voiding_a_credit_note_reopens_its_invoice(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    open_invoice = money_of(invoice)
    note = credit(invoice, None, by=owner, now=NOW, date=TODAY)
    assert money_of(invoice)["balance"] == 0

    note.void(by=owner, reason="Goods kept", now=NOW)

    assert money_of(invoice) == open_invoice
    assert row(note)["state"] == "void"
    assert row(note)["credited_invoice_id"] == invoice.pk
    again = credit(invoice, None, by=owner, now=NOW, date=TODAY)
    assert (again.number, again.total) == ("CN-2026-00002", 100)


def test_a_paid_out_credit_note_is_not_voided(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    a_payment(business, invoice, 100, by=owner)
    note = credit(invoice, None, by=owner, now=NOW, date=TODAY)
    a_payment(business, note, 100, by=owner, direction="out")
    with refused(HasSettlements):
        note.void(by=owner, reason="", now=NOW)


def test_voiding_a_note_on_a_written_off_invoice_reopens_what_was_open(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    note = credit(invoice, {1: Decimal("0.4")}, by=owner, now=NOW, date=TODAY)
    invoice.write_off(by=owner, reason="Insolvent")
    note.void(by=owner, reason="", now=NOW)
    assert row(invoice)["state"] == "written_off"
    assert money_of(invoice)["balance"] == 100


# --- write off --------------------------------------------------------------------


def test_writing_off_gives_up_what_is_open(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    a_payment(business, invoice, 30, by=owner)
    before = row(invoice)
    invoice.write_off(by=owner, reason="Insolvent")
    assert row(invoice) == before | {"state": "written_off", "version": 4}
    assert history(invoice)[-1] == (
        "invoice.written_off",
        {"reason": "Insolvent", "amount": "70.00"},
    )
    assert status_of(invoice) == Status.WRITTEN_OFF


def test_only_something_open_is_written_off(business, owner):
    paid = an_issued_invoice(business, by=owner)
    a_payment(business, paid, 100, by=owner)
    void = an_issued_invoice(business, by=owner).void(by=owner, reason="", now=NOW)
    gone = an_issued_invoice(business, by=owner).write_off(by=owner, reason="")
    for document in (a_draft(business, by=owner), paid, void, gone):
        with refused(NotIssued):
            document.write_off(by=owner, reason="")


def test_a_written_off_document_may_still_be_paid_and_credited(business, owner):
    invoice = an_issued_invoice(business, by=owner).write_off(by=owner, reason="")
    a_payment(business, invoice, 30, by=owner)
    credit(invoice, {1: Decimal("0.5")}, by=owner, now=NOW, date=TODAY)
    assert money_of(invoice) == {
        "total": 100,
        "amount_paid": 30,
        "amount_credited": 50,
        "credit_applied": 50,
        "balance": 20,
    }


# --- how a document stands ----------------------------------------------------------


def test_every_document_has_exactly_one_status(business, owner):
    due = TODAY + 30 * DAY
    documents = {
        Status.DRAFT: a_draft(business, by=owner),
        Status.ISSUED: an_issued_invoice(business, by=owner),
        Status.PARTLY_PAID: an_issued_invoice(business, by=owner),
        Status.PAID: an_issued_invoice(business, by=owner),
        Status.OVERDUE: an_issued_invoice(business, by=owner, due_date=TODAY),
        Status.VOID: an_issued_invoice(business, by=owner),
        Status.WRITTEN_OFF: an_issued_invoice(business, by=owner),
    }
    a_payment(business, documents[Status.PARTLY_PAID], 1, by=owner)
    a_payment(business, documents[Status.PAID], 100, by=owner)
    documents[Status.VOID].void(by=owner, reason="", now=NOW)
    documents[Status.WRITTEN_OFF].write_off(by=owner, reason="")
    tomorrow = TODAY + DAY
    found = Invoice.objects.for_business(business)

    for status, document in documents.items():
        assert status_of(document, tomorrow) == status
        assert found.standing([status], tomorrow).get() == document
    assert status_of(documents[Status.OVERDUE], TODAY) == Status.ISSUED
    assert status_of(documents[Status.PARTLY_PAID], due + DAY) == Status.OVERDUE
    assert found.overdue(tomorrow).get() == documents[Status.OVERDUE]
    assert found.standing(list(Status), tomorrow).count() == len(documents)
    assert found.drafts().get() == documents[Status.DRAFT]
    assert set(found.unpaid()) == {
        documents[status]
        for status in (Status.ISSUED, Status.PARTLY_PAID, Status.OVERDUE)
    }


def test_sales_credits_and_bills_are_told_apart(business, owner):
    sale = an_issued_invoice(business, by=owner)
    note = credit(sale, None, by=owner, now=NOW, date=TODAY)
    bill = a_bill(business, by=owner)
    found = Invoice.objects.for_business(business)
    assert list(found.sales()) == [sale]
    assert list(found.sales_credits()) == [note]
    assert list(found.bills()) == list(found.received()) == [bill]
    assert list(found.of(bill.partner)) == [bill]
