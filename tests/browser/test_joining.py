"""From an invitation's letter to being let in with a code, in a real browser."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.utils import timezone

from invoices.members import inviting, letters
from partners.models import Business, SecondFactor
from tests.browser.test_accessibility import problems
from tests.partners.access.cast import code

pytestmark = pytest.mark.django_db(transaction=True)


def test_somebody_new_joins_sets_up_an_app_and_signs_in_with_it(opened) -> None:
    visit = opened(width=375, bypass_csp=True)
    page, own = visit.page, visit.office
    Business.objects.filter(pk=own.business.pk).update(demands_totp=True)
    now = timezone.now()
    row = inviting.invite(own.business, "ann@example.com", "clerk", by=own.by, now=now)
    letters.write_invitation(own.business.pk, row.pk, now=now)
    found, wide = [], []

    def look() -> None:
        found.extend(problems(page))
        if page.evaluate("document.documentElement.scrollWidth") > 375:
            wide.append(page.url)

    visit.go(re.findall(r"/join/\S+", str(mail.outbox[-1].body))[0])
    page.wait_for_selector("#id_name:focus")
    look()
    page.keyboard.type("Ann")
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.type("quite a good one")
    page.keyboard.press("Enter")
    secret = page.inner_text(".secret").replace(" ", "")
    look()
    page.fill("#id_code", code(secret))
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes")
    look()
    page.click("main .primary")
    page.wait_for_url("**/admin/")
    visit.go("/account/")
    look()
    page.click("text=Sign out")
    SecondFactor.objects.update(last_counter=0)

    page.wait_for_selector("#id_username:focus")
    look()
    page.keyboard.type("ann@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type("quite a good one")
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_code:focus")
    look()
    page.keyboard.type(code(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")

    assert (found, wide) == ([], [])
