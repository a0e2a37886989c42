"""The admin's main pages: axe in light and dark, and a phone without side-scrolling."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from invoices.models import Invoice
from tests.admin_cast import url
from tests.browser.test_accessibility import LONG, problems
from tests.browser.test_admin import admin
from tests.factories import (
    AccountFactory,
    BankLineFactory,
    BankStatementFactory,
    PartnerFactory,
    a_draft,
)

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("index", "bank", "reports", "roles", "closing", "imports", "bank_read")


def paths(visit: Any) -> list[str]:
    """The pages, with a long name and a line of the bank on them."""
    own = visit.office
    long = PartnerFactory(business=own.business, name=LONG)
    a_draft(own.business, by=own.by, partner=long)
    giro = AccountFactory(business=own.business, payment_account=True)
    line = BankLineFactory(
        statement=BankStatementFactory(account=giro), counterparty=LONG
    )
    return [
        *(reverse(f"admin:{name}") for name in PAGES),
        reverse("admin:bank_line", args=[line.pk]),
        "/admin/reports/aging/",
        url(Invoice, "changelist"),
        url(Invoice, "changelist") + "?q=nothing-like-this",
        url(own.draft, "change"),
        url(own.issued, "change"),
    ]


def test_no_page_of_the_admin_shuts_anybody_out(opened) -> None:
    visit = admin(opened, 1280)
    page, found = visit.page, []
    for path in paths(visit):
        visit.go(path)
        found += problems(page)
        page.set_viewport_size({"width": 375, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{path} is {wide} wide"] if wide > 375 else []
        page.set_viewport_size({"width": 1280, "height": 800})
    visit.go(url(visit.office.draft, "change"))
    page.locator("button:text-is('Issue')").click()
    page.wait_for_selector(".decide")
    assert [*found, *problems(page)] == []
