"""Every URL of the native dialect, read from the URL conf, with rows to fill it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import URLPattern, URLResolver

from invoices.api.native.urls import urlpatterns
from invoices.crediting import credit
from invoices.drafting import LineDraft
from invoices.models import (
    Account,
    Cost,
    CostCategory,
    Invoice,
    Product,
    Project,
    Tax,
)
from partners.access import Actor
from partners.models import Business, Partner
from payments.models import Payment
from tests.api.native.routes_sending import Sending
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    CostCategoryFactory,
    PartnerFactory,
    ProductFactory,
    ProjectFactory,
    TaxFactory,
    a_bill,
    a_cost,
    a_draft,
    a_line,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
)

VERBS = ("issue", "void", "credit", "approve", "cancel", "assign", "close", "reopen")
OF_ISSUED = [["void"], ["credit"], ["pdf"], ["ubl"], ["link"], ["timeline"]]
OF_ISSUED += [["dispute"], ["hold"], ["remind"], ["write_off"]]
SENDING = ["deliveries", "mail_templates", "reminder_rules", "webhooks", "send_runs"]
SENDING += ["recurring"]
# Payments are made under their document; here POST is the published slip for PUT.
SLIPS = [["inc_payments"], ["invoicepayments"], ["exp_payments"], ["billpayments"]]
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
    vendor: Partner
    project: Project
    closed: Project
    cost: Cost
    spare_cost: Cost
    category: CostCategory
    waiting: Invoice
    bill: Invoice
    paid_out: Payment
    sending: Sending

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
            **_purchases(business, mark, by, bank, lines),
            sending=Sending.of(business, mark, issued, note),
        )

    def ids(self, url: Url) -> dict[str, str]:
        """An id for each name in the path; KeyError for a URL that nobody thought of."""
        known = {
            "business_id": self.business.public_id,
            "partner_id": self.customer.public_id,
            "invoice_id": self._nest(url).public_id,
            "endpoint_id": self.sending.endpoint.public_id,
            "bill_id": self.bill.public_id,
            "project_id": self.project.public_id,
            "country_code": "TH",
            "rest": "nowhere",
        }
        if "id" in url.parameters:
            known["id"] = self._target(url).public_id
        return {name: known[name] for name in url.parameters}

    def _nest(self, url: Url) -> Invoice:
        return self.note if "credit_notes" in url.words else self.issued

    def _target(self, url: Url) -> Any:
        """A row with which everything that the URL offers can be done."""
        _, collection, *verb = url.words
        if collection == "invoices" and verb in OF_ISSUED:
            return self.issued
        if verb == ["reopen"]:
            return self.closed
        if collection in SENDING or verb in (["settle_dispute"], ["release"]):
            return self.sending.target([collection, *verb])
        return {
            "invoices": self.draft,
            "credit_notes": self.note,
            "inc_payments": self.payment,
            "invoicepayments": self.payment,
            "partners": self.loner,
            "products": self.spare,
            "accounts": self.till,
            "taxes": self.tax,
            "bills": self.waiting,
            "exp_payments": self.paid_out,
            "billpayments": self.paid_out,
            "projects": self.project if verb else self.closed,
            "costs": self.spare_cost,
            "cost_categories": self.category,
        }[collection]

    def body(self, url: Url, method: str) -> Any:
        """A valid body; KeyError for a write that nobody thought of."""
        if method not in url.actions or method in ("GET", "HEAD", "DELETE"):
            return None
        _, *words = url.words
        if words[-1] in self.sending.verbs():
            return self.sending.verbs()[words[-1]]
        if words[-1] in VERBS:
            return {"project": None} if words[-1] == "assign" else {}
        body = self.bodies()[words[-1]]
        alone = words == ["document_settings"]
        if (url.actions[method] == "update" or words in SLIPS) and not alone:
            body = body | {"id": self._target(url).public_id}
        return body

    def bodies(self) -> dict[str, dict[str, Any]]:
        """A whole valid body for each collection that can be written."""
        ref = {name: {"id": row.public_id} for name, row in self._named().items()}
        payment: dict[str, Any] = {
            "date": "2026-03-10",
            "currency_rate": 1,
            "amount": 5,
            "payment_account": ref["bank"],
        }
        return (
            {
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
                "exp_payments": payment,
                "billpayments": payment,
            }
            | self._purchases(ref)
            | self.sending.bodies()
        )

    def _purchases(self, ref: dict[str, Any]) -> dict[str, dict[str, Any]]:
        return {
            "bills": {
                "bill_no": "NEW-1",
                "date": "2026-03-10",
                "due_date": "2026-03-10",
                "currency": {"code": "USD"},
                "currency_rate": 1,
                "vendor": ref["vendor"],
                "details": [
                    {"product": ref["product"], "quantity": 1, "unit_price": 1}
                ],
                "project": ref["project"],
                "cost_shares": [{"cost": ref["cost"], "percent": 100}],
                "expected_total": 1,
            },
            "projects": {"code": "NEW", "name": "New"},
            "costs": {
                "project": ref["project"],
                "name": "New",
                "vendor": ref["vendor"],
                "category": ref["category"],
                "account": ref["bank"],
            },
            "cost_categories": {"name": "New", "parent": None},
        }

    def _named(self) -> dict[str, Any]:
        names = "customer product tax bank vendor project cost category"
        return {name: getattr(self, name) for name in names.split()}


def _purchases(
    business: Business, mark: str, by: Actor, bank: Account, lines: list[LineDraft]
) -> dict[str, Any]:
    """A vendor's rows, for `Rows`."""
    mine = {"business": business, "name": mark}
    vendor = PartnerFactory(**mine, is_customer=False, is_vendor=True)
    project = ProjectFactory(**mine, code=f"{mark}-open")
    closed = ProjectFactory(**mine, code=f"{mark}-closed")
    closed.close(by=by, on=TODAY)
    cost = a_cost(business, project=project, name=mark, unique_cost_id=mark)
    words = {"partner": vendor, "memo": mark, "by": by, "lines": lines}
    bill = an_approved_bill(
        business,
        **words,
        number=f"{mark}-B",
        reference=f"{mark}-b",
        project=project,
        cost_shares=[(cost, Decimal(100))],
    )
    paid = an_approved_bill(business, **words, number=f"{mark}-P")
    paid_out = a_payment(
        business, paid, 10, direction="out", account=bank, description=mark, by=by
    )
    return {
        "vendor": vendor,
        "project": project,
        "closed": closed,
        "cost": cost,
        "spare_cost": a_cost(business, project=project, name=mark),
        "category": CostCategoryFactory(**mine, code=mark),
        "waiting": a_bill(business, f"{mark}-W", **words),
        "bill": bill,
        "paid_out": paid_out,
    }
