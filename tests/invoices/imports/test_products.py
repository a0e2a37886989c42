"""import_products: made or changed, by code or by name, with prices and taxes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from invoices.models import Product
from tests.books import contents, row
from tests.factories import AccountFactory, ProductFactory, TaxFactory
from tests.importing import a_csv, reported, run

pytestmark = pytest.mark.django_db

HEADER = [
    "code",
    "name",
    "sell",
    "currency",
    "default_selling_price",
    "default_revenue_account",
    "default_selling_tax",
]


def test_products_are_made_with_price_account_and_tax(tmp_path, business):
    account = AccountFactory(business=business, code="4000")
    tax = TaxFactory(business=business, code="VAT")
    rows = [HEADER, ["P1", "Pancake", "", "eur", "30.125", "4000", "VAT"]]
    said = run("import_products", a_csv(tmp_path / "p.csv", rows), business)
    assert said[-2:] == ["1 products made", "0 products changed"]
    expected = ProductFactory(
        code="P1",
        name="Pancake",
        selling_price=Decimal("30.125"),
        price_currency="EUR",
    )
    made = Product.objects.for_business(business).get()
    ours = {"revenue_account_id": account.pk, "selling_tax_id": tax.pk}
    assert row(made) == row(expected) | ours


def test_a_known_product_is_changed_once(tmp_path, business):
    product = ProductFactory(business=business, code="P1", selling_price=Decimal(10))
    rows = [HEADER, ["P1", "", "", "", "12.50", "", ""]]
    file = a_csv(tmp_path / "p.csv", rows)
    said = run("import_products", file, business)
    assert said[-1] == "1 products changed"
    product.refresh_from_db()
    assert row(product)["selling_price"] == Decimal("12.50")
    assert product.price_currency == "USD"
    before = contents()
    said = run("import_products", file, business)
    assert said[2] == "  1 already in the books"
    assert contents() == before


def test_bad_products_are_reported_and_spoil_no_other(tmp_path, business):
    rows = [
        HEADER,
        ["P1", "No price", "", "", "", "", ""],
        ["P2", "Bad price", "", "", "12,50", "", ""],
        ["P3", "Too fine", "", "", "0.0000001", "", ""],
        ["P4", "Bad tax", "", "", "1", "", "VAT"],
        ["P5", "Bad account", "", "", "1", "4000", ""],
        ["P6", "Bad currency", "", "ZZZ", "1", "", ""],
        ["P7", "Not sold", "no", "", "", "", ""],
    ]
    run("import_products", a_csv(tmp_path / "p.csv", rows), business)
    report = reported(tmp_path / f"import-errors-{business.slug}-p.csv")
    assert [(line[1], line[2], line[4]) for line in report] == [
        ("P1", "default_selling_price", "is empty, but the product is sold"),
        ("P2", "default_selling_price", "is not a number; write it as 1234.50"),
        (
            "P3",
            "default_selling_price",
            "Use a number below 1000000000000 with at most 6 decimals.",
        ),
        ("P4", "default_selling_tax", "is no tax of this business"),
        ("P5", "default_revenue_account", "is no account of this business"),
        ("P6", "currency", "is no ISO 4217 currency code"),
    ]
    assert Product.objects.for_business(business).get().name == "Not sold"
