"""PUT and the older POST: created once, changed only where something is new."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from invoices.assigning import assign
from invoices.drafting import LineDraft, revise_draft
from invoices.models import Event, Invoice
from invoices.redrafting import as_draft
from tests.api.finario.door import (
    BLANK,
    TAKEN,
    empty,
    failure,
    read,
    text_of,
    unchanged,
    wrong,
)
from tests.api.finario.rows import a_vendor, an_approved_invoice, an_invoice
from tests.books import parts, row
from tests.factories import NOW, TaxFactory, a_cost, actor

PATH = "investments/WORKSHOP/vendors/TIMBER/invoices"
LEGACY = "investments/WORKSHOP/invoices"
BODY = {"amount": 100.00, "date": "Dec-31-2013", "number": "12-A"}
SENT = BODY | {"vendor_id": "Timber & Co."}


def verbs(invoice: Invoice) -> list[str]:
    return list(Event.objects.about(invoice).values_list("verb", flat=True))


# --- the published Ruby client ----------------------------------------------------------


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("encoding", ["json", "form"])
def test_the_ruby_clients_request_twice_makes_one_invoice(
    api, vendor, cost, encoding, suffix
) -> None:
    path = f"{LEGACY}/INV-1{suffix}"

    def send() -> Any:
        if encoding == "json":
            return api.post(path, SENT, query={"token": api.key})
        return api.form("POST", path, SENT)

    answer = empty(send(), 200)
    assert answer["Location"] == "http://testserver/api/invoices/INV-1"
    with unchanged():
        assert empty(send(), 200)["Location"] == answer["Location"]
    invoice = Invoice.objects.get()
    assert (invoice.number, invoice.reference) == ("12-A", "INV-1")
    assert (str(invoice.date), invoice.total) == ("2013-12-31", 100)
    assert invoice.cost_shares.get().cost == cost
    shown = read(api.get(answer["Location"].removeprefix("http://testserver")))
    assert shown["id"] == invoice.public_id


def test_the_location_of_a_strange_reference_is_an_address(api, vendor, cost) -> None:
    answer = api.post(f"{LEGACY}/a%20b%3F%25", SENT)
    assert answer["Location"] == "http://testserver/api/invoices/a%20b%3F%25"
    path = answer["Location"].removeprefix("http://testserver")
    assert read(api.get(path))["reference"] == "a b?%"


@pytest.mark.parametrize("by", ["public_id", "code", "name", "alias"])
def test_legacy_finds_the_vendor_by_any_name(api, vendor, cost, by) -> None:
    vendor.aliases.create(business=vendor.business, value="ERP-9")
    name = "ERP-9" if by == "alias" else getattr(vendor, by)
    empty(api.post(f"{LEGACY}/r", BODY | {"vendor_id": name}), 200)
    assert Invoice.objects.get().partner == vendor


def test_legacy_tells_what_is_missing_without_a_wrapping(api, vendor, project) -> None:
    with unchanged():
        answer = api.post(f"{LEGACY}/r", {})
        assert read(answer, 422) == {"date": BLANK, "amount": BLANK, "number": BLANK}
        answer = api.post(f"{LEGACY}/r", BODY)
        assert read(answer, 422) == {"vendor_id": BLANK}
        answer = api.post(f"{LEGACY}/r", BODY | {"vendor_id": "nobody"})
        assert read(answer, 404) == failure("Vendor Not Found")
        answer = api.post("investments/NONE/invoices/r", SENT)
        assert read(answer, 404) == failure("Investment Not Found")


def test_legacy_knows_the_vendor_by_the_reference(api, vendor, cost) -> None:
    empty(api.post(f"{LEGACY}/r", SENT), 200)
    empty(api.post(f"{LEGACY}/r", BODY | {"amount": 7}), 200)
    assert Invoice.objects.get().total == 7
    other = a_vendor(vendor.business, code="STEEL")
    an_invoice(other, reference="r")
    with unchanged():
        answer = api.post(f"{LEGACY}/r", BODY)
        assert read(answer, 422) == {"vendor_id": BLANK}


def test_legacy_refuses_what_the_books_forbid_in_its_own_shape(
    api, vendor, cost
) -> None:
    an_approved_invoice(vendor, reference="r", number="1")
    with unchanged():
        answer = api.post(f"{LEGACY}/r", SENT)
        message = "1 is approved; only what waits for approval can be changed."
        assert read(answer, 422) == {"base": [message]}


def test_a_name_of_two_vendors_names_none(api, vendor, cost) -> None:
    a_vendor(vendor.business, name=vendor.name)
    with unchanged():
        answer = api.post(f"{LEGACY}/r", SENT)
        expected = {"vendor_id": ["is the name of several vendors"]}
        assert read(answer, 422) == expected


# --- PUT ----------------------------------------------------------------------------------


def test_the_same_again_writes_nothing(api, vendor, cost) -> None:
    full = BODY | {
        "description": "Saw",
        "currency_iso_code": "USD",
        "po_number": "1",
        "po_line": "2",
        "po_type": "3",
        "gl_line": "4",
        "unique_cost_id": "saw-2026",
    }
    empty(api.put(f"{PATH}/r", full))
    with unchanged():
        empty(api.put(f"{PATH}/r", full))
        empty(api.put(f"{PATH}/{Invoice.objects.get().public_id}", full))
        empty(api.put(f"{PATH}/r", BODY))  # what is left out stays
        empty(api.put(f"{PATH}/r", BODY | {"amount": "100"}))
        empty(api.put(f"{PATH}/r", BODY | {"date": "2013-12-31T00:00:00-05:00"}))
    assert verbs(Invoice.objects.get()) == ["invoice.drafted"]


def test_what_is_shown_can_be_sent_back(api, vendor, cost) -> None:
    empty(api.put(f"{PATH}/r", BODY))
    shown = read(api.get("invoices/r"))
    assert shown["date"] == "2013-12-31T00:00:00-05:00"
    with unchanged():
        again = {
            "date": shown["date"],
            "amount": Decimal(shown["amount"]["cents"]) / 100,
            "currency_iso_code": shown["amount"]["currency"],
            **{n: shown[n] for n in ("number", "reference", "description", "gl_line")},
            **{n: shown[n] for n in ("po_number", "po_line", "po_type", "vendor_id")},
        }
        empty(api.put(f"{PATH}/r", again))


def test_optional_attributes_left_out_stay_and_null_clears_them(
    api, vendor, cost
) -> None:
    empty(api.put(f"{PATH}/r", BODY | {"po_number": "33", "gl_line": "2"}))
    empty(api.put(f"{PATH}/r", BODY | {"amount": 5, "gl_line": None}))
    invoice = Invoice.objects.get()
    stored = (invoice.total, invoice.purchase_order, invoice.ledger_line)
    assert stored == (5, "33", "")


def test_put_can_give_an_invoice_another_reference(api, vendor, cost) -> None:
    empty(api.put(f"{PATH}/r", BODY))
    empty(api.put(f"{PATH}/r", BODY | {"reference": "s"}))
    assert Invoice.objects.get().reference == "s"


def test_put_cannot_take_another_ones_reference(api, vendor, cost) -> None:
    empty(api.put(f"{PATH}/r", BODY))
    empty(api.put(f"{PATH}/s", BODY | {"number": "13"}))
    with unchanged():
        answer = api.put(f"{PATH}/r", BODY | {"reference": "s"})
        assert read(answer, 422) == wrong(reference=TAKEN)
        answer = api.put(f"{PATH}/r", BODY | {"number": "13"})
        assert read(answer, 422) == wrong(number=TAKEN)
        answer = api.put(f"{PATH}/new", BODY)
        assert read(answer, 422) == wrong(number=TAKEN)


def test_vendors_may_have_the_same_reference(api, business, vendor, cost) -> None:
    a_vendor(business, code="STEEL")
    empty(api.put(f"{PATH}/r", BODY))
    steel = "investments/WORKSHOP/vendors/STEEL/invoices/r"
    empty(api.put(steel, BODY | {"amount": 2}))
    assert read(api.get("invoices/r"), 422) == wrong(vendor_id=BLANK)
    assert read(api.get("invoices/r", vendor_id="STEEL"))["amount"]["cents"] == 200
    timber = read(api.get("invoices/r", vendor_id="Timber & Co."))
    assert timber["amount"]["cents"] == 10000
    nobody = api.get("invoices/r", vendor_id="nobody")
    assert read(nobody, 404) == failure("Vendor Not Found")


def test_another_vendors_invoice_is_not_taken_over(api, business, vendor, cost) -> None:
    theirs = an_invoice(a_vendor(business), 5)
    with unchanged():
        answer = api.put(f"{PATH}/{theirs.public_id}", BODY)
        message = "does not match: the invoice is another vendor's"
        assert read(answer, 422) == wrong(vendor_id=[message])


def test_the_body_cannot_name_another_vendor_than_the_path(
    api, business, vendor, cost
) -> None:
    a_vendor(business, code="STEEL")
    with unchanged():
        for method, tail in (("POST", ""), ("PUT", "/r")):
            answer = api.send(method, PATH + tail, BODY | {"vendor_id": "STEEL"})
            expected = wrong(vendor_id=["is not the vendor in the path"])
            assert read(answer, 422) == expected
            answer = api.send(method, PATH + tail, BODY | {"vendor_id": "nobody"})
            assert read(answer, 404) == failure("Vendor Not Found")


@pytest.mark.parametrize("state", ["approved", "cancelled"])
def test_what_is_final_cannot_change(api, vendor, cost, state) -> None:
    empty(api.put(f"{PATH}/r", BODY))
    invoice = Invoice.objects.get()
    owner = actor(vendor.business)
    if state == "approved":
        invoice.approve(by=owner, now=NOW)
    else:
        invoice.cancel(by=owner, reason="Not ours")
    with unchanged():
        answer = api.put(f"{PATH}/r", BODY | {"amount": 101})
        message = f"12-A is {state}; only what waits for approval can be changed."
        assert read(answer, 422) == wrong(base=[message])
        empty(api.put(f"{PATH}/r", BODY))  # it says what is so


def test_a_cancelled_invoice_is_not_shown(api, vendor, cost) -> None:
    empty(api.put(f"{PATH}/r", BODY))
    invoice = Invoice.objects.get()
    invoice.cancel(by=actor(vendor.business), reason="Not ours")
    assert read(api.get("invoices")) == []
    assert read(api.get("invoices/r"), 404) == failure("Invoice Not Found")


def test_a_closed_period_is_refused(api, business, vendor, cost) -> None:
    business.closed_through = "2013-12-31"
    business.save()
    message = "The books are closed through 2013-12-31; 2013-12-31 lies inside."
    with unchanged():
        assert read(api.put(f"{PATH}/r", BODY), 422) == wrong(date=[message])


def test_an_archived_vendor_is_refused(api, vendor, cost) -> None:
    vendor.archived_at = NOW
    vendor.save()
    with unchanged():
        answer = api.put(f"{PATH}/r", BODY)
        assert read(answer, 422) == wrong(vendor_id=["Timber & Co. is archived."])


def test_lines_that_staff_made_stay_for_as_long_as_the_amount(
    api, business, vendor, cost
) -> None:
    empty(api.put(f"{PATH}/r", BODY))
    tax = TaxFactory(business=business, rate=25)
    owner = actor(business)
    invoice = Invoice.objects.get()
    lines = [
        LineDraft(Decimal(2), Decimal(30), description="Blade", tax=tax),
        LineDraft(Decimal(1), Decimal(25), description="Freight"),
    ]
    revise_draft(invoice, replace(as_draft(invoice), lines=lines), by=owner)
    empty(api.put(f"{PATH}/r", BODY | {"number": "12-B"}))
    shown = parts(Invoice.objects.get(), "lines", "description", "amount")
    assert shown == [("Blade", 60), ("Freight", 25)]
    empty(api.put(f"{PATH}/r", BODY | {"amount": 99}))
    shown = parts(Invoice.objects.get(), "lines", "description", "amount")
    assert shown == [("Invoice 12-A", 99)]
    assert Invoice.objects.get().total == 99


def test_a_due_date_that_staff_gave_stays(api, business, vendor, cost) -> None:
    empty(api.put(f"{PATH}/r", BODY))
    invoice = Invoice.objects.get()
    later = replace(as_draft(invoice), due_date=NOW.date())
    revise_draft(invoice, later, by=actor(business))
    empty(api.put(f"{PATH}/r", BODY | {"date": "2014-01-02"}))
    assert Invoice.objects.get().due_date == NOW.date()


def test_what_staff_took_off_its_investment_stays_off(
    api, business, vendor, cost
) -> None:
    empty(api.put(f"{PATH}/r", BODY))
    assign(Invoice.objects.get(), None, by=actor(business))
    empty(api.put(f"{PATH}/r", BODY | {"amount": 5, "unique_cost_id": "saw-2026"}))
    assignment = read(api.get("invoices/r"))["assignment"]
    assert assignment["manually_unassigned"] is True
    assert (assignment["investment_id"], assignment["cost_id"]) == (None, None)


def test_shares_that_staff_made_stay(api, business, vendor, project, cost) -> None:
    empty(api.put(f"{PATH}/r", BODY))
    bench = a_cost(business, project=project, name="Bench")
    shares = [(cost, Decimal(60)), (bench, Decimal(40))]
    assign(Invoice.objects.get(), project, shares, by=actor(business))
    empty(api.put(f"{PATH}/r", BODY | {"amount": 5}))
    shown = read(api.get("invoices/r"))
    assert shown["assignment"]["investment_id"] == project.public_id
    assert shown["assignment"]["cost_id"] is None  # it is split over two
    assert (shown["unique_cost_id"], shown["cost_category_id"]) == (None, None)
    empty(api.put(f"{PATH}/r", BODY | {"amount": 5, "unique_cost_id": "saw-2026"}))
    assert read(api.get("invoices/r"))["unique_cost_id"] == "saw-2026"


def test_a_body_that_is_no_object_changes_nothing(api, vendor, cost) -> None:
    with unchanged():
        for body in (b"[]", b"null", b"7", b'"text"'):
            answer = api.put(f"{PATH}/r", body)
            message = "The body must be a JSON object."
            assert read(answer, 400) == failure(message)


def test_a_reference_that_is_too_long_is_refused(api, vendor, cost) -> None:
    message = "is too long (maximum is 120 characters)"
    with unchanged():
        answer = api.put(f"{PATH}/{'x' * 121}", BODY)
        assert read(answer, 422) == wrong(reference=[message])
        answer = api.post(f"{LEGACY}/{'x' * 121}", SENT)
        assert read(answer, 422) == {"reference": [message]}
    assert text_of(api.put(f"{PATH}/{'x' * 120}", BODY)) == ""
    assert row(Invoice.objects.get())["reference"] == "x" * 120
