"""Master data in the admin: its history, who may what, closed books, and keys."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from invoices.assigning import assign
from invoices.drafting import draft_invoice
from invoices.exceptions import BadShares
from invoices.models import Event, PeriodException, Tax
from partners import deeds, master
from partners.access import ROLE_CAPABILITIES, Capability, Role
from partners.credentials import presented
from partners.exceptions import Conflict
from partners.models import ApiKey, Business, Change, Partner
from payments.exceptions import BadPayment
from payments.recording import record_payment
from tests.admin_cast import (
    act,
    errors,
    everything,
    formset,
    said,
    signed_in,
    staff,
    url,
)
from tests.books import refused
from tests.factories import (
    NOW,
    AccountFactory,
    BusinessFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    WebhookEndpointFactory,
    a_bill,
    a_cost,
    a_draft,
    a_line,
    actor,
    bill_of,
    payment_of,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def owner(business: Business) -> Client:
    return signed_in(staff(business, email="ann@example.com"))


def filled(client: Client, target, **changes) -> dict[str, object]:
    """What a browser would post from the row's page, with some other values."""
    form = client.get(url(target, "change")).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    words = {k: "" if v is None else v for k, v in data.items() if v is not False}
    return {**words, **changes}


def told(client: Client, target) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """What the row's history page says: deed, part, and the fields."""
    page = client.get(url(target, "history"))
    assert page.status_code == 200
    changes = page.context["changes"]
    assert {change.actor for change in changes} <= {"ann@example.com"}
    return [(one.deed, one.part, list(one.fields)) for one in changes]


# --- history ----------------------------------------------------------------------


def test_a_partners_history_says_what_was_what_before(business, owner):
    partner = PartnerFactory(business=business, name="Ann")
    parts = formset("aliases", {"value": "annie"})
    owner.post(url(partner, "change"), filled(owner, partner, name="Anna", **parts))
    alias = partner.aliases.get()
    same = {"id": alias.pk, "partner": partner.pk, "value": "annie"}
    removed = formset("aliases", {**same, "DELETE": "on"}, initial=1)
    owner.post(url(partner, "change"), filled(owner, partner, **removed))
    act(owner, "archive", partner)

    archived, gone, *made = told(owner, partner)
    assert (archived[0], archived[2][0][:2]) == ("changed", ("archived at", "–"))
    assert gone == ("deleted", "partner alias annie", [("value", "annie", "–")])
    assert made == [
        ("made", "partner alias annie", [("value", "–", "annie")]),
        ("changed", "", [("name", "Ann", "Anna")]),
    ]


def test_a_taxs_history_tells_of_its_rates_and_references_by_name(business, owner):
    tax = TaxFactory(business=business, code="VAT", rate=19)
    part = tax.components.get()
    line = {"id": part.pk, "tax": tax.pk, "position": 1, "code": part.code}
    line |= {"name": part.name, "new_rate": "20", "valid_from": "2026-07-01"}
    parts = formset("components", line, initial=1)
    owner.post(url(tax, "change"), filled(owner, tax, name="New VAT", **parts))
    rate, name = told(owner, tax)
    assert (rate[0], rate[2]) == (
        "made",
        [("valid from", "–", "2026-07-01"), ("rate in percent", "–", "20")],
    )
    assert (name[1], name[2][0][0], name[2][0][2]) == ("", "name", "New VAT")

    product = ProductFactory(business=business)
    data = filled(owner, product, selling_tax=tax.pk)
    owner.post(url(product, "change"), data)
    [(deed, _, fields)] = told(owner, product)
    assert (deed, fields) == ("changed", [("selling tax", "–", str(Tax.objects.get()))])


def test_history_shows_no_secret_and_nothing_of_others(business, owner):
    endpoint = WebhookEndpointFactory(business=business)
    before = endpoint.secret
    act(owner, "rotate", endpoint, confirmed="yes")
    [(deed, _, fields)] = told(owner, endpoint)
    assert (deed, fields) == ("changed", [("secret", "•••", "•••")])
    endpoint.refresh_from_db()
    page = owner.get(url(endpoint, "history")).content.decode()
    assert before not in page
    assert endpoint.secret not in page
    stranger = PartnerFactory(business=BusinessFactory())
    response = owner.get(url(stranger, "history"))
    assert response.status_code == 302
    assert owner.get(url(endpoint, "history") + "?before=x").status_code == 404


