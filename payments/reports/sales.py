"""Sales by product and by partner: what was sold less what was credited, most first."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from invoices import money
from invoices.models import Invoice, InvoiceLine
from invoices.querysets import Direction
from invoices.querysets import Kind as What
from partners import public_ids
from partners.models import Business
from partners.tables import Column, Kind, Table
from payments.reports.counting import (
    base_notes,
    base_total,
    counted,
    in_currency,
    total,
)

_CHUNK = 2000
_Amounts = dict[str, Combinable]


@dataclass(frozen=True, slots=True)
class Sales:
    """What is asked: the days, both included."""

    since: datetime.date
    until: datetime.date


def sales_by_partner(business: Business, asked: Sales) -> Table:
    """One row for each customer and currency, by net in base currency, most first.

    Two queries over the documents of the days; the rows stream.
    """
    sold = Invoice.objects.for_business(business)
    documents: Any = sold.filter(**counted(asked.since, asked.until, Direction.ISSUED))
    amounts: _Amounts = {
        "net": F("subtotal"),
        "tax": F("tax_total"),
        "gross": F("total"),
    }
    sums = _sums(business, "", amounts)
    grouped = documents.order_by().values("partner_id", money=F("currency"))
    found = grouped.annotate(name=F("partner__name"), code=F("partner__code"), **sums)
    total_rows = documents.order_by().values(money=F("currency")).annotate(**sums)
    return Table(
        title=_title(_("Sales by partner"), asked),
        columns=[
            Column("partner", _("Partner")),
            Column("code", _("Code")),
            *_columns(),
            Column("partner_id", _("Partner ID"), Kind.KEY),
        ],
        rows=_rows(
            business, "partner", found.order_by("-base_net", "name", "partner_id")
        ),
        totals=_totals(business, total_rows.order_by("money"), 2),
        notes=base_notes(business),
    )


def sales_by_product(business: Business, asked: Sales) -> Table:
    """One row for each product and currency, by net in base currency, most first.

    Lines that name no product have a row of their own. Net is after the document's
    discount. Two queries over the lines of the days' documents; the rows stream.
    """
    sold = InvoiceLine.objects.for_business(business)
    lines: Any = sold.filter(
        **counted(asked.since, asked.until, Direction.ISSUED, to="invoice__")
    )
    amounts: _Amounts = {
        "net": F("amount") - F("discount"),
        "tax": F("tax_amount"),
        "gross": F("total"),
    }
    sums = _sums(business, "invoice__", amounts)
    quantity = total("quantity", "invoice__")
    currency = F("invoice__currency")
    grouped = lines.order_by().values("product_id", money=currency)
    found = grouped.annotate(
        name=F("product__name"), code=F("product__code"), quantity_sum=quantity, **sums
    )
    total_rows = lines.order_by().values(money=currency).annotate(**sums)
    return Table(
        title=_title(_("Sales by product"), asked),
        columns=[
            Column("product", _("Product")),
            Column("code", _("Code")),
            Column("quantity", _("Quantity"), Kind.NUMBER),
            *_columns(),
            Column("product_id", _("Product ID"), Kind.KEY),
        ],
        rows=_rows(
            business,
            "product",
            found.order_by("-base_net", "name", "product_id"),
            nameless=_("Without product"),
        ),
        totals=_totals(business, total_rows.order_by("money"), 3),
        notes=base_notes(business),
    )


def _title(name: str, asked: Sales) -> str:
    return f"{name}, {asked.since} – {asked.until}"


def _sums(business: Business, to: str, amounts: _Amounts) -> dict[str, Aggregate]:
    """What is summed up of each group; `to` leads from its rows to their documents."""
    count = (
        {"expression": "invoice_id", "distinct": True} if to else {"expression": "id"}
    )
    kinds = {"invoices": What.INVOICE, "notes": What.CREDIT_NOTE}
    return {
        **{
            name: Count(**count, filter=Q(**{f"{to}kind": kind}))
            for name, kind in kinds.items()
        },
        **{f"{name}_sum": total(amount, to) for name, amount in amounts.items()},
        "base_net": base_total(amounts["net"], business, to),
        "base_gross": base_total(amounts["gross"], business, to),
    }


def _columns() -> list[Column]:
    return [
        Column("invoices", _("Invoices"), Kind.COUNT),
        Column("credit_notes", _("Credit notes"), Kind.COUNT),
        Column("currency", _("Currency")),
        Column("net", _("Net"), Kind.MONEY),
        Column("tax", _("Tax"), Kind.MONEY),
        Column("gross", _("Gross"), Kind.MONEY),
        Column("base_currency", _("Base currency")),
        Column("base_net", _("Net in base currency"), Kind.MONEY, "base_currency"),
        Column("base_gross", _("Gross in base currency"), Kind.MONEY, "base_currency"),
    ]


def _rows(
    business: Business, what: str, found: QuerySet[Any, Any], nameless: str = ""
) -> Iterator[tuple[object, ...]]:
    for row in found.iterator(_CHUNK):
        quantity = [row["quantity_sum"]] if "quantity_sum" in row else []
        name, pk = row["name"] or nameless, row[f"{what}_id"]
        key = public_ids.encode(what, pk) if pk else ""
        yield (name, row["code"] or "", *quantity, *_figures(business, row), key)


def _figures(business: Business, row: dict[str, Any]) -> tuple[object, ...]:
    currency, base = row["money"], business.currency
    own = [row["net_sum"], row["tax_sum"], row["gross_sum"]]
    in_base = [row["base_net"], row["base_gross"]]
    return (
        row["invoices"],
        row["notes"],
        currency,
        *in_currency(own, currency),
        base,
        *in_currency(in_base, base),
    )


def _totals(
    business: Business, found: Iterable[dict[str, Any]], labels: int
) -> list[tuple[object, ...]]:
    """A sum for each currency; for several of them also one in base currency alone."""
    rows = list(found)
    blank: list[object] = ["", *[None] * (labels - 2)]
    totals: list[tuple[object, ...]] = [
        (_("Total"), *blank, *_figures(business, row), "") for row in rows
    ]
    if len(rows) > 1:
        counts = [sum(row[name] for row in rows) for name in ("invoices", "notes")]
        sums = [
            money.summed((row[name] for row in rows), business.currency)
            for name in ("base_net", "base_gross")
        ]
        nothing = ["", None, None, None]
        base = [business.currency, *in_currency(sums, business.currency)]
        totals.append((_("All currencies"), *blank, *counts, *nothing, *base, ""))
    return totals
