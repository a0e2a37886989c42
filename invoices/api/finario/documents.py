"""Lists in the contract's words, written as JSON by PostgreSQL itself.

The contract has no pages: a list is everything. So no list is ever built of objects:
one statement selects the texts of all rows, and they are joined while they are sent. `…Out` serializers describe the shapes for the
OpenAPI document; a test holds both to each other.
"""

from __future__ import annotations

import datetime
import json
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

import orjson
from django.db import connection

from invoices import money
from partners import prepared
from partners.models import Business
from partners.public_ids import encode_sql

_AT_ONCE = 2000


def array(sql: str, params: Sequence[Any]) -> Iterator[bytes]:
    """One JSON array of the texts that a statement selects, in chunks.

    The whole result is here, in the driver's memory, before the first chunk: what is
    sent then needs no connection any more. A cursor left open on the server would, and
    a client who goes away in the middle would leave it to the garbage collector, which
    may come while the same thread holds the connection's lock.
    """
    opening = b"["
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield opening + ",".join(text for (text,) in rows).encode()
            opening = b","
    yield b"]" if opening == b"," else b"[]"


def array_of(documents: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """One JSON array of these documents, in chunks."""
    opening = b"["
    while some := list(islice(documents, _AT_ONCE)):
        yield opening + b",".join(map(orjson.dumps, some))
        opening = b","
    yield b"]" if opening == b"," else b"[]"


def cents_sql(amount: str, currency: str) -> str:
    """An amount in the smallest units of its currency, which it is a multiple of."""
    by_factor: dict[int, list[str]] = {}
    for code, places in money.EXPONENTS.items():
        by_factor.setdefault(10**places, []).append(f"'{code}'")
    whens = " ".join(
        f"WHEN {currency} IN ({', '.join(codes)}) THEN {factor}"
        for factor, codes in by_factor.items()
    )
    return f"({amount} * CASE {whens} ELSE 100 END)::bigint"


def _amount(amount: str, currency: str) -> str:
    cents = cents_sql(amount, currency)
    return _object(f"{cents} AS cents, {currency} AS currency")


def _object(columns: str) -> str:
    """A JSON object without spaces, which json_build_object would put in."""
    return f"(SELECT row_to_json(o) FROM (SELECT {columns}) o)"  # noqa: S608


def _blank(column: str) -> str:
    return f"nullif({column}, '')"


def _assignment(user: str, cost: str, unassigned: str) -> str:
    return _object(f"""
           {encode_sql("business", "d.business_id")} AS organization_id,
           {encode_sql("user", user)} AS user_id,
           {encode_sql("project", "d.project_id")} AS investment_id,
           {encode_sql("cost", cost)} AS cost_id,
           {unassigned} AS manually_unassigned""")


@cache
def _invoice_sql() -> str:
    total = "CASE d.kind WHEN 'credit_note' THEN -d.total ELSE d.total END"
    return f"""
SELECT row_to_json(document)::text FROM (
  SELECT {_amount(f"({total})", "d.currency")} AS amount,
         {_assignment("d.responsible_id", "c.id", "d.manually_unassigned")}
           AS assignment,
         d.date,
         {_blank("d.description")} AS description,
         {_blank("d.ledger_line")} AS gl_line,
         {encode_sql("invoice", "d.id")} AS id,
         d.number,
         {_blank("d.purchase_order_line")} AS po_line,
         {_blank("d.purchase_order")} AS po_number,
         {_blank("d.purchase_order_type")} AS po_type,
         {_blank("d.reference")} AS reference,
         {encode_sql("partner", "d.partner_id")} AS vendor_id,
         {_blank("c.unique_cost_id")} AS unique_cost_id,
         {encode_sql("costcategory", "c.category_id")} AS cost_category_id
  FROM invoices_invoice d
  LEFT JOIN invoices_project p
    ON p.business_id = d.business_id AND p.id = d.project_id
  -- Shares make up the whole: a cost that has it all is the only one.
  LEFT JOIN invoices_costshare s
    ON s.business_id = d.business_id AND s.invoice_id = d.id AND s.percent = 100
  LEFT JOIN invoices_cost c
    ON c.business_id = s.business_id AND c.id = s.cost_id
  WHERE d.business_id = %s AND d.direction = 'received'
    AND d.state <> 'cancelled' AND {{condition}}
  ORDER BY d.date, d.id) document"""  # noqa: S608 - constants only


@cache
def _payment_sql() -> str:
    return f"""
SELECT row_to_json(document)::text FROM (
  SELECT {_amount("d.amount", "d.currency")} AS amount,
         {_assignment("NULL::bigint", "d.cost_id", "false")} AS assignment,
         {_blank("d.check_number")} AS check_number,
         d.date,
         {_blank("d.description")} AS description,
         {encode_sql("payment", "d.id")} AS id,
         {_blank("d.invoice_number")} AS invoice_number,
         {_blank("d.purchase_order_line")} AS po_line,
         {_blank("d.purchase_order")} AS po_number,
         {_blank("d.purchase_order_type")} AS po_type,
         {_blank("d.reference")} AS reference,
         {encode_sql("partner", "d.partner_id")} AS vendor_id,
         g.name AS cost_category_name,
         {_blank("c.unique_cost_id")} AS unique_cost_id,
         {encode_sql("account", "d.account_id")} AS account_id
  FROM payments_payment d
  LEFT JOIN invoices_project p
    ON p.business_id = d.business_id AND p.id = d.project_id
  LEFT JOIN invoices_cost c
    ON c.business_id = d.business_id AND c.id = d.cost_id
  LEFT JOIN invoices_costcategory g
    ON g.business_id = c.business_id AND g.id = c.category_id
  WHERE d.business_id = %s AND d.direction = 'out' AND d.cancelled_at IS NULL
    -- What customers got back is no payment to a vendor.
    AND d.refund_of_id IS NULL AND {{condition}}
  ORDER BY d.date, d.id) document"""  # noqa: S608 - constants only


def invoices(
    business: Business, asked: Mapping[str, Any], today: datetime.date
) -> Iterator[bytes]:
    """All received documents that are not cancelled, by date; one statement."""
    condition, params = _assigned(asked, today)
    sql = _invoice_sql().format(condition=condition)
    return array(sql, [business.pk, *params])


def payments(
    business: Business, asked: Mapping[str, Any], today: datetime.date
) -> Iterator[bytes]:
    """All standing payments to vendors, by date; one statement."""
    condition, params = _assigned(asked, today)
    sql = _payment_sql().format(condition=condition)
    return array(sql, [business.pk, *params])


def invoice(business: Business, pk: int) -> dict[str, Any] | None:
    """One received document as it is shown alone; None if cancelled. One query."""
    return _one(_invoice_sql(), business, pk)


def payment(business: Business, pk: int) -> dict[str, Any] | None:
    """One payment as it is shown alone. One query."""
    return _one(_payment_sql(), business, pk)


def _one(sql: str, business: Business, pk: int) -> dict[str, Any] | None:
    found = prepared.fetch(sql.format(condition="d.id = %s"), [business.pk, pk])
    if not found:
        return None
    document: dict[str, Any] = json.loads(found[0][0])
    day = datetime.date.fromisoformat(document["date"])
    document["date"] = midnight(day, business.zone())
    return document


def midnight(day: datetime.date, zone: zoneinfo.ZoneInfo) -> str:
    """`2016-11-30T00:00:00-05:00`: when the day begins where the business is."""
    moment = datetime.datetime.combine(day, datetime.time(), zone)
    # Before time zones, offsets had seconds, which no date-time format knows.
    return moment.isoformat()[: len("2016-11-30T00:00:00-05:00")]


def _assigned(asked: Mapping[str, Any], today: datetime.date) -> tuple[str, list[Any]]:
    """The condition for the investment `p`, and its parameters."""
    conditions, params = ["true"], []
    if "closed" in asked:
        closed = "IS NOT NULL" if asked["closed"] else "IS NULL"
        conditions.append(f"p.id IS NOT NULL AND p.closed_on {closed}")
    if "closed_within_days_ago" in asked:
        conditions.append("p.closed_on BETWEEN %s AND %s")
        days = datetime.timedelta(days=asked["closed_within_days_ago"])
        params += [today - days, today]
    return " AND ".join(conditions), params


@cache
def _vendor_sql() -> str:
    return f"""
SELECT row_to_json(document)::text FROM (
  SELECT d.name,
         {encode_sql("partner", "d.id")} AS id,
         coalesce({_blank("d.code")}, {encode_sql("partner", "d.id")}) AS vendor_id,
         coalesce({_blank("d.code")}, {encode_sql("partner", "d.id")})::text || ARRAY(
           SELECT a.value::text FROM partners_partneralias a
           WHERE a.business_id = d.business_id AND a.partner_id = d.id ORDER BY a.id)
           AS external_ids
  FROM partners_partner d
  WHERE d.business_id = %s AND d.is_vendor AND {{condition}}
  ORDER BY d.name, d.id) document"""  # noqa: S608 - constants only


def vendors(business: Business) -> Iterator[bytes]:
    """All vendors in use by name; one statement."""
    sql = _vendor_sql().format(condition="d.archived_at IS NULL")
    return array(sql, [business.pk])


def vendor(business: Business, pk: int) -> dict[str, Any]:
    """One vendor. One query."""
    sql = _vendor_sql().format(condition="d.id = %s")
    [(text,)] = prepared.fetch(sql, [business.pk, pk])
    shown: dict[str, Any] = json.loads(text)
    return shown