def test_history_is_read_page_by_page_and_only_added_to(business, owner):
    account = AccountFactory(business=business)
    values = {"subject": "account", "model": "account", "subject_id": account.pk}
    Change.objects.bulk_create(
        Change(
            business=business,
            at=timezone.now(),
            actor="ann@example.com",
            deed="changed",
            values={"name": [str(n), str(n + 1)], "gone": [None, 1]},
            **values,
        )
        for n in range(60)
    )
    first = owner.get(url(account, "history"))
    assert len(first.context["changes"]) == 50
    older = owner.get(url(account, "history"), {"before": first.context["older"]})
    assert (len(older.context["changes"]), older.context["older"]) == (10, None)
    assert older.context["changes"][-1].fields == [
        ("name", "0", "1"),
        ("gone", "–", "1"),
    ]
    before, last = everything(), Change.objects.get(pk=first.context["older"])
    for deed in (
        lambda: Change.objects.all().update(actor="Eve"),
        lambda: Change.objects.all().delete(),
        last.delete,
        last.save,
    ):
        with pytest.raises(Conflict, match="append-only"), transaction.atomic():
            deed()
    assert everything() == before


# --- who may what ------------------------------------------------------------------


def test_the_table_of_roles_is_the_rule_itself(business):
    assert set(deeds.WORDS) == set(deeds.DEEDS)
    assert set(deeds.DEEDS.values()) == set(Capability)
    assert set(deeds.SENTENCES) == set(Capability)
    clerk = signed_in(staff(business, "clerk"))
    page = clerk.get(reverse("admin:roles"))
    heads = [(str(head["name"]), head["own"]) for head in page.context["heads"]]
    assert heads[2] == ("Clerk", True)
    assert [own for _, own in heads].count(True) == 1
    for row in page.context["rows"]:
        for role, cell in zip(deeds.ROLES, row["cells"], strict=True):
            assert cell["may"] == (row["word"] in ROLE_CAPABILITIES[role])
    assert deeds.may(Role.APPROVER, "approve")
    assert not deeds.may(Role.APPROVER, "record_payment")


# --- closed books ---------------------------------------------------------------------


def test_books_are_closed_reopened_and_opened_for_a_while(business, owner):
    page = reverse("admin:closing")
    day = datetime.date(2026, 3, 31)
    assert owner.post(page, {"through": day, "seen": ""}).status_code == 302
    late = owner.post(page, {"through": "2026-04-30", "seen": ""})
    assert "Somebody else moved" in late.content.decode()
    opening = owner.post(page, {"through": "2026-02-28", "seen": day})
    assert opening.context["form"].errors == {
        "reason": ["Say why the books are reopened."]
    }
    ends = timezone.now() + DAY
    exception = {
        "business": business.pk,
        "from_day": "2026-03-01",
        "to_day": "2026-03-31",
        "reason": "The auditor's entry",
        "valid_until_0": ends.date(),
        "valid_until_1": "12:00",
    }
    add = reverse("admin:invoices_periodexception_add")
    assert owner.post(add, {**exception, "to_day": "2026-04-01"}).status_code == 200
    assert owner.post(add, exception).status_code == 302
    granted = PeriodException.objects.get()
    assert (granted.granted_by, granted.business) == ("ann@example.com", business)
    assert owner.get(page).status_code == 200
    act(owner, "revoke", granted, confirmed="yes")
    granted.refresh_from_db()
    assert granted.revoked_by == "ann@example.com"
    verbs = Event.objects.for_business(business).order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        "books.closed",
        "period.exception_granted",
        "period.exception_revoked",
    ]
    clerk = signed_in(staff(business, "clerk"))
    assert clerk.get(page).status_code == 403
    assert clerk.get(add).status_code == 403


def test_the_business_form_does_not_move_the_closing_day(business, owner):
    owner.post(
        url(business, "change"),
        filled(owner, business, name="New Ltd", closed_through="2026-01-31"),
    )
    business.refresh_from_db()
    assert (business.name, business.closed_through) == ("New Ltd", None)
    [(deed, _, fields)] = told(owner, business)
    assert (deed, fields[0][0], fields[0][2]) == ("changed", "name", "New Ltd")


# --- what documents name stays ----------------------------------------------------------


def test_what_documents_name_is_not_deleted_but_archived(business, owner):
    by = actor(business)
    tax, product = TaxFactory(business=business), ProductFactory(business=business)
    lines = [a_line(product=product, tax=tax), a_line(tax=tax)]
    partner = a_draft(business, by=by, lines=lines).partner
    for _ in range(6):
        a_draft(business, by=by, partner=partner)
    cost = a_cost(business)
    shares = {"project": cost.project, "cost_shares": [(cost, Decimal(100))]}
    bill = a_bill(business, by=by, **shares)
    used = {
        partner: [("invoices", 7, 5)],
        product: [("invoice", 1, 1)],
        tax: [("invoice", 1, 1)],
        cost.project: [("cost", 1, 1), ("invoice", 1, 1)],
        cost: [("invoice", 1, 1)],
    }
    for row, uses in used.items():
        before = everything()
        page = owner.get(url(row, "delete"))
        told = [(u["kind"], u["count"], len(u["first"])) for u in page.context["uses"]]
        assert sorted(told) == sorted(uses)
        assert page.context["archivable"] == hasattr(row, "archived_at")
        after = owner.post(url(row, "delete"), {"post": "yes"}, follow=True)
        assert "is used by" in said(after)[0]
        assert after.context["uses"] == page.context["uses"]
        assert everything() == before
    [use] = owner.get(url(cost, "delete")).context["uses"]
    where = reverse("admin:invoices_bill_change", args=[bill.pk])
    assert use["first"] == [(str(bill), where)]


