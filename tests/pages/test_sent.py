"""The list of issued documents, and how each stands on its own page."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from invoices.crediting import credit
from invoices.models import Delivery, Invoice
from partners.models import Partner
from tests.factories import NOW, TODAY, PartnerFactory, a_payment, an_issued_invoice
from tests.pages.cast import Office, member, office, signed_in
from tests.pages.test_drafts import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Office:
    return office()


@pytest.fixture
def clerk(own):
    return signed_in(member(own.business))


def issued_to(own: Office, name: str, *happened: str) -> Invoice:
    """An issued invoice of a customer to which this happened: sent, viewed, disputed."""
    customer = PartnerFactory(business=own.business, name=name)
    invoice = an_issued_invoice(own.business, by=own.by, partner=customer)
    if "sent" in happened:
        invoice.record_sent(NOW, by=own.by, to="a@example.com")
    if "viewed" in happened:
        invoice.record_view(NOW)
    if "disputed" in happened:
        invoice.dispute("Broken", by=own.by, now=NOW)
    return invoice


def customers(answer: HttpResponse) -> list[str]:
    """Whose documents are on the list, in its order."""
    return re.findall(r'class="customer-name">([^<]+)<', answer.content.decode())


def page_of(clerk, own: Office, invoice: Invoice) -> str:
    return texts(clerk.get(own.url("send-document", invoice.public_id)))


def test_issued_documents_are_listed_newest_first_with_links(own, clerk) -> None:
    later = issued_to(own, "Later", "sent")

    answer = clerk.get(own.url("send-sent"))

    told = texts(answer)
    assert "2 issued documents" in told
    assert told.index(later.number) < told.index(own.issued.number)
    assert f"{later.number} Later" in told
    assert own.url("send-document", later.public_id) in answer.content.decode()
    assert own.draft.public_id not in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Cleo", "Bob", "Ada", "Own"]),
        ("q=ada", ["Ada"]),
        ("q=zebra", []),
        ("state=sent", ["Cleo", "Bob"]),
        ("state=unsent", ["Ada", "Own"]),
        ("state=viewed", ["Cleo"]),
        ("state=disputed", ["Ada"]),
        ("state=trouble", ["Own"]),
        ("state=DROP", ["Cleo", "Bob", "Ada", "Own"]),
        ("state=trouble&q=ada", []),
        ("page=99", ["Cleo", "Bob", "Ada", "Own"]),
    ],
)
def test_the_list_is_searched_and_filtered(own, clerk, query, found) -> None:
    issued_to(own, "Ada", "disputed")
    issued_to(own, "Bob", "sent")
    issued_to(own, "Cleo", "sent", "viewed")
    Partner.objects.filter(pk=own.issued.partner_id).update(name="Own")
    mails = Delivery.objects.for_business(own.business).filter(pk=own.delivery.pk)
    mails.update(state="failed")

    answer = clerk.get(f"{own.url('send-sent')}?{query}")

    assert customers(answer) == found


def test_queries_stay_the_same_however_many_there_are(own, clerk) -> None:
    counts = []
    shown = []
    for wanted in (1, 10, 101):
        for _ in range(wanted - len(issued(own))):
            an_issued_invoice(own.business, by=own.by, partner=own.issued.partner)
        with CaptureQueriesContext(connection) as queries:
            answer = clerk.get(own.url("send-sent"))
        counts.append(len(queries))
        shown.append(len(customers(answer)))
        assert f"{wanted} issued document" in texts(answer)

    assert counts == [counts[0]] * 3
    assert shown == [1, 10, 100]


def issued(own: Office) -> list[Invoice]:
    return list(Invoice.objects.for_business(own.business).exclude(state="draft"))


def test_a_void_document_is_open_no_more(own, clerk) -> None:
    own.issued.void(by=own.by, reason="Twice", now=NOW)

    assert "Open nothing" in page_of(clerk, own, own.issued)
    assert "Void" in texts(clerk.get(own.url("send-sent")))


def test_what_credits_settled_is_credited_and_not_paid(own, clerk) -> None:
    note = credit(own.issued, None, by=own.by, now=NOW, date=TODAY)
    paid = issued_to(own, "Payer")
    a_payment(own.business, paid, 100, by=own.by)

    told = page_of(clerk, own, own.issued)
    assert "Credited Customer" in told
    assert "Paid Customer" in page_of(clerk, own, paid)
    told = page_of(clerk, own, note)
    assert "Credit note Customer" in told
    assert ", due " not in told
    assert "Send no reminders" not in told


def test_a_customer_is_not_told_that_a_credit_note_is_settled(own, clerk) -> None:
    from invoices import links

    note = credit(own.issued, None, by=own.by, now=NOW, date=TODAY)
    link = links.link_to(note, now=timezone.now())

    told = clerk.get(link.path()).content.decode()

    assert 'class="badge' not in told
    assert 'class="badge credited"' in clerk.get(own.link.path()).content.decode()
