"""Every request that the contract's page prints, with the answer that it prints."""

from __future__ import annotations

import pytest

from invoices.models import Event, Invoice
from invoices.models.project import Project
from partners.models import Partner
from tests.api.cannlytics.door import Door, read, text_of, unchanged
from tests.books import history, parts, row

TEST = {
    "invoice_id": "TEST",
    "project_id": "project-1",
    "amount": "350",
    "currency": "USD",
}
UPDATE = {"invoice_id": "TEST", "amount": "720"}


def test_create_an_invoice(api: Door) -> None:
    response = api.post(TEST)
    assert read(response) == {"success": True, "data": TEST}
    assert text_of(response) == (
        '{"invoice_id":"TEST","project_id":"project-1","amount":"350","currency":"USD"}'
    )


def test_get_invoices(api: Door) -> None:
    api.saved(TEST)
    assert read(api.send("GET")) == {"success": True, "data": [TEST]}


def test_update_an_invoice(api: Door) -> None:
    api.saved(TEST)
    assert read(api.post(UPDATE)) == {"success": True, "data": UPDATE}
    assert read(api.send("GET")) == {
        "success": True,
        "data": [TEST | {"amount": "720"}],
    }


def test_delete_an_invoice(api: Door) -> None:
    api.saved(TEST)
    response = api.delete({"invoice_id": "TEST"})
    assert read(response) == {"success": True, "data": []}
    assert response.content == b'{"success":true,"data":[]}'
    assert not Invoice.objects.exists()


def test_get_one_is_an_object_and_null_where_there_is_none(api: Door) -> None:
    api.saved(TEST)
    assert api.one("TEST") == TEST
    assert api.one("NONE") is None


def test_what_the_books_make_of_it(api: Door) -> None:
    api.saved(TEST)
    invoice, project = Invoice.objects.get(), Project.objects.get()
    unnamed = Partner.objects.get()
    today = invoice.created_at.date()
    stored = row(invoice)
    assert (stored["date"], stored["due_date"]) == (today, today)
    names = ("reference", "currency", "state", "total", "project_id", "partner_id")
    assert [str(stored[name]) for name in names] == [
        "TEST",
        "USD",
        "draft",
        "350.00",
        str(project.pk),
        str(unnamed.pk),
    ]
    assert (project.code, project.name) == ("project-1", "project-1")
    assert (unnamed.code, unnamed.name) == ("UNNAMED", "Customer not named")
    assert [
        [str(part) for part in line]
        for line in parts(
            invoice, "lines", "description", "quantity", "unit_price", "amount"
        )
    ] == [["Invoice TEST", "1", "350", "350.00"]]
    assert [verb for verb, _ in history(invoice)] == ["invoice.drafted"]
    api.saved(UPDATE)
    assert [verb for verb, _ in history(invoice)] == [
        "invoice.drafted",
        "invoice.revised",
    ]


@pytest.mark.parametrize("body", [TEST, [TEST, TEST | {"invoice_id": "TWO"}]])
def test_posting_the_same_again_changes_nothing(api: Door, body: object) -> None:
    api.saved(body)
    with unchanged():
        api.saved(body)


def test_the_consoles_save_is_a_post_whose_path_says_nothing(api: Door) -> None:
    response = api.post(TEST, "SOMETHING-ELSE")
    assert read(response) == {"success": True, "data": TEST}
    assert api.ids() == ["TEST"]


@pytest.mark.parametrize("body", [{"deletion_reason": "Ordered twice"}, None, "Why?"])
def test_the_consoles_delete_names_it_in_the_path(api: Door, body: object) -> None:
    api.saved([TEST, TEST | {"invoice_id": "TWO"}])
    assert read(api.delete(body, "TEST")) == {"success": True, "data": []}
    assert api.ids() == ["TWO"]
    reason = body if isinstance(body, dict) else {}
    [deleted] = Event.objects.filter(verb="invoice.deleted")
    assert deleted.facts.get("reason") == reason.get("deletion_reason")


def test_several_at_once(api: Door) -> None:
    two = [TEST | {"invoice_id": "B"}, {"invoice_id": "A", "amount": 5, "x": [1]}]
    response = api.post(two)
    assert read(response) == {"success": True, "data": two}
    assert api.listed() == [two[1], two[0]]
    gone = [{"invoice_id": "A"}, {"invoice_id": "never"}, {"invoice_id": "B"}]
    assert read(api.delete(gone)) == {"success": True, "data": []}
    assert api.listed() == []
