"""From the list to sent: by mouse, and by keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail

from invoices.models import Delivery, Invoice, SendRun
from tests.factories import NOW, a_draft

pytestmark = pytest.mark.django_db(transaction=True)


def sent() -> list[tuple[str, list[str]]]:
    """The mails that were caught: to whom, with which files."""
    return [
        (one.to[0], [name for part in one.message().walk() if (name := _file(part))])
        for one in mail.outbox
    ]


def subjects() -> list[str]:
    """Their subjects."""
    return [str(one.message()["Subject"]) for one in mail.outbox]


def _file(part: Any) -> str:
    return part.get_filename() or ""


def test_drafts_are_chosen_composed_sent_and_watched_by_mouse(opened, worker) -> None:
    visit = opened()
    page, own = visit.page, visit.office
    a_draft(own.business, by=own.by)
    worker()
    mail.outbox.clear()
    visit.sign_in()

    page.click("a[data-preview] >> nth=0")
    page.wait_for_selector("#preview img.paper")
    page.check("#select-all")
    assert page.inner_text("#selected").startswith("2 chosen: USD\xa0200.00")
    page.click("#compose")
    page.click("text=The same subject and words for all")
    page.fill("[name=subject]", "For {{ customer }}")
    page.wait_for_selector(".mail-head strong:text-matches('For Partner')")
    page.click("button:has-text('Issue and send 2')")
    page.wait_for_selector("#progress [data-live]")
    run = SendRun.objects.for_business(own.business)[0]
    worker()
    page.wait_for_selector(".headline:has-text('All sent')")

    assert page.inner_text(".figures .good dd") == "2"
    assert page.is_hidden("#stop")
    numbers = list(
        Invoice.objects.for_business(own.business)
        .filter(deliveries__attempt_key=f"run-{run.key}")
        .order_by("id")
        .values_list("number", flat=True)
    )
    assert sorted(sent()) == [
        ("buyer@example.com", [f"{number}.pdf"]) for number in sorted(numbers)
    ]
    assert all(re.fullmatch(r"For Partner \d+", subject) for subject in subjects())


def press_until(page, selector: str, most: int = 80) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"No way leads to {selector} by keyboard.")


def test_a_draft_goes_out_by_keyboard_alone(opened, worker) -> None:
    visit = opened()
    page, own = visit.page, visit.office
    worker()
    mail.outbox.clear()
    visit.sign_in()

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    press_until(page, "a[data-preview]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#preview img.paper")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    press_until(page, "#compose")
    page.keyboard.press("Enter")
    page.wait_for_selector("#letter")
    press_until(page, "[name=subject]")
    page.keyboard.press("Control+A")
    page.keyboard.type("By keyboard")
    page.wait_for_selector(".mail-head strong:has-text('By keyboard')")
    press_until(page, "#letter .primary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#progress")
    worker()
    page.wait_for_selector(".headline:has-text('All sent')")

    assert subjects() == ["By keyboard"]
    own.draft.refresh_from_db()
    assert own.draft.state == "issued"


def test_a_second_click_and_going_back_send_nothing_twice(opened, worker) -> None:
    visit = opened()
    page, own = visit.page, visit.office
    worker()
    visit.sign_in()
    before = SendRun.objects.for_business(own.business).count()

    visit.go(own.url("send-compose", own.draft.public_id))
    page.dblclick("#letter .primary")
    page.wait_for_selector("#progress")
    assert SendRun.objects.for_business(own.business).count() == before + 1
    page.go_back()
    page.click("#letter .primary")
    page.wait_for_selector("#progress")
    worker()

    mails = Delivery.objects.for_business(own.business).filter(invoice=own.draft)
    assert [row.state for row in mails] == ["sent"]


def test_a_failed_mail_is_tried_again_and_an_uncertain_one_asked_about(opened) -> None:
    visit = opened()
    page, own = visit.page, visit.office
    rows = Delivery.objects.for_business(own.business)
    rows.filter(pk=own.delivery.pk).update(state="failed", error="550 no such box")
    visit.sign_in()

    visit.go(own.url("send-document", own.issued.public_id))
    page.click("button:has-text('Try again')")
    page.wait_for_selector(".message:has-text('It is tried again.')")
    own.delivery.refresh_from_db()
    assert own.delivery.state == "queued"

    rows.filter(pk=own.delivery.pk).update(state="uncertain")
    page.reload()
    page.click("button:has-text('Yes')")
    page.wait_for_selector(".message:has-text('Noted: it arrived.')")
    own.delivery.refresh_from_db()
    assert own.delivery.state == "sent"
    assert own.delivery.created_at >= NOW


def test_a_stopped_run_leaves_its_drafts_untouched(opened, worker) -> None:
    visit = opened()
    page, own = visit.page, visit.office
    waiting = own.run.items.get().invoice
    visit.sign_in()

    visit.go(own.url("send-run", own.run.public_id))
    page.click("button:has-text('Stop')")
    page.wait_for_selector(".headline:has-text('Stopped')")
    worker()

    waiting.refresh_from_db()
    assert waiting.state == "draft"
    assert not Delivery.objects.for_business(own.business).filter(invoice=waiting)


def test_what_is_left_out_is_no_longer_counted(opened) -> None:
    visit = opened()
    page, own = visit.page, visit.office
    other = a_draft(own.business, by=own.by)
    visit.sign_in()
    assert page.is_visible(".act-bar.idle")
    page.check("#select-all")
    assert not page.is_visible(".act-bar.idle")
    page.click("#compose")
    page.check(f"[name=left_out][value='{other.public_id}']")
    left = Invoice.objects.for_business(own.business).filter(state="draft").count() - 1
    page.click(f"button:has-text('Issue and send {left}')")
    page.wait_for_selector("#progress")

    run = SendRun.objects.for_business(own.business).exclude(pk=own.run.pk).get()
    assert own.draft.pk in run.items.values_list("invoice_id", flat=True)
    assert other.pk not in run.items.values_list("invoice_id", flat=True)
