"""What makes a draft, and what neither a draft nor its revision may have."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.drafting import InvoiceDraft, draft_invoice, revise_draft
from invoices.exceptions import (
    AmountOutOfRange,
    BadDates,
    BadLines,
    NoExchangeRate,
    NotACustomer,
    NoTaxRate,
    NumberTaken,
    PeriodClosed,
    ReferenceTaken,
)
from invoices.models import ExchangeRate, Invoice
from invoices.querysets import Direction, Kind
from partners.access import Actor
from partners.exceptions import BookError, Invalid
from tests.books import history, parts, refused, row
from tests.factories import (
    NOW,
    TODAY,
    BusinessFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_bill,
    a_draft,
    a_line,
    actor,
    draft_of,
)

DAY = datetime.timedelta(days=1)
FIGURES = ("amount", "discount", "tax_amount", "total")


@pytest.fixture
def whole(business):
    """A draft that uses every field a door may hand in."""
    vat = TaxFactory(business=business, code="VAT", rate=20)
    hammer = ProductFactory(business=business, name="Hammer")
    return draft_of(
        business,
        reference="order-7",
        discount_percent=Decimal(10),
        purchase_order="PO 1",
        memo="Thank you",
        lines=[
            a_line(3, "19.99", product=hammer, tax=vat, description=""),
            a_line(1, 5, description="Delivery"),
        ],
    )


def test_a_draft_is_stored_whole(whole, owner):
    hammer = whole.lines[0].product

    invoice = draft_invoice(whole, by=owner)

    assert row(invoice) == stored_of(whole, owner)
    assert parts(
        invoice, "lines", "position", "product_id", "description", "quantity", *FIGURES
    ) == [
        (1, hammer.pk, "Hammer", 3, *map(Decimal, ("59.97", "6.00", "10.79", "64.76"))),
        (2, None, "Delivery", 1, *map(Decimal, ("5", "0.50", "0", "4.50"))),
    ]
    assert parts(invoice, "taxes", "code", "rate", "base", "amount") == [
        ("VAT", Decimal(20), Decimal("53.97"), Decimal("10.79"))
    ]
    assert history(invoice) == [
        ("invoice.drafted", {"number": "", "total": "69.26", "currency": "USD"})
    ]


def stored_of(draft: InvoiceDraft, by: Actor) -> dict[str, Any]:
    """The row of the whole draft."""
    return {
        "direction": "issued",
        "kind": "invoice",
        "state": "draft",
        "number": "",
        "reference": "order-7",
        "partner_id": draft.partner.pk,
        "date": TODAY,
        "due_date": TODAY + 30 * DAY,
        "currency": "USD",
        "currency_rate": Decimal(1),
        "discount_percent": Decimal(10),
        "purchase_order": "PO 1",
        "purchase_order_line": "",
        "purchase_order_type": "",
        "ledger_line": "",
        "project_id": None,
        "manually_unassigned": False,
        "responsible_id": by.user_id,
        "description": "",
        "terms": "",
        "memo": "Thank you",
        "line_total": Decimal("64.97"),
        "discount_total": Decimal("6.50"),
        "subtotal": Decimal("58.47"),
        "tax_total": Decimal("10.79"),
        "total": Decimal("69.26"),
        "amount_paid": 0,
        "amount_credited": 0,
        "credit_applied": 0,
        "balance": Decimal("69.26"),
        "credited_invoice_id": None,
        "expected_total": None,
        "duplicate_reason": "",
        "client_document": "",
        "seller": {},
        "buyer": {},
        "printed": {},
        "sent_at": None,
        "viewed_at": None,
        "disputed_at": None,
        "dispute_reason": "",
        "held_at": None,
        "import_key": "",
        "version": 1,
        "issued_at": None,
    }


HUGE = Decimal(10) ** 12
REFUSALS: dict[str, tuple[type[BookError], str, dict[str, Any]]] = {
    "no lines": (BadLines, "lines", {"lines": []}),
    "too many lines": (BadLines, "lines", {"lines": [a_line()] * 10_001}),
    "a total below zero": (AmountOutOfRange, "lines", {"lines": [a_line(-1)]}),
    "a huge quantity": (
        AmountOutOfRange,
        "lines.1.quantity",
        {"lines": [a_line(), a_line(HUGE)]},
    ),
    "a huge price": (
        AmountOutOfRange,
        "lines.0.unit_price",
        {"lines": [a_line(1, -HUGE)]},
    ),
    "seven decimals": (
        AmountOutOfRange,
        "lines.0.quantity",
        {"lines": [a_line("0.0000001")]},
    ),
    "more digits than any column": (
        AmountOutOfRange,
        "lines.0.quantity",
        {"lines": [a_line("1.00000000000000000000000000000001")]},
    ),
    "no number": (
        AmountOutOfRange,
        "lines.0.unit_price",
        {"lines": [a_line(1, "NaN")]},
    ),
    "infinity": (
        AmountOutOfRange,
        "lines.0.quantity",
        {"lines": [a_line("-Infinity")]},
    ),
    "a huge product": (
        AmountOutOfRange,
        "lines",
        {"lines": [a_line(HUGE - 1, HUGE - 1)]},
    ),
    "a huge sum": (
        AmountOutOfRange,
        "lines",
        {"lines": [a_line(10_000, HUGE / 1000)] * 2},
    ),
    "a discount above all": (
        Invalid,
        "discount_percent",
        {"discount_percent": Decimal(101)},
    ),
    "a discount below nothing": (
        Invalid,
        "discount_percent",
        {"discount_percent": Decimal(-1)},
    ),
    "a discount that is no number": (
        AmountOutOfRange,
        "discount_percent",
        {"discount_percent": Decimal("NaN")},
    ),
    "a discount of seven decimals": (
        AmountOutOfRange,
        "discount_percent",
        {"discount_percent": Decimal("0.0000001")},
    ),
    "an unknown currency": (Invalid, "currency", {"currency": "ZZZ"}),
    "a rate of zero": (
        Invalid,
        "currency_rate",
        {"currency": "EUR", "currency_rate": Decimal(0)},
    ),
    "a rate of nine decimals": (
        Invalid,
        "currency_rate",
        {"currency": "EUR", "currency_rate": Decimal("0.000000001")},
    ),
    "a huge rate": (
        Invalid,
        "currency_rate",
        {"currency": "EUR", "currency_rate": Decimal(10) ** 10},
    ),
    "a rate that is no number": (
        Invalid,
        "currency_rate",
        {"currency": "EUR", "currency_rate": Decimal("NaN")},
    ),
    "a rate of the base currency": (
        Invalid,
        "currency_rate",
        {"currency_rate": Decimal(2)},
    ),
    "an unknown rate": (NoExchangeRate, "currency_rate", {"currency": "EUR"}),
    "a due date before the date": (BadDates, "due_date", {"due_date": TODAY - DAY}),
    "a date before all books": (
        BadDates,
        "date",
        {"date": datetime.date(1899, 12, 31)},
    ),
    "a due date in a far century": (
        BadDates,
        "due_date",
        {"due_date": datetime.date(2200, 1, 1)},
    ),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_neither_a_draft_nor_a_revision_may_have(business, owner, what):
    kind, field, values = REFUSALS[what]
    draft = draft_of(business, **values)
    with refused(kind, field):
        draft_invoice(draft, by=owner)
    invoice = a_draft(business, by=owner)
    with refused(kind, field):
        revise_draft(invoice, draft, by=owner)


def test_ten_thousand_lines_make_a_document(business, owner):
    invoice = a_draft(business, by=owner, lines=[a_line(1, "0.01")] * 10_000)
    assert row(invoice)["total"] == 100
    assert invoice.lines.count() == 10_000


def test_a_partner_must_be_a_customer_in_use(business, owner):
    vendor = PartnerFactory(business=business, is_customer=False, is_vendor=True)
    archived = PartnerFactory(business=business, archived_at=NOW)
    for partner in (vendor, archived):
        with refused(NotACustomer, "partner"):
            draft_invoice(draft_of(business, partner=partner), by=owner)


def test_a_bill_may_come_from_a_vendor_who_is_no_customer(business, owner):
    vendor = PartnerFactory(business=business, is_customer=False, is_vendor=True)
    bill = a_bill(business, by=owner, partner=vendor)
    assert row(bill)["direction"] == "received"


def test_nothing_of_another_business_enters_a_document(business, owner):
    other = BusinessFactory()
    partner = PartnerFactory(business=business)
    drafts = {
        "partner": draft_of(business, partner=PartnerFactory(business=other)),
        "lines.0": draft_of(
            business,
            partner=partner,
            lines=[a_line(product=ProductFactory(business=other))],
        ),
        "lines.1": draft_of(
            business,
            partner=partner,
            lines=[a_line(), a_line(tax=TaxFactory(business=other))],
        ),
    }
    for field, draft in drafts.items():
        with refused(Invalid, field):
            draft_invoice(draft, by=owner)


def test_a_draft_does_not_move_to_another_business(business, owner):
    invoice = a_draft(business, by=owner)
    other = BusinessFactory()
    draft = draft_of(other)
    with refused(Invalid, "business"):
        revise_draft(invoice, draft, by=owner)


def test_a_tax_needs_a_rate_on_the_day_and_must_be_chargeable(business, owner):
    bare = TaxFactory(business=business, rate=0)
    withheld = TaxFactory(business=business, withholding=True)
    for tax in (bare, withheld):
        draft = draft_of(business, lines=[a_line(tax=tax)])
        with refused(NoTaxRate):
            draft_invoice(draft, by=owner)


def test_a_number_and_a_reference_are_taken_once_per_business(business, owner):
    a_draft(business, by=owner, number="A-1", reference="r-1")
    invoice = a_draft(business, by=owner, number="A-2", reference="r-2")
    for kind, field, values in (
        (NumberTaken, "number", {"number": "A-1"}),
        (ReferenceTaken, "reference", {"reference": "r-1"}),
    ):
        draft = draft_of(business, **values)
        with refused(kind, field):
            draft_invoice(draft, by=owner)
        with refused(kind, field):
            revise_draft(invoice, draft, by=owner)

    other = BusinessFactory()
    assert a_draft(other, number="A-1", reference="r-1").number == "A-1"


def test_two_vendors_may_use_the_same_number(business, owner):
    for _ in range(2):
        a_draft(business, by=owner, number="1", direction=Direction.RECEIVED)
    assert Invoice.objects.for_business(business).filter(number="1").count() == 2


def test_no_draft_enters_or_leaves_a_closed_period(business, owner):
    inside = a_draft(business, by=owner, date=TODAY - DAY)
    outside = a_draft(business, by=owner)
    business.closed_through = TODAY - DAY
    business.save()
    into = draft_of(business, date=TODAY - DAY)
    out_of = draft_of(business, date=TODAY)
    with refused(PeriodClosed, "date"):
        draft_invoice(into, by=owner)
    with refused(PeriodClosed, "date"):
        revise_draft(outside, into, by=owner)
    with refused(PeriodClosed, "date"):
        revise_draft(inside, out_of, by=owner)


def test_a_free_standing_credit_note_may_be_drafted(business, owner):
    note = a_draft(business, by=owner, kind=Kind.CREDIT_NOTE)
    assert (row(note)["kind"], row(note)["total"]) == ("credit_note", Decimal(100))


def test_the_latest_rate_of_the_day_is_taken_unless_one_is_given(business, owner):
    for day, rate in ((TODAY - DAY, "1.1"), (TODAY, "1.2"), (TODAY + DAY, "1.3")):
        ExchangeRate.objects.create(
            business=business, currency="EUR", date=day, rate=rate, source="ECB"
        )
    known = a_draft(business, by=owner, currency="EUR")
    given = a_draft(
        business, by=owner, currency="EUR", currency_rate=Decimal("0.00000001")
    )
    assert row(known)["currency_rate"] == Decimal("1.2")
    assert row(given)["currency_rate"] == Decimal("0.00000001")


def test_an_actor_of_another_business_is_refused_by_every_verb(business):
    from partners.exceptions import NotAllowed

    stranger = actor(BusinessFactory())
    draft = draft_of(business)
    invoice = a_draft(business)
    for deed in (
        lambda: draft_invoice(draft, by=stranger),
        lambda: revise_draft(invoice, draft, by=stranger),
        lambda: invoice.delete(by=stranger),
        lambda: invoice.issue(by=stranger, now=NOW),
    ):
        with refused(NotAllowed):
            deed()
