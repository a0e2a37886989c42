"""Bills in the admin: a list of their own, and approved by those who may."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from invoices.admin.seen import sealed
from invoices.models import Bill, Event, Invoice
from tests.admin_cast import (
    Books,
    act,
    books,
    errors,
    everything,
    formset,
    said,
    signed_in,
    staff,
    url,
)
from tests.books import row
from tests.factories import (
    MembershipFactory,
    PartnerFactory,
    ProjectFactory,
    a_bill,
    a_cost,
    a_line,
    a_payment,
    an_approved_bill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def owner(own: Books) -> Client:
    return signed_in(staff(own.business))


def page_of(bill: Invoice, page: str = "change") -> str:
    """The bill's own page, not that of an invoice."""
    return url(Bill, page, bill.pk)


def choose(client: Client, action: str, *bills: Invoice, **given: str) -> Any:
    """Choose an action for bills on their list."""
    return act(client, action, *(Bill(pk=bill.pk) for bill in bills), **given)


def head(**values: Any) -> dict[str, Any]:
    names = (
        "reference purchase_order purchase_order_line purchase_order_type ledger_line "
        "project description terms memo expected_total duplicate_reason currency_rate"
    )
    return {
        **dict.fromkeys(names.split(), ""),
        "kind": "invoice",
        "number": "V-7",
        "date": "2026-03-10",
        "due_date": "2026-04-09",
        "currency": "USD",
        "discount_percent": "0",
        **values,
    }


LINE = {"description": "Oak", "quantity": "2", "unit_price": "50"}


def posted(own: Books, *shares: dict[str, Any], **values: Any) -> dict[str, Any]:
    """What a browser posts for a new bill of one line of 100."""
    chosen = {"business": own.business.pk, "partner": own.bill.partner_id}
    parts = formset("lines", LINE) | formset("taxes") | formset("cost_shares", *shares)
    return head(**chosen | values) | parts


def revision(bill: Invoice, *shares: dict[str, Any], **values: Any) -> dict[str, Any]:
    """What a browser posts that shows the bill as it is, but for these values."""
    names = [name for name in head() if name != "project"]
    shown = {name: getattr(bill, name) for name in names}
    shown = {name: "" if value is None else value for name, value in shown.items()}
    lines = [
        {
            "id": line.pk,
            "invoice": bill.pk,
            "product": line.product_id or "",
            "tax": line.tax_id or "",
            **{n: getattr(line, n) for n in ("description", "quantity", "unit_price")},
        }
        for line in bill.lines.order_by("position")
    ]
    known = [
        {"id": one.pk, "invoice": bill.pk, "cost": one.cost_id, "percent": one.percent}
        for one in bill.cost_shares.order_by("id")
    ]
    taxes, kept = bill.taxes.count(), len(known)
    return (
        shown
        | {"partner": bill.partner_id, "project": bill.project_id or ""}
        | {"seen": sealed(bill)}
        | formset("lines", *lines, initial=len(lines))
        | formset("taxes", *[{}] * taxes, initial=taxes)
        | formset("cost_shares", *known, *shares, initial=kept)
        | values
    )


def shares_of(bill: Invoice) -> Any:
    return list(bill.cost_shares.order_by("id").values_list("cost_id", "percent"))


# --- writing ------------------------------------------------------------------------------


def test_a_bill_is_entered_with_its_lines_shares_and_expected_total(
    own: Books, owner: Client
) -> None:
    other = a_cost(own.business, project=own.project)
    shares = [
        {"cost": own.cost.pk, "percent": "62.5"},
        {"cost": other.pk, "percent": "37.5"},
    ]
    data = posted(
        own,
        *shares,
        project=own.project.pk,
        expected_total="100",
        purchase_order="PO",
        ledger_line="4711",
        terms="30 days",
    )
    response = owner.post(url(Bill, "add"), data)
    assert response.status_code == 302, errors(response)
    bill = Invoice.objects.latest("id")
    stored = row(bill)
    expected = {
        "direction": "received",
        "state": "received",
        "number": "V-7",
        "partner_id": own.bill.partner_id,
        "project_id": own.project.pk,
        "expected_total": 100,
        "purchase_order": "PO",
        "ledger_line": "4711",
        "terms": "30 days",
        "total": 100,
    }
    assert {name: stored[name] for name in expected} == expected
    assert shares_of(bill) == [
        (own.cost.pk, Decimal("62.5")),
        (other.pk, Decimal("37.5")),
    ]
    assert [event.verb for event in Event.objects.about(bill)] == ["invoice.drafted"]


