"""Rows for tests: every factory builds within one business and shares it downwards."""

from __future__ import annotations

import datetime
import hashlib
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import F
from django.utils import timezone
from factory.declarations import (
    LazyAttribute,
    LazyFunction,
    PostGeneration,
    SelfAttribute,
    Sequence,
    SubFactory,
)
from factory.django import DjangoModelFactory, Password
from PIL import Image

from invoices.drafting import InvoiceDraft, LineDraft, draft_invoice
from invoices.models import (
    Account,
    Attachment,
    Cost,
    CostCategory,
    CustomerLink,
    Delivery,
    DocumentFile,
    DocumentSettings,
    ImportRun,
    Invoice,
    Logo,
    MailTemplate,
    PeriodException,
    Product,
    Project,
    RecurringInvoice,
    RecurringLine,
    RecurringPeriod,
    ReminderRule,
    SendRun,
    SendRunItem,
    Tax,
    TaxComponent,
    TaxRate,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookMessage,
)
from invoices.models.account import AccountType
from invoices.querysets import Direction
from partners.access import Actor
from partners.models import (
    ApiKey,
    Business,
    Change,
    Invitation,
    Membership,
    Partner,
    User,
)
from partners.models.invitation import VALID_FOR
from payments.models import BankLine, BankStatement, CsvLayout, Payment, WaitingFile
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


class InvitationFactory(_Factory):
    """A clerk who is asked to join; no letter has been written yet."""

    class Meta:
        model = Invitation

    business: Any = SubFactory(BusinessFactory)
    email: Any = Sequence(lambda n: f"invited{n}@example.com")
    role = "clerk"
    expires_at: Any = LazyFunction(lambda: timezone.now() + VALID_FOR)


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


# --- what leaves the house: give the parent, and the row is of its business ------------


def a_picture(color: tuple[int, int, int]) -> bytes:
    """A PNG of 40 by 20 pixels."""
    target = io.BytesIO()
    Image.new("RGB", (40, 20), color).save(target, "PNG")
    return target.getvalue()


