"""The admin in a browser: a template begins with our words, lines fit the window."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from invoices.mailing.composing import default_words
from invoices.models import Invoice, MailTemplate, RecurringInvoice
from invoices.models.mail_template import Purpose
from tests.admin_cast import signed_in, staff, url

pytestmark = pytest.mark.django_db(transaction=True)
OVERFLOW = "Math.max(0, ...[...document.querySelectorAll('html, .inline-group fieldset')].map(e => e.scrollWidth - e.clientWidth))"


def admin(opened: Any, width: int) -> Any:
    """A window in which the owner of the office has signed in."""
    visit = opened(width=width)
    cookies = signed_in(staff(visit.office.business)).cookies
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": cookies[name].value, "url": visit.base}
    visit.page.context.add_cookies([cookie])
    return visit


def test_a_template_begins_with_our_words_and_shows_them_as_a_mail(opened) -> None:
    visit = admin(opened, 1280)
    page = visit.page
    visit.go(url(MailTemplate, "add"))
    for purpose, language in (("reminder", "de"), ("statement", "fr")):
        page.select_option("#id_purpose", purpose)
        page.select_option("#id_language", language)
        ours = default_words(Purpose(purpose), language)
        page.wait_for_function("text => id_subject.value === text", arg=ours.subject)
        assert page.input_value("#id_body") == ours.body
    page.select_option("#id_purpose", "document")
    button = page.locator(".mail-preview-button")
    button.wait_for()
    assert not page.is_visible(".mail-preview-error")
    page.fill("#id_subject", "Own words {{ nope }}")
    page.wait_for_selector(".mail-preview-error:not([hidden])")
    page.select_option("#id_language", "de")
    page.wait_for_timeout(500)
    assert page.input_value("#id_subject") == "Own words {{ nope }}"


def test_the_lines_of_a_document_fit_the_window(opened) -> None:
    visit = admin(opened, 1280)
    draft = url(visit.office.draft, "change")
    for path in (url(Invoice, "add"), url(RecurringInvoice, "add"), draft):
        visit.go(path)
        assert visit.page.evaluate(OVERFLOW) == 0, path