def test_a_page_saved_as_it_was_shown_changes_nothing_else(
    own: Books, owner: Client
) -> None:
    before, shares = row(own.bill), shares_of(own.bill)
    assert owner.get(page_of(own.bill)).status_code == 200
    response = owner.post(page_of(own.bill), revision(own.bill))
    assert response.status_code == 302, errors(response)
    assert row(own.bill) == before | {
        "version": 2,
        "responsible_id": before["responsible_id"],
    }
    assert shares_of(own.bill) == shares


def test_what_the_page_does_not_show_stays(own: Books, owner: Client) -> None:
    bill = a_bill(own.business, client_document='{"a": 1}', manually_unassigned=True)
    response = owner.post(page_of(bill), revision(bill, memo="Changed"))
    assert response.status_code == 302, errors(response)
    stored = row(bill)
    assert (stored["memo"], stored["client_document"]) == ("Changed", '{"a": 1}')
    assert stored["manually_unassigned"] is True


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"number": ""}, "number", "Give the vendor's number of the document."),
        (
            {"number": "Own-B"},
            "number",
            (
                "Own Vendor's number Own-B is booked already; say why it is booked once "
                "more, if it is meant."
            ),
        ),
        ({"reference": "Own-B"}, "reference", "The reference Own-B is taken."),
        (
            {"expected_total": "99.99"},
            "expected_total",
            "The lines total 100.00, the paper says 99.99.",
        ),
    ],
)
def test_what_the_books_refuse_stands_at_its_field(
    own: Books, owner: Client, values: dict[str, str], field: str, message: str
) -> None:
    before = everything()
    response = owner.post(url(Bill, "add"), posted(own, **values))
    assert errors(response)
    assert response.context["adminform"].form.errors[field] == [message]
    assert everything() == before


def test_a_number_is_booked_once_more_for_a_reason(own: Books, owner: Client) -> None:
    data = posted(own, number="Own-B", duplicate_reason="In two parts")
    response = owner.post(url(Bill, "add"), data)
    assert response.status_code == 302, errors(response)
    assert Invoice.objects.filter(number="Own-B").count() == 2


def test_shares_that_do_not_make_up_the_whole_are_refused(
    own: Books, owner: Client
) -> None:
    before = everything()
    half = {"cost": own.cost.pk, "percent": "99.99"}
    response = owner.post(url(Bill, "add"), posted(own, half, project=own.project.pk))
    assert errors(response) == ["The shares make up 99.99 percent, not 100."]
    alone = {"cost": own.cost.pk, "percent": "100"}
    response = owner.post(url(Bill, "add"), posted(own, alone))
    assert errors(response) == ["Each cost must belong to the project."]
    assert everything() == before


def test_rows_of_another_business_are_refused(own: Books, owner: Client) -> None:
    other = books("Zebra")
    before = everything()
    for data in (
        posted(own, business=other.business.pk),
        posted(own, partner=other.bill.partner_id),
        posted(own, project=other.project.pk),
        posted(own, {"cost": other.cost.pk, "percent": "100"}),
    ):
        response = owner.post(url(Bill, "add"), data)
        assert any("Select a valid choice" in text for text in errors(response)), data
    assert everything() == before


def test_a_stale_page_is_refused(own: Books, owner: Client) -> None:
    stale = revision(own.bill, memo="Late")
    owner.post(page_of(own.bill), revision(own.bill, memo="Early"))
    before = everything()
    response = owner.post(page_of(own.bill), stale)
    assert any("Somebody else changed" in text for text in errors(response))
    assert everything() == before


# --- final bills -------------------------------------------------------------------------


def test_an_approved_bill_is_only_shown(own: Books) -> None:
    client = signed_in(staff(is_superuser=True))
    cost = a_cost(own.business)
    bill = an_approved_bill(
        own.business,
        number="F-1",
        project=cost.project,
        cost_shares=[(cost, Decimal(100))],
        expected_total=Decimal(100),
    )
    a_payment(own.business, bill, 40, direction="out")
    text = client.get(page_of(bill)).content.decode()
    for shown in ("60.00 USD", "40.00 USD", "Approved", "F-1", str(cost)):
        assert shown in text
    assert "_save" not in text
    before = everything()
    data = revision(bill, memo="X")
    late = client.post(page_of(bill), data, follow=True)
    assert "is approved meanwhile: what you typed was not saved." in said(late)[0]
    del data["seen"]
    assert client.post(page_of(bill), data).status_code == 403
    assert client.post(page_of(bill, "delete"), {"post": "yes"}).status_code == 403
    assert everything() == before


