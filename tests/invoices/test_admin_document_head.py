"""How a document's page and list say how it stands: its badges and what is open."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from invoices.crediting import credit
from invoices.models import Invoice
from tests.admin_cast import Books, books, signed_in, staff, url
from tests.factories import NOW, a_line, actor, an_issued_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def owner(own: Books) -> Client:
    return signed_in(staff(own.business))


def an_invoice(own: Books, **values: Any) -> Invoice:
    by = actor(own.business)
    values = {"lines": [a_line("1.5", 544, tax=own.tax)]} | values
    return an_issued_invoice(own.business, by=by, partner=own.partner, **values)


def page(client: Client, document: Invoice, language: str = "en") -> str:
    answer = client.get(url(document, "change"), headers={"accept-language": language})
    assert answer.status_code == 200
    return str(answer.content.decode())


def badges(text: str) -> str:
    """What stands beside the document's name."""
    return text.partition('class="document-name"')[2].partition("</div>")[0]


def test_what_was_written_off_is_not_open_and_may_still_be_paid(
    own: Books, owner: Client
) -> None:
    document = an_invoice(own, lines=[a_line(1, 816)])
    document.write_off(by=actor(own.business), reason="Bankrupt")
    text = page(owner, document)
    assert '<span class="amount">0.00 USD</span>' in text
    assert "816.00 USD written off: Bankrupt" in text
    assert ("Paid in full…" in text, "Remind…" in text) == (True, False)
    payment = f"/admin/payments/payment/add/?document={document.pk}"
    assert payment in text
    assert 'value="816' in owner.get(payment).content.decode()
    listed = owner.get(url(Invoice, "changelist"), {"status": "written_off"})
    assert '<span class="amount">0.00 USD</span>' in listed.content.decode()


def test_what_was_credited_is_not_called_paid(own: Books, owner: Client) -> None:
    by, document = actor(own.business), an_invoice(own)
    note = credit(document, None, by=by, now=NOW, date=document.date, reason="")
    assert '<span class="badge ended">credited</span>' in badges(page(owner, document))
    assert '<span class="badge ended">settled</span>' in badges(page(owner, note))


def test_a_dispute_and_a_hold_are_badges_of_their_own(
    own: Books, owner: Client
) -> None:
    by, document = actor(own.business), an_invoice(own)
    document.dispute("Too much", by=by, now=NOW)
    document.hold("", by=by, now=NOW)
    mark = '<span class="badge ill">disputed</span> '
    mark += '<span class="badge careful">held</span>'
    assert mark in badges(page(owner, document))
    assert mark in owner.get(url(Invoice, "changelist")).content.decode()


def test_nothing_is_open_on_a_draft(own: Books, owner: Client) -> None:
    viewer = signed_in(staff(own.business, "viewer"))
    assert "<dt>Open</dt>" not in page(viewer, own.draft)
    listed = owner.get(url(Invoice, "changelist"), {"status": "draft"})
    amounts = listed.content.decode().count('class="amount"')
    assert amounts == listed.context["cl"].result_count == 1, "its total, and no more"
    asked = {"action": "delete_drafts", "_selected_action": [own.draft.pk]}
    told = owner.post(url(Invoice, "changelist"), asked).content.decode()
    assert "open:" not in told


def test_a_page_has_one_way_to_write_numbers(own: Books, owner: Client) -> None:
    document = an_invoice(own, discount_percent=Decimal("2.5"))
    text = page(owner, document, "de")
    assert "816,00 USD" in text
    assert "1,5 ×" in text
    assert "816.00" not in text
    assert "2.5 %" not in text
    assert "to 0.01 USD" in page(owner, document)
