"""Credit notes: whole, by line, in any partition, and never too much."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

import pytest
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoices.crediting import credit
from invoices.exceptions import (
    AmountOutOfRange,
    BadDates,
    BadLines,
    CreditExceeds,
    NotIssued,
    PeriodClosed,
)
from invoices.models import Invoice, InvoiceLine, InvoiceTax
from invoices.querysets import Kind
from partners.exceptions import Invalid
from tests.books import history, money_of, parts, refused, row
from tests.factories import (
    NOW,
    TODAY,
    TaxFactory,
    a_component,
    a_draft,
    a_line,
    a_payment,
    an_approved_bill,
    an_issued_invoice,
)

DAY = datetime.timedelta(days=1)
FIGURES = ("amount", "discount", "tax_amount", "total")


@pytest.fixture
def gst(business):
    """Two components, the second charged on the first as well."""
    tax = TaxFactory(business=business, code="GST", rate=5)
    a_component(tax, Decimal("9.975"), position=2, compound=True)
    return tax


@pytest.fixture
def vat(business):
    """One component of 19 percent."""
    return TaxFactory(business=business, code="VAT", rate=19)


def sums(found: Iterable[Model], names: list[str]) -> list[Decimal]:
    """The sum of each column over these rows."""
    stored = list(found)
    return [sum((getattr(one, name) for one in stored), Decimal(0)) for name in names]


def credited(invoice, by, **quantities: object) -> Invoice:
    """A note over these quantities: `line1="0.5"`; over all that is left if none."""
    asked = {
        int(name.removeprefix("line")): Decimal(str(quantity))
        for name, quantity in quantities.items()
    }
    return credit(invoice, asked or None, by=by, now=NOW, date=TODAY)


def test_a_whole_credit_mirrors_the_invoice(business, owner, gst):
    invoice = an_issued_invoice(
        business,
        by=owner,
        discount_percent=Decimal(10),
        purchase_order="PO 1",
        lines=[a_line(3, "19.99", tax=gst), a_line(1, 5, description="Delivery")],
    )
    original = row(invoice)

    note = credit(invoice, None, by=owner, now=NOW, date=TODAY + DAY, reason="Broken")

    assert row(note) == original | {
        "kind": "credit_note",
        "number": "CN-2026-00001",
        "date": TODAY + DAY,
        "due_date": TODAY + DAY,
        "memo": "Broken",
        "credited_invoice_id": invoice.pk,
        "credit_applied": original["total"],
        "balance": 0,
        "version": 1,
    }
    said = ("position", "description", "quantity", "unit_price", "tax_id", *FIGURES)
    assert parts(note, "lines", *said) == parts(invoice, "lines", *said)
    assert parts(note, "lines", "credited_line_id") == parts(invoice, "lines", "id")
    columns = ("position", "component_id", "code", "rate", "compound", "base", "amount")
    assert parts(note, "taxes", *columns) == parts(invoice, "taxes", *columns)
    assert row(invoice) == original | {
        "amount_credited": original["total"],
        "credit_applied": original["total"],
        "balance": 0,
        "version": 3,
    }
    total = str(note.total)
    assert history(invoice)[-1] == (
        "invoice.credited",
        {"credit_note": "CN-2026-00001", "total": total},
    )
    assert history(note) == [
        (
            "invoice.issued",
            {
                "reason": "Broken",
                "number": "CN-2026-00001",
                "total": total,
                "currency": "USD",
            },
        )
    ]


def test_a_line_is_credited_in_part(business, owner):
    tax = TaxFactory(business=business, rate=20)
    invoice = an_issued_invoice(
        business, by=owner, lines=[a_line(10, 3, tax=tax), a_line(1, 7)]
    )
    note = credited(invoice, owner, line1=4)
    assert parts(note, "lines", "position", "quantity", *FIGURES) == [
        (1, Decimal(4), Decimal(12), Decimal(0), Decimal("2.4"), Decimal("14.4"))
    ]
    assert parts(note, "taxes", "base", "amount") == [(Decimal(12), Decimal("2.4"))]
    assert money_of(invoice) == {
        "total": 43,
        "amount_paid": 0,
        "amount_credited": Decimal("14.4"),
        "credit_applied": Decimal("14.4"),
        "balance": Decimal("28.6"),
    }


def test_a_later_line_alone_is_numbered_from_one_on_the_note(business, owner):
    invoice = an_issued_invoice(business, by=owner, lines=[a_line(), a_line(1, 7)])
    note = credited(invoice, owner, line2=1)
    second = invoice.lines.get(position=2)
    assert parts(note, "lines", "position", "credited_line_id") == [(1, second.pk)]


def test_a_credit_on_a_paid_invoice_stays_open_on_the_note(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    a_payment(business, invoice, 70, by=owner)

    note = credited(invoice, owner, line1="0.8")

    assert money_of(invoice) == {
        "total": 100,
        "amount_paid": 70,
        "amount_credited": 80,
        "credit_applied": 30,
        "balance": 0,
    }
    assert money_of(note) == {
        "total": 80,
        "amount_paid": 0,
        "amount_credited": 0,
        "credit_applied": 30,
        "balance": 50,
    }


def test_notes_in_several_steps_take_the_remainder_last(business, owner):
    invoice = an_issued_invoice(business, by=owner, lines=[a_line(3, "3.333333")])
    totals = [credited(invoice, owner, line1=1).total for _ in range(3)]
    assert totals == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]
    assert money_of(invoice)["balance"] == 0


QUANTITIES = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.decimals("0.01", "99.99", places=2),
        st.sampled_from([0, 1, 2]),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=QUANTITIES,
    discount=st.sampled_from(["0", "7.5", "33.333333", "100"]),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
    data=st.data(),
)
def test_notes_of_any_partition_sum_to_the_invoice(  # noqa: PLR0917 - drawn by name
    business, owner, vat, gst, lines, discount, currency, data
):
    taxes = [None, vat, gst]
    invoice = an_issued_invoice(
        business,
        by=owner,
        currency=currency,
        currency_rate=Decimal(1),
        discount_percent=Decimal(discount),
        lines=[a_line(quantity, price, tax=taxes[t]) for quantity, price, t in lines],
    )
    left = {n: 4 * quantity for n, (quantity, _, _) in enumerate(lines, start=1)}
    for _ in range(data.draw(st.integers(0, 3), "notes before the last")):
        asked = {n: data.draw(st.integers(0, quarters)) for n, quarters in left.items()}
        left = {n: quarters - asked[n] for n, quarters in left.items()}
        if any(asked.values()):
            parts_now = {n: Decimal(quarters) / 4 for n, quarters in asked.items()}
            credit(invoice, parts_now, by=owner, now=NOW, date=TODAY)
    if any(left.values()):
        credit(invoice, None, by=owner, now=NOW, date=TODAY)

    notes = Invoice.objects.filter(credited_invoice=invoice)
    names = ["line_total", "discount_total", "subtotal", "tax_total", "total"]
    assert sums(notes, names) == sums([invoice], names)
    assert money_of(invoice)["balance"] == 0
    names = ["quantity", "amount", "discount"]
    for line in invoice.lines.all():
        credits_ = InvoiceLine.objects.filter(credited_line=line)
        assert sums(credits_, names) == sums([line], names)
    names = ["base", "amount"]
    for tax in invoice.taxes.all():
        credited_taxes = InvoiceTax.objects.filter(
            invoice__in=notes, component=tax.component_id
        )
        assert sums(credited_taxes, names) == sums([tax], names)


def test_nothing_is_credited_beyond_the_invoice(business, owner):
    invoice = an_issued_invoice(business, by=owner, lines=[a_line(3, 10), a_line(1, 5)])
    credited(invoice, owner, line1=2)
    for asked in ({"line1": 2}, {"line1": 1, "line2": 2}, {"line1": -1}):
        with refused(CreditExceeds, "lines"):
            credited(invoice, owner, **asked)
    credited(invoice, owner)
    for asked in ({}, {"line1": 1}):
        with refused(CreditExceeds, "lines"):
            credited(invoice, owner, **asked)


def test_an_empty_credit_is_refused(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    for asked in ({}, {1: Decimal(0)}):
        with refused(CreditExceeds, "lines"):
            credit(invoice, asked, by=owner, now=NOW, date=TODAY)


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "0.0000001"])
def test_a_quantity_is_a_number_that_the_books_can_hold(business, owner, quantity):
    invoice = an_issued_invoice(business, by=owner)
    with refused(AmountOutOfRange, "lines"):
        credited(invoice, owner, line1=quantity)


def test_only_lines_of_the_invoice_are_credited(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    for position in (0, 2, -1):
        with refused(BadLines, "lines"):
            credited(invoice, owner, **{f"line{position}": 1})


def test_a_refund_line_alone_is_not_credited(business, owner):
    invoice = an_issued_invoice(business, by=owner, lines=[a_line(), a_line(-1, 30)])
    with refused(CreditExceeds, "lines"):
        credited(invoice, owner, line2=-1)
    with refused(CreditExceeds, "lines"):
        credited(invoice, owner, line1=1)
    assert credited(invoice, owner, line1=1, line2=-1).total == 70


def test_only_an_issued_invoice_is_credited(business, owner):
    draft = a_draft(business, by=owner)
    void = an_issued_invoice(business, by=owner).void(by=owner, reason="", now=NOW)
    for document in (draft, void):
        with refused(NotIssued):
            credited(document, owner)
    note = an_issued_invoice(business, by=owner, kind=Kind.CREDIT_NOTE)
    with refused(BadLines):
        credited(note, owner)


def test_a_note_is_dated_from_the_invoices_day_on_and_outside_closed_books(
    business, owner
):
    invoice = an_issued_invoice(business, by=owner)
    with refused(BadDates, "date"):
        credit(invoice, None, by=owner, now=NOW, date=TODAY - DAY)
    business.closed_through = TODAY
    business.save()
    with refused(PeriodClosed, "date"):
        credit(invoice, None, by=owner, now=NOW, date=TODAY)
    note = credit(invoice, None, by=owner, now=NOW, date=TODAY + DAY)
    assert row(note)["date"] == TODAY + DAY


def test_a_voided_note_counts_no_more(business, owner, gst):
    invoice = an_issued_invoice(business, by=owner, lines=[a_line(3, 10, tax=gst)])
    credited(invoice, owner, line1=1)
    void = credited(invoice, owner, line1=2)
    void.void(by=owner, reason="", now=NOW)
    assert money_of(invoice)["amount_credited"] == Decimal("11.55")
    rest = credited(invoice, owner)
    assert rest.total == void.total
    assert money_of(invoice)["balance"] == 0


def test_a_credit_of_a_credited_and_reopened_invoice_takes_what_is_open(
    business, owner
):
    from payments.recording import unallocate

    invoice = an_issued_invoice(business, by=owner)
    payment = a_payment(business, invoice, 100, by=owner)
    first = credited(invoice, owner, line1="0.4")
    unallocate(payment, invoice, by=owner)
    assert money_of(invoice)["balance"] == 100

    second = credited(invoice, owner)

    assert money_of(invoice) == {
        "total": 100,
        "amount_paid": 0,
        "amount_credited": 100,
        "credit_applied": 60,
        "balance": 40,
    }
    assert [money_of(note)["balance"] for note in (first, second)] == [40, 0]


def test_a_bills_credit_has_its_vendors_number(business, owner):
    bill = an_approved_bill(business, by=owner)
    with refused(Invalid, "number"):
        credit(bill, None, by=owner, now=NOW, date=TODAY)
    note = credit(bill, None, by=owner, now=NOW, date=TODAY, number="V-2")
    assert (row(note)["direction"], row(note)["number"]) == ("received", "V-2")
