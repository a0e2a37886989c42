"""What the reports say, compared as whole tables on small books."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoices import money
from invoices.admin import display
from invoices.crediting import credit
from invoices.models import Event, Invoice, Product
from invoices.models.event import seal
from partners.exceptions import Invalid
from partners.models import Business, Partner
from partners.tables import Kind, Table
from payments.reports.account import Account, statement_of_account
from payments.reports.exchange import Realised, realised_gains
from payments.reports.journal import Journal, journal
from payments.reports.periods import By, Period, named
from payments.reports.sales import Sales, sales_by_partner, sales_by_product
from payments.reports.tax import TaxPeriods, tax_by_rate
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    BankLineFactory,
    BankStatementFactory,
    BusinessFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_bill,
    a_component,
    a_draft,
    a_line,
    a_payment,
    an_approved_bill,
    an_issued_invoice,
)

D = Decimal
DAY = datetime.timedelta(days=1)
JANUARY = datetime.date(2026, 1, 31)
YEAR = (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))


def told(table: Table) -> list[list[Any]]:
    """The headings by name, the rows and the totals, amounts as they are written."""
    shown = [column.kind != Kind.KEY for column in table.columns]
    found = [[column.name for column in table.columns], *table.rows, *table.totals]
    return [
        [
            str(cell) if isinstance(cell, Decimal) else cell
            for cell, seen in zip(row, shown, strict=True)
            if seen
        ]
        for row in found
    ]


def keys(table: Table) -> list[tuple[Any, ...]]:
    """What each row says to programs only."""
    places = [n for n, column in enumerate(table.columns) if column.kind == Kind.KEY]
    return [tuple(row[place] for place in places) for row in table.rows]


@pytest.fixture
def books(business, owner) -> Business:
    """Sales in two months, currencies and taxes, and all that does not count."""
    ada = PartnerFactory(business=business, name="Ada", code="A")
    ben = PartnerFactory(business=business, name="Ben", code="B")
    saw = ProductFactory(business=business, name="Saw", code="SAW")
    vat = TaxFactory(business=business, code="VAT", rate=19)
    zero = TaxFactory(business=business, code="ZERO", rate=0, category="E")
    a_component(zero, D(0))
    both = TaxFactory(business=business, code="GST", rate=5)
    a_component(both, D(10), position=2, compound=True)

    def sold(partner: Any, lines: Any, **more: Any) -> Any:
        return an_issued_invoice(
            business, by=owner, partner=partner, lines=lines, **more
        )

    sold(ada, [a_line(2, 100, tax=vat, product=saw), a_line(1, 50)], date=JANUARY)
    first = sold(
        ada, [a_line(3, "33.33", tax=vat, product=saw)], discount_percent=D(10)
    )
    credit(first, {1: D(1)}, by=owner, now=NOW, date=TODAY, reason="One broke")
    sold(
        ben,
        [a_line(1, "10.01", tax=vat), a_line(1, 20, tax=zero)],
        currency="EUR",
        currency_rate=D("1.2345"),
    )
    sold(ben, [a_line(1, 100, tax=both)]).write_off(by=owner, reason="Gone")
    sold(ben, [a_line(1, 700, tax=vat)]).void(by=owner, reason="Wrong", now=NOW)
    sold(ben, [a_line(1, 800, tax=vat)], date=datetime.date(2027, 1, 1))
    a_draft(business, by=owner, partner=ben, lines=[a_line(1, 900, tax=vat)])
    vendor = PartnerFactory(business=business, name="Vic", is_vendor=True)
    an_approved_bill(
        business, by=owner, partner=vendor, lines=[a_line(1, 40, tax=vat, product=saw)]
    )
    a_bill(business, "V-2", by=owner, partner=vendor, lines=[a_line(1, 60, tax=vat)])
    other = BusinessFactory(name="Zebra")
    an_issued_invoice(other, lines=[a_line(1, 5000, product=None)])
    return business


def test_tax_by_period_and_rate(books, django_assert_num_queries) -> None:
    with django_assert_num_queries(3):
        table = tax_by_rate(books, TaxPeriods(*YEAR))
    names = [
        *("side", "period", "tax", "rate", "category", "documents"),
        *("currency", "net", "tax_amount", "base_currency", "base_net", "base_tax"),
    ]
    standard, us = "S standard rate", ("USD",)
    usd = [
        ("2026-01", "VAT", "19", standard, 1, "200.00", "38.00"),
        ("2026-01", "No tax", None, "", 1, "50.00", "0.00"),
        ("2026-03", "GST", "5", standard, 1, "100.00", "5.00"),
        ("2026-03", "GST-2", "10", standard, 1, "105.00", "10.50"),
        ("2026-03", "VAT", "19", standard, 2, "59.99", "11.40"),
    ]
    rows: list[Any] = [["Sales", *row[:5], *us, *row[5:], *us, *row[5:]] for row in usd]
    in_euro = ["Sales", "2026-03", "VAT", "19", standard, 1, "EUR", "10.01", "1.90"]
    exempt = ["Sales", "2026-03", "ZERO", "0", "E exempt", 1, "EUR", "20.00", "0.00"]
    rows[2:2] = [[*in_euro, *us, "12.36", "2.35"], [*exempt, *us, "24.69", "0.00"]]
    blank, bought = ["", "", None, ""], ["40.00", "7.60"]
    sold = ["409.99", "64.90"]
    assert told(table) == [
        names,
        *rows,
        ["Purchases", "2026-03", *usd[0][1:4], 1, *us, *bought, *us, *bought],
        ["Total of sales", *blank, 1, "EUR", "30.01", "1.90", *us, "37.05", "2.35"],
        ["Total of sales", *blank, 4, *us, *sold, *us, *sold],
        ["Sales in all currencies", *blank, 5, "", None, None, *us, "447.04", "67.25"],
        ["Total of purchases", *blank, 1, *us, *bought, *us, *bought],
    ]
    assert keys(table)[0] == ("issued", "2026-01-01", "2026-01-31")
    assert keys(table)[-1] == ("received", "2026-03-01", "2026-03-31")
    by = {
        length: {row[1] for row in tax_by_rate(books, TaxPeriods(*YEAR, length)).rows}
        for length in (By.QUARTER, By.YEAR)
    }
    assert by == {By.QUARTER: {"2026-Q1"}, By.YEAR: {"2026"}}
    february = TaxPeriods(JANUARY + datetime.timedelta(1), datetime.date(2026, 2, 28))
    assert told(tax_by_rate(books, february)) == [names]


def test_sales_by_partner_and_by_product(books, django_assert_num_queries) -> None:
    saw, ada = Product.objects.get(code="SAW"), Partner.objects.get(code="A")
    with django_assert_num_queries(4):
        partners = told(sales_by_partner(books, Sales(*YEAR)))
        products = told(sales_by_product(books, Sales(*YEAR)))
    assert keys(sales_by_partner(books, Sales(*YEAR)))[0] == (ada.public_id,)
    found = keys(sales_by_product(books, Sales(*YEAR)))
    assert found == [(saw.public_id,), ("",), ("",)]
    figures = [
        *("invoices", "credit_notes", "currency", "net", "tax", "gross"),
        *("base_currency", "base_net", "base_gross"),
    ]
    euro = [1, 0, "EUR", "30.01", "1.90", "31.91", "USD", "37.05", "39.39"]
    usd = ["USD", "409.99", "64.90", "474.89", "USD", "409.99", "474.89"]
    both = [4, 1, "", None, None, None, "USD", "447.04", "514.28"]
    assert partners == [
        ["partner", "code", *figures],
        ["Ada", "A", 2, 1, *_usd("309.99", "49.40", "359.39")],
        ["Ben", "B", 1, 0, *_usd("100.00", "15.50", "115.50")],
        ["Ben", "B", *euro],
        ["Total", "", *euro],
        ["Total", "", 3, 1, *usd],
        ["All currencies", "", *both],
    ]
    assert products == [
        ["product", "code", "quantity", *figures],
        ["Saw", "SAW", "4", 2, 1, *_usd("259.99", "49.40", "309.39")],
        ["Without product", "", "2", 2, 0, *_usd("150.00", "15.50", "165.50")],
        ["Without product", "", "2", *euro],
        ["Total", "", None, *euro],
        ["Total", "", None, 3, 1, *usd],
        ["All currencies", "", None, *both],
    ]


def _usd(net: str, tax: str, gross: str) -> list[str]:
    return ["USD", net, tax, gross, "USD", net, gross]


def test_a_statement_of_account_is_that_which_is_mailed(books) -> None:
    ada = Partner.objects.get(code="A")
    assert told(statement_of_account(books, Account(ada, *YEAR))) == [
        ["date", "what", "number", "currency", "amount", "balance"],
        [YEAR[0], "Brought forward", "", "USD", None, "0.00"],
        [JANUARY, "Invoice", "INV-2026-00001", "USD", "288.00", "288.00"],
        [TODAY, "Invoice", "INV-2026-00002", "USD", "107.09", "395.09"],
        [TODAY, "Credit note", "CN-2026-00001", "USD", "-35.70", "359.39"],
        [YEAR[1], "Balance", "", "USD", None, "359.39"],
    ]
    ben = Partner.objects.get(code="B")
    with pytest.raises(Invalid, match="Choose one of EUR, USD") as caught:
        statement_of_account(books, Account(ben, *YEAR))
    assert caught.value.field == "currency"


def test_the_journal_tells_who_did_what_with_its_hash(
    business, owner, django_assert_num_queries
) -> None:
    partner = PartnerFactory(business=business, name="Ada")
    draft = a_draft(business, by=owner, partner=partner)
    invoice = an_issued_invoice(business, by=owner, partner=partner)
    seal(business)
    event = Event.record(partner, "statement.queued", by=owner, closing=D(5))
    an_issued_invoice(BusinessFactory())
    draft_pk = draft.pk
    draft.delete(by=owner)
    today = timezone.now().date()
    asked = Journal(today - DAY, today + DAY)
    with django_assert_num_queries(3):
        rows = list(journal(business, asked).rows)
    events = list(Event.objects.for_business(business).order_by("id"))
    said = [f"number: {invoice.number}", "total: 100.00", "currency: USD"]
    assert [row[1:-1] for row in rows] == [
        (owner.name, "invoice.drafted", "invoice", f"#{draft_pk}", *_sealed(events[0])),
        (owner.name, "invoice.drafted", "invoice", invoice.number, *_sealed(events[1])),
        (owner.name, "invoice.issued", "invoice", invoice.number, *_sealed(events[2])),
        (owner.name, "statement.queued", "partner", "Ada", "closing: 5", None, ""),
        (owner.name, "invoice.deleted", "invoice", f"#{draft_pk}", "", None, ""),
    ]
    assert sorted(str(rows[2][5]).split(", ")) == sorted(said)
    assert [row[-1] for row in rows] == [str(one.subject_id) for one in events]
    assert (rows[0][0], rows[3][0]) == (events[0].at, event.at)
    chosen = [replace(asked, verb="invoice.i"), replace(asked, actor="x@example.com")]
    assert [len(list(journal(business, one).rows)) for one in chosen] == [1, 0]
    past = Journal(today - 9 * DAY, today - 2 * DAY)
    assert list(journal(business, past).rows) == []


def _sealed(event: Event) -> tuple[object, ...]:
    assert len(event.hash) == 64
    return (display.said(event), event.position, event.hash)


def test_gains_are_realised_and_charges_told_by_payment(
    business, owner, django_assert_num_queries
) -> None:
    ada = PartnerFactory(business=business, name="Ada")
    document = {"partner": ada, "currency": "EUR", "currency_rate": D("1.25")}
    first = an_issued_invoice(business, by=owner, **document)
    second = an_issued_invoice(business, by=owner, **document)
    account = AccountFactory(business=business)
    paid = {"by": owner, "account": account, "partner": ada, "currency": "EUR"}
    up = a_payment(
        business, first, "10.01", currency_rate=D("1.3"), reference="up", **paid
    )
    down = {"currency_rate": D("1.2"), "date": TODAY + DAY, "reference": "down"}
    a_payment(business, second, 20, spare=5, **down, **paid)
    a_payment(business, an_issued_invoice(business, by=owner), 3, by=owner)
    other = BusinessFactory()
    foreign = an_issued_invoice(other, currency="EUR", currency_rate=D(2))
    a_payment(other, foreign, 7, currency_rate=D(3))
    statement = BankStatementFactory(account=account, currency="EUR")
    decided = {"state": "matched", "decided_by": "x", "decided_at": NOW}
    BankLineFactory(statement=statement, payment=up, charge=D("1.50"), **decided)
    with django_assert_num_queries(3):
        table = realised_gains(business, Realised(*YEAR))
    eur, usd = "EUR", "USD"
    assert told(table) == [
        [
            *("date", "what", "partner", "reference", "currency", "amount"),
            *("rate", "base_currency", "gain"),
        ],
        [TODAY, "Bank charge", "Ada", "up", eur, "1.50", "1.3", usd, "-1.95"],
        [TODAY, "Exchange gain", "Ada", "up", eur, "10.01", "1.3", usd, "0.50"],
        [
            TODAY + DAY,
            "Exchange loss",
            "Ada",
            "down",
            eur,
            "20.00",
            "1.2",
            usd,
            "-1.00",
        ],
        [None, "Total", "", "", "", None, None, usd, "-2.45"],
    ]
    assert told(realised_gains(business, Realised(YEAR[0], JANUARY)))[1:] == []


@given(seed=st.integers(0, 10**6))
@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_taxes_agree_with_the_documents_to_the_cent(business, owner, seed) -> None:
    random = Random(seed)
    taxes = [
        TaxFactory(business=business, rate=D(random.randint(1, 2500)) / 100)
        for _ in range(3)
    ]
    for number in range(8):
        lines = [
            a_line(
                random.randint(1, 9),
                D(random.randint(1, 99999)) / 100,
                tax=random.choice([None, *taxes]),
            )
            for _ in range(random.randint(1, 4))
        ]
        currency, rate = random.choice([("USD", D(1)), ("JPY", D("0.0067"))])
        make = random.choice([an_issued_invoice, an_approved_bill])
        named = {} if make is an_issued_invoice else {"number": f"{seed}-{number}"}
        document = make(
            business,
            by=owner,
            lines=lines,
            currency=currency,
            currency_rate=rate,
            discount_percent=D(random.randint(0, 30)),
            **named,
        )
        if random.random() < 0.4:
            credit(
                document,
                {1: D(1)},
                by=owner,
                now=NOW,
                date=TODAY,
                number=f"C{seed}-{number}",
            )
    table = tax_by_rate(business, TaxPeriods(*YEAR))
    by_rows, by_totals = (_taxes(table, rows) for rows in (table.rows, table.totals))
    assert by_rows == by_totals == _documents(business)


def _taxes(table: Table, rows: Any) -> dict[tuple[str, str], list[Decimal]]:
    """Net and tax by side and currency."""
    found: Any = defaultdict(lambda: [D(0), D(0)])
    for row in rows:
        if row[6]:
            side = "Sales" if "ales" in row[0] else "Purchases"
            sums = found[side, row[6]]
            found[side, row[6]] = [sums[0] + row[7], sums[1] + row[8]]
    return dict(found)


def _documents(business: Business) -> dict[tuple[str, str], list[Decimal]]:
    found: Any = defaultdict(lambda: [D(0), D(0)])
    for document in Invoice.objects.for_business(business):
        side = "Sales" if document.direction == "issued" else "Purchases"
        sign = 1 if document.kind == "invoice" else -1
        sums = found[side, document.currency]
        amounts = (document.subtotal, document.tax_total)
        found[side, document.currency] = [
            total + sign * amount for total, amount in zip(sums, amounts, strict=True)
        ]
    return dict(found)


@pytest.mark.django_db
def test_the_database_rounds_as_we_do() -> None:
    random = Random(1)
    numbers = [D(random.randint(-(10**9), 10**9)).scaleb(-4) for _ in range(200)]
    numbers += [D("0.005"), D("-0.005"), D("2.675"), D("-1.5"), D("2.5")]
    for currency in ("USD", "JPY", "BHD"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT round(n::numeric, %s) FROM unnest(%s::text[]) n",
                [money.exponent(currency), [str(number) for number in numbers]],
            )
            found = [row[0] for row in cursor]
        assert found == [money.rounded(number, currency) for number in numbers]


@pytest.mark.parametrize(
    ("today", "days"),
    [
        ("2026-03-31", "03-01 03-31 02-01 02-28 01-01 03-31 2025-10-01 2025-12-31"),
        ("2026-01-01", "01-01 01-31 2025-12-01 2025-12-31 01-01 03-31 2025-10-01 2025-12-31"),
        ("2026-12-31", "12-01 12-31 11-01 11-30 10-01 12-31 07-01 09-30"),
    ],
)  # fmt: skip
def test_periods_are_named_by_where_they_stand_today(today, days) -> None:
    day = datetime.date.fromisoformat(today)
    found = [str(one) for period in list(Period)[:4] for one in period.days(day)]
    assert " ".join(found).replace("2026-", "") == days
    assert Period.THIS_YEAR.days(day) == YEAR
    assert [str(one) for one in Period.LAST_YEAR.days(day)] == [
        "2025-01-01",
        "2025-12-31",
    ]
    assert [named(datetime.date(2026, 10, 1), by) for by in By] == [
        "2026-10",
        "2026-Q4",
        "2026",
    ]
