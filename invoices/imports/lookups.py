"""Asking the books what an import needs to know, many documents at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Q

from invoices.imports.known import Day, Found, Rates, Wanted, identities
from invoices.models import Event, Invoice, Product, Tax
from invoices.models.exchange_rate import rate_on
from invoices.models.tax import rates_on
from invoices.querysets import Direction
from partners.exceptions import BookError
from partners.models import Business, Partner

_Answer = TypeVar("_Answer")


class Lookups:
    """The questions of one import; about six statements per chunk."""

    def __init__(self, business: Business, taxes: dict[str, Tax], source: str) -> None:
        self.business, self.taxes, self.source = business, taxes, source

    def answer(self, wanted: Wanted) -> Found:
        """Look everything up and reserve primary keys for what is not there."""
        taken = self._taken(wanted)
        partners = self._partners(wanted.partners)
        products = self._products(wanted.products)
        missing = len(wanted.partners) - len(partners)
        return Found(
            partners=partners,
            products=products,
            exchange_rates=_each(wanted.exchange_days, self._exchange_rate),
            tax_rates=_each(wanted.tax_days, self._tax_rates),
            taken=taken,
            new_partner_pks=reserve(Partner, missing),
            new_product_pks=reserve(Product, len(wanted.products) - len(products)),
            new_invoice_pks=reserve(Invoice, len(wanted.documents)),
        )

    def _partners(self, keys: list[str]) -> dict[str, Partner]:
        """By code or by name; of several with one name the first."""
        codes, names = _split(keys)["code"], _split(keys)["name"]
        partners = Partner.objects.for_business(self.business)
        found = {}
        if codes:
            for partner in partners.filter(code__in=codes):
                found[f"code {partner.code}"] = partner
        if names:
            for partner in partners.filter(name__in=names).order_by("-pk"):
                found[f"name {partner.name}"] = partner
        return found

    def _products(self, codes: list[str]) -> dict[str, Product]:
        if not codes:
            return {}
        products = Product.objects.for_business(self.business)
        return {product.code: product for product in products.filter(code__in=codes)}

    def _exchange_rate(self, day: Day) -> Any:
        return rate_on(self.business, *day)

    def _tax_rates(self, day: Day) -> Rates:
        tax, date = self.taxes[day[0]], day[1]
        return rates_on(self.business, [tax], date)[tax.pk]

    def _taken(self, wanted: Wanted) -> dict[str, str]:
        """The fingerprints behind those identities that the books have already."""
        asked = [
            identity
            for document in wanted.documents
            for identity in identities(document, self.source)
        ]
        holders: dict[str, int] = {}
        for kind, column in _COLUMNS.items():
            if texts := _split(asked).get(kind):
                found = Invoice.objects.for_business(self.business).filter(
                    _CONDITIONS[kind], **{f"{column}__in": texts}
                )
                pairs = found.order_by().values_list(column, "pk")
                holders.update({f"{kind} {text}": pk for text, pk in pairs})
        fingerprints = self._fingerprints(set(holders.values()))
        return {key: fingerprints.get(pk, "") for key, pk in holders.items()}

    def _fingerprints(self, pks: Collection[int]) -> dict[int, str]:
        if not pks:
            return {}
        events = Event.objects.for_business(self.business).filter(
            subject="invoice", subject_id__in=pks, verb="invoice.imported"
        )
        return dict(events.order_by().values_list("subject_id", "facts__fingerprint"))


_COLUMNS = {"number": "number", "reference": "reference", "key": "import_key"}
# Said as the partial unique indexes say it, so that they are used.
_CONDITIONS = {
    "number": Q(direction=Direction.ISSUED) & ~Q(number=""),
    "reference": ~Q(reference=""),
    "key": ~Q(import_key=""),
}


def _split(keys: list[str]) -> dict[str, list[str]]:
    split: dict[str, list[str]] = {"code": [], "name": []}
    for key in keys:
        kind, _, text = key.partition(" ")
        split.setdefault(kind, []).append(text)
    return split


def _each(
    days: list[Day], ask: Callable[[Day], _Answer]
) -> dict[Day, _Answer | BookError]:
    answers: dict[Day, _Answer | BookError] = {}
    for day in days:
        try:
            answers[day] = ask(day)
        except BookError as refusal:
            answers[day] = refusal
    return answers


def reserve(model: type[models.Model], count: int) -> list[int]:
    """Primary keys that nobody else will get; unused ones are a gap, which is fine."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) "
            "FROM generate_series(1, %s)",
            [table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]