class LogoFactory(_Factory):
    """A small picture in one color, another each time."""

    class Meta:
        model = Logo

    business: Any = SubFactory(BusinessFactory)
    content: Any = Sequence(lambda n: a_picture((n % 256, n // 256 % 256, 99)))
    sha256 = LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest())


class DocumentSettingsFactory(_Factory):
    """Papers in English on A4, without logo and bank."""

    class Meta:
        model = DocumentSettings

    business: Any = SubFactory(BusinessFactory)


class DocumentFileFactory(_Factory):
    """The PDF of a new invoice; give `invoice` for another document's."""

    class Meta:
        model = DocumentFile

    invoice: Any = LazyFunction(lambda: an_issued_invoice(BusinessFactory()))
    business = SelfAttribute("invoice.business")
    partner = SelfAttribute("invoice.partner")
    kind = "pdf"
    name = LazyAttribute(lambda row: f"{row.invoice.number}.{row.kind}")
    content: Any = Sequence(lambda n: b"%%PDF-1.7 %d" % n)
    size = LazyAttribute(lambda row: len(row.content))
    sha256 = LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest())


class AttachmentFactory(_Factory):
    """A text put to a new invoice; give `invoice` for another document's.

    Its bytes are in the storage, where they stay: `attaching.attach` is the way for
    tests about files.
    """

    class Meta:
        model = Attachment

    invoice: Any = LazyFunction(lambda: an_issued_invoice(BusinessFactory()))
    business = SelfAttribute("invoice.business")
    name = "order.txt"
    file: Any = LazyAttribute(lambda row: ContentFile(b"An order", row.name))
    content_type = "text/plain"
    size = 8
    sha256 = hashlib.sha256(b"An order").hexdigest()
    uploaded_by = "person@example.com"


class CustomerLinkFactory(_Factory):
    """An open link to a new invoice; give `invoice` for another document's."""

    class Meta:
        model = CustomerLink

    invoice: Any = LazyFunction(lambda: an_issued_invoice(BusinessFactory()))
    business = SelfAttribute("invoice.business")
    expires_at = NOW + datetime.timedelta(days=365)


class DeliveryFactory(_Factory):
    """A queued mail about a new invoice; give `invoice` for another document's."""

    class Meta:
        model = Delivery

    invoice: Any = LazyFunction(lambda: an_issued_invoice(BusinessFactory()))
    business = SelfAttribute("invoice.business")
    partner = SelfAttribute("invoice.partner")
    purpose = "document"
    recipient = "buyer@example.com"
    attempt_key: Any = Sequence(lambda n: f"occasion-{n}")
    subject = "Your invoice"
    body = "Dear customer"
    try_after = NOW
    changed_at = NOW
    actor = "person@example.com"


class SendRunFactory(_Factory):
    """A run that has not begun and has no documents."""

    class Meta:
        model = SendRun

    business: Any = SubFactory(BusinessFactory)
    actor = "person@example.com"


class SendRunItemFactory(_Factory):
    """A new draft in a new run; give `run`, and `invoice` for a known document."""

    class Meta:
        model = SendRunItem

    run: Any = SubFactory(SendRunFactory)
    business = SelfAttribute("run.business")
    invoice: Any = LazyAttribute(lambda row: a_draft(row.business))
    position: Any = Sequence(lambda n: n)


class MailTemplateFactory(_Factory):
    """The English words for documents."""

    class Meta:
        model = MailTemplate

    business: Any = SubFactory(BusinessFactory)
    purpose = "document"
    language = "en"
    subject = "Invoice {{ number }}"
    body = "See {{ link }}"


class ReminderRuleFactory(_Factory):
    """A reminder a week after the due date."""

    class Meta:
        model = ReminderRule

    business: Any = SubFactory(BusinessFactory)
    days = 7


class RecurringFactory(_Factory):
    """A draft of 100.00 each month from today, to a new customer; `lines=0` for none.

    Its schedule is at its beginning: the first document is due today.
    """

    class Meta:
        model = RecurringInvoice
        skip_postgeneration_save = True

    business: Any = SubFactory(BusinessFactory)
    name: Any = Sequence(lambda n: f"Subscription {n}")
    partner: Any = LazyAttribute(lambda row: PartnerFactory(business=row.business))
    currency = LazyAttribute(lambda row: row.business.currency)
    every = "month"
    starts_on = TODAY
    next_on = SelfAttribute("starts_on")

    lines = PostGeneration(
        lambda recurring, create, count: [
            RecurringLineFactory(recurring=recurring, position=position)
            for position in range(1, 2 if count is None else count + 1)
        ]
    )


class RecurringLineFactory(_Factory):
    """One position of 100.00 untaxed; give `recurring`."""

    class Meta:
        model = RecurringLine

    recurring: Any = SubFactory(RecurringFactory, lines=0)
    business = SelfAttribute("recurring.business")
    position = 1
    description = "Work"
    quantity = Decimal(1)
    unit_price = Decimal(100)


class RecurringPeriodFactory(_Factory):
    """A period that made a new draft; give `recurring`, whose count stays as it is."""

    class Meta:
        model = RecurringPeriod

    recurring: Any = SubFactory(RecurringFactory)
    business = SelfAttribute("recurring.business")
    number = 1
    date = TODAY
    invoice: Any = LazyAttribute(lambda row: a_draft(row.business).pk)


class WebhookEndpointFactory(_Factory):
    """An address that hears of everything."""

    class Meta:
        model = WebhookEndpoint

    business: Any = SubFactory(BusinessFactory)
    url: Any = Sequence(lambda n: f"https://hooks.example.com/{n}")


class WebhookMessageFactory(_Factory):
    """A message that waits; give `endpoint`, and `event` for a real event's key."""

    class Meta:
        model = WebhookMessage

    endpoint: Any = SubFactory(WebhookEndpointFactory)
    business = SelfAttribute("endpoint.business")
    event: Any = Sequence(lambda n: n)
    type = "invoice.issued"
    payload: Any = LazyFunction(lambda: {"type": "invoice.issued"})
    try_after = NOW


class WebhookAttemptFactory(_Factory):
    """A try that was answered with 200; give `message`."""

    class Meta:
        model = WebhookAttempt

    message: Any = SubFactory(WebhookMessageFactory)
    business = SelfAttribute("message.business")
    at = NOW
    status = 200
    seconds = Decimal("0.1")


class PeriodExceptionFactory(_Factory):
    """An exception for today, which counts for a day."""

    class Meta:
        model = PeriodException

    business: Any = SubFactory(BusinessFactory)
    from_day = to_day = TODAY
    reason = "The auditor's entry"
    granted_by = "person@example.com"
    granted_at = NOW
    valid_until = NOW + datetime.timedelta(days=1)


class ImportRunFactory(_Factory):
    """A file of partners that was tried out."""

    class Meta:
        model = ImportRun

    business: Any = SubFactory(BusinessFactory)
    kind = "partners"
    state = "checked"
    actor = "person@example.com"
    name = "partners.csv"
    size = 100


class ChangeFactory(_Factory):
    """A new name of a partner."""

    class Meta:
        model = Change

    business: Any = SubFactory(BusinessFactory)
    at = NOW
    actor = "person@example.com"
    deed = "changed"
    subject = model = "partner"
    subject_id: Any = Sequence(lambda n: n)
    values: Any = LazyFunction(lambda: {"name": ["Ann", "Ann & Co"]})


# --- what the bank says: give the account, and the row is of its business --------------


class CsvLayoutFactory(_Factory):
    """Files with commas and a date, an amount, a name and a text."""

    class Meta:
        model = CsvLayout

    account: Any = SubFactory(AccountFactory)
    business = SelfAttribute("account.business")
    columns: Any = LazyFunction(
        lambda: {name: name for name in ("date", "amount", "counterparty", "text")}
    )


class BankStatementFactory(_Factory):
    """A file that was read, without lines."""

    class Meta:
        model = BankStatement

    account: Any = SubFactory(AccountFactory)
    business = SelfAttribute("account.business")
    format = "csv"
    name: Any = Sequence(lambda n: f"statement-{n}.csv")
    sha256 = LazyAttribute(lambda row: hashlib.sha256(row.name.encode()).hexdigest())
    currency = LazyAttribute(lambda row: row.business.currency)
    first_day = last_day = TODAY
    actor = "person@example.com"


def count_line(line: BankLine, create: bool, extracted: object) -> None:
    """One line more was read with its statement."""
    if create:
        statements = BankStatement.objects.filter(pk=line.statement_id)
        statements.update(lines_read=F("lines_read") + 1)


class BankLineFactory(_Factory):
    """100.00 that came in today and wait; give `statement`, `amount`, `text`."""

    class Meta:
        model = BankLine
        skip_postgeneration_save = True

    statement: Any = SubFactory(BankStatementFactory)
    account = SelfAttribute("statement.account")
    business = SelfAttribute("statement.business")
    position: Any = Sequence(lambda n: n + 1)
    date = TODAY
    amount = Decimal("100.00")
    currency = SelfAttribute("statement.currency")
    counterparty = "Buyer Ltd"
    fingerprint: Any = Sequence(lambda n: f"line-{n}")

    # Its statement counts it.
    counted = PostGeneration(count_line)


class WaitingFileFactory(_Factory):
    """A file that somebody looks at before it is read; give `account` and `user`."""

    class Meta:
        model = WaitingFile

    account: Any = SubFactory(AccountFactory)
    business = SelfAttribute("account.business")
    user: Any = SubFactory(UserFactory)
    name = "statement.csv"
    content = b"date,amount\n"
    sha256 = LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest())
