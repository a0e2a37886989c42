"""Rows for tests: every factory builds within one business and shares it downwards."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from factory.declarations import PostGeneration, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password

from invoices.drafting import InvoiceDraft, LineDraft, draft_invoice
from invoices.models import (
    Account,
    Cost,
    CostCategory,
    Invoice,
    Product,
    Project,
    Tax,
    TaxComponent,
    TaxRate,
)
from invoices.models.account import AccountType
from invoices.querysets import Direction
from partners.access import Actor
from partners.models import ApiKey, Business, Membership, Partner, User
from payments.models import Payment
from payments.recording import PaymentDraft, record_payment

TODAY = datetime.date(2026, 3, 10)
"""The day on which tests happen; documents are dated on it unless they say otherwise."""

NOW = datetime.datetime(2026, 3, 10, 12, 0, tzinfo=datetime.UTC)
"""The moment at which tests issue, void and cancel."""

# A call of a factory answers a row of its model, which the types of the package hide.
_Factory: Any = DjangoModelFactory


class UserFactory(_Factory):
    """A person who can sign in with the password `password`."""

    class Meta:
        model = User

    email: Any = Sequence(lambda n: f"person{n}@example.com")
    name: Any = Sequence(lambda n: f"Person {n}")
    password = Password("password")


class BusinessFactory(_Factory):
    """A business that keeps its books in US dollars."""

    class Meta:
        model = Business

    slug: Any = Sequence(lambda n: f"business-{n}")
    name: Any = Sequence(lambda n: f"Business {n}")
    currency = "USD"
    email = "books@example.com"
    line1 = "1 Ledger Street"
    city = "Springfield"
    country = "US"


class MembershipFactory(_Factory):
    """A person's role in a business; owner unless told otherwise."""

    class Meta:
        model = Membership

    business: Any = SubFactory(BusinessFactory)
    user: Any = SubFactory(UserFactory)
    role = "owner"


class PartnerFactory(_Factory):
    """A customer."""

    class Meta:
        model = Partner

    business: Any = SubFactory(BusinessFactory)
    code: Any = Sequence(lambda n: f"P{n}")
    name: Any = Sequence(lambda n: f"Partner {n}")
    is_customer = True
    email = "buyer@example.com"
    billing_line1 = "2 Market Square"
    billing_city = "Hamburg"
    billing_country = "DE"


class AccountFactory(_Factory):
    """A bank account that payments may use."""

    class Meta:
        model = Account

    business: Any = SubFactory(BusinessFactory)
    code: Any = Sequence(lambda n: f"1{n:03}")
    name = "Bank"
    type = AccountType.ASSETS_CURRENT
    payment_account = True


class TaxFactory(_Factory):
    """A tax with one component, 10 percent since 2000; `rate=0` makes none yet."""

    class Meta:
        model = Tax
        skip_postgeneration_save = True

    business: Any = SubFactory(BusinessFactory)
    code: Any = Sequence(lambda n: f"VAT{n}")
    name = "Value added tax"

    rate = PostGeneration(
        lambda tax, create, rate: rate != 0 and a_component(tax, Decimal(rate or 10))
    )


class ProjectFactory(_Factory):
    """An open project."""

    class Meta:
        model = Project

    business: Any = SubFactory(BusinessFactory)
    code: Any = Sequence(lambda n: f"PRJ{n}")
    name: Any = Sequence(lambda n: f"Project {n}")


class ProductFactory(_Factory):
    """A product sold at 10.00 US dollars, untaxed."""

    class Meta:
        model = Product

    business: Any = SubFactory(BusinessFactory)
    code: Any = Sequence(lambda n: f"SKU{n}")
    name: Any = Sequence(lambda n: f"Product {n}")
    sell = True
    selling_price = Decimal(10)
    price_currency = "USD"


class CostCategoryFactory(_Factory):
    """A kind of cost."""

    class Meta:
        model = CostCategory

    business: Any = SubFactory(BusinessFactory)
    code: Any = Sequence(lambda n: f"CAT{n}")
    name: Any = Sequence(lambda n: f"Category {n}")


def a_component(
    tax: Tax,
    rate: Decimal,
    *,
    position: int = 1,
    compound: bool = False,
    valid_from: datetime.date = datetime.date(2000, 1, 1),
) -> TaxComponent:
    """One more component of a tax, at this rate from that day on."""
    component = TaxComponent.objects.create(
        business=tax.business,
        tax=tax,
        position=position,
        code=tax.code if position == 1 else f"{tax.code}-{position}",
        compound=compound,
    )
    TaxRate.objects.create(
        business=tax.business, component=component, rate=rate, valid_from=valid_from
    )
    return component


