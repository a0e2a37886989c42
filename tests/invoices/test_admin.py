"""Documents in the admin: drafts are written by verbs, issued ones stay as they are."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from invoices.admin import display
from invoices.admin.seen import sealed
from invoices.exceptions import AmountOutOfRange
from invoices.models import Event, Invoice, InvoiceLine, Product, Tax, TaxRate
from invoices.querysets import State
from partners.models import Business
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
from tests.factories import (
    TODAY,
    PartnerFactory,
    TaxFactory,
    a_draft,
    a_line,
    a_payment,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def owner(own: Books) -> Client:
    return signed_in(staff(own.business))


def head(own: Books, **values: Any) -> dict[str, Any]:
    return {
        "business": own.business.pk,
        "kind": "invoice",
        "partner": own.partner.pk,
        "number": "",
        "reference": "",
        "date": "2026-03-10",
        "due_date": "2026-04-09",
        "currency": "USD",
        "currency_rate": "",
        "discount_percent": "0",
        "purchase_order": "",
        "memo": "",
        **values,
    }


def line(**values: Any) -> dict[str, Any]:
    return {"description": "Work", "quantity": "2", "unit_price": "50", **values}


def posted(own: Books, *lines: dict[str, Any], **values: Any) -> dict[str, Any]:
    return head(own, **values) | formset("lines", *lines) | formset("taxes")


def revision(document: Invoice, *more: dict[str, Any], **values: Any) -> dict[str, Any]:
    """What a browser posts that shows the draft as it is, but for these values."""
    lines = [
        {
            "id": row.pk,
            "invoice": document.pk,
            "product": row.product_id or "",
            "description": row.description,
            "quantity": row.quantity,
            "unit_price": row.unit_price,
            "tax": row.tax_id or "",
        }
        for row in document.lines.order_by("position")
    ]
    taxes = document.taxes.count()
    data = {
        name: getattr(document, name)
        for name in (
            "kind",
            "number",
            "reference",
            "date",
            "due_date",
            "currency",
            "currency_rate",
            "discount_percent",
            "purchase_order",
            "memo",
        )
    }
    return (
        data
        | {"partner": document.partner_id, "seen": sealed(document)}
        | formset("lines", *lines, *more, initial=len(lines))
        | formset("taxes", *[{}] * taxes, initial=taxes)
        | values
    )


# --- writing drafts -------------------------------------------------------------------


def test_a_new_draft_is_drafted_with_its_lines_taxes_and_event(
    own: Books, owner: Client
) -> None:
    taxed = line(product=own.product.pk, tax=own.tax.pk, description="")
    response = owner.post(
        url(Invoice, "add"), posted(own, taxed, line(quantity="1.5"), memo="Thanks")
    )
    assert response.status_code == 302, errors(response)
    draft = Invoice.objects.latest("id")
    assert (draft.state, draft.number, draft.memo) == ("draft", "", "Thanks")
    assert (draft.total, draft.tax_total) == (Decimal(185), Decimal(10))
    assert [
        (row.position, row.description, row.quantity, row.total)
        for row in draft.lines.order_by("position")
    ] == [(1, "Own Thing", 2, 110), (2, "Work", Decimal("1.5"), 75)]
    assert [event.verb for event in Event.objects.about(draft)] == ["invoice.drafted"]


def test_a_draft_is_revised_as_a_whole(own: Books, owner: Client) -> None:
    data = revision(own.draft, line(unit_price="7"), memo="Changed")
    data["lines-0-DELETE"] = "on"
    response = owner.post(url(own.draft, "change"), data)
    assert response.status_code == 302, errors(response)
    own.draft.refresh_from_db()
    assert (own.draft.memo, own.draft.total, own.draft.version) == ("Changed", 14, 2)
    assert [row.description for row in own.draft.lines.all()] == ["Work"]
    assert own.draft.taxes.count() == 0


def test_saving_the_page_as_it_was_shown_keeps_the_amounts(
    own: Books, owner: Client
) -> None:
    page = owner.get(url(own.draft, "change"))
    assert page.status_code == 200
    before = list(own.draft.lines.values("position", "quantity", "unit_price", "total"))
    response = owner.post(url(own.draft, "change"), revision(own.draft))
    assert response.status_code == 302, errors(response)
    after = list(own.draft.lines.values("position", "quantity", "unit_price", "total"))
    assert after == before


def test_a_stale_page_is_refused_and_nothing_changes(own: Books, owner: Client) -> None:
    stale = revision(own.draft, memo="Late")
    owner.post(url(own.draft, "change"), revision(own.draft, memo="Early"))
    before = everything()
    response = owner.post(url(own.draft, "change"), stale)
    assert any("Somebody else changed the draft" in text for text in errors(response))
    assert everything() == before


@pytest.mark.parametrize("seen", ["", "forged", None])
def test_a_page_that_does_not_say_what_it_showed_is_refused(
    own: Books, owner: Client, seen: str | None
) -> None:
    other = a_draft(own.business, partner=own.partner)
    data = revision(own.draft, memo="Late")
    data["seen"] = sealed(other) if seen is None else seen
    before = everything()
    response = owner.post(url(own.draft, "change"), data)
    assert errors(response) == ["Open the draft again: this page is incomplete."]
    assert everything() == before


def field_errors(response: Any, name: str) -> list[str]:
    return list(response.context["adminform"].form.errors.get(name, []))


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"currency": "XQQ"}, "currency", "XQQ is no ISO 4217 currency code."),
        (
            {"due_date": "2026-03-09"},
            "due_date",
            "The due date lies before the date.",
        ),
        (
            {"discount_percent": "101"},
            "discount_percent",
            "The discount is 0 to 100 percent.",
        ),
        ({"number": "INV-2026-00001"}, "number", "The number INV-2026-00001 is taken."),
        ({"reference": "Own-I"}, "reference", "The reference Own-I is taken."),
        (
            {"currency": "GBP"},
            "currency_rate",
            (
                "No rate from GBP to USD is known on 2026-03-10: "
                "enter it under exchange rates."
            ),
        ),
        ({"date": "soon"}, "date", "Enter a valid date."),
        (
            {"currency_rate": "2"},
            "currency_rate",
            "The rate of the base currency USD is 1.",
        ),
    ],
)
def test_what_the_books_refuse_stands_at_its_field(
    own: Books, owner: Client, values: dict[str, str], field: str, message: str
) -> None:
    before = everything()
    response = owner.post(url(Invoice, "add"), posted(own, line(), **values))
    assert errors(response)
    assert field_errors(response, field) == [message]
    assert everything() == before


def test_what_the_books_refuse_about_a_line_stands_at_that_line(
    own: Books, owner: Client
) -> None:
    before = everything()
    lines = [line(), line(), line(quantity="999999999999.9999999")]
    response = owner.post(url(Invoice, "add"), posted(own, *lines))
    assert errors(response)
    [shown] = response.context["inline_admin_formsets"]
    assert [bool(form.errors) for form in shown.formset.forms] == [False, False, True]
    assert everything() == before


def test_a_tax_without_a_rate_is_refused_by_name(own: Books, owner: Client) -> None:
    tax = TaxFactory(business=own.business, rate=0)
    empty = {"description": "", "quantity": "", "unit_price": ""}
    response = owner.post(
        url(Invoice, "add"), posted(own, line(), empty, line(tax=tax.pk))
    )
    assert errors(response) == [f"{tax.code} has no rate on 2026-03-10."]


def test_a_document_without_lines_or_below_zero_is_refused(
    own: Books, owner: Client
) -> None:
    before = everything()
    none = owner.post(url(Invoice, "add"), posted(own))
    assert errors(none) == ["A document has 1 to 10000 lines."]
    negative = owner.post(url(Invoice, "add"), posted(own, line(quantity="-1")))
    assert errors(negative) == [
        "A document cannot total below zero; make it a credit note."
    ]
    assert everything() == before


def test_rows_of_another_business_are_refused_on_a_document(
    own: Books, owner: Client
) -> None:
    other = books("Zebra")
    before = everything()
    forged = [
        posted(own, line(), partner=other.partner.pk),
        posted(own, line(), business=other.business.pk),
        posted(own, line(product=other.product.pk)),
        posted(own, line(tax=other.tax.pk)),
    ]
    for data in forged:
        response = owner.post(url(Invoice, "add"), data)
        assert any("Select a valid choice" in text for text in errors(response)), data
    assert everything() == before


def test_lines_of_another_business_or_document_cannot_be_taken_over(
    own: Books, owner: Client
) -> None:
    other = books("Zebra")
    theirs, issued = everything(other.business), list(own.invoice.lines.values())
    for victim in (other.draft, own.invoice):
        own.draft.refresh_from_db()
        data = revision(own.draft)
        data["lines-0-id"] = victim.lines.get().pk
        response = owner.post(url(own.draft, "change"), data, follow=True)
        assert "Zebra" not in response.content.decode()
    assert everything(other.business) == theirs
    assert list(own.invoice.lines.values()) == issued
    assert [row.description for row in own.draft.lines.all()] == ["Own work"]


def test_a_foreign_currency_without_a_rate_takes_the_published_one(
    own: Books, owner: Client
) -> None:
    owner.post(url(Invoice, "add"), posted(own, line(), currency="EUR"))
    assert Invoice.objects.latest("id").currency_rate == Decimal("1.25")


def test_the_rate_shown_does_not_outlive_a_change_of_currency(
    own: Books, owner: Client
) -> None:
    data = revision(own.draft, currency="EUR")
    response = owner.post(url(own.draft, "change"), data)
    assert response.status_code == 302, errors(response)
    own.draft.refresh_from_db()
    assert (own.draft.currency, own.draft.currency_rate) == ("EUR", Decimal("1.25"))


def test_a_draft_in_a_closed_period_is_refused(own: Books, owner: Client) -> None:
    Business.objects.update(closed_through="2026-03-31")
    before = everything()
    response = owner.post(url(own.draft, "change"), revision(own.draft, memo="X"))
    assert field_errors(response, "date")[0].startswith("The books are closed through")
    assert everything() == before


def test_a_draft_too_long_for_a_browser_is_only_shown(
    own: Books, owner: Client
) -> None:
    long = a_draft(own.business, lines=[a_line()] * 101)
    page = owner.get(url(long, "change"))
    assert page.status_code == 200
    assert "_save" not in page.content.decode()
    assert owner.post(url(long, "change"), revision(long)).status_code == 403


def test_a_refusal_that_names_a_line_stands_at_that_line(
    own: Books, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AmountOutOfRange("Too much.", field="lines.1.quantity")

    # The form's own checks leave no such refusal to be had for real.
    monkeypatch.setattr("invoices.drafting.draft_invoice", refuse)
    empty = {"description": "", "quantity": "", "unit_price": ""}
    response = owner.post(url(Invoice, "add"), posted(own, line(), empty, line()))
    [shown] = response.context["inline_admin_formsets"]
    assert [dict(form.errors) for form in shown.formset.forms] == [
        {},
        {},
        {"quantity": ["Too much."]},
    ]


# --- issued documents ----------------------------------------------------------------------


def test_an_issued_document_is_wholly_read_only(own: Books) -> None:
    client = signed_in(staff(is_superuser=True))
    page = client.get(url(own.invoice, "change"))
    text = page.content.decode()
    assert page.status_code == 200
    assert 'name="memo"' not in text
    assert "_save" not in text
    assert "Issued" in text
    data = revision(own.invoice, memo="Changed")
    before = everything()
    late = client.post(url(own.invoice, "change"), data, follow=True)
    [told] = said(late)
    assert "is issued meanwhile: what you typed was not saved." in told
    del data["seen"]
    assert client.post(url(own.invoice, "change"), data).status_code == 403
    assert client.get(url(own.invoice, "delete")).status_code == 403
    deleted = client.post(url(own.invoice, "delete"), {"post": "yes"})
    assert deleted.status_code == 403
    assert everything() == before


def test_a_page_of_an_issued_document_shows_its_payments_and_history(
    own: Books, owner: Client
) -> None:
    text = owner.get(url(own.invoice, "change")).content.decode()
    for shown in ("10.00 USD", "110.00 USD", "Payment", "Own work", "BR-CO-15"):
        assert shown in text


def test_history_is_read_only(own: Books) -> None:
    client = signed_in(staff(is_superuser=True))
    event = Event.objects.for_business(own.business).first()
    before = everything()
    assert client.post(url(event, "change"), {"verb": "X"}).status_code == 403
    assert client.post(url(event, "delete"), {"post": "yes"}).status_code == 403
    assert client.post(url(Event, "add"), {"verb": "X"}).status_code == 403
    assert everything() == before


# --- actions ------------------------------------------------------------------------------


def foreseen(response: Any) -> dict[str, tuple[bool, str]]:
    """Of each row whether it would be done, and the end of what would be said."""
    return {
        one.name: (one.done, one.said.rstrip(".").split(" as ")[-1])
        if one.done
        else (one.done, one.said.split("; ")[-1])
        for one, _, _ in response.context["rows"]
    }


def test_issuing_reports_each_document_and_a_refusal_stops_no_other(
    own: Books, owner: Client
) -> None:
    one = a_draft(own.business)
    archived = PartnerFactory(business=own.business, name="Gone")
    two = a_draft(own.business, partner=archived)
    archived.archived_at = datetime.datetime.now(datetime.UTC)
    archived.save()
    three = a_draft(own.business)
    asked = act(owner, "issue", one, two, own.invoice, three)
    assert foreseen(asked) == {
        f"draft {one.public_id}": (True, "INV-2026-00002"),
        f"draft {two.public_id}": (False, "Gone is archived."),
        str(own.invoice): (False, "only a draft can be changed."),
        f"draft {three.public_id}": (True, "INV-2026-00003"),
    }
    assert Invoice.objects.filter(state=State.DRAFT).count() == 4
    response = act(owner, "issue", one, two, own.invoice, three, confirmed="yes")
    for draft in (one, two, three):
        draft.refresh_from_db()
    assert sorted(said(response)) == sorted(
        [
            f"{own.invoice}: {own.invoice} is issued; only a draft can be changed.",
            f"Issued draft {one.public_id} as {one.number}.",
            f"{two}: Gone is archived.",
            f"Issued draft {three.public_id} as {three.number}.",
        ]
    )
    assert (one.state, two.state, three.state) == ("issued", "draft", "issued")
    assert (one.number, three.number) == ("INV-2026-00002", "INV-2026-00003")


def test_voiding_asks_for_a_reason_and_records_it(own: Books, owner: Client) -> None:
    invoice = an_issued_invoice(own.business)
    asked = act(owner, "void", invoice)
    assert "Void these documents?" in asked.content.decode()
    again = act(owner, "void", invoice, confirmed="yes", reason=" ")
    assert "Give a reason." in again.content.decode()
    invoice.refresh_from_db()
    assert invoice.state == State.ISSUED
    done = act(owner, "void", invoice, confirmed="yes", reason="Wrong buyer")
    assert said(done) == [f"Voided {invoice}."]
    invoice.refresh_from_db()
    assert invoice.state == State.VOID
    event = Event.objects.about(invoice).latest("id")
    assert (event.verb, event.facts) == ("invoice.voided", {"reason": "Wrong buyer"})


def test_voiding_a_paid_document_is_refused_with_the_reason(
    own: Books, owner: Client
) -> None:
    before = everything()
    response = act(owner, "void", own.invoice, confirmed="yes", reason="Oops")
    assert said(response) == [f"{own.invoice}: Undo its payments and credits first."]
    assert everything() == before


def test_crediting_makes_a_credit_note_over_all_that_is_left(
    own: Books, owner: Client
) -> None:
    response = act(owner, "credit", own.invoice, confirmed="yes", reason="Returned")
    note = Invoice.objects.get(kind="credit_note")
    assert said(response) == [f"Credited {own.invoice} with {note.number}."]
    assert (note.total, note.credited_invoice) == (own.invoice.total, own.invoice)
    again = act(owner, "credit", own.invoice, confirmed="yes")
    assert said(again)[0].startswith(f"{own.invoice}: ")
    assert Invoice.objects.filter(kind="credit_note").count() == 1


def test_writing_off_asks_for_a_reason_and_records_it(
    own: Books, owner: Client
) -> None:
    assert 'value="write_off"' in owner.get(url(own.invoice, "change")).content.decode()
    asked = act(owner, "write_off", own.invoice)
    assert "Write off what is open on these?" in asked.content.decode()
    assert (
        "Give a reason."
        in act(
            owner, "write_off", own.invoice, confirmed="yes", reason=" "
        ).content.decode()
    )
    done = act(owner, "write_off", own.invoice, confirmed="yes", reason="Bankrupt")
    assert said(done) == [f"Wrote off {own.invoice}."]
    own.invoice.refresh_from_db()
    assert own.invoice.state == State.WRITTEN_OFF
    event = Event.objects.about(own.invoice).latest("id")
    assert (event.verb, event.facts["reason"]) == ("invoice.written_off", "Bankrupt")
    page = owner.get(url(own.invoice, "change")).content.decode()
    assert 'value="write_off"' not in page
    before = everything()
    again = act(owner, "write_off", own.draft, confirmed="yes", reason="X")
    assert said(again) == [f"{own.draft}: Only an issued document with something open."]
    assert everything() == before


def test_a_clerk_may_issue_but_neither_void_nor_credit(own: Books) -> None:
    client = signed_in(staff(own.business, "clerk"))
    before = everything()
    for action in ("void", "credit", "write_off"):
        act(client, action, own.invoice, confirmed="yes", reason="X")
    assert everything() == before
    text = client.get(url(own.invoice, "change")).content.decode()
    assert ('value="void"' in text, 'value="credit"' in text) == (False, False)
    act(client, "issue", own.draft, confirmed="yes")
    own.draft.refresh_from_db()
    assert own.draft.state == State.ISSUED


def test_a_viewer_has_no_actions(own: Books) -> None:
    client = signed_in(staff(own.business, "viewer"))
    before = everything()
    for action in ("issue", "void", "credit", "delete_drafts"):
        act(client, action, own.draft, confirmed="yes", reason="X")
    assert everything() == before


def test_a_button_on_the_page_leads_back_to_the_page(own: Books, owner: Client) -> None:
    text = owner.get(url(own.draft, "change")).content.decode()
    assert 'value="issue"' in text
    back = str(own.draft.pk)
    response = act(owner, "issue", own.draft, _back=back, confirmed="yes")
    assert response.redirect_chain == [(url(own.draft, "change"), 302)]
    assert said(response) == ["Issued Own-D as Own-D."]


def test_drafts_are_deleted_by_their_verb_and_issued_documents_stay(
    own: Books, owner: Client
) -> None:
    response = act(owner, "delete_drafts", own.draft, own.invoice, confirmed="yes")
    assert sorted(said(response)) == sorted(
        [
            "Deleted Own-D.",
            f"{own.invoice}: {own.invoice} is issued; only a draft can be changed.",
        ]
    )
    assert list(Invoice.objects.all()) == [own.invoice, own.bill]
    assert not InvoiceLine.objects.filter(invoice_id=own.draft.pk).exists()
    assert Event.objects.filter(verb="invoice.deleted").count() == 1


def test_a_draft_is_deleted_on_its_page(own: Books, owner: Client) -> None:
    asked = owner.get(url(own.draft, "delete"))
    assert "Own-D" in asked.content.decode()
    owner.post(url(own.draft, "delete"), {"post": "yes"})
    assert list(Invoice.objects.all()) == [own.invoice, own.bill]


def test_too_many_documents_at_once_are_refused(
    own: Books, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partners.admin_actions.MOST_AT_ONCE", 1)
    before = everything()
    response = act(
        owner, "issue", own.draft, a := a_draft(own.business), confirmed="yes"
    )
    assert said(response) == ["Choose at most 1 at once."]
    assert everything()["NumberSequence"] == before["NumberSequence"]
    assert a.state == State.DRAFT


# --- lists -----------------------------------------------------------------------------------


def listed(client: Client, query: str = "") -> list[str]:
    page = client.get(url(Invoice, "changelist") + query)
    assert page.status_code == 200
    return [str(row) for row in page.context["cl"].result_list]


def test_the_list_shows_status_and_money(own: Books, owner: Client) -> None:
    text = owner.get(url(Invoice, "changelist")).content.decode()
    assert '<span class="amount">110.00 USD</span>' in text
    assert '<span class="badge ill">overdue</span>' in text
    assert '<span class="badge new">draft</span>' in text


def test_the_list_is_filtered_by_status_and_searched_by_words(
    own: Books, owner: Client
) -> None:
    number = own.invoice.number
    assert listed(owner) == [number, "Own-D"]
    assert listed(owner, "?status=draft") == ["Own-D"]
    assert listed(owner, "?status=overdue") == [number]
    assert listed(owner, "?status=nonsense") == [number, "Own-D"]
    assert listed(owner, "?q=buyer+memo") == [number, "Own-D"]
    assert listed(owner, "?q=own-d") == ["Own-D"]
    assert listed(owner, "?q=%26%27!") == []


def test_a_search_covers_all_businesses_of_the_person(own: Books) -> None:
    second = books("Second")
    client = signed_in(staff(is_superuser=True))
    assert set(listed(client, "?q=memo")) == {
        own.invoice.number,
        "Own-D",
        second.invoice.number,
        "Second-D",
    }
    chosen = f"?q=memo&business__id__exact={second.business.pk}"
    assert set(listed(client, chosen)) == {second.invoice.number, "Second-D"}


def test_the_newest_documents_of_one_business_come_from_an_index(own: Books) -> None:
    from django.contrib import admin
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = staff(own.business)
    rows = admin.site._registry[Invoice].get_queryset(request)[:50]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        # So few rows are as quickly sorted; here it is only seen that none need be.
        cursor.execute("SET LOCAL enable_sort = off")
    plan = rows.explain()
    assert "Sort" not in plan
    assert "Index Scan Backward" in plan


def test_a_page_costs_as_many_queries_for_thirty_lines_as_for_three(
    own: Books, owner: Client
) -> None:
    def queries(count: int) -> int:
        lines = [a_line(product=own.product, tax=own.tax)] * count
        document = an_issued_invoice(own.business, lines=lines)
        a_payment(own.business, document, 1)
        with CaptureQueriesContext(connection) as captured:
            assert owner.get(url(document, "change")).status_code == 200
        return len(captured)

    queries(1)
    assert queries(3) == queries(30)


# --- master data --------------------------------------------------------------------------------


def test_a_tax_is_set_up_with_its_part_and_rate_on_one_page(
    own: Books, owner: Client
) -> None:
    part = {"position": 1, "code": "GST", "new_rate": "5", "valid_from": "2000-01-01"}
    data = {"business": own.business.pk, "code": "NEW", "name": "New"}
    response = owner.post(url(Tax, "add"), data | formset("components", part))
    assert response.status_code == 302, errors(response)
    tax = Tax.objects.get(code="NEW")
    component = tax.components.get()
    assert component.business == own.business
    rate = TaxRate.objects.get(component=component)
    assert (rate.rate, rate.valid_from) == (
        Decimal(5),
        datetime.date(2000, 1, 1),
    )
    later = {"id": component.pk, "tax": tax.pk, "position": 1, "code": "GST"}
    later |= {"new_rate": "7", "valid_from": "2027-01-01"}
    data = {"code": "NEW", "name": "New"} | formset("components", later, initial=1)
    response = owner.post(url(tax, "change"), data)
    assert response.status_code == 302, errors(response)
    assert list(component.rates.values_list("rate", flat=True)) == [7, 5]
    assert "7 %" in owner.get(url(tax, "change")).content.decode()


def test_two_parts_of_a_tax_in_one_place_are_refused(own: Books, owner: Client) -> None:
    component = own.tax.components.get()
    part = {"id": component.pk, "tax": own.tax.pk, "position": 1, "code": "A"}
    more = {"position": 1, "code": "B", "valid_from": "2000-01-01", "new_rate": "1"}
    data = {"code": own.tax.code, "name": "X"}
    before = everything()
    response = owner.post(
        url(own.tax, "change"), data | formset("components", part, more, initial=1)
    )
    assert errors(response)
    assert everything() == before


def test_a_tax_in_use_is_not_deleted(own: Books, owner: Client) -> None:
    before = everything()
    response = owner.post(url(own.tax, "delete"), {"post": "yes"}, follow=True)
    assert "is used by" in said(response)[0]
    component = own.tax.components.get()
    part = {"id": component.pk, "tax": own.tax.pk, "position": 1, "code": "A"}
    data = {"code": own.tax.code, "name": "X"}
    data |= formset("components", part | {"DELETE": "on"}, initial=1)
    assert errors(owner.post(url(own.tax, "change"), data))
    assert everything() == before


def test_both_prices_of_a_product_have_one_currency(own: Books, owner: Client) -> None:
    data = {
        "business": own.business.pk,
        "name": "Chair",
        "currency": "EUR",
        "selling_price": "12.5",
        "buying_price": "7.123456",
        "sell": "on",
    }
    response = owner.post(url(Product, "add"), data)
    assert response.status_code == 302, errors(response)
    chair = Product.objects.get(name="Chair")
    assert str(chair.selling_price.amount) == "12.500000"
    assert str(chair.selling_price.currency) == "EUR"
    assert chair.buying_price.amount == Decimal("7.123456")
    page = owner.get(url(chair, "change")).content.decode()
    assert 'value="12.500000"' in page
    assert 'value="EUR"' in page
    data |= {"currency": "", "selling_price": ""}
    response = owner.post(url(chair, "change"), data)
    assert errors(response) == ["A product that is sold needs a selling price."]
    viewer = signed_in(staff(own.business, "viewer"))
    assert "12.50 EUR" in viewer.get(url(chair, "change")).content.decode()


def test_a_document_is_dated_today_where_the_business_is(
    own: Books, owner: Client
) -> None:
    page = owner.get(url(Invoice, "add"))
    initial = page.context["adminform"].form.initial
    assert initial["business"] == own.business.pk
    assert initial["date"] >= TODAY


def test_history_is_told_in_words_and_hashes_are_shortened(own: Books) -> None:
    facts = {"sent_on": "2026-03-10", "copies": ["a", "b"], "memo": "", "late": True}
    event = Event(facts={**facts, "file": {"sha256": "0123456789ab" * 5}})
    assert display.said(event) == (
        "sent on: 2026-03-10, copies: a, b, late: yes, file: sha256: 0123456789ab…"
    )


def test_times_are_written_in_24_hours_with_their_zone(
    own: Books, owner: Client
) -> None:
    page = owner.get(url(Event, "changelist")).content.decode()
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", page)
    assert ".m." not in page


def test_the_mark_is_found_where_browsers_look(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/img/mark.svg")
    assert 'href="/static/img/mark.svg"' in client.get("/sign-in/").content.decode()
