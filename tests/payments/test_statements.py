"""Statements of account: what they list, and that they end with what is open."""

from __future__ import annotations

import datetime
import io
import random
from decimal import Decimal
from typing import Any

import pikepdf
import pytest

from invoices.crediting import credit
from invoices.exceptions import BadDates, KeyUsed, NoRecipient
from invoices.models import Delivery, DocumentFile, DocumentSettings, Invoice
from invoices.sending import Letter
from partners.exceptions import BookError, Invalid, NotAllowed
from partners.models import Partner
from payments.models import Payment
from payments.recording import (
    allocate,
    cancel_payment,
    record_payment,
    refund,
    unallocate,
)
from payments.statements import (
    currencies,
    send_statement,
    statement_facts,
    statement_name,
    statement_pdf,
    usual_currency,
)
from tests.books import history, refused
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    BusinessFactory,
    PartnerFactory,
    a_draft,
    a_line,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
    payment_of,
)

DAY = datetime.timedelta(days=1)
D = Decimal
FIRST, LAST = TODAY - 30 * DAY, TODAY + 30 * DAY


@pytest.fixture
def partner(business) -> Partner:
    return PartnerFactory(business=business, name="Ada")


def listed(partner: Partner, since=FIRST, until=LAST, currency="USD") -> list[Any]:
    facts = statement_facts(partner, since, until, currency)
    rows = [
        ((one.date - TODAY).days, one.kind, one.number, one.amount, one.balance)
        for one in facts.entries
    ]
    return [facts.opening, *rows, facts.closing]


def sold(partner: Partner, by, day: int, amount: Any = 100, **more: Any) -> Invoice:
    date = TODAY + day * DAY
    lines = [a_line(1, amount)]
    return an_issued_invoice(
        partner.business, by=by, partner=partner, date=date, lines=lines, **more
    )


def test_it_lists_what_passed_with_the_balance_after_each(business, owner, partner):
    first = sold(partner, owner, -10)
    a_payment(business, first, 60, by=owner, date=TODAY - 5 * DAY, reference="R-1")
    second = sold(partner, owner, 0, 50)
    note = credit(second, None, by=owner, now=NOW, date=TODAY)
    ahead = a_payment(
        business, None, 30, by=owner, partner=partner, date=TODAY + DAY, method="cash"
    )
    bank = AccountFactory(business=business)
    refund(ahead, D(10), date=TODAY + 2 * DAY, account=bank, by=owner)
    assert listed(partner) == [
        D("0.00"),
        (-10, "invoice", first.number, D(100), D(100)),
        (-5, "payment", "R-1", D(-60), D(40)),
        (0, "invoice", second.number, D(50), D(90)),
        (0, "credit_note", note.number, D(-50), D(40)),
        (1, "payment", "cash", D(-30), D(10)),
        (2, "refund", "", D(10), D(20)),
        D(20),
    ]


def test_what_lies_before_is_the_opening_and_what_lies_after_is_not_told(
    business, owner, partner
):
    first = sold(partner, owner, -10)
    a_payment(business, first, 60, by=owner, date=TODAY - 5 * DAY)
    second = sold(partner, owner, 0, 50)
    sold(partner, owner, 5, 70)
    assert listed(partner, TODAY - 4 * DAY, TODAY + 4 * DAY) == [
        D(40),
        (0, "invoice", second.number, D(50), D(90)),
        D(90),
    ]
    assert listed(partner, TODAY + 6 * DAY, TODAY + 9 * DAY) == [D(160), D(160)]


def test_drafts_voided_cancelled_bills_and_others_are_left_out(
    business, owner, partner
):
    a_draft(business, by=owner, partner=partner)
    sold(partner, owner, 0).void(by=owner, reason="x", now=NOW)
    gone = a_payment(business, None, 30, by=owner, partner=partner)
    cancel_payment(gone, by=owner, now=NOW)
    sold(PartnerFactory(business=business), owner, 0)
    assert listed(partner) == [D(0), D(0)]


def test_each_currency_has_a_statement_of_its_own(business, owner, partner):
    sold(partner, owner, 0)
    euro = sold(partner, owner, 0, 70, currency="EUR", currency_rate=D("1.1"))
    assert listed(partner, currency="EUR")[-1] == D(70)
    assert listed(partner, currency="USD")[-1] == D(100)
    assert currencies(partner) == ["EUR", "USD"]
    assert euro.currency == "EUR"


def test_what_a_vendor_is_owed_stands_in_no_statement(business, owner, partner):
    Partner.objects.filter(pk=partner.pk).update(is_vendor=True)
    partner.refresh_from_db()
    bill = an_approved_bill(business, by=owner, partner=partner)
    a_payment(business, bill, 60, by=owner, direction="out", spare=25)
    assert listed(partner) == [D(0), D(0)]


