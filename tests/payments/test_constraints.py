"""Every named constraint of the database refuses the row that it is there for.

The rows are written past the verbs, so that only PostgreSQL stands in the way.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from invoices.crediting import credit
from invoices.models import (
    Account,
    Attachment,
    Cost,
    CostCategory,
    CostShare,
    CustomerLink,
    Delivery,
    DocumentFile,
    DocumentSettings,
    Event,
    ExchangeRate,
    ImportRun,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    Logo,
    MailTemplate,
    NumberSequence,
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
    WebhookMessage,
)
from invoices.models.event import seal
from partners.access import Actor
from partners.constraints import SameBusiness, broken_constraint
from partners.models import (
    ApiKey,
    Business,
    Change,
    Invitation,
    Membership,
    Partner,
    PartnerAlias,
    RecoveryCode,
    User,
)
from payments.models import (
    Allocation,
    BankLine,
    BankStatement,
    CsvLayout,
    Payment,
    WaitingFile,
)
from payments.recording import refund
from tests.books import our_models
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    AttachmentFactory,
    BankLineFactory,
    BankStatementFactory,
    BusinessFactory,
    ChangeFactory,
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
    RecurringLineFactory,
    RecurringPeriodFactory,
    ReminderRuleFactory,
    SendRunFactory,
    SendRunItemFactory,
    TaxFactory,
    WaitingFileFactory,
    WebhookAttemptFactory,
    WebhookEndpointFactory,
    WebhookMessageFactory,
    a_bill,
    a_component,
    a_cost,
    a_draft,
    a_line,
    a_payment,
    an_issued_invoice,
)

DAY = datetime.timedelta(days=1)


def constraints() -> Iterator[tuple[type[models.Model], models.BaseConstraint]]:
    for model in our_models():
        for constraint in model._meta.constraints:
            yield model, constraint


def fill(business: Business) -> None:
    """At least two rows in every table, and one of them with every reference."""
    member: Membership = MembershipFactory(business=business)
    owner = Actor.member(member)
    MembershipFactory(business=business)
    for number in range(2):
        digest = f"{member.pk * 2 + number:064x}"
        InvitationFactory(business=business, digest=digest)
        RecoveryCode.objects.create(user=member.user, digest=digest)
        ApiKey.create(business, member.user)
        TaxFactory(business=business)
        PartnerFactory(business=business)
    account = AccountFactory(business=business)
    AccountFactory(business=business)
    tax = TaxFactory(business=business)
    a_component(tax, Decimal(5), position=2)
    product = ProductFactory(
        business=business,
        buy=True,
        buying_price=Decimal(5),
        revenue_account=account,
        expense_account=account,
        selling_tax=tax,
        buying_tax=tax,
    )
    ProductFactory(business=business)
    for currency in ("EUR", "GBP"):
        ExchangeRate.objects.create(
            business=business, currency=currency, date=TODAY, rate=2, source="ECB"
        )
    lines = [a_line(product=product, tax=tax), a_line(tax=tax)]
    invoice = an_issued_invoice(business, by=owner, lines=lines)
    payment = a_payment(business, invoice, 30, by=owner, account=account, spare=10)
    refund(payment, Decimal(5), date=TODAY, account=account, by=owner)
    second = an_issued_invoice(business, by=owner, partner=invoice.partner)
    a_payment(business, second, 10, by=owner, account=account)
    credit(invoice, {1: Decimal(1)}, by=owner, now=NOW, date=TODAY)
    a_draft(business, by=owner)
    fill_purchases(business, owner, account)
    fill_correspondence(business, invoice)
    fill_correspondence(business, second)
    fill_schedules(business, product, tax)
    fill_statements(account)
    fill_records(business)
    an_issued_invoice(business, by=owner).void(by=owner, reason="", now=NOW)
    seal(business)


def fill_purchases(business: Business, owner: Actor, account: Account) -> None:
    """Two costs of a project with every reference, and two bills that share them."""
    vendor = PartnerFactory(business=business, is_vendor=True)
    for value in ("one", "two"):
        PartnerAlias.objects.create(business=business, partner=vendor, value=value)
    outer = CostCategory.objects.create(business=business, name="Tools", code="T")
    inner = CostCategory.objects.create(
        business=business, name="Saws", code="S", parent=outer
    )
    project = ProjectFactory(business=business, starts_on=TODAY, in_service_on=TODAY)
    ProjectFactory(business=business)
    known = {"vendor": vendor, "category": inner, "account": account}
    costs = [
        a_cost(business, project=project, unique_cost_id=word, **known)
        for word in ("saw", "bench")
    ]
    shares = [(cost, Decimal(50)) for cost in costs]
    for number in ("V-1", "V-2"):
        bill = a_bill(
            business,
            number,
            by=owner,
            partner=vendor,
            reference=number,
            project=project,
            cost_shares=shares,
        )
        paid = bill.approve(by=owner, now=NOW)
        a_payment(
            business,
            paid,
            10,
            by=owner,
            account=account,
            direction="out",
            reference=number,
            project=project,
            cost=costs[0],
        )


def fill_correspondence(business: Business, invoice: Invoice) -> None:
    """A document's files, link, mail and run, and what its business says of them."""
    logo = LogoFactory(business=business)
    DocumentSettings.objects.for_business(business).delete()
    DocumentSettingsFactory(business=business, logo=logo)
    AttachmentFactory(invoice=invoice)
    file = DocumentFileFactory(invoice=invoice)
    link = CustomerLinkFactory(invoice=invoice)
    DeliveryFactory(invoice=invoice, link=link, file=file)
    DeliveryFactory(business=business, partner=invoice.partner, invoice=None)
    SendRunItemFactory(run=SendRunFactory(business=business), invoice=invoice)