def test_archived_rows_are_out_of_the_way(business, owner):
    cost = a_cost(business)
    rows = PartnerFactory(business=business), ProductFactory(business=business)
    for row in (*rows, cost.project, cost):
        data = {"action": "archive", "_selected_action": row.pk, "_back": row.pk}
        owner.post(url(type(row), "changelist"), data)
        row.refresh_from_db()
        assert row.archived_at is not None
        assert (
            list(owner.get(url(type(row), "changelist")).context["cl"].queryset) == []
        )
        for asked in ("yes", "all"):
            page = owner.get(url(type(row), "changelist"), {"archived": asked})
            assert list(page.context["cl"].queryset) == [row]
    chosen = {"app_label": "invoices", "model_name": "invoice", "field_name": "partner"}
    found = owner.get(reverse("admin:autocomplete"), chosen).json()["results"]
    assert found == []
    unused = PartnerFactory(business=business)
    found = owner.get(reverse("admin:autocomplete"), chosen).json()["results"]
    assert [one["id"] for one in found] == [str(unused.pk)]
    owner.post(url(unused, "delete"), {"post": "yes"})
    assert not Partner.objects.filter(pk=unused.pk).exists()


def test_an_archived_project_or_cost_takes_no_new_purchase(business):
    by = actor(business)
    cost = a_cost(business)
    draft = a_draft(business, by=by)
    bill = bill_of(business, project=cost.project, cost_shares=[(cost, Decimal(100))])
    payment = payment_of(business, 10, project=cost.project)
    master.archive(cost, by=by, now=NOW)
    with refused(BadShares, "cost_shares"):
        draft_invoice(bill, by=by)
    master.archive(cost.project, by=by, now=NOW)
    with refused(BadShares, "project"):
        assign(draft, cost.project, by=by)
    with refused(BadPayment, "project"):
        record_payment(payment, by=by)
    master.restore(cost.project, by=by)
    assign(draft, cost.project, by=by)


# --- keys ------------------------------------------------------------------------------


def test_everybody_keeps_their_own_keys_and_owners_those_of_all(business, owner):
    person = staff(business, "clerk", email="clerk@example.com")
    clerk = signed_in(person)
    other, _ = ApiKey.create(business, staff(business), name="Not hers")
    data = {"business": business.pk, "user": person.pk, "name": "Hers"}
    page = clerk.post(url(ApiKey, "add"), data)
    key = page.context["key"]
    mine = ApiKey.objects.get(name="Hers")
    assert list(clerk.get(url(ApiKey, "changelist")).context["cl"].queryset) == [mine]
    assert clerk.get(url(other, "change")).status_code == 302
    before = everything()
    forged = clerk.post(url(ApiKey, "add"), {**data, "user": other.user_id})
    assert errors(forged)
    past = {**data, "expires_at_0": "2020-01-01", "expires_at_1": "12:00"}
    assert errors(clerk.post(url(ApiKey, "add"), past))
    act(clerk, "revoke", other, confirmed="yes")
    assert everything() == before
    assert presented(key, timezone.now()) is not None
    act(clerk, "revoke", mine, confirmed="yes")
    assert presented(key, timezone.now()) is None
    keys = owner.get(url(ApiKey, "changelist")).context["cl"].queryset
    assert set(keys) == {mine, other}
    page = owner.get(url(mine, "history"))
    assert [change.deed for change in page.context["changes"]] == ["changed", "made"]
    assert key not in page.content.decode()
    assert mine.digest not in page.content.decode()


def test_a_keys_last_day_of_use_is_written_once_a_day(business):
    row, key = ApiKey.create(business, staff(business))
    now = timezone.now()
    later = now + 2 * DAY
    with CaptureQueriesContext(connection) as queries:
        presented(key, now)
        assert len(queries) == 1
        presented(key, later)
        assert len(queries) == 3
        presented(key, later)
        assert len(queries) == 4
    row.refresh_from_db()
    assert row.seen_on == later.date()