def test_money_without_a_partner_counts_as_far_as_it_settles(business, owner, partner):
    invoice = sold(partner, owner, 0)
    other = sold(PartnerFactory(business=business), owner, 0)
    draft = payment_of(business, 150, settles=[(invoice, D(60)), (other, D(40))])
    record_payment(draft, by=owner)
    assert listed(partner)[-2:] == [(0, "payment", "", D(-60), D(40)), D(40)]


def test_money_paid_back_for_a_note_evens_it(business, owner, partner):
    invoice = sold(partner, owner, 0)
    a_payment(business, invoice, 100, by=owner)
    note = credit(invoice, None, by=owner, now=NOW, date=TODAY)
    assert listed(partner)[-1] == D(-100)
    a_payment(business, note, 100, by=owner, direction="out", date=TODAY + DAY)
    assert listed(partner)[-2:] == [(1, "refund", "", D(100), D(0)), D(0)]


def test_what_was_written_off_is_not_asked_for(business, owner, partner):
    """Also when it is paid in part after all."""
    invoice = sold(partner, owner, -10)
    invoice.write_off(by=owner, reason="Bankrupt")
    until = business.today(datetime.datetime.now(datetime.UTC)) + DAY
    facts = statement_facts(partner, FIRST, until, "USD")
    assert [(one.kind, one.amount) for one in facts.entries] == [
        ("invoice", D(100)),
        ("write_off", D(-100)),
    ]
    a_payment(business, invoice, 30, by=owner)
    facts = statement_facts(partner, FIRST, until, "USD")
    assert sorted(one.amount for one in facts.entries) == [D(-70), D(-30), D(100)]
    assert facts.closing == 0


def test_the_days_must_be_in_order(partner):
    with refused(BadDates, "until"):
        statement_facts(partner, TODAY, TODAY - DAY, "USD")


def test_the_currency_must_be_one(partner):
    with refused(Invalid, "currency"):
        statement_facts(partner, FIRST, LAST, "XYZ")


def open_now(partner: Partner) -> Decimal:
    """Documents' balances less what lies on account, as stored."""
    documents = Invoice.objects.of(partner).filter(direction="issued", state="issued")
    owed = sum((one.balance for one in documents.filter(kind="invoice")), D(0))
    back = sum((one.balance for one in documents.filter(kind="credit_note")), D(0))
    payments = Payment.objects.of(partner).received().filter(refund_of=None)
    return owed - back - sum((one.unallocated for one in payments), D(0))


DEEDS = ("sell", "pay", "pay ahead", "allocate", "unallocate", "credit", "refund")
ENDS = ("cancel", "void", "write off")


def live(rng: random.Random, partner: Partner, by, bank) -> None:
    """One deed of a customer's life; the books may refuse it."""
    documents = list(Invoice.objects.of(partner).sales().filter(state="issued"))
    payments = list(Payment.objects.of(partner).received().filter(refund_of=None))
    deed = rng.choice(DEEDS * 3 + ENDS)
    day = rng.randint(-20, 20)
    amount = D(rng.randint(1, 9000)) / 100
    if deed == "sell" or not documents:
        sold(partner, by, day, amount)
        return
    invoice = rng.choice(documents)
    if deed in ("pay", "pay ahead") or not payments:
        spare = D(5) if deed == "pay ahead" else 0
        part = min(amount, invoice.balance) or D(1)
        date = TODAY + day * DAY
        a_payment(partner.business, invoice, part, by=by, spare=spare, date=date)
        return
    payment = rng.choice(payments)
    date = max(invoice.date, payment.date)
    amount = min(amount, payment.unallocated)
    end(deed, invoice, payment, by=by, refunds=(amount, date, bank))


def end(deed, invoice, payment, *, by, refunds) -> None:
    amount, date, bank = refunds
    if deed == "allocate":
        allocate(payment, invoice, min(payment.unallocated, invoice.balance), by=by)
    elif deed == "unallocate":
        unallocate(payment, invoice, by=by)
    elif deed == "credit":
        credit(invoice, {1: D("0.5")}, by=by, now=NOW, date=date)
    elif deed == "refund":
        refund(payment, amount, date=date, account=bank, by=by)
    elif deed == "cancel":
        cancel_payment(payment, by=by, now=NOW)
    elif deed == "void":
        invoice.void(by=by, reason="x", now=NOW)
    else:
        invoice.write_off(by=by, reason="x")


@pytest.mark.parametrize("seed", range(6))
def test_it_always_ends_with_what_is_open_less_what_lies_on_account(
    business, owner, partner, seed
):
    rng = random.Random(seed)
    bank = AccountFactory(business=business)
    until = business.today(datetime.datetime.now(datetime.UTC)) + 60 * DAY
    done = 0
    for _ in range(40):
        try:
            live(rng, partner, owner, bank)
        except BookError:
            continue
        done += 1
        facts = statement_facts(partner, TODAY - 60 * DAY, until, "USD")
        assert facts.closing == open_now(partner)
    assert done > 15
    split = TODAY + rng.randint(-20, 20) * DAY
    before = statement_facts(partner, TODAY - 60 * DAY, split, "USD")
    after = statement_facts(partner, split + DAY, until, "USD")
    assert before.closing == after.opening
    whole = statement_facts(partner, TODAY - 60 * DAY, until, "USD")
    assert before.entries + after.entries == whole.entries


