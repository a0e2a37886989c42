"""Importing products with their prices, accounts and taxes."""

from __future__ import annotations

from decimal import Decimal

from moneyed import CURRENCIES

from invoices.drafting import check_decimal
from invoices.imports.layout import MAPPINGS
from invoices.models import Account, Product, Tax
from partners.exceptions import BookError
from partners.imports import cells
from partners.imports.exceptions import BadCell
from partners.imports.job import Job
from partners.imports.mapping import Layout
from partners.imports.upsert import BadField, Convert, Kind, upsert

LAYOUT = Layout(
    fields={
        "code": "finds the product",
        "name": "finds the product where there is no code",
        "description": "what it is, at more length",
        "sell": "yes or no",
        "buy": "yes or no",
        "price_currency": "ISO 4217; without it the business's own",
        "selling_price": "price of one, before tax",
        "buying_price": "what one costs, before tax",
        "revenue_account": "an account's code",
        "expense_account": "an account's code",
        "selling_tax": "a tax's code",
        "buying_tax": "a tax's code",
    },
    required=("name",),
    mappings=MAPPINGS / "products",
)


def import_products(job: Job) -> None:
    """Make or change the products of the job's rows, by code or else by name."""
    business = job.business
    kind = Kind(
        model=Product,
        noun="product",
        converters=_converters(job),
        check=_check,
        new=lambda: Product(business=business, price_currency=business.currency),
    )
    upsert(job, kind)


def _converters(job: Job) -> dict[str, Convert]:
    def price(text: str) -> Decimal:
        value = job.binding.number(text)
        try:
            check_decimal(value, "")
        except BookError as error:
            raise BadCell(error.message) from None
        return value

    account, tax = _by_code(job, Account), _by_code(job, Tax)
    return {
        "sell": cells.boolean,
        "buy": cells.boolean,
        "price_currency": _currency,
        "selling_price": price,
        "buying_price": price,
        "revenue_account": account,
        "expense_account": account,
        "selling_tax": tax,
        "buying_tax": tax,
    }


def _by_code(job: Job, model: type[Account | Tax]) -> Convert:
    """A reader of codes of rows that the business has. It raises BadCell."""
    known = {row.code: row for row in model.objects.for_business(job.business)}

    def find(text: str) -> Account | Tax:
        if text not in known:
            raise BadCell(f"is no {model._meta.verbose_name} of this business")
        return known[text]

    return find


def _currency(text: str) -> str:
    if text.upper() not in CURRENCIES:
        raise BadCell("is no ISO 4217 currency code")
    return text.upper()


def _check(product: Product) -> None:
    for flag, price, deed in (
        (product.sell, "selling_price", "sold"),
        (product.buy, "buying_price", "bought"),
    ):
        if flag and getattr(product, price) is None:
            raise BadField(price, f"is empty, but the product is {deed}")
