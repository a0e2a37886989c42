"""Exchange rates, dated taxes of several parts, and currencies without cents."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from invoices.exceptions import NoExchangeRate, NoTaxRate
from invoices.models import ExchangeRate, Tax, TaxRate
from invoices.models.exchange_rate import rate_on
from invoices.models.tax import component_rates, rates_on
from partners.models import Business
from tests.books import parts, row
from tests.factories import (
    NOW,
    TODAY,
    BusinessFactory,
    ProductFactory,
    TaxFactory,
    a_component,
    a_draft,
    a_line,
    an_issued_invoice,
)

DAY = datetime.timedelta(days=1)


def worth(business: Business, currency: str, rate: str, on=TODAY) -> ExchangeRate:
    return ExchangeRate.objects.create(
        business=business, currency=currency, date=on, rate=Decimal(rate), source="ECB"
    )


# --- exchange rates -----------------------------------------------------------------


def test_the_base_currency_is_worth_one(business):
    assert rate_on(business, "USD", TODAY) == 1


def test_the_latest_rate_up_to_the_day_counts(business):
    worth(business, "EUR", "1.1", TODAY - 10 * DAY)
    worth(business, "EUR", "1.2", TODAY)
    worth(business, "GBP", "1.3", TODAY)
    worth(BusinessFactory(), "EUR", "9", TODAY)
    assert rate_on(business, "EUR", TODAY - 10 * DAY) == Decimal("1.1")
    assert rate_on(business, "EUR", TODAY - DAY) == Decimal("1.1")
    assert rate_on(business, "EUR", TODAY + 99 * DAY) == Decimal("1.2")


def test_an_unknown_rate_is_never_made_up(business):
    worth(business, "EUR", "1.1", TODAY)
    worth(BusinessFactory(), "GBP", "9", TODAY)
    for currency, on in (("EUR", TODAY - DAY), ("GBP", TODAY)):
        with pytest.raises(NoExchangeRate) as caught:
            rate_on(business, currency, on)
        assert caught.value.field == "currency_rate"
        assert currency in caught.value.message


def test_the_rate_of_an_issued_document_stays_as_it_was(business, owner):
    known = worth(business, "EUR", "1.1", TODAY)
    invoice = an_issued_invoice(business, by=owner, currency="EUR")
    known.rate = Decimal(2)
    known.save()
    assert row(invoice)["currency_rate"] == Decimal("1.1")


# --- taxes --------------------------------------------------------------------------


def test_a_rate_is_in_force_until_the_next_begins(business):
    tax: Tax = TaxFactory(business=business, rate=0)
    component = a_component(tax, Decimal(19), valid_from=TODAY)
    TaxRate.objects.create(
        business=business, component=component, valid_from=TODAY + 9 * DAY, rate=16
    )
    for days, rate in ((0, 19), (8, 19), (9, 16), (999, 16)):
        (found,) = rates_on(business, [tax], TODAY + days * DAY)[tax.pk]
        assert found.rate == rate
    with pytest.raises(NoTaxRate) as caught:
        rates_on(business, [tax], TODAY - DAY)
    assert tax.code in caught.value.message


def test_no_taxes_need_no_rates(business, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert rates_on(business, [], TODAY) == {}


def test_the_parts_of_a_tax_keep_their_order(business):
    tax = TaxFactory(business=business, rate=0)
    second = a_component(tax, Decimal("9.975"), position=2, compound=True)
    first = a_component(tax, Decimal(5), position=1)
    other = TaxFactory(business=business, rate=7)
    found = component_rates(rates_on(business, [other, tax], TODAY))
    assert [(part.key, part.rate, part.compound) for part in found[tax.pk]] == [
        (str(first.pk), Decimal(5), False),
        (str(second.pk), Decimal("9.975"), True),
    ]
    assert [part.rate for part in found[other.pk]] == [7]


def test_another_business_s_rates_do_not_count(business):
    foreign = TaxFactory(business=BusinessFactory(), rate=7)
    with pytest.raises(NoTaxRate):
        rates_on(business, [foreign], TODAY)


def test_a_compound_part_is_charged_on_the_parts_before_it(business, owner):
    tax = TaxFactory(business=business, code="QC", rate=5)
    a_component(tax, Decimal("9.5"), position=2, compound=True)
    invoice = an_issued_invoice(business, by=owner, lines=[a_line(1, 100, tax=tax)])
    assert parts(invoice, "taxes", "position", "code", "rate", "base", "amount") == [
        (1, "QC", Decimal(5), Decimal(100), Decimal(5)),
        (2, "QC-2", Decimal("9.5"), Decimal(105), Decimal("9.98")),
    ]
    assert row(invoice)["tax_total"] == Decimal("14.98")


def test_a_part_that_begins_later_is_left_out_before(business, owner):
    tax = TaxFactory(business=business, rate=5)
    a_component(tax, Decimal(2), position=2, valid_from=TODAY)
    lines = [a_line(1, 100, tax=tax)]
    before = a_draft(business, by=owner, lines=lines, date=TODAY - DAY)
    after = a_draft(business, by=owner, lines=lines)
    assert [row(one)["tax_total"] for one in (before, after)] == [5, 7]


def test_a_part_that_began_since_the_draft_is_charged_at_issue(business, owner):
    tax = TaxFactory(business=business, rate=5)
    invoice = a_draft(business, by=owner, lines=[a_line(1, 100, tax=tax)])
    a_component(tax, Decimal(2), position=2)
    invoice.issue(by=owner, now=NOW)
    assert parts(invoice, "taxes", "rate", "amount") == [
        (Decimal(5), Decimal(5)),
        (Decimal(2), Decimal(2)),
    ]
    assert row(invoice)["total"] == 107


def test_a_line_names_each_tax_once_in_the_summary(business, owner):
    low, high = (TaxFactory(business=business, rate=rate) for rate in (7, 19))
    lines = [a_line(1, 10, tax=tax) for tax in (high, low, high, None)]
    invoice = an_issued_invoice(business, by=owner, lines=lines)
    assert sorted(parts(invoice, "taxes", "rate", "base", "amount")) == [
        (Decimal(7), Decimal(10), Decimal("0.70")),
        (Decimal(19), Decimal(20), Decimal("3.80")),
    ]


# --- currencies ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "amount", "discount", "tax", "total"),
    [
        ("JPY", "333", "33", "30", "330"),
        ("USD", "333.33", "33.33", "30.00", "330.00"),
        ("KWD", "333.333", "33.333", "30.000", "330.000"),
    ],
)
def test_every_currency_rounds_to_its_own_decimals(  # noqa: PLR0917 - a table
    business, owner, currency, amount, discount, tax, total
):
    vat = TaxFactory(business=business, rate=10)
    invoice = an_issued_invoice(
        business,
        by=owner,
        currency=currency,
        currency_rate=Decimal(1),
        discount_percent=Decimal(10),
        lines=[a_line(1, "333.3333", tax=vat)],
    )
    stored = row(invoice)
    assert [
        stored[name]
        for name in ("line_total", "discount_total", "tax_total", "total", "balance")
    ] == [Decimal(text) for text in (amount, discount, tax, total, total)]
    assert parts(invoice, "lines", "unit_price", "total") == [
        (Decimal("333.3333"), Decimal(total))
    ]


# --- master data --------------------------------------------------------------------


def test_a_form_refuses_what_the_database_would_refuse(business):
    foreign = TaxFactory(business=BusinessFactory())
    product = ProductFactory(business=business)
    product.selling_tax = foreign
    with pytest.raises(ValidationError, match="belongs to another business"):
        product.full_clean()
    product.selling_tax = TaxFactory(business=business)
    product.full_clean()


def test_rows_say_what_they_are(business):
    tax = TaxFactory(business=business, code="VAT", rate="19.50")
    rate = TaxRate.objects.get(component__tax=tax)
    assert [str(one) for one in (tax, rate, worth(business, "EUR", "1.10"))] == [
        "VAT",
        "19.5 % from 2000-01-01",
        "1 EUR = 1.1 on 2026-03-10",
    ]
