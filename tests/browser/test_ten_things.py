"""The ten things that staff do most, in a real browser, with what each costs the hands.

A click is a click, a keystroke a key pressed; waiting and reading cost nothing. The
figures are bounds that must not grow: `-s` prints what was counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from invoices.models import Invoice
from partners.models import Partner
from payments.models import BankLine, Payment
from tests.browser.conftest import Visit
from tests.browser.test_admin import admin
from tests.factories import (
    AccountFactory,
    BankLineFactory,
    BankStatementFactory,
    PartnerFactory,
    ProductFactory,
    a_bill,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Hands:
    """A person at the admin: what they press and click is counted."""

    visit: Visit
    clicks: int = 0
    keys: int = 0

    @property
    def page(self) -> Any:
        return self.visit.page

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text)

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def complete(self, selector: str, text: str) -> None:
        """Choose in a field that completes what is typed."""
        self.click(f"{selector} + .select2")
        self.type(text)
        self.page.locator(".select2-results__option--highlighted").wait_for()
        self.page.wait_for_function(
            "t => document.querySelector('.select2-results__option--highlighted')"
            "?.innerText.includes(t)",
            arg=text,
        )
        self.press("Enter")


@pytest.fixture
def hands(opened: Callable[..., Visit]) -> Hands:
    """At the first page, with something to do of every kind."""
    visit = admin(opened, 1280)
    business, by = visit.office.business, visit.office.by
    giro = AccountFactory(business=business, name="Giro", payment_account=True)
    customer = PartnerFactory(
        business=business, name="Quill & Co", email="q@example.com"
    )
    ProductFactory(business=business, name="Inkwell")
    an_issued_invoice(business, number="INV-777", partner=customer, by=by)
    paid = an_issued_invoice(business, number="INV-888", partner=customer, by=by)
    a_bill(business, "V-99", by=by)
    line = {"amount": paid.total, "currency": paid.currency, "text": "For INV-888"}
    BankLineFactory(statement=BankStatementFactory(account=giro), **line)
    visit.go("/admin/")
    return Hands(visit)


def newest() -> Invoice:
    """The invoice that was drafted here."""
    return Invoice.objects.filter(partner__name="Quill & Co").latest("pk")


def find_an_invoice_by_its_number(hands: Hands) -> None:
    hands.press("Control+k")
    hands.page.wait_for_selector("#search-input-command:focus")
    hands.type("INV-777")
    hands.page.wait_for_selector("#command-results-list a")
    hands.press("ArrowDown")
    hands.press("Enter")
    hands.page.wait_for_url("**/change/")
    hands.sees("Quill & Co")


def draft_an_invoice(hands: Hands) -> None:
    hands.visit.go("/admin/invoices/invoice/add/")
    hands.complete("#id_partner", "Quill")
    if not hands.page.input_value("#id_currency"):
        hands.click("#id_currency")
        hands.type("USD")
    hands.complete("#id_lines-0-product", "Inkwell")
    hands.click("#id_lines-0-quantity")
    hands.press("Control+a")
    hands.type("3")
    if not hands.page.input_value("#id_lines-0-unit_price"):
        hands.press("Tab")
        hands.type("10")
    hands.click("button[name=_continue]")
    hands.page.wait_for_url("**/change/")
    assert Invoice.objects.filter(state="draft", partner__name="Quill & Co").exists()


def issue_it(hands: Hands) -> None:
    hands.click("button:text-is('Issue')")
    hands.page.wait_for_selector(".decide button:focus")
    hands.press("Enter")
    hands.page.wait_for_url("**/change/")
    assert newest().state == "issued"


def send_it(hands: Hands) -> None:
    hands.click("button:has-text('Send…')")
    hands.page.wait_for_url("**/compose/")
    hands.click("main form button.primary:has-text('Send')")
    hands.page.wait_for_url("**/documents/*/")
    assert newest().deliveries.count() == 1


def record_its_payment(hands: Hands) -> None:
    hands.visit.go(f"/admin/invoices/invoice/{newest().pk}/change/")
    hands.click("button:has-text('Paid in full')")
    hands.click("button:has-text('Yes, go on')")
    hands.page.wait_for_url("**/change/")
    assert newest().balance == 0


def approve_a_bill(hands: Hands) -> None:
    hands.visit.go("/admin/invoices/bill/?status=received")
    hands.click("a:text-is('V-99')")
    hands.click("button:text-is('Approve')")
    hands.page.wait_for_selector(".decide button:focus")
    hands.press("Enter")
    hands.page.wait_for_url("**/change/")
    assert Invoice.objects.get(number="V-99").state == "approved"


def match_a_line_of_the_bank(hands: Hands) -> None:
    hands.visit.go("/admin/bank/")
    hands.click("button[name=one]")
    hands.sees("Undo")
    assert BankLine.objects.get().state == "matched"
    assert Payment.objects.filter(allocations__invoice__number="INV-888").exists()


def credit_an_invoice(hands: Hands) -> None:
    invoice = Invoice.objects.get(number="INV-777")
    hands.visit.go(f"/admin/invoices/invoice/{invoice.pk}/change/")
    hands.click("button:has-text('Credit…')")
    hands.page.wait_for_selector("#id_reason:focus")
    hands.type("Returned")
    hands.press("Enter")
    hands.page.wait_for_url("**/change/")
    assert invoice.credit_notes.count() == 1


def add_a_customer(hands: Hands) -> None:
    hands.visit.go("/admin/partners/partner/add/")
    hands.click("#id_name")
    hands.type("Nib Ltd")
    hands.click("button[name=_save]")
    hands.sees("Nib Ltd")
    assert Partner.objects.filter(name="Nib Ltd").exists()


def take_the_aging_home(hands: Hands) -> None:
    hands.visit.go("/admin/")
    hands.click("a:has-text('By partner')")
    with hands.page.expect_download() as file:
        hands.click("a:has-text('CSV')")
    assert "Over 90 days" in file.value.path().read_text(encoding="utf-8-sig")


# What each may cost: clicks, keystrokes.
MOST = {
    find_an_invoice_by_its_number: (0, 10),
    draft_an_invoice: (5, 25),
    issue_it: (1, 1),
    send_it: (2, 0),
    record_its_payment: (2, 0),
    approve_a_bill: (2, 1),
    match_a_line_of_the_bank: (1, 0),
    credit_an_invoice: (1, 9),
    add_a_customer: (2, 7),
    take_the_aging_home: (2, 0),
}


def test_the_ten_things_that_staff_do_most(hands: Hands) -> None:
    for do, (clicks, keys) in MOST.items():
        hands.clicks = hands.keys = 0
        do(hands)
        name = do.__name__.replace("_", " ")
        print(f"{name}: {hands.clicks} clicks, {hands.keys} keys")  # noqa: T201 - for -s
        assert hands.clicks <= clicks and hands.keys <= keys, name