def test_a_link_to_any_document_leads_to_its_own_page(own: Books) -> None:
    client = signed_in(staff(own.business))
    response = client.get(url(own.bill, "change"))
    assert (response.status_code, response["Location"]) == (302, page_of(own.bill))
    assert client.get(page_of(own.invoice)).status_code == 302
    stranger = signed_in(staff(books("Zebra").business))
    response = stranger.get(url(own.bill, "change"))
    assert "bill" not in response["Location"]


# --- actions ------------------------------------------------------------------------------


def test_approving_reports_each_bill(own: Books, owner: Client) -> None:
    done = an_approved_bill(own.business, number="F-1")
    response = choose(owner, "approve", own.bill, done, confirmed="yes")
    assert sorted(said(response)) == sorted(
        [
            "Approved Own-B.",
            "F-1: F-1 is approved; it does not wait for approval.",
        ]
    )
    assert row(own.bill)["state"] == "approved"
    verbs = [event.verb for event in Event.objects.about(own.bill)]
    assert verbs == ["invoice.drafted", "invoice.approved"]


def test_cancelling_asks_for_a_reason_and_records_it(own: Books, owner: Client) -> None:
    owed = an_approved_bill(own.business, number="F-1")
    paid = an_approved_bill(own.business, number="F-2")
    a_payment(own.business, paid, 1, direction="out")
    before = everything()
    asked = choose(owner, "cancel", own.bill, owed, paid)
    assert "Cancel these bills?" in asked.content.decode()
    again = choose(owner, "cancel", own.bill, confirmed="yes", reason=" ")
    assert "Give a reason." in again.content.decode()
    assert everything() == before
    done = choose(
        owner, "cancel", own.bill, owed, paid, confirmed="yes", reason="Not ours"
    )
    assert sorted(said(done)) == sorted(
        [
            "Cancelled Own-B.",
            "Cancelled F-1.",
            "F-2: Undo its payments and credits first.",
        ]
    )
    event = Event.objects.about(owed).latest("id")
    assert (event.verb, event.facts) == ("invoice.cancelled", {"reason": "Not ours"})


def test_assigning_offers_open_projects_and_their_costs(
    own: Books, owner: Client
) -> None:
    closed = ProjectFactory(business=own.business, name="Ended", closed_on="2026-01-01")
    a_cost(own.business, project=closed, name="Gone")
    books("Zebra")
    bill = an_approved_bill(own.business, number="F-1")
    text = choose(owner, "assign", bill).content.decode()
    for shown in ("Own Mill", "Own Mill: Own Saw", "No project, on purpose"):
        assert f">{shown}<" in text
    assert not any(hidden in text for hidden in ("Ended", "Gone", "Zebra"))
    before = everything()
    for wrong in ("", "cost-0", f"project-{closed.pk}"):
        again = choose(owner, "assign", bill, confirmed="yes", choice=wrong)
        assert "Choose one." in again.content.decode()
    assert everything() == before


def test_a_bill_is_assigned_to_a_cost_a_project_or_nowhere(
    own: Books, owner: Client
) -> None:
    """The shares stay as long as the project does."""
    bill = an_approved_bill(own.business, number="F-1")
    other = ProjectFactory(business=own.business, name="Loft")
    for choice, said_of_it, project, shares in (
        (f"cost-{own.cost.pk}", "Own Mill: Own Saw", own.project, [(own.cost.pk, 100)]),
        (f"project-{own.project.pk}", "Own Mill", own.project, [(own.cost.pk, 100)]),
        (f"project-{other.pk}", "Loft", other, []),
        ("nowhere", "No project, on purpose", None, []),
    ):
        done = choose(owner, "assign", bill, confirmed="yes", choice=choice)
        assert said(done) == [f"Assigned F-1: {said_of_it}."]
        bill.refresh_from_db()
        assert (bill.project, shares_of(bill)) == (project, shares)
    assert bill.manually_unassigned


def test_a_bill_is_not_assigned_to_ones_other_business(own: Books) -> None:
    second = books("Second")
    user = staff(own.business)
    MembershipFactory(business=second.business, user=user)
    before = everything()
    choice = f"cost-{second.cost.pk}"
    done = choose(signed_in(user), "assign", own.bill, confirmed="yes", choice=choice)
    assert said(done) == ["Own-B: The project belongs to another business."]
    assert everything() == before


