"""People at the admin's door, and two businesses with a row of every kind each."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from invoices.models import Bill, ExchangeRate, Invoice
from partners.access import Actor
from partners.models import ApiKey, Business, PartnerAlias, User
from partners.tenancy import BusinessRow
from tests.factories import (
    AccountFactory,
    AttachmentFactory,
    BankLineFactory,
    BankStatementFactory,
    BusinessFactory,
    ChangeFactory,
    CostCategoryFactory,
    CsvLayoutFactory,
    CustomerLinkFactory,
    DeliveryFactory,
    DocumentFileFactory,
    DocumentSettingsFactory,
    ImportRunFactory,
    InvitationFactory,
    LogoFactory,
    MailTemplateFactory,
    MembershipFactory,
    PartnerFactory,
    PeriodExceptionFactory,
    ProductFactory,
    ProjectFactory,
    RecurringFactory,
    ReminderRuleFactory,
    SendRunFactory,
    SendRunItemFactory,
    TaxFactory,
    UserFactory,
    WaitingFileFactory,
    WebhookAttemptFactory,
    WebhookEndpointFactory,
    WebhookMessageFactory,
    a_bill,
    a_cost,
    a_draft,
    a_line,
    a_payment,
    actor,
    an_issued_invoice,
)

STRANGER = "Zebra"
"""Stands in every text of the business that people of the other must not see."""


def staff(business: Business | None = None, role: str = "owner", **values: Any) -> User:
    """Somebody who may use the admin, and their role."""
    user = UserFactory(is_staff=True, **values)
    if business is not None:
        MembershipFactory(business=business, user=user, role=role)
    return user


def signed_in(user: User) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(user)
    return client


@dataclass
class Books:
    """A business with a row of every model."""

    business: Business
    partner: Any
    account: Any
    tax: Any
    product: Any
    draft: Any
    invoice: Any
    payment: Any
    project: Any
    cost: Any
    bill: Any


def books(word: str = "Own") -> Books:
    """A business in whose every row the word stands, where there is room for words."""
    business = BusinessFactory(name=f"{word} Ltd", slug=word.lower())
    by = actor(business)
    owner = User.objects.get(memberships__business=business)
    User.objects.filter(pk=owner.pk).update(email=f"{word}@example.com".lower())
    partner = PartnerFactory(business=business, name=f"{word} Buyer", code=word)
    account = AccountFactory(business=business, name=f"{word} Bank")
    tax = TaxFactory(business=business, code=f"{word}-VAT", name=f"{word} tax")
    tax.components.update(name=f"{word} part")
    product = ProductFactory(
        business=business, name=f"{word} Thing", code=word, selling_tax=tax
    )
    lines = [a_line(2, 50, product=product, tax=tax, description=f"{word} work")]
    document = {"partner": partner, "lines": lines, "by": by, "memo": f"{word} memo"}
    draft = a_draft(business, number=f"{word}-D", reference=f"{word}-D", **document)
    invoice = an_issued_invoice(business, reference=f"{word}-I", **document)
    words = {"method": word, "reference": word, "description": word}
    payment = a_payment(business, invoice, 10, account=account, by=by, **words)
    ExchangeRate.objects.create(
        business=business,
        currency="EUR",
        date=datetime.date(2026, 1, 1),
        rate=Decimal("1.25"),
        source=f"{word} bank",
    )
    ApiKey.create(business, owner, name=f"{word} key")
    InvitationFactory(business=business, email=f"{word}.new@example.com".lower())
    project, cost, bill = _purchases(business, word, by)
    _correspondence(business, word, invoice)
    _schedules(business, word, partner)
    _records(business, word)
    _statements(word, account, owner, payment)
    return Books(
        business,
        partner,
        account,
        tax,
        product,
        draft,
        invoice,
        payment,
        project,
        cost,
        bill,
    )


def _purchases(business: Business, word: str, by: Actor) -> tuple[Any, Any, Any]:
    """A project, its cost, and a bill that waits for approval and belongs to it."""
    vendor = PartnerFactory(
        business=business, name=f"{word} Vendor", code=f"{word}-V", is_vendor=True
    )
    PartnerAlias.objects.create(
        business=business, partner=vendor, value=f"{word} alias"
    )
    project = ProjectFactory(business=business, name=f"{word} Mill", code=word)
    category = CostCategoryFactory(
        business=business, name=f"{word} Tools", code=f"{word}-T"
    )
    names = {"name": f"{word} Saw", "unique_cost_id": f"{word}-saw"}
    cost = a_cost(business, project=project, category=category, **names)
    bill = a_bill(
        business,
        f"{word}-B",
        by=by,
        partner=vendor,
        reference=f"{word}-B",
        memo=f"{word} memo",
        project=project,
        cost_shares=[(cost, Decimal(100))],
    )
    return project, cost, bill


def _correspondence(business: Business, word: str, invoice: Invoice) -> None:
    """The invoice's file, link, mail and run, and how its papers look."""
    DocumentSettingsFactory(
        business=business,
        holder=f"{word} Ltd",
        footer=f"{word} footer",
        logo=LogoFactory(business=business),
    )
    file = DocumentFileFactory(invoice=invoice, name=f"{word}.pdf")
    AttachmentFactory(invoice=invoice, name=f"{word}.txt", uploaded_by=f"{word} clerk")
    link = CustomerLinkFactory(invoice=invoice, token=f"{word}-token")
    words = {"recipient": f"{word}@example.com", "subject": word, "body": word}
    DeliveryFactory(invoice=invoice, link=link, file=file, state="failed", **words)
    run = SendRunFactory(business=business, actor=f"{word} clerk", subject=word)
    SendRunItemFactory(run=run, invoice=invoice, state="refused", reason=word)
    MailTemplateFactory(business=business, subject=f"{word}: {{{{ number }}}}")
    ReminderRuleFactory(business=business)