def actor(business: Business, role: str = "owner") -> Actor:
    """A new member of the business in that role, ready for `by=`."""
    return Actor.member(MembershipFactory(business=business, role=role))


def a_key(business: Business, role: str = "owner", scopes: Iterable[str] = ()) -> str:
    """The text of a new API key of a new member."""
    member: Membership = MembershipFactory(business=business, role=role)
    return ApiKey.create(business, member.user, scopes=scopes)[1]


def a_line(quantity: Any = 1, unit_price: Any = 100, **overrides: Any) -> LineDraft:
    """One position; 1 × 100 untaxed unless told otherwise."""
    return LineDraft(
        quantity=Decimal(quantity),
        unit_price=Decimal(unit_price),
        **({"description": "Work"} | overrides),
    )


def draft_of(business: Business, **overrides: Any) -> InvoiceDraft:
    """What a door hands in: one line of 100.00 to a new customer, due in 30 days."""
    date = overrides.get("date", TODAY)
    values: dict[str, Any] = {
        "business": business,
        "date": date,
        "due_date": date + datetime.timedelta(days=30),
        "currency": business.currency,
        "lines": [a_line()],
    } | overrides
    if "partner" not in values:
        values["partner"] = PartnerFactory(business=business)
    return InvoiceDraft(**values)


def a_draft(business: Business, **overrides: Any) -> Invoice:
    """A saved draft; overrides are fields of `InvoiceDraft`, and `by`."""
    by = overrides.pop("by", None) or actor(business)
    return draft_invoice(draft_of(business, **overrides), by=by)


def an_issued_invoice(business: Business, **overrides: Any) -> Invoice:
    """An issued document; overrides as for `a_draft`."""
    by = overrides.pop("by", None) or actor(business)
    return a_draft(business, by=by, **overrides).issue(by=by, now=NOW)


def bill_of(business: Business, **overrides: Any) -> InvoiceDraft:
    """The bill V-1 of a new vendor as a door hands it in, otherwise as `draft_of`."""
    values = {"direction": Direction.RECEIVED, "number": "V-1"} | overrides
    if "partner" not in values:
        values["partner"] = PartnerFactory(
            business=business, is_customer=False, is_vendor=True
        )
    return draft_of(business, **values)


def a_bill(business: Business, number: Any = "V-1", **overrides: Any) -> Invoice:
    """A bill that waits for approval; overrides as for `bill_of`, and `by`."""
    by = overrides.pop("by", None) or actor(business)
    return draft_invoice(bill_of(business, number=str(number), **overrides), by=by)


def an_approved_bill(business: Business, **overrides: Any) -> Invoice:
    """The same, approved."""
    by = overrides.pop("by", None) or actor(business)
    return a_bill(business, by=by, **overrides).approve(by=by, now=NOW)


def a_cost(business: Business, **overrides: Any) -> Cost:
    """A cost of a new project, in the business's currency."""
    if "project" not in overrides:
        overrides["project"] = ProjectFactory(business=business)
    values = {"name": "Saw", "currency": business.currency} | overrides
    return Cost.objects.create(business=business, **values)


def payment_of(business: Business, amount: Any, **overrides: Any) -> PaymentDraft:
    """A payment as a door hands it in; settles nothing unless told otherwise."""
    values: dict[str, Any] = {
        "business": business,
        "date": TODAY,
        "currency": business.currency,
        "amount": Decimal(amount),
    } | overrides
    if "account" not in values:
        values["account"] = AccountFactory(business=business)
    return PaymentDraft(**values)


def a_payment(
    business: Business, invoice: Invoice | None, amount: Any, **overrides: Any
) -> Payment:
    """A recorded payment that settles so much of the invoice, or nothing for None.

    Overrides are fields of `PaymentDraft`, `by`, and `spare`: what stays on account.
    """
    by = overrides.pop("by", None) or actor(business)
    spare = overrides.pop("spare", 0)
    if invoice is not None:
        values = {
            "currency": invoice.currency,
            "currency_rate": invoice.currency_rate,
            "partner": invoice.partner,
            "settles": [(invoice, Decimal(amount))],
        }
        overrides = values | overrides
    draft = payment_of(business, Decimal(amount) + spare, **overrides)
    return record_payment(draft, by=by)
