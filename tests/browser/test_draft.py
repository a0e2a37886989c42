"""A draft typed in a browser: by keyboard, computed by the server, saved as shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.admin_cast import url
from tests.browser.test_admin import admin
from tests.factories import ProductFactory, TaxFactory, a_draft, a_line, actor

pytestmark = pytest.mark.django_db(transaction=True)


def shown(page: Any, total: str) -> None:
    """Wait until the page says that it all comes to this."""
    row = page.locator("[data-totals] .strong", has_text=total)
    row.wait_for()


def test_a_draft_computes_as_it_is_typed_and_a_product_fills_its_line(opened) -> None:
    visit = admin(opened, 1280)
    page, business = visit.page, visit.office.business
    tax = TaxFactory(business=business, rate=20, code="VAT-20")
    chair = ProductFactory(
        business=business,
        name="Chair",
        code="CH",
        selling_price=Decimal("12.5"),
        price_currency=business.currency,
        selling_tax=tax,
    )
    # Its own words and price, which opening the page leaves alone.
    lines = [a_line(2, 10, product=chair, description="Used chair")]
    draft = a_draft(business, by=actor(business), lines=lines)
    visit.go(url(draft, "change"))
    page.fill("[name=lines-0-quantity]", "3")
    shown(page, f"30.00 {business.currency}")
    assert page.input_value("[name=lines-0-unit_price]") in ("10", "10.000000")
    page.press("[name=lines-0-quantity]", "Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Chair")
    page.locator(".select2-results__option", has_text="CH Chair").wait_for()
    page.keyboard.press("Enter")
    # 30 and 12.50 with a fifth of tax.
    shown(page, f"45.00 {business.currency}")
    assert page.input_value("[name=lines-1-description]") == "Chair"
    page.click("[name=_continue]")
    page.wait_for_load_state()
    shown(page, f"45.00 {business.currency}")
    draft.refresh_from_db()
    assert draft.total == 45
    rows = draft.lines.order_by("position").values_list("description", "unit_price")
    assert list(rows) == [("Used chair", 10), ("Chair", Decimal("12.5"))]