def _schedules(business: Business, word: str, partner: Any) -> None:
    """A recurring invoice, and an endpoint with a message and its log."""
    RecurringFactory(business=business, name=f"{word} rent", partner=partner)
    url = f"https://{word.lower()}.example.com/"
    endpoint = WebhookEndpointFactory(business=business, url=url, description=word)
    message = WebhookMessageFactory(endpoint=endpoint, payload={"word": word})
    WebhookAttemptFactory(message=message, answer=word)


def _statements(word: str, account: Any, owner: User, payment: Any) -> None:
    """A bank's file with a line that waits and one that is matched, and how it reads."""
    CsvLayoutFactory(account=account, columns={"date": word, "amount": word})
    statement = BankStatementFactory(
        account=account,
        name=f"{word}.csv",
        identification=f"{word} 1",
        actor=f"{word} clerk",
    )
    words = {
        "counterparty": f"{word} Buyer",
        "text": f"{word} invoice",
        "end_to_end": word,
        "bank_reference": word,
    }
    matched = {
        "state": "matched",
        "payment": payment,
        "reason": word,
        "decided_by": word,
        "decided_at": payment.created_at,
    }
    BankLineFactory(statement=statement, **words)
    BankLineFactory(statement=statement, **words, **matched)
    WaitingFileFactory(account=account, user=owner, name=f"{word}.csv")


def _records(business: Business, word: str) -> None:
    """What is written down of what people did."""
    PeriodExceptionFactory(business=business, reason=word)
    ImportRunFactory(business=business, name=f"{word}.csv")
    ChangeFactory(business=business, values={"name": [None, word]})


def row_of(model: type[models.Model], business: Business) -> Any:
    """A row of the model in the business; an AssertionError where the cast has none."""
    rows: Any = models.QuerySet(model)
    if issubclass(model, Business):
        return business
    if issubclass(model, User):
        return rows.filter(memberships__business=business).order_by("pk").first()
    if issubclass(model, Bill):
        rows = rows.filter(direction="received")
    row = rows.filter(business=business).order_by("pk").first()
    assert row is not None, f"Let tests/admin_cast.py make a {model.__name__}."
    return row


def everything(business: Business | None = None) -> dict[str, list[Any]]:
    """All rows of one business, or of all: to compare before and after."""
    found = {}
    for model in apps.get_models():
        if issubclass(model, BusinessRow):
            rows: Any = models.QuerySet(model).order_by("pk")
            rows = rows if business is None else rows.filter(business=business)
            found[model.__name__] = list(rows.values())
    return found


def url(target: Any, page: str, *args: Any) -> str:
    """The address of an admin page of a model or row."""
    meta = target._meta
    if isinstance(target, models.Model) and not args:
        args = (target.pk,)
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def act(client: Client, action: str, *rows: Any, **given: str) -> Any:
    """Choose an action for rows on their list, and follow where it leads."""
    data = {"action": action, "_selected_action": [row.pk for row in rows], **given}
    return client.post(url(type(rows[0]), "changelist"), data, follow=True)


def said(response: Any) -> list[str]:
    """The messages on top of the page, and what it tells of each row."""
    told = [str(message) for message in response.context["messages"]]
    if response.resolver_match.url_name != "outcome":
        return told
    rows = response.context["rows"]
    return told + [say if done else f"{name}: {say}" for _, name, say, done in rows]


def errors(response: Any) -> list[str]:
    """All that is wrong with the forms of a page."""
    assert response.status_code == 200, response.headers
    found = [str(part) for part in response.context["errors"]]
    return [unescape(re.sub("<[^>]*>", "", part)) for part in found]


def formset(prefix: str, *parts: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """What a browser posts for the parts of a document."""
    data: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(parts),
        f"{prefix}-INITIAL_FORMS": initial,
    }
    for number, part in enumerate(parts):
        data |= {f"{prefix}-{number}-{name}": value for name, value in part.items()}
    return data