def test_the_paper_is_in_the_customer_s_language_with_today_s_bank(
    business, owner, partner
):
    DocumentSettings.objects.create(business=business, iban="DE89370400440532013000")
    Partner.objects.filter(pk=partner.pk).update(language="de")
    partner.refresh_from_db()
    sold(partner, owner, 0)
    facts = statement_facts(partner, FIRST, LAST, "USD")
    assert (facts.look.language, facts.bank.iban) == ("de", "DE89370400440532013000")
    assert (facts.seller.name, facts.buyer.name) == (business.name, "Ada")
    content = statement_pdf(partner, FIRST, LAST, "USD")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
    assert statement_pdf(partner, FIRST, LAST, "USD") == content


def test_it_is_kept_as_a_file_and_mailed(business, owner, partner):
    sold(partner, owner, 0)
    [mail] = send_statement(partner, FIRST, LAST, "USD", by=owner, now=NOW, key="march")
    assert (mail.invoice_id, mail.recipient, mail.state, mail.purpose) == (
        None,
        partner.email,
        "queued",
        "statement",
    )
    assert "100.00" in mail.body
    file = DocumentFile.objects.for_business(business).get()
    assert (file.pk, file.kind, file.invoice_id) == (mail.file_id, "statement", None)
    assert file.name == f"statement-{partner.code}-{LAST}.pdf"
    facts = {"recipients": [partner.email], "currency": "USD", "closing": "100.00"}
    assert history(partner) == [("statement.queued", facts)]


def test_the_same_key_mails_once(business, owner, partner):
    sold(partner, owner, 0)
    sent = [
        send_statement(partner, FIRST, LAST, "USD", by=owner, now=NOW, key="march")
        for _ in range(2)
    ]
    assert [mail.pk for mail in sent[0]] == [mail.pk for mail in sent[1]]
    assert (Delivery.objects.count(), DocumentFile.objects.count()) == (1, 1)


def test_the_same_key_for_another_letter_is_refused(business, owner, partner):
    sold(partner, owner, 0)
    times = {"by": owner, "now": NOW, "key": "march"}
    send_statement(partner, FIRST, LAST, "USD", **times)
    for letter, field in (
        (Letter(recipients=["other@example.com"]), "recipients"),
        (Letter(body="Other"), "body"),
    ):
        with refused(KeyUsed, field):
            send_statement(partner, FIRST, LAST, "USD", letter, **times)


@pytest.mark.parametrize(
    ("code", "name", "file"),
    [
        ("AB 1", "Ada", "statement-AB-1-2026-01-31.pdf"),
        ("", "Søren & Söhne", "statement-søren-söhne-2026-01-31.pdf"),
    ],
)
def test_its_file_is_named_after_the_customer(code, name, file):
    partner = Partner(code=code, name=name)
    assert statement_name(partner, datetime.date(2026, 1, 31)) == file


def test_the_usual_currency_is_the_only_one_there_is(business, owner, partner):
    assert usual_currency(partner) == "USD"
    sold(partner, owner, 0, currency="EUR", currency_rate=D(1))
    assert usual_currency(partner) == "EUR"
    sold(partner, owner, 0)
    with refused(Invalid, "currency") as told:
        usual_currency(partner)
    assert told.value.message == "Choose one of EUR, USD."


def test_what_cannot_be_mailed_is_refused(business, owner, partner):
    nobody = PartnerFactory(business=business, email="")
    times = {"by": owner, "now": NOW, "key": "march"}
    with refused(NoRecipient, "recipients"):
        send_statement(nobody, FIRST, LAST, "USD", **times)
    with refused(Invalid, "recipients"):
        letter = Letter(recipients=["no address"])
        send_statement(partner, FIRST, LAST, "USD", letter, **times)
    with refused(Invalid, "body"):
        # What a document has, a statement has not.
        send_statement(
            partner, FIRST, LAST, "USD", Letter(body="{{ number }}"), **times
        )
    with refused(BadDates, "until"):
        send_statement(partner, LAST, FIRST, "USD", **times)
    viewer = actor(business, "viewer")
    with refused(NotAllowed):
        send_statement(partner, FIRST, LAST, "USD", **{**times, "by": viewer})
    stranger = actor(BusinessFactory())
    with refused(NotAllowed):
        send_statement(partner, FIRST, LAST, "USD", **{**times, "by": stranger})


def test_its_cost_does_not_grow_with_the_movements(
    business, owner, partner, django_assert_num_queries
):
    for day in range(5):
        invoice = sold(partner, owner, day)
        a_payment(business, invoice, 50, by=owner)
    with django_assert_num_queries(4):
        statement_facts(partner, FIRST, LAST, "USD")
