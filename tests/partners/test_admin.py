"""The admin's doors: who gets in where, and that nobody sees a stranger's books."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from invoices.models import (
    Account,
    Bill,
    Cost,
    CostCategory,
    DocumentSettings,
    ExchangeRate,
    ImportRun,
    Invoice,
    MailTemplate,
    PeriodException,
    Product,
    Project,
    RecurringInvoice,
    ReminderRule,
    Tax,
    WebhookEndpoint,
    WebhookMessage,
)
from partners.access import Actor, Capability
from partners.admin_access import actor_for
from partners.admin_base import CappedPaginator
from partners.exceptions import NotAllowed
from partners.models import (
    ApiKey,
    Business,
    Change,
    Invitation,
    Membership,
    Partner,
    User,
)
from partners.models.api_key import digest_of
from payments.models import Payment
from tests.admin_cast import (
    STRANGER,
    act,
    books,
    errors,
    everything,
    formset,
    row_of,
    said,
    signed_in,
    staff,
    url,
)
from tests.factories import (
    BankLineFactory,
    BankStatementFactory,
    BusinessFactory,
    CostCategoryFactory,
    CsvLayoutFactory,
    CustomerLinkFactory,
    DeliveryFactory,
    DocumentFileFactory,
    DocumentSettingsFactory,
    MailTemplateFactory,
    MembershipFactory,
    PartnerFactory,
    RecurringFactory,
    ReminderRuleFactory,
    SendRunFactory,
    SendRunItemFactory,
    WebhookAttemptFactory,
    WebhookMessageFactory,
    a_bill,
    a_cost,
    a_payment,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db

REGISTERED = sorted(admin.site._registry, key=lambda model: model.__name__)
OURS = {"config", "partners", "invoices", "payments"}

# Everybody keeps keys of their own.
_CLERK: set[type] = {ApiKey, Account, ExchangeRate, Invoice, Partner, Product, Tax}
_CLERK |= {Bill, Cost, CostCategory, Project, RecurringInvoice}
_ACCOUNTANT = _CLERK | {Payment, DocumentSettings, MailTemplate, ReminderRule}
_ACCOUNTANT |= {WebhookEndpoint, PeriodException}
_OWNER = _ACCOUNTANT | {Invitation}
MAY_ADD: dict[str, set[type]] = {
    "viewer": {ApiKey},
    "approver": {ApiKey},
    "clerk": _CLERK,
    "accountant": _ACCOUNTANT,
    "owner": _OWNER,
    "superuser": _OWNER | {Business, User},
}
_SECRETIVE: set[type] = {Change, Invitation, WebhookEndpoint, WebhookMessage}
HIDDEN: dict[str, set[type]] = {
    "viewer": _SECRETIVE | {ImportRun},
    "approver": _SECRETIVE | {ImportRun},
    "clerk": _SECRETIVE,
    "accountant": {Change, Invitation},
}


def person(role: str, business: Business) -> User:
    if role == "superuser":
        return staff(is_superuser=True)
    return staff(business, role)


def pages_without_strangers(client: Client, paths: list[str]) -> None:
    for path in paths:
        response = client.get(path, follow=True)
        assert STRANGER.lower() not in response.content.decode().lower(), path


def test_every_model_of_the_books_is_registered() -> None:
    shown_with_their_document = {"InvoiceLine", "InvoiceTax", "TaxRate"}
    shown_with_their_document |= {"CostShare", "PartnerAlias"}
    shown_with_their_document |= {"Logo", "SendRunItem", "WebhookAttempt"}
    shown_with_their_document |= {"RecurringLine", "RecurringPeriod", "WaitingFile"}
    shown_with_their_document |= {"Attachment"}
    # The sign-in's own, which nobody edits.
    shown_with_their_document |= {"Attempts", "RecoveryCode", "SecondFactor", "SignIn"}
    names = {model.__name__ for model in REGISTERED}
    from django.apps import apps

    ours = {
        model.__name__ for model in apps.get_models() if model._meta.app_label in OURS
    }
    assert ours - names <= shown_with_their_document


def test_somebody_signs_in_with_address_and_password() -> None:
    own = books()
    user = staff(own.business)
    client = Client()
    index = reverse("admin:index")
    response = client.post(
        reverse("sign-in"),
        {"username": user.email, "password": "password", "next": index},
        follow=True,
    )
    assert "Counterfoil" in response.content.decode()
    assert response.redirect_chain == [(index, 302)]


def test_a_person_who_is_no_staff_is_asked_to_sign_in() -> None:
    own = books()
    user = staff(own.business)
    User.objects.filter(pk=user.pk).update(is_staff=False)
    response = signed_in(user).get(url(Invoice, "changelist"))
    assert (response.status_code, response.headers["Location"][:13]) == (
        302,
        "/admin/login/",
    )


@pytest.mark.parametrize("role", list(MAY_ADD))
def test_the_role_decides_about_every_page_of_every_model(role: str) -> None:
    own = books()
    client = signed_in(person(role, own.business))
    hidden = HIDDEN.get(role, set())
    for model in REGISTERED:
        row = row_of(model, own.business)
        seen = 403 if model in hidden else 200
        changelist = client.get(url(model, "changelist"))
        assert changelist.status_code == seen, model
        add = client.get(url(model, "add"))
        assert add.status_code == (200 if model in MAY_ADD[role] else 403), model
        if model is User and role != "superuser":
            continue
        if model is ApiKey and role in HIDDEN:
            seen = 403  # it is somebody else's
        for page in ("change", "history"):
            found = client.get(url(row, page))
            assert found.status_code in ({200} if seen == 200 else {302, 403}), model


@pytest.mark.parametrize("role", ["viewer", "owner"])
def test_nobody_sees_a_row_of_another_business_on_any_page(role: str) -> None:
    own, other = books(), books(STRANGER)
    client = signed_in(person(role, own.business))
    for model in REGISTERED:
        row = row_of(model, other.business)
        for page in ("change", "delete", "history"):
            assert client.get(url(row, page)).status_code in {302, 403}, (model, page)
            assert client.post(url(row, page)).status_code in {302, 403, 405}, model
        pages_without_strangers(
            client,
            [
                url(model, "changelist"),
                f"{url(model, 'changelist')}?q={STRANGER[:-1]}",
                f"{url(model, 'changelist')}?business__id__exact={other.business.pk}",
                f"{url(model, 'changelist')}?o=1.-2.3",
                url(model, "add"),
                url(row_of(model, own.business), "change"),
                url(row, "change"),
            ],
        )


def test_staff_without_a_business_sees_only_themselves() -> None:
    books(STRANGER)
    user = staff()
    client = signed_in(user)
    for model in REGISTERED:
        allowed = {200} if model is User else {403}
        assert client.get(url(model, "changelist")).status_code in allowed, model
    own_page = client.get(url(user, "change"))
    assert own_page.status_code == 200
    assert "algorithm" not in own_page.content.decode()


def test_an_ended_membership_opens_nothing() -> None:
    own = books(STRANGER)
    user = staff(own.business)
    Membership.objects.filter(user=user).update(active=False)
    client = signed_in(user)
    assert client.get(url(own.invoice, "change")).status_code in {302, 403}
    assert client.get(url(Invoice, "changelist")).status_code == 403


def autocomplete(client: Client, field: Any, term: str) -> list[dict[str, Any]]:
    response = client.get(
        reverse("admin:autocomplete"),
        {
            "term": term,
            "app_label": field.model._meta.app_label,
            "model_name": field.model._meta.model_name,
            "field_name": field.name,
        },
    )
    return json.loads(response.content).get("results", [])


def autocompleted() -> list[Any]:
    """Every field that any page completes while one types."""
    found = []
    for model, model_admin in admin.site._registry.items():
        found += [
            model._meta.get_field(name) for name in model_admin.autocomplete_fields
        ]
        for inline in model_admin.inlines:
            meta = inline.model._meta
            found += [meta.get_field(name) for name in inline.autocomplete_fields]
    return found


def test_completing_a_field_finds_only_rows_of_the_persons_businesses() -> None:
    own, other = books(), books(STRANGER)
    mine, everyone = signed_in(staff(own.business)), signed_in(staff(is_superuser=True))
    assert len(autocompleted()) > 10
    for field in autocompleted():
        model = field.remote_field.model
        tenant = "pk" if model is Business else "business"
        pks = set(model.objects.filter(**{tenant: own.business.pk}).values_list("pk"))
        for term in ("", "Own", STRANGER):
            rows = autocomplete(mine, field, term)
            assert {(int(row["id"]),) for row in rows} <= pks, field
        assert autocomplete(mine, field, ""), field
        assert autocomplete(mine, field, STRANGER) == [], field
        assert autocomplete(everyone, field, STRANGER[:3]), field
    assert other.business.pk


def test_actions_do_not_touch_rows_of_another_business() -> None:
    own, other = books(), books(STRANGER)
    client = signed_in(staff(own.business))
    before = everything()
    tried = 0
    for model, model_admin in admin.site._registry.items():
        for action in map(str, model_admin.actions or []):
            rows: Any = models.QuerySet(model).filter(business=other.business)
            for across in ("0", "1"):
                given = {"select_across": across, "index": "0"}
                if across == "1":
                    del given["select_across"]
                response = act(
                    client, action, *rows, confirmed="yes", reason="x", **given
                )
                assert STRANGER not in response.content.decode()
                tried += 1
    assert tried >= 20
    assert everything() == before


def test_nobody_deletes_in_bulk_past_the_verbs() -> None:
    own = books()
    client = signed_in(staff(is_superuser=True))
    before = everything()
    for model in REGISTERED:
        act(client, "delete_selected", row_of(model, own.business), post="yes")
    assert everything() == before


def test_forged_keys_of_another_business_are_refused_on_forms() -> None:
    own, other = books(), books(STRANGER)
    client = signed_in(staff(own.business))
    before = everything()
    product = {"name": "X", "currency": "USD", "business": own.business.pk}
    forged: list[tuple[type, dict[str, Any]]] = [
        (Partner, {"business": other.business.pk, "name": "X"}),
        (Product, product | {"selling_tax": other.tax.pk}),
        (Product, product | {"revenue_account": other.account.pk}),
        (Invitation, {"business": other.business.pk, "email": "x@example.com"}),
        (ApiKey, {"business": other.business.pk, "user": other_owner(other.business)}),
        (ApiKey, {"business": own.business.pk, "user": other_owner(other.business)}),
    ]
    for model, data in forged:
        response = client.post(url(model, "add"), data)
        assert any("Select a valid choice" in text for text in errors(response)), data
        assert STRANGER not in response.content.decode()
    assert everything() == before


def other_owner(business: Business) -> int:
    return int(row_of(User, business).pk)


def test_rows_of_two_own_businesses_do_not_mix() -> None:
    one, two = books(), books("Second")
    user = staff(one.business)
    MembershipFactory(business=two.business, user=user, role="owner")
    before = everything()
    response = signed_in(user).post(
        url(one.product, "change"), {"name": "X", "selling_tax": two.tax.pk}
    )
    assert errors(response) == ["This belongs to another business."]
    assert everything() == before


def test_a_viewer_elsewhere_cannot_write_there() -> None:
    one, two = books(), books("Second")
    user = staff(one.business)
    MembershipFactory(business=two.business, user=user, role="viewer")
    client = signed_in(user)
    assert client.get(url(two.partner, "change")).status_code == 200
    assert client.post(url(two.partner, "change"), {"name": "X"}).status_code == 403
    response = client.post(
        url(Partner, "add"), {"business": two.business.pk, "name": "X"}
    )
    assert any("Select a valid choice" in text for text in errors(response))
    response = act(client, "issue", two.draft, confirmed="yes")
    assert said(response) == [
        (
            "Second-D: This needs the capability “issue”, which the role or the key's "
            "scopes of this caller do not include."
        )
    ]


def test_a_code_that_is_taken_is_refused_on_the_form() -> None:
    own = books()
    partner = PartnerFactory(business=own.business, code="FREE")
    client = signed_in(staff(own.business))
    response = client.post(
        url(partner, "change"), {"name": "X", "code": "Own"} | formset("aliases")
    )
    assert errors(response) == ["Another partner has this code."]
    assert Partner.objects.filter(pk=partner.pk, code="FREE").exists()


def test_a_list_costs_as_many_queries_for_thirty_rows_as_for_three() -> None:
    business = BusinessFactory()
    client = signed_in(staff(business))
    lists = [model for model in REGISTERED if model is not User]

    def queries(model: type) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(model, "changelist")).status_code == 200
        return len(captured)

    queries(Invoice)
    for _ in range(3):
        more_rows(business)
    few = {model.__name__: queries(model) for model in lists}
    for _ in range(27):
        more_rows(business)
    assert {model.__name__: queries(model) for model in lists} == few
    assert max(few.values()) <= 12


def more_rows(business: Business) -> None:
    """One more of everything that belongs to the business."""
    partner = PartnerFactory(business=business, is_vendor=True)
    invoice = an_issued_invoice(business, partner=partner)
    a_payment(business, invoice, 10)
    cost = a_cost(business, category=CostCategoryFactory(business=business))
    shares = [(cost, Decimal(100))]
    a_bill(business, partner=partner, project=cost.project, cost_shares=shares)
    row_count = ExchangeRate.objects.for_business(business).count()
    ExchangeRate.objects.create(
        business=business,
        currency="EUR",
        date=datetime.date(2026, 1, 1) + datetime.timedelta(days=row_count),
        rate=1,
    )
    more_letters(business, invoice, row_count)


def more_letters(business: Business, invoice: Invoice, number: int) -> None:
    """One more row of what is sent; of what is unique per business as many as can be."""
    if not number:
        DocumentSettingsFactory(business=business)
        for purpose in ("document", "reminder", "statement"):
            MailTemplateFactory(business=business, purpose=purpose)
    file = DocumentFileFactory(invoice=invoice)
    link = CustomerLinkFactory(invoice=invoice)
    DeliveryFactory(invoice=invoice, link=link, file=file)
    SendRunItemFactory(run=SendRunFactory(business=business), invoice=invoice)
    ReminderRuleFactory(business=business, days=number)
    RecurringFactory(business=business, partner=invoice.partner)
    message = WebhookMessageFactory(endpoint__business=business)
    WebhookAttemptFactory(message=message)
    statement = BankStatementFactory(account__business=business)
    BankLineFactory(statement=statement)
    CsvLayoutFactory(account=statement.account)


def test_a_list_says_that_there_is_more_than_it_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("partners.admin_base.MOST_COUNTED", 3)
    business = BusinessFactory()
    client = signed_in(staff(business))
    PartnerFactory.create_batch(2, business=business)
    page = url(Partner, "changelist")
    assert "there are more" not in client.get(page).content.decode()
    PartnerFactory.create_batch(2, business=business)
    assert "there are more" in client.get(page).content.decode()


def test_counting_stops_at_ten_thousand() -> None:
    PartnerFactory.create_batch(3)
    rows = Partner.objects.order_by("name")
    with CaptureQueriesContext(connection) as captured:
        assert CappedPaginator(rows, 2).count == 3
    assert "LIMIT 10000" in captured[0]["sql"]
    assert "ORDER BY" not in captured[0]["sql"]


def test_an_actor_has_the_role_of_the_person_and_a_superuser_every_capability() -> None:
    business = BusinessFactory()
    clerk, boss, stranger = staff(business, "clerk"), staff(is_superuser=True), staff()
    membership = Membership.objects.get(user=clerk)
    assert actor_for(clerk, business) == Actor.member(membership)
    everything_ = frozenset(Capability)
    assert actor_for(boss, business) == Actor(
        business.pk, boss.pk, boss.email, everything_
    )
    with pytest.raises(NotAllowed):
        actor_for(stranger, business)


def test_an_owner_makes_a_key_which_is_shown_once() -> None:
    own = books()
    owner = staff(own.business)
    client = signed_in(owner)
    response = client.post(
        url(ApiKey, "add"),
        {
            "business": own.business.pk,
            "user": owner.pk,
            "name": "Shop",
            "scopes": ["view", "pay"],
            "dialects": ["finario"],
        },
        follow=True,
    )
    key = response.context["key"]
    assert key in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    row = ApiKey.objects.get(name="Shop")
    assert row.digest == digest_of(key)
    assert (row.business, row.user, row.scopes, row.dialects) == (
        own.business,
        owner,
        ["pay", "view"],
        ["finario"],
    )
    again = client.get(url(row, "change")).content.decode()
    assert key not in again
    assert row.digest not in again


def test_a_key_is_made_only_for_members_of_its_business() -> None:
    one, two = books(), books("Second")
    owner = staff(one.business)
    MembershipFactory(business=two.business, user=owner, role="owner")
    guest = staff(two.business, "clerk")
    response = signed_in(owner).post(
        url(ApiKey, "add"), {"business": one.business.pk, "user": guest.pk}
    )
    assert errors(response) == ["This person does not work for the business."]


def test_an_owner_revokes_a_key_after_being_asked() -> None:
    own = books()
    client = signed_in(staff(own.business))
    key = ApiKey.objects.get(business=own.business)
    asked = act(client, "revoke", key)
    key.refresh_from_db()
    assert key.revoked_at is None
    assert "Revoke these keys?" in asked.content.decode()
    assert said(act(client, "revoke", key, confirmed="yes")) == ["Revoked Own key."]
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_an_operator_sets_up_a_person_who_can_sign_in() -> None:
    client = signed_in(staff(is_superuser=True))
    response = client.post(
        url(User, "add"),
        {
            "email": "Jane@Example.com",
            "name": "Jane",
            "usable_password": "true",
            "password1": "long enough 1",
            "password2": "long enough 1",
        },
    )
    assert response.status_code == 302, errors(response)
    jane = User.objects.get(email="jane@example.com")
    assert jane.check_password("long enough 1")
    response = client.post(
        url(jane, "change"),
        {"email": "jane@example.com", "name": "J", "is_staff": "on"},
    )
    assert response.status_code == 302, errors(response)
    jane.refresh_from_db()
    assert (jane.name, jane.is_staff, jane.is_active) == ("J", True, False)
    assert jane.check_password("long enough 1")


def test_a_person_cannot_make_themselves_an_operator() -> None:
    own = books()
    user = staff(own.business)
    response = signed_in(user).post(
        url(user, "change"), {"email": user.email, "is_superuser": "on"}
    )
    assert response.status_code == 403
    user.refresh_from_db()
    assert not user.is_superuser


def test_settings_change_but_base_currency_and_slug_stay() -> None:
    own = books()
    client = signed_in(staff(own.business))
    page = client.get(url(own.business, "change"))
    data = {
        name: value or ""
        for name, value in page.context["adminform"].form.initial.items()
    } | {"name": "Renamed", "currency": "EUR", "slug": "stolen"}
    response = client.post(url(own.business, "change"), data)
    assert response.status_code == 302, errors(response)
    own.business.refresh_from_db()
    business = own.business
    assert (business.name, business.currency, business.slug) == (
        "Renamed",
        "USD",
        "own",
    )
    clerk = signed_in(staff(own.business, "clerk"))
    assert clerk.post(url(business, "change"), data).status_code == 403


def test_a_partner_is_archived_brought_back_and_deleted_only_unused() -> None:
    own = books()
    client = signed_in(staff(own.business))
    assert said(act(client, "archive", own.partner)) == ["Archived Own Buyer."]
    own.partner.refresh_from_db()
    assert own.partner.archived_at is not None
    act(client, "restore", own.partner)
    own.partner.refresh_from_db()
    assert own.partner.archived_at is None
    refused = client.post(url(own.partner, "delete"), {"post": "yes"}, follow=True)
    assert "archive it instead of deleting it" in said(refused)[0]
    unused = PartnerFactory(business=own.business)
    client.post(url(unused, "delete"), {"post": "yes"})
    left = [own.partner, own.bill.partner]
    assert list(Partner.objects.for_business(own.business)) == left


def test_a_partner_is_known_elsewhere_by_other_names() -> None:
    own = books()
    client = signed_in(staff(own.business))
    vendor = own.bill.partner
    alias = vendor.aliases.get()
    data = {"name": vendor.name, "code": vendor.code, "is_vendor": "on"}
    known = {"id": alias.pk, "partner": vendor.pk, "value": "0042"}
    response = client.post(
        url(vendor, "change"),
        data | formset("aliases", known, {"value": "0043"}, initial=1),
    )
    assert response.status_code == 302, errors(response)
    assert list(vendor.aliases.values_list("business_id", "value")) == [
        (own.business.pk, "0042"),
        (own.business.pk, "0043"),
    ]
    before = everything()
    other = url(own.partner, "change")
    taken = {"name": "X", "code": "Own"} | formset("aliases", {"value": "0043"})
    assert errors(client.post(other, taken)) == ["Another partner is known by this."]
    assert everything() == before
