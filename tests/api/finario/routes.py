"""Every URL of the Finario dialect, read from the URL conf, with rows to fill it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from invoices.api.finario.urls import plain
from invoices.models import Account, Cost, CostCategory, Invoice, Project
from partners.models import Business, Partner
from payments.models import Payment
from payments.paying import record_vendor_payment
from tests.api.finario.rows import a_vendor, an_invoice
from tests.factories import (
    AccountFactory,
    CostCategoryFactory,
    MembershipFactory,
    ProjectFactory,
    a_cost,
    actor,
    payment_of,
)

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
OFFERED = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Url:
    """One path of the URL conf, and its methods."""

    template: str
    methods: tuple[str, ...]

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return re.findall(r"<str:(\w+)>", self.template)

    @property
    def braced(self) -> str:
        """The path as the OpenAPI document writes it."""
        return "/" + re.sub(r"<str:(\w+)>", r"{\1}", self.template)

    def filled(self, ids: dict[str, str]) -> str:
        """The path with these ids."""
        return "/" + re.sub(r"<str:(\w+)>", lambda m: ids[m.group(1)], self.template)


def urls() -> list[Url]:
    """All of them without their doubles, in the order of the URL conf."""
    found = []
    for pattern in plain:
        view: Any = pattern.callback.view_class  # type: ignore[attr-defined]
        methods = tuple(m.upper() for m in OFFERED if hasattr(view, m))
        found.append(Url(str(pattern.pattern), methods))
    return found


OPERATIONS = [(method, url.braced) for url in urls() for method in url.methods]


@dataclass(frozen=True)
class Rows:
    """One of each row of a business; `mark` stands in every text of them."""

    mark: str
    business: Business
    vendor: Partner
    project: Project
    cost: Cost
    category: CostCategory
    account: Account
    invoice: Invoice
    payment: Payment

    @classmethod
    def of(cls, business: Business, mark: str) -> Rows:
        """Make them."""
        vendor = a_vendor(business, name=mark, code=f"{mark}-v")
        vendor.aliases.create(business=business, value=f"{mark}-alias")
        MembershipFactory(
            business=business, user__email=f"{mark}@example.com", user__name=mark
        )
        category = CostCategoryFactory(business=business, name=mark)
        project = ProjectFactory(business=business, name=mark, code=f"{mark}-p")
        account = AccountFactory(business=business, name=mark, code="1000")
        cost = a_cost(
            business,
            project=project,
            vendor=vendor,
            category=category,
            account=account,
            name=mark,
            unique_cost_id=f"{mark}-c",
        )
        invoice = an_invoice(
            vendor, project=project, number=f"{mark}-1", reference=f"{mark}-r"
        )
        draft = payment_of(
            business,
            5,
            account=account,
            partner=vendor,
            project=project,
            cost=cost,
            reference=f"{mark}-pay",
            description=mark,
        )
        return cls(
            mark=mark,
            business=business,
            vendor=vendor,
            project=project,
            cost=cost,
            category=category,
            account=account,
            invoice=invoice,
            payment=record_vendor_payment(draft, by=actor(business)),
        )

    def ids(self, url: Url | None = None) -> dict[str, str]:
        """An id for each name in the path; KeyError for one nobody thought of."""
        known = {
            "investment_id": self.project.public_id,
            "vendor_id": self.vendor.public_id,
            "invoice_id": self.invoice.public_id,
            "cost_id": self.cost.public_id,
            "category_id": self.category.public_id,
            "payment_id": self.payment.public_id,
        }
        return {name: known[name] for name in url.parameters} if url else known

    def names(self) -> dict[str, str]:
        """The names that clients gave to the same rows, where they could."""
        return {
            "investment_id": f"{self.mark}-p",
            "vendor_id": f"{self.mark}-alias",
            "invoice_id": f"{self.mark}-r",
            "payment_id": f"{self.mark}-pay",
        }

    def body(self, url: Url, method: str) -> dict[str, Any] | None:
        """A whole valid body; KeyError for a write that nobody thought of."""
        if method not in url.methods or method == "GET":
            return None
        *_, last = [word for word in url.template.split("/") if "<" not in word]
        body = self.bodies()[last]
        if last == "payments" and method == "POST":
            body = body | {"reference": "NEW-1"}
        return body

    def bodies(self) -> dict[str, dict[str, Any]]:
        """A body with every attribute for each collection that can be written."""
        orders = {"po_number": "1", "po_line": "2", "po_type": "3"}
        money = {"date": "2016-11-30", "amount": 5, "currency_iso_code": "USD"}
        return self._masters() | {
            "invoices": money
            | orders
            | {
                "number": "NEW-1",
                "reference": f"{self.mark}-r2",
                "description": "New",
                "gl_line": "4",
                "vendor_id": f"{self.mark}-v",
                "unique_cost_id": f"{self.mark}-c",
            },
            "payments": money
            | orders
            | {
                "reference": f"{self.mark}-pay",
                "description": self.mark,
                "invoice_number": "",
                "check_number": "",
                "vendor_id": f"{self.mark}-v",
                "unique_cost_id": f"{self.mark}-c",
                "cost_category_name": self.mark,
                "account_id": "1000",
            }
            | dict.fromkeys(orders, ""),
        }

    def _masters(self) -> dict[str, dict[str, Any]]:
        return {
            "vendors": {
                "name": "New",
                "vendor_id": "NEW",
                "external_ids": ["N-1"],
                "phone_number": "1",
                "web_address": "https://example.com",
                "address": "1",
                "city": "1",
                "state": "1",
                "postal_code": "1",
                "country_code": "US",
                "contact_name": "1",
                "contact_email": "new@example.com",
                "notes": "1",
            },
            "investments": {
                "organization_code": self.business.slug,
                "organization_name": self.business.name,
                "name": "New",
                "investment_category_name": "1",
                "owner_email": f"{self.mark}@example.com",
                "owner_name": self.mark,
                "project_start_as_time": "Oct-2015",
                "in_service_date_as_time": "2016-01-01",
                "investment_id": "NEW",
                "description": "1",
                "rationale": "1",
                "api_request": True,
            },
            "costs": {
                "name": "New",
                "account": self.mark,
                "expected_units": [{"quantity": 1, "project_month": "M3"}],
                "vendor_name": self.mark,
                "cost_category": self.mark,
                "apply_tax": "yes",
                "description": "1",
                "unique_cost_id": "NEW",
                "unit_price": {"dollars": 1, "currency": "USD"},
                "freight": {"dollars": 1, "currency": "USD"},
            },
            "cost_categories": {
                "name": "New",
                "category_code": "NEW",
                "parent_name": "Around",
            },
        }
