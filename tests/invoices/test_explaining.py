"""Each cent of a document has a reason, and the reasons sum to what is stored."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoices.crediting import credit
from invoices.explaining import Explanation, explain
from invoices.models import Invoice, Tax
from partners.access import Actor
from partners.models import Business
from tests.factories import (
    NOW,
    TODAY,
    TaxFactory,
    a_component,
    a_draft,
    a_line,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db


def figures(explained: Explanation) -> tuple[Any, ...]:
    return (
        explained.line_total,
        explained.discount,
        explained.subtotal,
        explained.tax_total,
        explained.total,
    )


def stored(document: Invoice) -> tuple[Any, ...]:
    return (
        document.line_total,
        document.discount_total,
        document.subtotal,
        document.tax_total,
        document.total,
    )


def must_add_up(document: Invoice) -> Explanation:
    """The explanation, after every sum in it was made."""
    document = Invoice.objects.get(pk=document.pk)
    told = explain(document)
    assert told.agrees
    assert figures(told) == stored(document)
    assert all(identity.holds for identity in told.identities)
    rows = document.lines.order_by("position")
    for line, row in zip(told.lines, rows, strict=True):
        assert line.raw + line.rounding == line.amount == row.amount
        assert line.amount - (line.discount.got if line.discount else 0) == line.net
        assert line.net + line.tax == line.total == row.total
    for tax, kept in zip(told.taxes, document.taxes.order_by("position"), strict=True):
        assert (tax.base, tax.amount) == (kept.base, kept.amount)
        assert tax.raw + tax.rounding == tax.amount
    return told


def test_a_documents_cents_are_told_step_by_step(
    business: Business, owner: Actor
) -> None:
    tax = TaxFactory(business=business, rate=19, code="VAT")
    document = an_issued_invoice(
        business,
        by=owner,
        discount_percent=Decimal("3.3"),
        lines=[
            a_line("0.333", "10.01", tax=tax, description="One"),
            a_line(1, "3.33", tax=tax, description="Two"),
            a_line(1, "3.33", tax=tax, description="Three"),
        ],
    )
    told = must_add_up(document)
    one, two, three = told.lines
    assert (one.raw, one.amount) == (Decimal("3.33333"), Decimal("3.33"))
    assert one.rounding == Decimal("-0.00333")
    assert told.discount_raw == Decimal("0.32967")
    assert told.discount == Decimal("0.33")
    shares = [line.discount for line in (one, two, three)]
    assert [part and part.raw for part in shares] == [Decimal("0.10989")] * 3
    assert {part and part.got for part in shares} == {Decimal("0.11")}
    [vat] = told.taxes
    assert (vat.label, vat.base) == ("VAT 19 %", Decimal("9.66"))
    assert (vat.raw, vat.amount) == (Decimal("1.8354"), Decimal("1.84"))
    assert [part.raw for part in vat.parts] == [Decimal("0.6118")] * 3
    # 0.61 each, and the one unit that is missing to one of three that lost alike.
    assert sorted(part.got for part in vat.parts) == [
        Decimal("0.61"),
        Decimal("0.61"),
        Decimal("0.62"),
    ]
    assert [part.extra for part in vat.parts].count(True) == 1
    assert [identity.rule for identity in told.identities] == [
        "BR-CO-10",
        "BR-CO-13",
        "BR-CO-14",
        "BR-CO-15",
    ]


def test_a_foreign_document_is_told_in_the_base_currency_at_its_frozen_rate(
    business: Business, owner: Actor
) -> None:
    document = an_issued_invoice(
        business,
        by=owner,
        currency="JPY",
        currency_rate=Decimal("0.00671"),
        lines=[a_line(3, "333.4")],
    )
    told = must_add_up(document)
    assert (told.total, told.base_raw) == (Decimal(1000), Decimal("6.71000"))
    assert (told.base_total, told.base_currency) == (Decimal("6.71"), "USD")


def test_a_compound_tax_is_told_component_by_component(
    business: Business, owner: Actor
) -> None:
    tax = TaxFactory(business=business, rate=5, code="GST")
    a_component(tax, Decimal("9.975"), position=2, compound=True)
    lines = [a_line(1, "10.05", tax=tax), a_line(2, "7.77", tax=tax)]
    told = must_add_up(an_issued_invoice(business, by=owner, lines=lines))
    gst, qst = told.taxes
    assert (gst.compound, qst.compound) == (False, True)
    assert qst.base == gst.base + gst.amount
    for line in told.lines:
        first, second = line.taxes
        assert second.base == first.base + first.got
        assert line.tax == first.got + second.got


def test_credit_notes_are_told_from_what_they_took(
    business: Business, owner: Actor
) -> None:
    tax = TaxFactory(business=business, rate=7)
    lines = [a_line(3, "33.33", tax=tax), a_line(1, "0.05", tax=tax)]
    invoice = an_issued_invoice(
        business, by=owner, lines=lines, discount_percent=Decimal(10)
    )
    for quantities in ({1: Decimal(1)}, {1: Decimal(1)}, None):
        note = credit(invoice, quantities, by=owner, now=NOW, date=TODAY)
        told = must_add_up(note)
        assert told.is_credit
        parts = [part.got for line in told.lines for part in line.taxes]
        assert sum(parts) == told.tax_total


def test_a_draft_is_told_by_the_rates_it_was_computed_with(
    business: Business, owner: Actor
) -> None:
    tax = TaxFactory(business=business, rate=10)
    draft = a_draft(business, by=owner, lines=[a_line(1, 50, tax=tax)])
    tax.components.get().rates.create(
        business=business, rate=20, valid_from=TODAY - datetime.timedelta(days=1)
    )
    [told] = must_add_up(draft).taxes
    assert (told.rate, told.amount) == (Decimal(10), Decimal(5))


amounts = st.decimals("-999.999", "9999.999999", places=6)
quantities = st.decimals("0.001", "99.999", places=3)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(st.tuples(quantities, amounts, st.integers(0, 2)), max_size=8),
    discount=st.decimals("0", "100", places=2),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_the_explanation_of_any_document_equals_what_is_stored(
    business: Business, owner: Actor, rows: Any, discount: Decimal, currency: str
) -> None:
    taxes = _taxes(business)
    # A line that makes up for the negative ones.
    lines = [a_line(1, 900_000)]
    lines += [a_line(count, price, tax=taxes[n]) for count, price, n in rows]
    document = a_draft(
        business,
        by=owner,
        lines=lines,
        discount_percent=discount,
        currency=currency,
        currency_rate=Decimal(1) if currency == "USD" else Decimal("1.23456789"),
    )
    must_add_up(document)


def _taxes(business: Business) -> list[Tax | None]:
    """None, a plain one and a compound one; made once for all examples."""
    known = list(Tax.objects.for_business(business).order_by("id"))
    if not known:
        known = [TaxFactory(business=business, rate="8.875") for _ in range(2)]
        a_component(known[1], Decimal("3.3"), position=2, compound=True)
    return [None, *known]
