"""Tax by period and rate: what is owed for sales, and what was paid for purchases."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from invoices import money
from invoices.models import Invoice, InvoiceLine, InvoiceTax
from invoices.models.tax import CATEGORIES
from invoices.querysets import Direction
from partners.models import Business
from partners.tables import Column, Kind, Table
from payments.reports.counting import (
    base_notes,
    base_total,
    counted,
    in_currency,
    total,
)
from payments.reports.periods import START_OF, By, end_of, named

_KINDS = dict(CATEGORIES)
_KEYLESS = ("", "", "")
_SUMS = ("documents", "net_sum", "tax_sum", "base_net", "base_tax")


@dataclass(frozen=True, slots=True)
class TaxPeriods:
    """What is asked: the days, both included, and how they are grouped."""

    since: datetime.date
    until: datetime.date
    by: By = By.MONTH


def tax_by_rate(business: Business, asked: TaxPeriods) -> Table:
    """One row for each side, period, tax, rate, category and currency.

    The totals are those of the documents, with which the taxes agree to the cent in
    the documents' currency; where a tax has several components, each row repeats the
    net that it taxes. Three queries, which read the documents of the days, their taxes
    and their untaxed lines.
    """
    taxed = InvoiceTax.objects.for_business(business).filter(
        **counted(asked.since, asked.until, to="invoice__")
    )
    untaxed = InvoiceLine.objects.for_business(business).filter(
        **counted(asked.since, asked.until, to="invoice__"), tax=None
    )
    found = [*_of_taxes(business, taxed, asked), *_of_lines(business, untaxed, asked)]
    side = list(Direction).index
    found.sort(
        key=lambda row: (
            side(row["side"]),
            row["start"],
            row["money"],
            row["code"] == "",
            row["code"],
            row["rate"] or 0,
            row["category"],
        )
    )
    return Table(
        title=_("Tax by period and rate, {since} to {until}").format(
            since=asked.since, until=asked.until
        ),
        columns=_columns(),
        rows=[_row(business, row, asked) for row in found],
        totals=list(_totals(business, asked)),
        notes=[
            *base_notes(business),
            _("A tax of several components has a row for each, on the same net."),
        ],
    )


def _of_taxes(
    business: Business, rows: QuerySet[Any], asked: TaxPeriods
) -> Iterator[dict[str, Any]]:
    grouped = rows.order_by().values(
        "code",
        "rate",
        "category",
        side=F("invoice__direction"),
        start=START_OF[asked.by]("invoice__date"),
        money=F("invoice__currency"),
    )
    yield from grouped.annotate(
        documents=Count("invoice_id", distinct=True),
        net_sum=total("base", "invoice__"),
        tax_sum=total("amount", "invoice__"),
        base_net=base_total("base", business, "invoice__"),
        base_tax=base_total("amount", business, "invoice__"),
    )


def _of_lines(
    business: Business, rows: QuerySet[Any], asked: TaxPeriods
) -> Iterator[dict[str, Any]]:
    grouped = rows.order_by().values(
        side=F("invoice__direction"),
        start=START_OF[asked.by]("invoice__date"),
        money=F("invoice__currency"),
    )
    net = F("amount") - F("discount")
    zero = Decimal(0)
    for row in grouped.annotate(
        documents=Count("invoice_id", distinct=True),
        net_sum=total(net, "invoice__"),
        base_net=base_total(net, business, "invoice__"),
    ):
        nothing = {"code": "", "rate": None, "category": ""}
        yield {**row, **nothing, "tax_sum": zero, "base_tax": zero}


def _columns() -> list[Column]:
    return [
        Column("side", _("Side")),
        Column("period", _("Period")),
        Column("tax", _("Tax")),
        Column("rate", _("Rate in %"), Kind.PERCENT),
        Column("category", _("Category")),
        Column("documents", _("Documents"), Kind.COUNT),
        Column("currency", _("Currency")),
        Column("net", _("Net"), Kind.MONEY),
        Column("tax_amount", _("Tax amount"), Kind.MONEY),
        Column("base_currency", _("Base currency")),
        Column("base_net", _("Net in base currency"), Kind.MONEY, "base_currency"),
        Column("base_tax", _("Tax in base currency"), Kind.MONEY, "base_currency"),
        Column("direction", _("Direction"), Kind.KEY),
        Column("since", _("From"), Kind.KEY),
        Column("until", _("To"), Kind.KEY),
    ]


def _row(
    business: Business, row: dict[str, Any], asked: TaxPeriods
) -> tuple[object, ...]:
    start = row["start"]
    return (
        _side(row["side"]),
        named(start, asked.by),
        row["code"] or _("No tax"),
        row["rate"],
        _category(row),
        *_figures(business, row),
        row["side"],
        str(max(start, asked.since)),
        str(min(end_of(start, asked.by), asked.until)),
    )


def _figures(business: Business, row: dict[str, Any]) -> tuple[object, ...]:
    documents, net, tax, base_net, base_tax = (row[name] for name in _SUMS)
    base, currency = business.currency, row["money"]
    own = in_currency([net, tax], currency)
    return (documents, currency, *own, base, *in_currency([base_net, base_tax], base))


def _category(row: dict[str, Any]) -> str:
    """The category said, or else standard, or zero where the rate is: as e-invoices."""
    if row["rate"] is None:
        return ""
    code = row["category"] or ("S" if row["rate"] else "Z")
    return f"{code} {_KINDS.get(code, '')}".strip()


def _side(direction: str) -> str:
    return _("Sales") if direction == Direction.ISSUED else _("Purchases")


def _totals(business: Business, asked: TaxPeriods) -> Iterator[tuple[object, ...]]:
    """For each side a sum by currency, and in base currency for several of them."""
    documents = Invoice.objects.for_business(business)
    rows = documents.filter(**counted(asked.since, asked.until)).order_by()
    found: list[Any] = list(
        rows.values(side=F("direction"), money=F("currency"))
        .annotate(
            documents=Count("id"),
            net_sum=total("subtotal"),
            tax_sum=total("tax_total"),
            base_net=base_total("subtotal", business),
            base_tax=base_total("tax_total", business),
        )
        .order_by("money")
    )
    names = {
        Direction.ISSUED: (_("Total of sales"), _("Sales in all currencies")),
        Direction.RECEIVED: (_("Total of purchases"), _("Purchases in all currencies")),
    }
    for direction, (name, name_of_all) in names.items():
        side = [row for row in found if row["side"] == direction]
        for row in side:
            yield (name, "", "", None, "", *_figures(business, row), *_KEYLESS)
        if len(side) > 1:
            yield (name_of_all, "", "", None, "", *_in_base(business, side), *_KEYLESS)


def _in_base(business: Business, rows: list[dict[str, Any]]) -> tuple[object, ...]:
    base = business.currency
    documents = sum(row["documents"] for row in rows)
    sums = (
        money.summed((row[name] for row in rows), base)
        for name in ("base_net", "base_tax")
    )
    return (documents, "", None, None, base, *in_currency(sums, base))
