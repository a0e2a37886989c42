"""What an import remembers of the books while it runs: a bounded, recent part of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

from invoices.imports.reading import Document
from invoices.models import DocumentSettings, Product, Tax, TaxRate
from partners.exceptions import BookError
from partners.models import Partner

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

# More than can lie between asking for a chunk and writing it.
_CHUNKS_REMEMBERED = 5
_FEW = 5_000

Day = tuple[str, datetime.date]
Rates = tuple[TaxRate, ...]


class Recent(Generic[_Key, _Value]):
    """A dictionary that forgets, but never what was used in the last few chunks.

    Two generations: a grown-up young one becomes the old one, which is dropped. What
    is on its way to the database is younger than that.
    """

    def __init__(self) -> None:
        self._young: dict[_Key, _Value] = {}
        self._old: dict[_Key, _Value] = {}
        self._chunks = 0

    def begin_chunk(self) -> None:
        """Grow older by one chunk."""
        self._chunks += 1
        if self._chunks > _CHUNKS_REMEMBERED and len(self._young) > _FEW:
            self._old, self._young = self._young, {}
            self._chunks = 0

    def get(self, key: _Key) -> _Value | None:
        """The value, which counts as used, or None."""
        value = self._young.get(key)
        if value is None and (value := self._old.get(key)) is not None:
            self.put(key, value)
        return value

    def get_all(self, keys: Iterable[_Key]) -> list[_Value | None]:
        """The values of many keys, quickly."""
        young = self._young.get
        return [young(key) or self.get(key) for key in keys]

    def put(self, key: _Key, value: _Value) -> None:
        """Remember this."""
        self._young[key] = value

    def learn(self, values: dict[_Key, _Value]) -> None:
        """Remember what was looked up, unless something newer is known."""
        for key, value in values.items():
            if self.get(key) is None:
                self.put(key, value)

    def unknown(self, keys: Iterable[_Key]) -> list[_Key]:
        """Those of the keys to look up, each once; the others count as used."""
        return [key for key in dict.fromkeys(keys) if self.get(key) is None]


@dataclass(kw_only=True)
class Wanted:
    """What to ask of the books before some documents can be booked."""

    documents: list[Document]
    partners: list[str]
    products: list[str]
    exchange_days: list[Day]
    tax_days: list[Day]


@dataclass(kw_only=True)
class Found:
    """The answers. Refusals of rates are kept for the documents that need them.

    `taken` has the fingerprint of the document that holds an identity; empty where
    it did not come from a file. The primary keys are reserved for new rows.
    """

    partners: dict[str, Partner] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    exchange_rates: dict[Day, Decimal | BookError] = field(default_factory=dict)
    tax_rates: dict[Day, Rates | BookError] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    new_partner_pks: list[int] = field(default_factory=list)
    new_product_pks: list[int] = field(default_factory=list)
    new_invoice_pks: list[int] = field(default_factory=list)


class Known:
    """The memory of one import."""

    def __init__(
        self, base_currency: str, taxes: Iterable[Tax], settings: DocumentSettings
    ) -> None:
        self.base_currency = base_currency
        self.settings = settings
        self.taxes = {tax.code: tax for tax in taxes}
        self.partners: Recent[str, Partner] = Recent()
        self.products: Recent[str, Product] = Recent()
        self.exchange_rates: Recent[Day, Decimal | BookError] = Recent()
        self.tax_rates: Recent[Day, Rates | BookError] = Recent()

    def wanted(self, documents: list[Document]) -> Wanted:
        """What these documents need and is not remembered."""
        products = (code for document in documents for code in document.product_codes)
        return Wanted(
            documents=documents,
            partners=self.partners.unknown(map(partner_key, documents)),
            products=[code for code in self.products.unknown(products) if code],
            exchange_days=self.exchange_rates.unknown(
                (document.currency, document.date)
                for document in documents
                if needs_rate(document, self.base_currency)
            ),
            tax_days=self.tax_rates.unknown(
                (code, document.date)
                for document in documents
                for code in set(document.tax_codes)
                if code in self.taxes
            ),
        )

    def learn(self, found: Found) -> None:
        """Remember the answers for the next chunk."""
        for memory in (
            self.partners,
            self.products,
            self.exchange_rates,
            self.tax_rates,
        ):
            memory.begin_chunk()
        self.partners.learn(found.partners)
        self.products.learn(found.products)
        self.exchange_rates.learn(found.exchange_rates)
        self.tax_rates.learn(found.tax_rates)


def partner_key(document: Document) -> str:
    """What finds the partner: the code, or else the name."""
    if document.partner_code:
        return f"code {document.partner_code}"
    return f"name {document.partner_name}"


def needs_rate(document: Document, base_currency: str) -> bool:
    """Whether the rate to the base currency is to be looked up."""
    return document.currency_rate is None and document.currency != base_currency


def identities(document: Document, source: str) -> list[str]:
    """What no two documents may share: the key, the number, the reference."""
    named = ("number", document.number), ("reference", document.reference)
    given = [f"{kind} {text}" for kind, text in named if text]
    return [f"key {import_key(document, source)}", *given]


def import_key(document: Document, source: str) -> str:
    """The document's name in its source, as stored with it."""
    return f"{source}:{document.rows.key}"
