"""Taxes: read only, with today's rate as a fraction."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from partners.models import Business
from tests.api.native.door import Door, ids, read, refusal, unchanged
from tests.factories import TaxFactory, a_component

LONG_AGO = datetime.date(2000, 1, 1)
LAST_YEAR = datetime.date(2020, 1, 1)
FAR = datetime.date(2199, 1, 1)


@pytest.mark.parametrize("slash", ["", "/"])
def test_every_attribute_is_shown(api: Door, business: Business, slash: str) -> None:
    tax = TaxFactory(
        business=business,
        code="VAT-7",
        name="VAT 7 %",
        tax_number="TH 1",
        recoverable=False,
        withholding=True,
        rate=7,
        category="E",
        exemption="Sold for export",
    )
    shown = {
        "id": tax.public_id,
        "code": "VAT-7",
        "name": "VAT 7 %",
        "tax_id": "TH 1",
        "recoverable": False,
        "compound": False,
        "withholding": True,
        "latest_rate": Decimal("0.07"),
        "category": "E",
        "exemption": "Sold for export",
    }
    assert read(api.get(f"taxes/{tax.public_id}{slash}")) == shown
    assert read(api.get(f"taxes{slash}")) == [shown]


def test_the_rate_is_todays_sum_and_null_where_no_one_rate_says_it(
    api: Door, business: Business
) -> None:
    rateless = TaxFactory(business=business, code="A", rate=0)
    future = TaxFactory(business=business, code="B", rate=0)
    a_component(future, Decimal(9), valid_from=FAR)
    gst = TaxFactory(business=business, code="C", rate=5)
    a_component(gst, Decimal("9.975"), position=2)
    compound = TaxFactory(business=business, code="D", rate=5)
    a_component(compound, Decimal("9.5"), position=2, compound=True)
    whole = TaxFactory(business=business, code="E", rate=100)
    taxes = [rateless, future, gst, compound, whole]
    listed = read(api.get("taxes"))
    assert [row["id"] for row in listed] == [tax.public_id for tax in taxes]
    assert [row["latest_rate"] for row in listed] == [
        None,
        None,
        Decimal("0.14975"),
        None,
        1,
    ]
    assert [row["compound"] for row in listed] == [False, False, False, True, False]


def test_the_list_is_by_code_and_can_be_filtered(api: Door, business: Business) -> None:
    seven = TaxFactory(business=business, code="VAT-7")
    none = TaxFactory(business=business, code="VAT-0")
    assert ids(api.get("taxes")) == [none.public_id, seven.public_id]
    assert ids(api.get("taxes?code=VAT-7")) == [seven.public_id]
    assert ids(api.get("taxes/?per_page=1&page=1")) == [seven.public_id]


def test_taxes_are_read_only(api: Door, business: Business) -> None:
    tax = TaxFactory(business=business)
    with unchanged():
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for path in ("taxes/", f"taxes/{tax.public_id}"):
                refused = api.send(method, path, {})
                assert read(refused, 405) == refusal(
                    405, "method_not_allowed", f'Method "{method}" not allowed.'
                )
                assert refused["Allow"] == "GET, HEAD, OPTIONS"
