"""The partners and products of a file's documents: found in the books, or made."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from djmoney.money import Money

from invoices.imports.known import Found, Known, partner_key
from invoices.imports.reading import Document
from invoices.imports.refusals import Problem, Refused
from invoices.models import Product
from partners.imports.job import Job
from partners.models import Partner

_DETAILS = {
    "partner_email": "email",
    "partner_phone": "phone",
    "partner_contact_name": "contact_name",
    "partner_tax_number": "tax_number",
    "partner_line1": "billing_line1",
    "partner_line2": "billing_line2",
    "partner_city": "billing_city",
    "partner_province": "billing_province",
    "partner_postal_code": "billing_postal_code",
    "partner_country": "billing_country",
}
_LONGEST_NAME = 200


class Masters:
    """Finds or makes what one document refers to.

    What is made is kept back until `keep`: a document that is refused in the end
    leaves neither a partner nor a product behind.
    """

    def __init__(self, job: Job, known: Known) -> None:
        self.job, self.binding, self.known = job, job.binding, known
        self._partner_pks: Iterator[int] = iter(())
        self._product_pks: Iterator[int] = iter(())
        self.new_partners: list[Partner] = []
        self.new_products: list[Product] = []
        self._partner: tuple[str, Partner] | None = None
        self._products: dict[str, Product] = {}

    def begin_chunk(self, found: Found) -> None:
        """Take the primary keys for what this chunk makes."""
        self._partner_pks = iter(found.new_partner_pks)
        self._product_pks = iter(found.new_product_pks)
        self.new_partners, self.new_products = [], []

    def begin_document(self) -> None:
        """Forget what an earlier, refused document would have made."""
        self._partner = None
        self._products = {}

    def keep(self) -> None:
        """The document is booked: what it made is new for the following ones too."""
        if self._partner is not None:
            key, partner = self._partner
            partner.pk = next(self._partner_pks)
            self.known.partners.put(key, partner)
            self.new_partners.append(partner)
        for code, product in self._products.items():
            product.pk = next(self._product_pks)
            self.known.products.put(code, product)
            self.new_products.append(product)

    def partner(self, document: Document) -> Partner:
        """The document's partner. Raises Refused where a new one's details are wrong."""
        key = partner_key(document)
        found = self.known.partners.get(key)
        if found is not None:
            return found
        partner = self._new_partner(document)
        self._partner = key, partner
        return partner

    def products(self, document: Document) -> list[Product | None]:
        """Each line's product; None for a line without a code."""
        codes = document.product_codes
        products = self.known.products.get_all(codes)
        if None in products:
            for place, code in enumerate(codes):
                if code and products[place] is None:
                    products[place] = self._new_product(code, document, place)
        return products

    def _new_partner(self, document: Document) -> Partner:
        partner = Partner(
            business_id=self.job.business.pk,
            created_at=self.job.now,
            updated_at=self.job.now,
            code=document.partner_code,
            name=document.partner_name,
            is_customer=True,
        )
        for field, attribute in self._details(document).items():
            setattr(
                partner, attribute, self.binding.text(document.rows.picked[0], field)
            )
        _check(partner)
        return partner

    def _details(self, document: Document) -> dict[str, str]:
        """What the file says of a partner; of nobody in particular at most the country."""
        if document.is_named:
            return _DETAILS
        per_country = (
            "{partner_country}" in self.binding.mapping.rules["without_partner"]
        )
        return {"partner_country": _DETAILS["partner_country"]} if per_country else {}

    def _new_product(self, code: str, document: Document, place: int) -> Product:
        if code not in self._products:
            name = document.product_names[place] or document.descriptions[place]
            price = max(document.unit_prices[place], Decimal(0))
            self._products[code] = Product(
                business_id=self.job.business.pk,
                created_at=self.job.now,
                code=code,
                name=(name or code)[:_LONGEST_NAME],
                sell=True,
                selling_price=Money(price, document.currency),  # type: ignore[misc]
            )
        return self._products[code]


def _check(partner: Partner) -> None:
    """Raise Refused for details that do not fit, naming their columns."""
    fields = {"code": "partner_code", "name": "partner_name"}
    fields |= {attribute: field for field, attribute in _DETAILS.items()}
    others: set[str] = {field.name for field in partner._meta.fields} - set(fields)
    try:
        partner.clean_fields(exclude=others)
    except ValidationError as error:
        wrong: dict[str, Any] = error.message_dict
        problems = [
            Problem(" ".join(messages), 0, fields[name])
            for name, messages in wrong.items()
        ]
        raise Refused(*problems) from None
