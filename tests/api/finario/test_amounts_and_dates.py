"""Units in, cents out; days in every documented form, in the business's zone."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest

from invoices.models import ExchangeRate, Invoice
from tests.api.finario.door import INVALID, empty, read, text_of, unchanged, wrong
from tests.api.finario.rows import an_invoice

PATH = "investments/WORKSHOP/vendors/TIMBER/invoices"
NO_RATE = (
    "No rate from EUR to USD is known on 2016-11-30: enter it under exchange rates."
)
BODY = {"amount": 10, "date": "2016-11-30", "number": "42"}


@pytest.fixture(autouse=True)
def _rates(business, vendor, project) -> None:
    for currency in ("JPY", "BHD", "CLF"):
        ExchangeRate.objects.create(
            business=business,
            currency=currency,
            date="2000-01-01",
            rate=Decimal("0.5"),
            source="test",
        )


def test_a_list_is_written_as_one_row_is(api, vendor) -> None:
    vendor.aliases.create(business=vendor.business, value="a, b: c")
    an_invoice(vendor, reference="r")
    day = Invoice.objects.get().date
    alone = text_of(api.get("invoices/r"))
    assert json.dumps(json.loads(alone), separators=(",", ":")) == alone
    midnight = json.loads(alone)["date"]
    assert text_of(api.get("invoices")) == f"[{alone.replace(midnight, str(day))}]"
    listed = text_of(api.get("vendors"))
    assert json.dumps(json.loads(listed), separators=(",", ":")) == listed


@pytest.mark.parametrize(
    ("currency", "amount", "cents"),
    [
        ("USD", "10", 1000),
        ("USD", "10.5", 1050),
        ("USD", "0.01", 1),
        ("USD", "10.500", 1050),
        ("USD", "1E+2", 10000),
        ("JPY", "1000", 1000),
        ("JPY", "1000.0", 1000),
        ("BHD", "1.234", 1234),
        ("CLF", "1.2345", 12345),
        ("usd", "1", 100),
        ("USD", "0", 0),
        ("USD", "-12.34", -1234),
        ("JPY", "-7", -7),
        ("USD", "999999999999.99", 99999999999999),
    ],
)
@pytest.mark.parametrize("form", ["number", "text"])
def test_units_come_in_and_cents_go_out(api, currency, amount, cents, form) -> None:
    body = json.dumps(BODY | {"currency_iso_code": currency, "amount": "@"}).encode()
    text = amount if form == "number" else f'"{amount}"'
    created = read(api.post(PATH, body.replace(b'"@"', text.encode())), 201)
    expected = {"cents": cents, "currency": currency.upper()}
    assert created["amount"] == expected
    assert read(api.get("invoices"))[0]["amount"] == expected
    assert read(api.get(f"invoices/{created['id']}"))["amount"] == expected


def test_cents_are_whole_json_numbers(api) -> None:
    read(api.post(PATH, BODY | {"amount": "999999999999.99"}), 201)
    assert '"cents":99999999999999,' in text_of(api.get("invoices"))


def test_below_zero_is_a_vendors_credit_note(api) -> None:
    read(api.post(PATH, BODY | {"amount": "-12.34"}), 201)
    note = Invoice.objects.get()
    assert (note.kind, note.total) == ("credit_note", Decimal("12.34"))
    path = f"{PATH}/{note.public_id}"
    with unchanged():
        empty(api.put(path, BODY | {"amount": "-12.34"}))
    empty(api.put(path, BODY | {"amount": "12.34"}))
    bill = Invoice.objects.get()
    assert (bill.kind, bill.total) == ("invoice", Decimal("12.34"))


@pytest.mark.parametrize(
    ("currency", "amount", "message"),
    [
        ("USD", "10.005", "has more than the 2 decimals of USD"),
        ("JPY", "10.5", "has more than the 0 decimals of JPY"),
        ("BHD", "1.2345", "has more than the 3 decimals of BHD"),
        (
            "USD",
            "1000000000000",
            "Use a number below 1000000000000 with at most 6 decimals.",
        ),
        (
            "USD",
            "0.0000001",
            "Use a number below 1000000000000 with at most 6 decimals.",
        ),
        ("USD", "1e39", "Use a number below 1000000000000 with at most 6 decimals."),
        ("USD", "1e41", "is not a number"),
        ("USD", "NaN", "is not a number"),
        ("USD", "Infinity", "is not a number"),
        ("USD", "1,000.00", "is not a number"),
        ("USD", "1_000", "is not a number"),
        ("USD", "٣", "is not a number"),
        ("USD", "$10", "is not a number"),
        ("USD", True, "is not a number"),
        ("USD", [10], "is not a number"),
        ("USD", {"cents": 10}, "is not a number"),
    ],
)
def test_amounts_that_are_none(api, currency, amount, message) -> None:
    body = BODY | {"currency_iso_code": currency, "amount": amount}
    with unchanged():
        for method, tail in (("POST", ""), ("PUT", "/r")):
            answer = api.send(method, PATH + tail, body)
            assert read(answer, 422) == wrong(amount=[message])


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("XYZ", "XYZ is no ISO 4217 currency code."),
        ("US", "US is no ISO 4217 currency code."),
        ("EUR", NO_RATE),
        ("USDX", "is too long (maximum is 3 characters)"),
        (["USD"], "is invalid"),
    ],
)
def test_currencies_that_cannot_be_booked(api, code, message) -> None:
    with unchanged():
        answer = api.post(PATH, BODY | {"currency_iso_code": code})
        assert read(answer, 422) == wrong(currency_iso_code=[message])


def test_an_upsert_in_another_currency_looks_its_rate_up(api) -> None:
    empty(api.put(f"{PATH}/r", BODY))
    empty(api.put(f"{PATH}/r", BODY | {"currency_iso_code": "JPY"}))
    invoice = Invoice.objects.get()
    assert (invoice.currency, invoice.total) == ("JPY", 10)
    assert invoice.currency_rate == Decimal("0.5")
    empty(api.put(f"{PATH}/r", BODY | {"amount": 11}))  # left out, it stays
    assert Invoice.objects.get().currency == "JPY"


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2016-11-30", "2016-11-30"),
        ("2016-11-30T00:00:00-05:00", "2016-11-30"),
        ("2016-11-30T04:59:59Z", "2016-11-29"),
        ("2016-11-30T05:00:00Z", "2016-11-30"),
        ("2016-11-30T23:30:00", "2016-11-30"),
        ("2016-11-30 23:30", "2016-11-30"),
        ("2016-12-01T09:00+0900", "2016-11-30"),
        ("2016-07-01T03:59:59.999Z", "2016-06-30"),
        ("Dec-31-2013", "2013-12-31"),
        ("dec-1-2013", "2013-12-01"),
        (" 2016-11-30 ", "2016-11-30"),
    ],
)
def test_every_form_of_a_date_is_a_day_where_the_business_is(api, given, day) -> None:
    read(api.post(PATH, BODY | {"date": given}), 201)
    assert read(api.get("invoices"))[0]["date"] == day


@pytest.mark.parametrize(
    "given",
    [
        "2016-02-30",
        "2016-13-01",
        "0000-00-00",
        "30.11.2016",
        "11/30/2016",
        "20161130",
        "2016-W48-3",
        "Dez-31-2013",
        "Feb-30-2013",
        "Oct-2015",
        "2016-11-30T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "²016-11-30",
        "yesterday",
        "a\0b",
        20161130,
        True,
        ["2016-11-30"],
        {"year": 2016},
    ],
)
def test_dates_that_are_none(api, given: Any) -> None:
    with unchanged():
        answer = api.post(PATH, BODY | {"date": given})
        assert read(answer, 422) == wrong(date=INVALID)


def test_a_date_before_the_books_is_refused(api) -> None:
    with unchanged():
        answer = api.post(PATH, BODY | {"date": "1899-12-31"})
        message = "The date lies before 1900-01-01."
        assert read(answer, 422) == wrong(date=[message])


@pytest.mark.parametrize(
    ("zone", "day", "shown"),
    [
        ("America/New_York", "2016-11-30", "2016-11-30T00:00:00-05:00"),
        ("America/New_York", "2016-07-01", "2016-07-01T00:00:00-04:00"),
        ("Asia/Kolkata", "2016-11-30", "2016-11-30T00:00:00+05:30"),
        ("UTC", "2016-11-30", "2016-11-30T00:00:00+00:00"),
        ("Asia/Bangkok", "1900-01-01", "1900-01-01T00:00:00+06:42"),
    ],
)
def test_shown_alone_a_date_is_midnight_where_the_business_is(
    *, api, business, vendor, zone, day, shown
) -> None:
    business.time_zone = zone
    business.save()
    created = read(api.post(PATH, BODY | {"date": day}), 201)
    assert created["date"] == shown
    assert read(api.get(f"invoices/{created['id']}"))["date"] == shown
    assert read(api.get("invoices"))[0]["date"] == day


def test_texts_that_are_too_long_or_none(api) -> None:
    wrongs = {
        "number": ("x" * 61, "is too long (maximum is 60 characters)"),
        "description": ("x" * 501, "is too long (maximum is 500 characters)"),
        "reference": ("a\0b", "is invalid"),
        "po_number": ([], "is invalid"),
        "gl_line": ({}, "is invalid"),
        "po_line": (True, "is invalid"),
    }
    body = BODY | {name: value for name, (value, _) in wrongs.items()}
    with unchanged():
        answer = api.post(PATH, body)
        expected = {name: [message] for name, (_, message) in wrongs.items()}
        assert read(answer, 422) == {"errors": expected}


def test_a_number_may_be_a_json_number(api) -> None:
    body = json.dumps(BODY | {"number": 42}).encode()
    assert read(api.post(PATH, body), 201)["number"] == "42"


def test_documents_are_listed_by_date_then_as_they_came(api, vendor) -> None:
    days = ["2016-11-30", "2016-01-01", "2016-11-30", "2015-05-05"]
    numbers = [
        an_invoice(vendor, date=datetime.date.fromisoformat(day), number=f"N{n}").number
        for n, day in enumerate(days)
    ]
    listed = [row["number"] for row in read(api.get("invoices"))]
    assert listed == [numbers[n] for n in (3, 1, 0, 2)]
