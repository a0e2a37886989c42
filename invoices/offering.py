"""What a product puts on a line: its words, its price and its tax."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from invoices.models import Product, Tax
from invoices.querysets import Direction


class Offer(NamedTuple):
    """The beginning of a line; `note` says why there is no price in its currency."""

    description: str
    unit_price: Decimal | None
    tax: Tax | None
    note: str


def offer(product: Product, direction: Direction, currency: str) -> Offer:
    """What a line of this product starts from; two queries at most, for its taxes.

    A price in another currency is not converted: nobody has agreed to a rate.
    """
    bought = direction is Direction.RECEIVED
    price = product.buying_price if bought else product.selling_price
    tax = product.buying_tax if bought else product.selling_tax
    words = product.description or product.name
    if price is None:
        none = _("%(product)s has no price yet.") % {"product": product}
        return Offer(words, None, tax, none)
    if str(price.currency) != currency:
        told = {"product": product, "currency": currency, "price": price}
        other = _("%(product)s has no price in %(currency)s; it costs %(price)s.")
        return Offer(words, None, tax, other % told)
    return Offer(words, price.amount, tax, "")
