"""Every request that the contract's invoice page prints, as it prints it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from invoices.drafting import LineDraft
from invoices.models import Invoice, Product, Tax
from partners.models import Business, Partner
from tests.api.native.door import UNSENT, Door, ids, read, reference
from tests.factories import (
    BusinessFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_draft,
    actor,
)


@pytest.fixture
def business(db: None) -> Business:
    """The page's business, which keeps its books in baht."""
    return BusinessFactory(currency="THB", country="TH")


@pytest.fixture
def bef8(business: Business) -> Partner:
    return PartnerFactory(
        business=business,
        name="Susan",
        billing_line1="1 Silom Road",
        billing_line2="Bang Rak",
    )


@pytest.fixture
def o89j(business: Business) -> Product:
    return ProductFactory(business=business, name="Pancake")


@pytest.fixture
def p7lk(business: Business) -> Product:
    return ProductFactory(business=business, name="Waffle iron")


@pytest.fixture
def ty1n(business: Business) -> Tax:
    return TaxFactory(business=business, rate=7)


@pytest.fixture
def posted(o89j: Product) -> dict:
    return {
        "invoice_no": "INV00000001",
        "date": "2017-01-26",
        "due_date": "2017-02-26",
        "currency": {"code": "THB"},
        "currency_rate": 1,
        "details": [{"product": reference(o89j), "quantity": 20, "unit_price": 100}],
    }


@pytest.fixture
def put(posted: dict, bef8: Partner, p7lk: Product, ty1n: Tax) -> dict:
    second = {
        "product": reference(p7lk),
        "quantity": 5,
        "unit_price": 400,
        "tax": reference(ty1n),
    }
    return posted | {
        "customer": reference(bef8),
        "details": [*posted["details"], second],
    }


def pancakes(o89j: Product) -> dict:
    return {
        "product": reference(o89j),
        "description": "Pancake",
        "quantity": 20,
        "unit_price": 100,
        "line_amount": 2000,
        "tax": None,
        "tax_amount": 0,
        "total_amount": 2000,
        "discount_amount": 0,
    }


def document(public_id: str, bef8: Partner, **changes: object) -> dict:
    """The invoice of the page's POST, as it is shown."""
    return {
        "id": public_id,
        "invoice_no": "INV00000001",
        "date": "2017-01-26",
        "due_date": "2017-02-26",
        "currency": {"code": "THB"},
        "currency_rate": 1,
        "po_so_no": "",
        "memo": "",
        "customer": {"id": bef8.public_id, "name": "Susan"},
        "address_line_1": "1 Silom Road",
        "address_line_2": "Bang Rak",
        "status": "Draft",
        "discount": 0,
        "sub_total": 2000,
        "tax_total": 0,
        "total": 2000,
        "paid_amount": 0,
        "due_amount": 2000,
        "credited_amount": 0,
        "credits": None,
        "reference": "",
        "description": "",
        "terms": "",
        "project": None,
        **UNSENT,
        "version": 1,
    } | changes


def updated(
    public_id: str, bef8: Partner, o89j: Product, p7lk: Product, ty1n: Tax
) -> dict:
    """The invoice after the page's PUT."""
    waffles = {
        "product": reference(p7lk),
        "description": "Waffle iron",
        "quantity": 5,
        "unit_price": 400,
        "line_amount": 2000,
        "tax": reference(ty1n),
        "tax_amount": 140,
        "total_amount": 2140,
        "discount_amount": 0,
    }
    return document(
        public_id,
        bef8,
        sub_total=4000,
        tax_total=140,
        total=4140,
        due_amount=4140,
        version=2,
        details=[pancakes(o89j), waffles],
    )


@pytest.mark.parametrize("slash", ["", "/"])
def test_post_creates_a_draft(
    api: Door, bef8: Partner, o89j: Product, posted: dict, slash: str
) -> None:
    response = api.post(f"partners/{bef8.public_id}/invoices{slash}", posted)
    shown = read(response, 201)
    stored = Invoice.objects.get()
    assert shown == document(stored.public_id, bef8, details=[pancakes(o89j)])
    assert response["ETag"] == '"1"'
    assert stored.is_editable


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_put_replaces_the_draft_also_where_the_curl_says_post(
    *,
    api: Door,
    bef8: Partner,
    o89j: Product,
    p7lk: Product,
    ty1n: Tax,
    posted: dict,
    put: dict,
    method: str,
    slash: str,
) -> None:
    ib0v = read(api.post(f"partners/{bef8.public_id}/invoices/", posted), 201)["id"]
    response = api.send(method, f"invoices{slash}", {"id": ib0v} | put)
    assert read(response) == updated(ib0v, bef8, o89j, p7lk, ty1n)
    assert response["ETag"] == '"2"'
    assert read(api.get(f"invoices/{ib0v}")) == read(response)


@pytest.mark.parametrize("slash", ["", "/"])
def test_get_shows_one(
    api: Door, bef8: Partner, o89j: Product, posted: dict, slash: str
) -> None:
    ib0v = read(api.post(f"partners/{bef8.public_id}/invoices/", posted), 201)["id"]
    response = api.get(f"invoices/{ib0v}{slash}")
    assert read(response) == document(ib0v, bef8, details=[pancakes(o89j)])
    assert response["ETag"] == '"1"'


@pytest.mark.parametrize("slash", ["", "/"])
def test_delete_removes_a_draft(
    api: Door, bef8: Partner, posted: dict, slash: str
) -> None:
    ib0v = read(api.post(f"partners/{bef8.public_id}/invoices/", posted), 201)["id"]
    response = api.delete(f"invoices/{ib0v}{slash}")
    assert (response.status_code, response.content) == (204, b"")
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("slash", ["", "/"])
def test_page_two_of_fifty_shows_rows_101_to_150(
    api: Door, business: Business, bef8: Partner, slash: str
) -> None:
    by = actor(business)
    day = datetime.date(2017, 1, 1)
    line = [LineDraft(quantity=Decimal(1), unit_price=Decimal(1))]
    drafted = [
        a_draft(
            business,
            by=by,
            partner=bef8,
            date=day + datetime.timedelta(days=159 - n),
            lines=line,
        )
        for n in range(160)
    ]
    by_date = [invoice.public_id for invoice in reversed(drafted)]
    response = api.get(f"invoices{slash}?per_page=50&page=2")
    assert ids(response) == by_date[100:150]


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_partners_list_from_a_date(
    api: Door, business: Business, bef8: Partner, slash: str
) -> None:
    before, on, after = (
        a_draft(business, partner=bef8, date=day)
        for day in (
            datetime.date(2016, 12, 31),
            datetime.date(2017, 1, 1),
            datetime.date(2017, 1, 2),
        )
    )
    a_draft(business, date=datetime.date(2017, 1, 2))  # another partner's
    path = f"partners/{bef8.public_id}/invoices{slash}"
    assert ids(api.get(f"{path}?from_date=2017-01-01")) == [
        on.public_id,
        after.public_id,
    ]
    assert ids(api.get(path)) == [before.public_id, on.public_id, after.public_id]
