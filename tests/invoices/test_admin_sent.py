"""What left the house, in the admin: read there, and acted on by its verbs only."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from invoices.links import address
from invoices.models import CustomerLink, Delivery, Invoice, SendRun
from tests.admin_cast import (
    Books,
    act,
    books,
    everything,
    said,
    signed_in,
    staff,
    url,
)
from tests.books import history
from tests.factories import (
    NOW,
    TODAY,
    DeliveryFactory,
    SendRunFactory,
    SendRunItemFactory,
    a_draft,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def clerk(own: Books) -> Client:
    return signed_in(staff(own.business, "clerk"))


def mail(own: Books, state: str) -> Delivery:
    row: Delivery = DeliveryFactory(invoice=own.invoice, state=state)
    return row


def state_of(row: Delivery) -> str:
    return Delivery.objects.get(pk=row.pk).state


# --- mails ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "before", "after", "told"),
    [
        ("retry", "failed", "queued", "is tried again"),
        ("arrived", "uncertain", "sent", "arrived"),
        ("send_again", "uncertain", "queued", "is sent again"),
        ("withdraw", "queued", "withdrawn", "is not sent"),
    ],
)
def test_a_person_decides_about_a_mail(
    own: Books, action: str, before: str, after: str, told: str
) -> None:
    clerk = signed_in(staff(own.business, "clerk"))
    row = mail(own, before)
    assert f'value="{action}"' in clerk.get(url(row, "change")).content.decode()
    assert said(act(clerk, action, row, confirmed="yes")) == [
        f"document to buyer@example.com {told}."
    ]
    assert state_of(row) == after


@pytest.mark.parametrize("action", ["send_again", "withdraw"])
def test_a_second_mail_or_none_needs_a_yes(
    own: Books, clerk: Client, action: str
) -> None:
    row = mail(own, "uncertain" if action == "send_again" else "queued")
    before = everything(own.business)
    assert "?" in act(clerk, action, row).context["title"]
    assert everything(own.business) == before


def test_a_deed_that_does_not_fit_the_state_is_refused(
    own: Books, clerk: Client
) -> None:
    row = mail(own, "sent")
    before = everything(own.business)
    for action in ("retry", "arrived", "send_again", "withdraw"):
        [told] = said(act(clerk, action, row, confirmed="yes"))
        assert "is sent, not" in told
    assert everything(own.business) == before


def test_a_viewer_decides_nothing_about_mails(own: Books) -> None:
    viewer = signed_in(staff(own.business, "viewer"))
    row = mail(own, "failed")
    before = everything(own.business)
    act(viewer, "retry", row)
    assert everything(own.business) == before
    assert 'value="retry"' not in viewer.get(url(row, "change")).content.decode()


def test_mails_are_found_by_recipient_subject_and_number(
    own: Books, clerk: Client
) -> None:
    DeliveryFactory(invoice=own.invoice, recipient="ada@example.com")
    for words, count in (("ada@", 1), (own.invoice.number, 2), ("nowhere", 0)):
        page = clerk.get(url(Delivery, "changelist"), {"q": words})
        assert page.context["cl"].result_count == count, words


# --- runs -----------------------------------------------------------------------------


def test_a_run_shows_what_became_of_each_document_and_is_stopped(
    own: Books, clerk: Client
) -> None:
    run = SendRunFactory(business=own.business)
    SendRunItemFactory(run=run, invoice=own.invoice, state="done", position=1)
    refused = a_draft(own.business)
    SendRunItemFactory(
        run=run, invoice=refused, state="refused", reason="No lines", position=2
    )
    waiting = SendRunItemFactory(run=run, position=3)
    listed = clerk.get(url(SendRun, "changelist")).context["cl"].result_list[0]
    assert (listed.in_all, listed.left, listed.told_no) == (3, 1, 1)
    page = clerk.get(url(run, "change")).content.decode()
    assert page.index("No lines") < page.index(own.invoice.number)
    assert said(act(clerk, "stop", run, confirmed="yes")) == [
        f"Stopped the {run}; 1 document stays untouched."
    ]
    waiting.refresh_from_db()
    assert waiting.state == "skipped"


# --- customers' links -----------------------------------------------------------------


def test_a_link_is_revoked_and_replaced_and_its_secret_never_shown(
    own: Books, clerk: Client
) -> None:
    link = CustomerLink.objects.get(business=own.business)
    for page in (url(CustomerLink, "changelist"), url(link, "change")):
        assert link.token not in clerk.get(page).content.decode()
    asked = act(clerk, "revoke", link)
    assert "Close every link" in asked.content.decode()
    assert said(act(clerk, "revoke", link, confirmed="yes")) == [
        f"{own.invoice}: 1 closed."
    ]
    act(clerk, "renew", link, confirmed="yes")
    old, new = CustomerLink.objects.filter(business=own.business).order_by("id")
    assert (old.revoked_at is None, new.revoked_at) == (False, None)
    assert old.token != new.token


def test_who_may_not_send_sees_no_secret_address(own: Books, clerk: Client) -> None:
    link = CustomerLink.objects.get(business=own.business)
    row = DeliveryFactory(invoice=own.invoice, body=f"Here: {address(link)} Bye")
    viewer = signed_in(staff(own.business, "viewer"))
    for page in (url(row, "change"), url(own.invoice, "change")):
        assert link.token in clerk.get(page).content.decode()
        seen = viewer.get(page)
        assert seen.status_code == 200
        assert link.token not in seen.content.decode()
    assert "Bye" in viewer.get(url(row, "change")).content.decode()
    row.refresh_from_db()
    assert link.token in row.body


# --- the invoice's own page -----------------------------------------------------------


def test_an_invoices_page_leads_to_its_papers_and_mails(
    own: Books, clerk: Client
) -> None:
    page = clerk.get(url(own.invoice, "change")).content.decode()
    where = [own.business.slug, own.invoice.public_id]
    for name in ("send-pdf", "send-ubl", "send-document"):
        assert f'href="{reverse(name, args=where)}"' in page
    link = CustomerLink.objects.get(business=own.business)
    assert f'href="{link.path()}"' in page
    row = Delivery.objects.get(business=own.business)
    assert f'href="{url(row, "change")}"' in page


def test_sending_starts_where_the_mail_is_written(own: Books, clerk: Client) -> None:
    data = {"action": "send", "_selected_action": [own.draft.pk]}
    one = clerk.post(url(Invoice, "changelist"), data)
    where = [own.business.slug, own.draft.public_id]
    assert one.headers["Location"] == reverse("send-compose", args=where)
    second, unchosen = a_draft(own.business), a_draft(own.business)
    data["_selected_action"] = [own.draft.pk, second.pk]
    many = clerk.post(url(Invoice, "changelist"), data).headers["Location"]
    assert many.startswith(reverse("send-drafts", args=[own.business.slug]))
    page = clerk.get(many)
    shown = {row.draft.pk for row in page.context["rows"]}
    assert shown == {own.draft.pk, second.pk}
    assert unchosen.public_id not in page.text
    ready = [row for row in page.context["rows"] if not row.reason]
    assert page.text.count(" checked>") == len(ready)
    start = clerk.get(reverse("send")).headers["Location"]
    assert start == reverse("send-drafts", args=[own.business.slug])


def test_an_objection_is_noted_and_settled(own: Books, clerk: Client) -> None:
    asked = act(clerk, "dispute", own.invoice, confirmed="yes")
    assert "Give a reason." in asked.content.decode()
    given: dict[str, Any] = {"confirmed": "yes", "reason": "Never ordered"}
    act(clerk, "dispute", own.invoice, **given)
    own.invoice.refresh_from_db()
    assert own.invoice.dispute_reason == "Never ordered"
    page = clerk.get(url(own.invoice, "change")).content.decode()
    assert "Never ordered" in page
    assert 'value="settle"' in page
    assert said(act(clerk, "settle", own.invoice)) == [
        f"Settled the dispute of {own.invoice}."
    ]
    assert [verb for verb, _ in history(own.invoice)][-2:] == [
        "invoice.disputed",
        "invoice.dispute_settled",
    ]


def test_an_invoice_is_held_back_and_released(own: Books, clerk: Client) -> None:
    act(clerk, "hold", own.invoice, confirmed="yes", reason="Talks")
    own.invoice.refresh_from_db()
    assert own.invoice.held_at is not None
    [told] = said(act(clerk, "remind", own.invoice, confirmed="yes"))
    assert "release it first" in told
    act(clerk, "release", own.invoice)
    own.invoice.refresh_from_db()
    assert own.invoice.held_at is None


def test_a_reminder_is_mailed_by_hand_after_being_asked(
    own: Books, clerk: Client
) -> None:
    before = everything(own.business)
    assert "Remind" in act(clerk, "remind", own.invoice).context["title"]
    assert everything(own.business) == before
    [told] = said(act(clerk, "remind", own.invoice, confirmed="yes"))
    assert told == f"A reminder of {own.invoice} is on its way to buyer@example.com."
    reminders = Delivery.objects.filter(business=own.business, purpose="reminder")
    assert [row.state for row in reminders] == ["queued"]


def test_a_document_that_has_ended_offers_nothing_to_the_customer(
    own: Books, clerk: Client
) -> None:
    drafted = clerk.get(url(own.draft, "change")).content.decode()
    assert 'value="send"' in drafted
    for action in ("dispute", "settle", "hold", "release", "remind"):
        assert f'value="{action}"' not in drafted
        given = {"confirmed": "yes", "reason": "x"}
        [told] = said(act(clerk, action, own.draft, **given))
        assert "draft" in told.lower() or "not" in told, told


def test_the_invoices_are_filtered_by_what_was_sent(own: Books, clerk: Client) -> None:
    own.invoice.record_view(NOW + datetime.timedelta(days=1))
    page = clerk.get(url(Invoice, "changelist"), {"sent_at__isempty": "1"})
    assert page.status_code == 200
    assert page.context["cl"].result_count == 2
    assert TODAY.year == own.invoice.date.year