def fill_schedules(business: Business, product: Product, tax: Tax) -> None:
    """Two of everything that makes documents and tells of them by itself."""
    first = RecurringFactory(business=business, lines=0)
    parts = {"recurring": first, "product": product, "tax": tax}
    RecurringFactory(business=business)
    run = SendRunFactory(business=business)
    endpoint = WebhookEndpointFactory(business=business)
    WebhookEndpointFactory(business=business)
    for number in (1, 2):
        RecurringLineFactory(position=number, **parts)
        RecurringPeriodFactory(recurring=first, number=number)
        SendRunItemFactory(run=run)
        WebhookAttemptFactory(message=WebhookMessageFactory(endpoint=endpoint))
    for days, language in ((7, "en"), (14, "de")):
        ReminderRuleFactory(business=business, days=days)
        MailTemplateFactory(business=business, language=language)


def fill_records(business: Business) -> None:
    """Two of all that is written down of what people did."""
    for factory in (PeriodExceptionFactory, ImportRunFactory, ChangeFactory):
        factory(business=business)
        factory(business=business)


def fill_statements(account: Account) -> None:
    """Two of all that a bank's files become, with a matched and an open line each."""
    payments = Payment.objects.for_business(account.business_id).order_by("id")
    for payment in payments[:2]:
        statement = BankStatementFactory(account=account)
        signed = {"decided_by": "person@example.com", "decided_at": NOW}
        BankLineFactory(statement=statement, payment=payment, state="matched", **signed)
        BankLineFactory(statement=statement)
        WaitingFileFactory(account=account)
    CsvLayoutFactory(account=account)
    CsvLayoutFactory(account=AccountFactory(business=account.business))


@pytest.fixture
def books(business) -> Business:
    fill(business)
    return business


def rows_of(model: type[models.Model], business: Business) -> models.QuerySet[Any]:
    found: models.QuerySet[Any] = models.QuerySet(model).order_by("pk")
    if model in {User, Business, RecoveryCode}:
        return found
    return found.filter(business_id=business.pk)


def refusal(query: models.QuerySet[Any], **values: Any) -> str:
    """The name of the constraint that refuses to write these values."""
    pk = query.values_list("pk", flat=True)[0]
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        models.QuerySet(query.model).filter(pk=pk).update(**values)
    return broken_constraint(caught.value)