ACTIONS = ("approve", "cancel", "assign", "delete_drafts")
MAY = {
    "viewer": set[str](),
    "approver": {"approve", "cancel"},
    "clerk": {"assign", "delete_drafts"},
    "accountant": {"assign", "delete_drafts"},
    "owner": set(ACTIONS),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", MAY)
def test_a_role_does_to_a_waiting_bill_exactly_its_actions(
    own: Books, role: str, action: str
) -> None:
    client = signed_in(staff(own.business, role))
    before = everything()
    given = {"confirmed": "yes", "reason": "x", "choice": "nowhere"}
    choose(client, action, own.bill, **given)
    assert (everything() != before) == (action in MAY[role])


def test_a_page_has_the_buttons_of_its_state(own: Books, owner: Client) -> None:
    def buttons(bill: Invoice) -> list[str]:
        text = owner.get(page_of(bill)).content.decode()
        return [action for action in ACTIONS if f'value="{action}"' in text]

    owed = an_approved_bill(own.business, number="F-1")
    assert buttons(own.bill) == ["approve", "cancel", "assign"]
    assert buttons(owed) == ["cancel", "assign"]
    choose(owner, "cancel", owed, confirmed="yes", reason="x")
    assert buttons(owed) == []
    response = choose(
        owner, "approve", own.bill, _back=str(own.bill.pk), confirmed="yes"
    )
    assert response.redirect_chain == [(page_of(own.bill), 302)]


def test_waiting_bills_are_deleted_and_approved_ones_stay(
    own: Books, owner: Client
) -> None:
    owed = an_approved_bill(own.business, number="F-1")
    done = choose(owner, "delete_drafts", own.bill, owed, confirmed="yes")
    assert sorted(said(done)) == sorted(
        [
            "Deleted Own-B.",
            "F-1: F-1 is approved; only what waits for approval can be changed.",
        ]
    )
    assert not Invoice.objects.filter(pk=own.bill.pk).exists()
    other = a_bill(own.business, "F-2")
    owner.post(page_of(other, "delete"), {"post": "yes"})
    assert not Invoice.objects.filter(pk=other.pk).exists()


# --- lists ------------------------------------------------------------------------------------


def listed(client: Client, query: str = "", model: Any = Bill) -> list[str]:
    page = client.get(url(model, "changelist") + query)
    assert page.status_code == 200
    return [str(bill) for bill in page.context["cl"].result_list]


def test_each_list_shows_its_own_documents(own: Books, owner: Client) -> None:
    assert listed(owner) == ["Own-B"]
    assert listed(owner, model=Invoice) == [own.invoice.number, "Own-D"]


def test_the_list_shows_what_is_owed_and_to_whom(own: Books, owner: Client) -> None:
    bill = an_approved_bill(own.business, number="F-1", lines=[a_line(1, 70)])
    a_payment(own.business, bill, 20, direction="out")
    text = owner.get(url(Bill, "changelist")).content.decode()
    for shown in (
        "F-1",
        "70.00 USD",
        "50.00 USD",
        "Own Vendor",
        "Own Mill",
        '<span class="badge ill">overdue</span>',
        '<span class="badge new">received</span>',
    ):
        assert shown in text
    choose(owner, "cancel", own.bill, confirmed="yes", reason="x")
    text = owner.get(url(Bill, "changelist") + "?status=cancelled").content.decode()
    assert '<span class="amount">0.00 USD</span>' in text


def test_the_list_is_filtered_and_searched(own: Books, owner: Client) -> None:
    vendor = PartnerFactory(business=own.business, name="Glass", is_vendor=True)
    late = an_approved_bill(own.business, number="F-1", partner=vendor)
    assert listed(owner) == ["F-1", "Own-B"]
    assert listed(owner, "?status=received") == ["Own-B"]
    assert listed(owner, "?status=overdue") == ["F-1"]
    assert listed(owner, f"?project__id__exact={own.project.pk}") == ["Own-B"]
    assert listed(owner, f"?partner__id__exact={vendor.pk}") == ["F-1"]
    assert listed(owner, "?due_date__gte=2026-04-10") == []
    assert listed(owner, "?q=glass") == ["F-1"]
    text = owner.get(url(Bill, "changelist")).content.decode()
    assert (">Glass<" in text, ">Own Buyer<" in text) == (True, False)
    assert late.number in text


def test_a_page_costs_as_many_queries_for_thirty_lines_as_for_three(
    own: Books, owner: Client
) -> None:
    def queries(count: int) -> int:
        project = ProjectFactory(business=own.business)
        parts = [Decimal(100) / count] * count
        bill = an_approved_bill(
            own.business,
            number=count,
            lines=[a_line(product=own.product, tax=own.tax)] * count,
            project=project,
            cost_shares=[(a_cost(own.business, project=project), p) for p in parts],
        )
        with CaptureQueriesContext(connection) as captured:
            assert owner.get(page_of(bill)).status_code == 200
        return len(captured)

    queries(1)
    assert queries(4) == queries(25)
