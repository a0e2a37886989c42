"""Posting: what each word makes of the books, and every refusal, which changes nothing."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from invoices.models import ExchangeRate, Invoice
from invoices.models.project import Project
from partners.access import Actor
from partners.models import Business, Partner
from tests.api.cannlytics.door import (
    NOT_RECOGNIZED,
    PAYMENTS_ELSEWHERE,
    Door,
    read,
    refusal,
    refused,
    unchanged,
)
from tests.books import history
from tests.factories import (
    NOW,
    BusinessFactory,
    TaxFactory,
    a_draft,
    a_key,
    a_line,
    a_payment,
    an_issued_invoice,
)

NUMBER = 'Use a number such as "350.00".'
BELOW = "An invoice is not below zero; make a credit note instead."
DAY = "Use a date such as 2026-07-31 or 07/31/2026."
TEXT = "Use a text."
NO_NUMBERS: list[Any] = ["", " ", "x", "1,000", "1e2", "١", "NaN", " 5", "5.", "9" * 41]
NO_NUMBERS += [True, [], {}]


# --- single words ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "value", "message"),
    [
        *(
            (word, value, f"{word}: {NUMBER}")
            for word in ("amount", "total")
            for value in NO_NUMBERS
        ),
        ("amount", "-1", f"amount: {BELOW}"),
        ("total", -0.01, f"total: {BELOW}"),
        ("amount", "1.005", "amount: An amount in USD has at most 2 decimals."),
        ("total", 1e-7, "amount: An amount in USD has at most 2 decimals."),
        (
            "amount",
            "1000000000000",
            "amount: Use a number below 1000000000000 with at most 6 decimals.",
        ),
        ("currency", "usd", "currency: usd is no ISO 4217 currency code."),
        ("currency", "XYZ", "currency: XYZ is no ISO 4217 currency code."),
        ("currency", "€", "currency: € is no ISO 4217 currency code."),
        ("currency", 840, "currency: Use an ISO 4217 code such as USD."),
        *(
            ("due_at", value, f"due_at: {DAY}")
            for value in (
                "x",
                "2199-02-30",
                "02/30/2199",
                "13/01/2199",
                "2199",
                "21990101",
                "2199-W01-1",
                "2199-01-01T25:00:00",
                "0001-01-01T00:00:00+23:59",
                "9999-12-31T23:59:59-23:59",
                " 2199-01-01",
                20990101,
                ["2199-01-01"],
                {"_seconds": 1},
            )
        ),
        ("due_at", "01/01/1999", "due_at: The due date lies before the date."),
        ("status", 5, "status: Use a word such as unpaid or paid."),
        ("status", None, "status: Use a word such as unpaid or paid."),
        ("notes", 5, f"notes: {TEXT}"),
        ("notes", "x" * 2001, "notes: Use at most 2000 characters."),
        ("project_id", 5, f"project_id: {TEXT}"),
        ("project_id", "x" * 121, "project_id: Use at most 120 characters."),
        ("organization", ["Acme"], f"organization: {TEXT}"),
        ("organization", "x" * 201, "organization: Use at most 200 characters."),
        ("invoice_id", None, "invoice_id: Give the id of the invoice."),
        ("invoice_id", "", "invoice_id: Give the id of the invoice."),
        ("invoice_id", 5, f"invoice_id: {TEXT}"),
        ("invoice_id", ["A"], f"invoice_id: {TEXT}"),
        ("invoice_id", "x" * 121, "invoice_id: Use at most 120 characters."),
        (
            "invoice_id",
            "a/b",
            "invoice_id: An id is no path: leave out the slash.",
        ),
        ("invoice_id", "..", "invoice_id: An id is no path: leave out the slash."),
    ],
)
def test_a_word_that_means_nothing_is_refused_by_its_name(
    api: Door, word: str, value: Any, message: str
) -> None:
    refused(api, {"invoice_id": "A", word: value}, message)
    if word != "invoice_id":
        api.saved({"invoice_id": "A", "notes": "Stays"})
        refused(api, {"invoice_id": "A", word: value}, message)


@pytest.mark.parametrize(
    ("word", "value", "message"),
    [
        ("billing_address", 5, TEXT),
        ("billing_city", "x" * 101, "Ensure this value has at most 100 characters"),
        ("billing_email", "x", "Enter a valid email address."),
    ],
)
def test_a_named_customers_billing_words_are_checked(
    api: Door, word: str, value: Any, message: str
) -> None:
    body = {"invoice_id": "A", "organization": "Acme", word: value}
    with unchanged():
        said = read(api.post(body), 400)
    assert said["error"] is True
    assert said["message"].startswith(f"{word}: {message}")
    api.saved({"invoice_id": "A", word: value})
    assert api.one("A") == {"invoice_id": "A", word: value}


def test_without_an_id_one_is_told_so(api: Door) -> None:
    message = "invoice_id: Give the id of the invoice."
    bodies: list[Any] = [{}, {"amount": "1"}, [{}]]
    for body in bodies:
        refused(api, body, message)
        with unchanged():
            assert read(api.delete(body), 400) == refusal(message)
    refused(api, [{"invoice_id": "A"}, {"x": 1}], f"Entry 2: {message}")


@pytest.mark.parametrize("body", [b"[]", b"null", b"5", b'"x"', b"[5]", b'[{}, "x"]'])
def test_neither_an_object_nor_an_array_of_objects(api: Door, body: bytes) -> None:
    refused(api, body, NOT_RECOGNIZED)
    with unchanged():
        assert read(api.delete(body), 400) == refusal(NOT_RECOGNIZED)


def test_amount_and_total_are_one_thing(api: Door) -> None:
    message = "It is the same thing as the total: give one of them, or both alike."
    refused(api, {"invoice_id": "A", "amount": "5", "total": 6}, f"amount: {message}")
    api.saved({"invoice_id": "A", "amount": "5", "total": 5.0})
    refused(api, {"invoice_id": "A", "amount": "7", "total": 5.0}, f"amount: {message}")
    api.saved({"invoice_id": "A", "total": 7})
    assert api.one("A") == {"invoice_id": "A", "amount": "7.00", "total": 7}
    api.saved({"invoice_id": "A", "amount": None})
    assert api.one("A") == {"invoice_id": "A", "amount": None, "total": 0.0}
    assert Invoice.objects.get().total == 0


def test_a_currency_needs_a_rate_and_brings_its_decimals(
    api: Door, business: Business
) -> None:
    body = {"invoice_id": "A", "amount": "3.50", "currency": "JPY"}
    refused(api, body, "amount: An amount in JPY has at most 0 decimals.")
    with unchanged():
        said = read(api.post(body | {"amount": "3"}), 400)
    assert said["message"].startswith("currency")
    for currency in ("JPY", "KWD"):
        ExchangeRate.objects.create(
            business=business,
            currency=currency,
            date=datetime.date(2020, 1, 1),
            rate=Decimal("0.5"),
        )
    api.saved(body | {"amount": "3"})
    refused(
        api,
        {"invoice_id": "A", "amount": "3.1235", "currency": "KWD"},
        "amount: An amount in KWD has at most 3 decimals.",
    )
    api.saved({"invoice_id": "A", "amount": "3.125", "currency": "KWD"})
    refused(
        api,
        {"invoice_id": "A", "currency": "$"},
        "amount: An amount in USD has at most 2 decimals.",
    )
    invoice = Invoice.objects.get()
    assert (invoice.currency, invoice.total) == ("KWD", Decimal("3.125"))
    assert invoice.currency_rate == Decimal("0.5")


@pytest.mark.parametrize(
    ("currency", "symbols"),
    [("GBP", "£"), ("EUR", "€"), ("THB", "฿"), ("CAD", "$ CA$"), ("JPY", "¥ ￥")],
)
def test_the_base_currencys_symbol_means_it(
    db: None, currency: str, symbols: str
) -> None:
    business = BusinessFactory(currency=currency)
    door = Door(business, a_key(business))
    for symbol in symbols.split():
        document = {"invoice_id": symbol, "amount": "1", "currency": symbol}
        door.saved(document)
        assert door.one(symbol) == document
    assert set(Invoice.objects.values_list("currency", flat=True)) == {currency}


def test_a_document_is_dated_where_the_business_is(db: None) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        business = BusinessFactory(time_zone=zone)
        Door(business, a_key(business)).saved({"invoice_id": "A"})
        invoice = Invoice.objects.for_business(business).get()
        today = business.today(timezone.now())
        assert (invoice.date, invoice.due_date) == (today, today)


def test_a_moment_is_the_day_that_it_was_there(db: None) -> None:
    business = BusinessFactory(time_zone="Asia/Bangkok")
    door = Door(business, a_key(business))
    for text, day in {
        "2199-07-01T20:00:00Z": 2,
        "2199-07-02T00:30:00+07:00": 2,
        "2199-07-01T20:00:00": 1,
    }.items():
        door.saved({"invoice_id": "A", "due_at": text})
        assert Invoice.objects.get().due_date == datetime.date(2199, 7, day)
        assert door.one("A")["due_at"] == text


# --- changing ---------------------------------------------------------------------------


def test_a_change_of_an_unknown_word_is_kept_with_the_draft(api: Door) -> None:
    api.saved({"invoice_id": "A", "amount": "5", "x": 1})
    invoice = Invoice.objects.get()
    api.saved({"invoice_id": "A", "x": 2})
    assert api.one("A") == {"invoice_id": "A", "amount": "5", "x": 2}
    assert [verb for verb, _ in history(invoice)] == [
        "invoice.drafted",
        "invoice.revised",
    ]


def test_a_description_is_the_lines(api: Door) -> None:
    api.saved({"invoice_id": "A", "description": "Potency test", "amount": "5"})
    [line] = Invoice.objects.get().lines.all()
    assert (line.description, line.amount) == ("Potency test", Decimal("5.00"))
    api.saved({"invoice_id": "A", "description": "Terpene test"})
    [line] = Invoice.objects.get().lines.all()
    assert (line.description, line.amount) == ("Terpene test", Decimal("5.00"))
    api.saved({"invoice_id": "B", "description": "x" * 3000})
    assert len(Invoice.objects.get(reference="B").lines.get().description) == 2000


def test_a_draft_from_elsewhere_becomes_the_clients_with_its_first_post(
    api: Door, business: Business, owner: Actor
) -> None:
    draft = a_draft(business, by=owner, reference="IV-1")
    api.saved({"invoice_id": "IV-1", "amount": "120.5", "x": [1]})
    draft.refresh_from_db()
    assert (draft.total, draft.version) == (Decimal("120.50"), 2)
    assert api.one("IV-1") == {
        "invoice_id": "IV-1",
        "amount": "120.5",
        "x": [1],
        "organization": draft.partner.name,
        "due_at": "2026-04-09",
    }


def test_what_is_read_can_be_posted_again(
    api: Door, business: Business, owner: Actor
) -> None:
    draft = a_draft(business, by=owner, lines=[a_line(3, 5), a_line()])
    issued = an_issued_invoice(business, by=owner, memo="Hello")
    for document in (draft, issued):
        shown = api.one(document.public_id)
        api.saved(shown)
        assert api.one(document.public_id) == shown
        with unchanged():
            api.saved(shown)
    assert Invoice.objects.get(pk=issued.pk).version == issued.version


@pytest.mark.parametrize(
    "compound",
    [
        {"lines": [a_line(), a_line()]},
        {"lines": [a_line(2, 50)]},
        {"discount_percent": Decimal(10)},
        {"tax": True},
    ],
)
def test_an_amount_that_was_made_up_elsewhere_is_not_changed_here(
    api: Door, business: Business, owner: Actor, compound: dict[str, Any]
) -> None:
    if compound.pop("tax", False):
        compound["lines"] = [a_line(tax=TaxFactory(business=business))]
    draft = a_draft(business, by=owner, reference="A", **compound)
    message = (
        "The invoice is made up of lines, quantities, taxes or a discount; change them "
        "where they were made."
    )
    for word, value in {"amount": "1", "total": 1, "currency": "EUR"}.items():
        field = "currency" if word == "currency" else "amount"
        refused(api, {"invoice_id": "A", word: value}, f"{field}: {message}", 409)
    api.saved({"invoice_id": "A", "amount": str(draft.total), "notes": "Fine"})
    changed = Invoice.objects.get()
    assert (changed.total, changed.memo) == (draft.total, "Fine")
    assert changed.lines.count() == draft.lines.count()


@pytest.mark.parametrize("status", ["paid", "void", "written_off", "x", ""])
def test_a_status_is_no_payment(api: Door, status: str) -> None:
    refused(
        api,
        {"invoice_id": "A", "status": status},
        f"status: The invoice is unpaid. {PAYMENTS_ELSEWHERE}",
        409,
    )
    api.saved({"invoice_id": "A", "status": "unpaid"})
    refused(
        api,
        {"invoice_id": "A", "status": status},
        f"status: The invoice is unpaid. {PAYMENTS_ELSEWHERE}",
        409,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "351"},
        {"currency": "EUR"},
        {"notes": "New"},
        {"organization": "New"},
        {"organization": None},
        {"billing_city": "New"},
        {"project_id": "New"},
        {"due_at": "01/01/2199"},
        {"new": None},
        {"mine": {"deep": 2}},
    ],
)
@pytest.mark.parametrize("fate", ["issued", "paid", "void"])
def test_what_is_no_draft_does_not_change(
    api: Door, business: Business, owner: Actor, fate: str, change: dict[str, Any]
) -> None:
    document = {
        "invoice_id": "A",
        "organization": "Acme",
        "amount": "350",
        "mine": {"deep": 1},
    }
    api.saved(document)
    invoice = Invoice.objects.get().issue(by=owner, now=NOW)
    if fate == "paid":
        a_payment(business, invoice, 350, by=owner)
    if fate == "void":
        invoice.void(by=owner, reason="Twice", now=NOW)
    state = "void" if fate == "void" else "issued"
    message = f"{invoice.number} is {state}; only a draft can be changed."
    refused(api, {"invoice_id": "A"} | change, message, 409)
    with unchanged():
        for same in (document, {"invoice_id": "A"}, {"invoice_id": "A", "total": 350}):
            if same.keys() <= document.keys():
                api.saved(same)
    shown = document | ({} if fate == "issued" else {"status": fate})
    assert api.one("A") == shown
    with unchanged():
        api.saved(shown)


def test_a_closed_period_is_closed_here_too(api: Door, business: Business) -> None:
    api.saved({"invoice_id": "A"})
    business.closed_through = datetime.date(2199, 1, 1)
    business.save()
    for body in ({"invoice_id": "A", "x": 1}, {"invoice_id": "B"}):
        with unchanged():
            said = read(api.post(body), 409)
        assert said["error"] is True


def test_a_reference_that_a_credit_note_has_is_taken(
    api: Door, business: Business, owner: Actor
) -> None:
    from invoices.crediting import credit
    from invoices.models.guarded import rows

    issued = an_issued_invoice(business, by=owner)
    note = credit(issued, None, by=owner, now=NOW, date=issued.date, reason="Back")
    rows(Invoice, business.pk).filter(pk=note.pk).update(reference="CN")
    refused(api, {"invoice_id": "CN"}, "invoice_id: The reference CN is taken.", 409)


# --- arrays -------------------------------------------------------------------------------


def test_an_array_is_all_or_nothing_and_names_the_entry(
    api: Door, business: Business, owner: Actor
) -> None:
    an_issued_invoice(business, by=owner, reference="DONE", number="N-1")
    good = {"invoice_id": "A", "organization": "Acme", "project_id": "P"}
    refused(
        api,
        [good, {"invoice_id": "B", "amount": "x"}],
        f"Entry 2 (B): amount: {NUMBER}",
    )
    refused(
        api,
        [{"invoice_id": "DONE", "amount": "1"}, good],
        "Entry 1 (DONE): N-1 is issued; only a draft can be changed.",
        409,
    )
    refused(
        api,
        [good, {"invoice_id": "B", "organization": "X", "billing_email": "y"}],
        "Entry 2 (B): billing_email: Enter a valid email address.",
    )
    refused(api, [{"invoice_id": "A"}] * 501, "An array has at most 500 objects.")


def test_a_document_may_not_grow_beyond_its_limit(api: Door) -> None:
    api.saved({"invoice_id": "A", "x": "x" * 600_000})
    body = {"invoice_id": "A", "y": "x" * 600_000}
    message = "The document would be longer than 1048576 bytes."
    refused(api, body, message, 413)
    refused(api, [body], message, 413)


def test_another_businesss_ids_are_not_ours(api: Door, stranger: Door) -> None:
    stranger.saved({"invoice_id": "A", "organization": "Acme", "project_id": "P"})
    theirs = Invoice.objects.get()
    api.saved({"invoice_id": "A", "organization": "Acme", "project_id": "P"})
    api.saved({"invoice_id": theirs.public_id, "amount": "5"})
    theirs.refresh_from_db()
    assert theirs.version == 1
    assert stranger.listed() == [
        {"invoice_id": "A", "organization": "Acme", "project_id": "P"}
    ]
    assert (Partner.objects.count(), Project.objects.count()) == (3, 2)
    assert sorted(api.ids()) == sorted(["A", theirs.public_id])