ISSUED = {"state": "issued", "kind": "invoice"}
CHECKS: dict[str, tuple[type[models.Model], dict[str, Any], dict[str, Any]]] = {
    # name: (model, which of its rows, what it may not become)
    "partners_business_currency_is_iso": (Business, {}, {"currency": "usd"}),
    "partners_business_has_name": (Business, {}, {"name": ""}),
    "partners_membership_role_known": (Membership, {}, {"role": "king"}),
    "partners_user_email_is_lower_case": (User, {}, {"email": "Ann@example.com"}),
    "partners_invitation_role_known": (Invitation, {}, {"role": "king"}),
    "partners_invitation_email_is_lower_case": (Invitation, {}, {"email": "A@b.de"}),
    "partners_invitation_one_end": (
        Invitation,
        {},
        {"accepted_at": NOW, "revoked_at": NOW},
    ),
    "partners_recoverycode_is_hashed": (RecoveryCode, {}, {"digest": "abcde-fghij"}),
    "partners_apikey_is_hashed": (ApiKey, {}, {"digest": "cf_the-key-itself"}),
    "partners_partner_has_name": (Partner, {}, {"name": ""}),
    "invoices_account_type_known": (Account, {}, {"type": "Toys"}),
    "invoices_event_sealed_with_hash": (Event, {}, {"hash": ""}),
    "invoices_exchangerate_positive": (ExchangeRate, {}, {"rate": 0}),
    "invoices_line_total_adds_up": (InvoiceLine, {}, {"total": F("total") + 1}),
    "invoices_numbersequence_counts": (NumberSequence, {}, {"last": -1}),
    "invoices_product_has_name": (Product, {}, {"name": ""}),
    "invoices_product_sold_has_price": (Product, {}, {"selling_price": None}),
    "invoices_product_bought_has_price": (
        Product,
        {"buy": True},
        {"buying_price": None},
    ),
    "invoices_tax_has_code": (Tax, {}, {"code": ""}),
    "invoices_taxrate_is_percent": (TaxRate, {}, {"rate": Decimal("100.000001")}),
    "invoices_direction_known": (Invoice, {}, {"direction": "lost"}),
    "invoices_kind_known": (Invoice, {}, {"kind": "poem"}),
    "invoices_state_fits_direction": (Invoice, {"state": "void"}, {"state": "lost"}),
    "invoices_expected_is_total": (Invoice, {}, {"expected_total": F("total") + 1}),
    "invoices_project_has_code_and_name": (Project, {}, {"code": ""}),
    "invoices_project_in_service_after_start": (
        Project,
        {"starts_on": TODAY},
        {"in_service_on": TODAY - DAY},
    ),
    "invoices_costcategory_has_name": (CostCategory, {}, {"name": ""}),
    "invoices_cost_has_name": (Cost, {}, {"name": ""}),
    "invoices_costshare_is_percent": (CostShare, {}, {"percent": 0}),
    "partners_change_deed_known": (Change, {}, {"deed": "dreamt"}),
    "invoices_importrun_kind_known": (ImportRun, {}, {"kind": "poems"}),
    "invoices_importrun_state_known": (ImportRun, {}, {"state": "lost"}),
    "invoices_periodexception_days_in_order": (
        PeriodException,
        {},
        {"to_day": F("from_day") - DAY},
    ),
    "invoices_periodexception_has_reason": (PeriodException, {}, {"reason": ""}),
    "invoices_periodexception_has_a_life": (
        PeriodException,
        {},
        {"valid_until": F("granted_at")},
    ),
    "partners_alias_not_empty": (PartnerAlias, {}, {"value": ""}),
    "invoices_issued_has_number": (Invoice, ISSUED, {"number": ""}),
    "invoices_issued_has_moment": (Invoice, ISSUED, {"issued_at": None}),
    "invoices_due_not_before_date": (Invoice, {}, {"due_date": F("date") - DAY}),
    "invoices_currency_is_iso": (Invoice, {}, {"currency": "US"}),
    "invoices_rate_positive": (Invoice, {}, {"currency_rate": 0}),
    "invoices_discount_is_percent": (Invoice, {}, {"discount_percent": 101}),
    "invoices_subtotal_adds_up": (Invoice, {}, {"line_total": F("line_total") + 1}),
    "invoices_total_adds_up": (
        Invoice,
        {},
        {"total": F("total") + 1, "balance": F("balance") + 1},
    ),
    "invoices_total_not_negative": (
        Invoice,
        {"state": "draft"},
        dict.fromkeys(("line_total", "subtotal", "total", "balance"), -1),
    ),
    "invoices_balance_adds_up": (Invoice, {}, {"balance": F("balance") + 1}),
    "invoices_never_overpaid": (
        Invoice,
        ISSUED,
        {"amount_paid": F("amount_paid") + 1000, "balance": F("balance") - 1000},
    ),
    "invoices_settlements_positive": (
        Invoice,
        ISSUED,
        {"amount_paid": F("amount_paid") - 1000, "balance": F("balance") + 1000},
    ),
    "invoices_never_overcredited": (Invoice, ISSUED, {"amount_credited": 1000}),
    "invoices_only_issued_is_settled": (
        Invoice,
        {"state": "draft"},
        {"amount_paid": F("total"), "balance": 0},
    ),
    "invoices_only_notes_credit": (
        Invoice,
        {"kind": "credit_note"},
        {"kind": "invoice"},
    ),
    "invoices_attachment_has_name": (Attachment, {}, {"name": ""}),
    "invoices_attachment_has_hash": (Attachment, {}, {"sha256": "0"}),
    "invoices_documentfile_has_document": (DocumentFile, {}, {"invoice": None}),
    "invoices_documentfile_has_hash": (DocumentFile, {}, {"sha256": "0"}),
    "invoices_delivery_state_known": (Delivery, {}, {"state": "lost"}),
    "invoices_delivery_has_recipient": (Delivery, {}, {"recipient": ""}),
    "invoices_sendrunitem_state_known": (SendRunItem, {}, {"state": "lost"}),
    "invoices_customerlink_has_token": (CustomerLink, {}, {"token": ""}),
    "invoices_reminderrule_is_near": (ReminderRule, {}, {"days": 731}),
    "invoices_recurring_currency_is_iso": (RecurringInvoice, {}, {"currency": "us"}),
    "invoices_recurring_ends_after_start": (
        RecurringInvoice,
        {},
        {"until": F("starts_on") - DAY},
    ),
    "invoices_recurring_counts_up": (RecurringInvoice, {}, {"count": 0}),
    "invoices_recurring_words_known": (RecurringInvoice, {}, {"every": "moon"}),
    "invoices_webhookmessage_state_known": (WebhookMessage, {}, {"state": "lost"}),
    "payments_payment_direction_known": (Payment, {}, {"direction": "up"}),
    "payments_payment_currency_is_iso": (Payment, {}, {"currency": "us"}),
    "payments_payment_rate_positive": (Payment, {}, {"currency_rate": 0}),
    "payments_payment_amount_positive": (
        Payment,
        {"direction": "out"},
        {"amount": 0, "amount_refunded": 0},
    ),
    "payments_payment_amount_adds_up": (Payment, {}, {"amount": F("amount") + 1}),
    "payments_payment_never_overallocated": (
        Payment,
        {},
        {"amount_allocated": F("amount") + 1, "unallocated": -1, "amount_refunded": 0},
    ),
    "payments_payment_cancelled_settles_nothing": (Payment, {}, {"cancelled_at": NOW}),
    "payments_allocation_positive": (Allocation, {}, {"amount": 0}),
    "payments_bankstatement_format_known": (BankStatement, {}, {"format": "mt940"}),
    "payments_bankstatement_currency_is_iso": (BankStatement, {}, {"currency": "us"}),
    "payments_bankline_state_known": (
        BankLine,
        {"state": "open"},
        {"state": "lost", "decided_by": "person@example.com", "decided_at": NOW},
    ),
    "payments_bankline_moves_money": (BankLine, {}, {"amount": 0}),
    "payments_bankline_currency_is_iso": (BankLine, {}, {"currency": "us"}),
    "payments_bankline_charge_not_negative": (
        BankLine,
        {"state": "matched"},
        {"charge": -1},
    ),
    "payments_bankline_matched_has_payment": (
        BankLine,
        {"state": "matched"},
        {"payment": None},
    ),
    "payments_bankline_decided_is_signed": (
        BankLine,
        {"state": "matched"},
        {"decided_by": ""},
    ),
}


