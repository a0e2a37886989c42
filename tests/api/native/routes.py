"""Every URL of the native dialect, read from the URL conf, with rows to fill it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from invoices.api.native.urls import urlpatterns
from invoices.crediting import credit
from invoices.models import Account, Invoice, Product, Tax
from partners.models import Business, Partner
from payments.models import Payment
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_draft,
    a_line,
    a_payment,
    actor,
    an_issued_invoice,
)

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Url:
    """One path of the URL conf, and which methods do what there."""

    template: str
    actions: dict[str, str]

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return re.findall(r"<\w+:(\w+)>", self.template)

    @property
    def words(self) -> list[str]:
        """The fixed parts of the path."""
        return [w for w in self.template.split("/") if w and not w.startswith("<")]

    def filled(self, ids: dict[str, str]) -> str:
        """The path with these ids."""
        return "/" + re.sub(r"<\w+:(\w+)>", lambda m: ids[m.group(1)], self.template)


def urls() -> list[Url]:
    """All of them, in the order of the URL conf."""
    return list(_walk(urlpatterns, ""))


def _walk(patterns: list[Any], before: str) -> Iterator[Url]:
    for pattern in patterns:
        template = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, template)
        elif isinstance(pattern, URLPattern):
            actions = dict(getattr(pattern.callback, "actions", {}))
            actions.pop("head", None)  # which DRF adds with the first request
            yield Url(template, {m.upper(): a for m, a in actions.items()})


@dataclass(frozen=True)
class Rows:
    """One of each row of a business; `mark` stands in every text of them."""

    mark: str
    business: Business
    customer: Partner
    loner: Partner
    product: Product
    spare: Product
    tax: Tax
    bank: Account
    till: Account
    draft: Invoice
    issued: Invoice
    note: Invoice
    payment: Payment

    @classmethod
    def of(cls, business: Business, mark: str) -> Rows:
        """Make them."""
        mine = {"business": business, "name": mark}
        by = actor(business)
        customer = PartnerFactory(**mine, email=f"{mark}@example.com")
        product = ProductFactory(**mine, description=mark)
        bank = AccountFactory(**mine)
        words = {"partner": customer, "memo": mark, "purchase_order": mark, "by": by}
        lines = [a_line(10, 10, product=product, description=mark)]
        issued = an_issued_invoice(
            business, **words, number=f"{mark}-1", reference=f"{mark}-r", lines=lines
        )
        note = credit(
            an_issued_invoice(business, **words, lines=lines),
            None,
            by=by,
            now=NOW,
            date=TODAY,
            reason=mark,
        )
        return cls(
            mark=mark,
            business=business,
            customer=customer,
            loner=PartnerFactory(**mine),
            product=product,
            spare=ProductFactory(**mine),
            tax=TaxFactory(**mine),
            bank=bank,
            till=AccountFactory(**mine),
            draft=a_draft(business, **words, lines=lines),
            issued=issued,
            note=note,
            payment=a_payment(
                business,
                an_issued_invoice(business, **words, lines=lines),
                10,
                account=bank,
                description=mark,
                by=by,
            ),
        )

    def ids(self, url: Url) -> dict[str, str]:
        """An id for each name in the path; KeyError for a URL that nobody thought of."""
        known = {
            "business_id": self.business.public_id,
            "partner_id": self.customer.public_id,
            "invoice_id": self.issued.public_id,
            "country_code": "TH",
            "rest": "nowhere",
        }
        if "id" in url.parameters:
            known["id"] = self._target(url).public_id
        return {name: known[name] for name in url.parameters}

    def _target(self, url: Url) -> Any:
        """A row with which everything that the URL offers can be done."""
        _, collection, *verb = url.words
        if collection == "invoices" and verb in (["void"], ["credit"]):
            return self.issued
        return {
            "invoices": self.draft,
            "credit_notes": self.note,
            "inc_payments": self.payment,
            "invoicepayments": self.payment,
            "partners": self.loner,
            "products": self.spare,
            "accounts": self.till,
            "taxes": self.tax,
        }[collection]

    def body(self, url: Url, method: str) -> Any:
        """A valid body; KeyError for a write that nobody thought of."""
        if method not in url.actions or method in ("GET", "HEAD", "DELETE"):
            return None
        _, *words = url.words
        if words[-1] in ("issue", "void", "credit"):
            return {}
        body = self.bodies()[words[-1]]
        if url.actions[method] == "update" or words == ["inc_payments"]:
            body = body | {"id": self._target(url).public_id}
        if words == ["invoicepayments"]:
            body = body | {"id": self.payment.public_id}
        return body

    def bodies(self) -> dict[str, dict[str, Any]]:
        """A whole valid body for each collection that can be written."""
        ref = {name: {"id": row.public_id} for name, row in self._named().items()}
        payment = {
            "date": "2026-03-10",
            "currency_rate": 1,
            "amount": 5,
            "payment_account": ref["bank"],
        }
        return {
            "invoices": {
                "invoice_no": "NEW-1",
                "date": "2026-03-10",
                "due_date": "2026-03-10",
                "currency": {"code": "USD"},
                "currency_rate": 1,
                "customer": ref["customer"],
                "details": [
                    {
                        "product": ref["product"],
                        "quantity": 1,
                        "unit_price": 1,
                        "tax": ref["tax"],
                    }
                ],
            },
            "inc_payments": payment,
            "invoicepayments": payment,
            "partners": {"name": "New"},
            "products": {
                "name": "New",
                "sell": True,
                "default_revenue_account": ref["bank"],
                "default_selling_price": 1,
                "default_selling_tax": ref["tax"],
                "buy": True,
                "default_expense_account": ref["bank"],
                "default_buying_price": 1,
                "default_buying_tax": ref["tax"],
            },
            "accounts": {"name": "New", "type": "Equity"},
        }

    def _named(self) -> dict[str, Any]:
        names = ("customer", "product", "tax", "bank")
        return {name: getattr(self, name) for name in names}
