"""`verify_books` finds what does not add up, and nothing else."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from invoices.crediting import credit
from invoices.mail_decisions import settle_uncertain
from invoices.models import Invoice
from partners.access import Actor
from partners.models import Business
from payments.bank.accepting import accept
from payments.verifying import verify
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    AttachmentFactory,
    BankLineFactory,
    BankStatementFactory,
    DeliveryFactory,
    DocumentFileFactory,
    LogoFactory,
    RecurringFactory,
    RecurringPeriodFactory,
    a_cost,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(business: Business) -> Business:
    """A paid invoice, a credited one, and a bill shared out, paid and credited."""
    paid = an_issued_invoice(business)
    a_payment(business, paid, paid.total)
    credited = an_issued_invoice(business)
    by = actor(business)
    credit(credited, None, by=by, now=NOW, date=TODAY)
    cost = a_cost(business)
    shares = [
        (cost, Decimal(40)),
        (a_cost(business, project=cost.project), Decimal(60)),
    ]
    bill = an_approved_bill(business, by=by, project=cost.project, cost_shares=shares)
    a_payment(business, bill, 10, direction="out")
    note = credit(bill, None, by=by, now=NOW, date=TODAY, number="C-1")
    note.cancel(by=by, reason="Sent by mistake")
    left_the_house(paid, by)
    statement = BankStatementFactory(
        account=AccountFactory(business=business),
        opening_balance=Decimal(-40),
        closing_balance=Decimal(60),
    )
    line = BankLineFactory(statement=statement)
    accept(line, [], by=by, now=NOW)
    RecurringPeriodFactory(recurring=RecurringFactory(business=business, made=1))
    return business


def left_the_house(invoice: Invoice, by: Actor) -> None:
    """Its paper with a logo, what is put to it, a mail that arrived, and one about its
    customer."""
    DocumentFileFactory(invoice=invoice)
    AttachmentFactory(invoice=invoice)
    LogoFactory(business=invoice.business)
    about = {"business": invoice.business, "partner": invoice.partner}
    for document in (invoice, None):
        mail = DeliveryFactory(invoice=document, state="uncertain", **about)
        settle_uncertain(mail, True, by=by, now=NOW)


def test_books_made_by_the_verbs_agree(books: Business) -> None:
    """Every proof looks at rows and finds nothing."""
    findings = verify(books)
    assert [finding.wrong for finding in findings] == [()] * 11
    assert [finding.rows > 0 for finding in findings] == [True] * 11


@pytest.mark.parametrize(
    ("sql", "proof"),
    [
        (
            "UPDATE invoices_invoiceline SET amount = amount + 1, total = total + 1",
            "documents equal the sum of their lines and taxes",
        ),
        (
            "DELETE FROM payments_allocation",
            "documents are settled by their payments and credits",
        ),
        (
            "UPDATE invoices_costshare SET percent = 60.000001 WHERE percent = 60",
            "costs share the whole of a document, within its project",
        ),
        (
            "UPDATE invoices_invoice SET project_id = NULL",
            "costs share the whole of a document, within its project",
        ),
        (
            "UPDATE payments_allocation SET amount = amount - 1",
            "payments equal the sum of what they settle",
        ),
        (
            "UPDATE payments_bankstatement SET closing_balance = 61",
            "statements have their lines, which make their balances",
        ),
        (
            "UPDATE payments_bankstatement SET lines_read = 2",
            "statements have their lines, which make their balances",
        ),
        (
            "UPDATE payments_bankline SET currency = 'SEK'",
            "statements have their lines, which make their balances",
        ),
        (
            "UPDATE invoices_documentfile SET content = content || '\\x00'",
            "papers and logos still have their hash",
        ),
        (
            "UPDATE invoices_documentfile SET size = size + 1",
            "papers and logos still have their hash",
        ),
        (
            "UPDATE invoices_logo SET content = ''",
            "papers and logos still have their hash",
        ),
        (
            "UPDATE invoices_delivery SET id = id + 9 WHERE invoice_id IS NULL",
            "mails that were sent have their event",
        ),
        (
            "DELETE FROM invoices_event WHERE verb = 'delivery.sent'",
            "mails that were sent have their event",
        ),
        (
            "DELETE FROM invoices_recurringperiod",
            "schedules have made as many periods as they count",
        ),
        (
            "UPDATE invoices_recurringinvoice SET made = 2",
            "schedules have made as many periods as they count",
        ),
        (
            "UPDATE invoices_event SET facts = '{}' WHERE position = 2",
            "the history is one unbroken chain",
        ),
    ],
)
def test_a_change_past_the_verbs_is_found(
    books: Business, sql: str, proof: str
) -> None:
    """Each tampering is named by the proof that it breaks."""
    verify(books)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    wrong = {finding.proof: finding.wrong for finding in verify(books) if finding.wrong}
    assert proof in wrong


def test_the_command_ends_with_an_error_where_rows_differ(books: Business) -> None:
    """Exit status 1, and the row is named."""
    call_command("verify_books", business=books.slug, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM payments_allocation")
    out: Any = io.StringIO()
    with pytest.raises(CommandError, match="differences"):
        call_command("verify_books", business=books.slug, stdout=out)
    assert "INV-2026-00001" in out.getvalue()


def test_an_empty_business_verifies() -> None:
    """Nothing to look at is nothing wrong."""
    business = Business.objects.create(slug="empty", name="Empty", currency="EUR")
    assert [(f.rows, f.wrong) for f in verify(business)] == [(0, ())] * 11