# PostgreSQL looks at constraints in the order of their names, and these imply others.
IMPLYING = {
    "invoices_total_not_negative": (
        "invoices_never_overcredited",
        "invoices_never_overpaid",
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_row_that_makes_no_sense_is_refused(books, name):
    model, which, values = CHECKS[name]
    if name in IMPLYING:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for other in IMPLYING[name]:
                table = model._meta.db_table
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {other}")
    assert refusal(rows_of(model, books).filter(**which), **values) == name


UNIQUE: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    # name: (model, the columns in which one row must differ from another)
    "partners_membership_once": (Membership, ("user_id",)),
    "partners_invitation_one_open": (Invitation, ("email",)),
    "partners_invitation_token": (Invitation, ("digest",)),
    "partners_recoverycode_once": (RecoveryCode, ("user_id", "digest")),
    "partners_user_email_taken": (User, ("email",)),
    "partners_partner_code_taken": (Partner, ("code",)),
    "invoices_account_code_taken": (Account, ("code",)),
    "invoices_event_one_chain": (Event, ("position",)),
    "invoices_exchangerate_day_taken": (ExchangeRate, ("currency", "date")),
    "invoices_line_position_taken": (InvoiceLine, ("invoice_id", "position")),
    "invoices_invoicetax_position_taken": (InvoiceTax, ("invoice_id", "position")),
    "invoices_invoicetax_once_per_component": (
        InvoiceTax,
        ("invoice_id", "component_id"),
    ),
    "invoices_numbersequence_one_row": (NumberSequence, ("series", "period")),
    "invoices_invoice_number_taken": (Invoice, ("number",)),
    "invoices_invoice_reference_taken": (Invoice, ("reference",)),
    "invoices_invoice_import_key_taken": (Invoice, ("import_key",)),
    "invoices_invoice_vendors_number_taken": (
        Invoice,
        ("partner_id", "kind", "number"),
    ),
    "invoices_invoice_vendors_reference_taken": (Invoice, ("partner_id", "reference")),
    "invoices_project_code_taken": (Project, ("code",)),
    "invoices_costcategory_code_taken": (CostCategory, ("code",)),
    "invoices_cost_unique_cost_id_taken": (Cost, ("unique_cost_id",)),
    "invoices_costshare_once_per_cost": (CostShare, ("invoice_id", "cost_id")),
    "partners_alias_code_taken": (PartnerAlias, ("value",)),
    "payments_payment_reference_taken": (Payment, ("reference",)),
    "invoices_product_code_taken": (Product, ("code",)),
    "invoices_tax_code_taken": (Tax, ("code",)),
    "invoices_taxcomponent_position_taken": (TaxComponent, ("tax_id", "position")),
    "invoices_taxrate_day_taken": (TaxRate, ("component_id", "valid_from")),
    "invoices_logo_once": (Logo, ("sha256",)),
    "invoices_documentfile_once": (DocumentFile, ("invoice_id", "kind")),
    "invoices_delivery_once": (
        Delivery,
        ("invoice_id", "recipient", "purpose", "attempt_key"),
    ),
    "invoices_delivery_to_partner_once": (
        Delivery,
        ("partner_id", "recipient", "purpose", "attempt_key"),
    ),
    "invoices_sendrun_once": (SendRun, ("key",)),
    "invoices_sendrunitem_once": (SendRunItem, ("run_id", "invoice_id")),
    "invoices_mailtemplate_once": (MailTemplate, ("purpose", "language")),
    "invoices_reminderrule_once": (ReminderRule, ("days",)),
    "invoices_recurringline_position_taken": (
        RecurringLine,
        ("recurring_id", "position"),
    ),
    "invoices_recurringperiod_once": (RecurringPeriod, ("recurring_id", "number")),
    "invoices_webhookmessage_once": (WebhookMessage, ("endpoint_id", "event")),
    "payments_csvlayout_once": (CsvLayout, ("account_id",)),
    "payments_bankstatement_once": (BankStatement, ("account_id", "sha256")),
    "payments_bankline_once": (BankLine, ("account_id", "fingerprint")),
    "payments_bankline_payment_once": (BankLine, ("payment_id",)),
    "payments_waitingfile_once": (WaitingFile, ("user_id",)),
    "payments_allocation_once_per_pair": (Allocation, ("payment_id", "invoice_id")),
}


@pytest.mark.parametrize("name", UNIQUE)
def test_a_second_row_of_the_same_name_is_refused(books, name):
    model, columns = UNIQUE[name]
    found = rows_of(model, books)
    if "_vendors_" in name:
        found = found.filter(direction="received")
    elif model is Invoice:
        found.filter(pk=found[0].pk).update(reference="r", import_key="k")
    if name == "payments_payment_reference_taken":
        found = found.exclude(reference="")
    if name == "payments_bankline_payment_once":
        found = found.filter(state="matched")
    if name == "invoices_delivery_to_partner_once":
        found = found.filter(invoice=None)
    first, second = found[0], found[1]
    values = {column: getattr(first, column) for column in columns}
    assert refusal(found.filter(pk=second.pk), **values) == name


ONCE = "invoices_documentsettings_once"


def test_a_business_has_its_settings_once(books):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        DocumentSettingsFactory(business=books)
    assert broken_constraint(caught.value) == ONCE


OWN = {"user", "partner", "invoice", "tax", "component", "payment", "cost"}
OWN |= {"run", "recurring", "endpoint", "account"}


@pytest.mark.parametrize("name", UNIQUE)
def test_another_business_may_use_the_same_name(books, name):
    model, columns = UNIQUE[name]
    if model in {User, RecoveryCode}:
        return
    other = BusinessFactory()
    fill(other)
    ours, theirs = rows_of(model, books), rows_of(model, other)
    own = {f"{part}_id" for part in OWN}
    values = {c: getattr(ours[0], c) for c in columns if c not in own}
    if values:
        assert theirs.filter(pk=theirs[0].pk).update(**values) == 1


SAME_BUSINESS = {
    constraint.name: (model, constraint.field)
    for model, constraint in constraints()
    if isinstance(constraint, SameBusiness)
}


@pytest.mark.parametrize("name", SAME_BUSINESS)
def test_a_reference_into_another_business_is_refused(books, name):
    model, field = SAME_BUSINESS[name]
    other = BusinessFactory()
    fill(other)
    target = model._meta.get_field(field).remote_field.model  # type: ignore[union-attr]
    foreign = rows_of(target, other)[0]
    found = rows_of(model, books)
    if model is InvoiceTax or field == "invoice":
        found = found.reverse()
    if field == "credited_invoice":
        found = found.filter(kind="credit_note")
    assert refusal(found, **{f"{field}_id": foreign.pk}) == name


@pytest.mark.parametrize("name", SAME_BUSINESS)
def test_a_reference_to_nothing_is_refused(books, name):
    model, field = SAME_BUSINESS[name]
    found = rows_of(model, books)
    if field == "credited_invoice":
        found = found.filter(kind="credit_note")
    assert refusal(found, **{f"{field}_id": 2**60}) == name


IN_BUSINESS = {
    constraint.name: model
    for model, constraint in constraints()
    if constraint.name.endswith("_in_business")
    and isinstance(constraint, models.UniqueConstraint)
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", IN_BUSINESS)
def test_a_row_can_be_referred_to_together_with_its_business(name):
    """Its key forbids what this constraint forbids; it is there to be pointed at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conname = %s AND conrelid = %s::regclass",
            [name, IN_BUSINESS[name]._meta.db_table],
        )
        assert cursor.fetchall() == [("UNIQUE (business_id, id)",)]


def test_every_constraint_has_a_case():
    known = [constraint.name for _, constraint in constraints()]
    cases = [*CHECKS, *UNIQUE, ONCE, *SAME_BUSINESS, *IN_BUSINESS]
    assert sorted(cases) == sorted(known)
