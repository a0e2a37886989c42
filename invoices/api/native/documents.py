"""Documents in the contract's words, written as JSON by PostgreSQL itself.

Building a page of 100 documents with their lines from ORM objects and
serializers costs several times what the database takes to write the same text,
so every native answer about invoices, credit notes and payments comes from here,
one statement for one or a hundred. `InvoiceOut` and `PaymentOut` describe the
shapes for the OpenAPI document; a test holds both to each other.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection

from invoices import money
from invoices.api.json import Rendered
from invoices.models import Invoice
from invoices.querysets import Status, status_case
from partners.public_ids import encode_sql

STATUS_WORDS = {
    Status.DRAFT: "Draft",
    Status.ISSUED: "Sent",
    Status.PARTLY_PAID: "Paid Partially",
    Status.PAID: "Paid",
    Status.OVERDUE: "Overdue",
    Status.VOID: "Void",
    Status.WRITTEN_OFF: "Written Off",
}
_WORDS = [(status.value, word) for status, word in STATUS_WORDS.items()]


def exponent_sql(column: str) -> str:
    """How many decimals the currency in this column has, as SQL."""
    groups: dict[int, list[str]] = {}
    for code, places in money.EXPONENTS.items():
        groups.setdefault(places, []).append(f"'{code}'")
    cases = " ".join(
        f"WHEN {column} IN ({', '.join(codes)}) THEN {places}"
        for places, codes in sorted(groups.items())
    )
    return f"(CASE {cases} ELSE 2 END)"


def _reference(kind: str, column: str) -> str:
    """`{"id": …}` or null."""
    return (
        f"CASE WHEN {column} IS NULL THEN NULL "
        f"ELSE json_build_object('id', {encode_sql(kind, column)}) END"
    )


def _words_sql(column: str) -> str:
    """Our status as the contract's word."""
    cases = " ".join(f"WHEN '{ours}' THEN '{word}'" for ours, word in _WORDS)
    return f"(CASE {column} {cases} END)"


def _lines_sql() -> str:
    return f"""
    SELECT json_agg(line) FROM (
      SELECT {_reference("product", "l.product_id")} AS product,
             l.description,
             trim_scale(l.quantity) AS quantity,
             trim_scale(l.unit_price) AS unit_price,
             round(l.amount, d.places) AS line_amount,
             {_reference("tax", "l.tax_id")} AS tax,
             round(l.tax_amount, d.places) AS tax_amount,
             round(l.amount + l.tax_amount, d.places) AS total_amount,
             round(l.discount, d.places) AS discount_amount
      FROM invoices_invoiceline l
      WHERE l.business_id = d.business_id AND l.invoice_id = d.id
      ORDER BY l.position) line"""  # noqa: S608 - constants only


def _status_sql(today: datetime.date) -> tuple[str, list[Any]]:
    """The status of `invoices_invoice` rows in the contract's words."""
    query = Invoice.objects.annotate(status=status_case(today)).query
    compiler = query.get_compiler(connection=connection)
    sql, params = compiler.compile(query.annotations["status"])
    return sql, list(params)


@cache
def _invoice_sql(status: str) -> str:
    return f"""
SELECT row_to_json(document)::text FROM (
  SELECT {encode_sql("invoice", "d.id")} AS id,
         d.number AS invoice_no,
         d.date, d.due_date,
         json_build_object('code', d.currency) AS currency,
         trim_scale(d.currency_rate) AS currency_rate,
         d.purchase_order AS po_so_no,
         d.memo,
         json_build_object('id', {encode_sql("partner", "d.partner_id")},
                           'name', coalesce(d.buyer->>'name', p.name)) AS customer,
         coalesce(d.buyer->>'line1', p.billing_line1) AS address_line_1,
         coalesce(d.buyer->>'line2', p.billing_line2) AS address_line_2,
         {_words_sql("d.status")} AS status,
         trim_scale(d.discount_percent) AS discount,
         round(d.subtotal, d.places) AS sub_total,
         round(d.tax_total, d.places) AS tax_total,
         round(d.total, d.places) AS total,
         round(d.amount_paid, d.places) AS paid_amount,
         round(d.balance, d.places) AS due_amount,
         round(d.amount_credited, d.places) AS credited_amount,
         {_reference("invoice", "d.credited_invoice_id")} AS credits,
         d.reference,
         d.version,
         ({_lines_sql()}) AS details
  FROM (SELECT invoices_invoice.*, {status} AS status,
               {exponent_sql("invoices_invoice.currency")} AS places
        FROM invoices_invoice
        WHERE invoices_invoice.business_id = %s
          AND invoices_invoice.id = ANY(%s)) d
  JOIN partners_partner p ON p.business_id = d.business_id AND p.id = d.partner_id
  ORDER BY array_position(%s, d.id)) document"""  # noqa: S608 - constants only


def invoices(
    business_id: int, pks: Sequence[int], today: datetime.date
) -> list[Rendered]:
    """The documents with these keys as JSON texts, in this order; one query."""
    if not pks:
        return []
    status, params = _status_sql(today)
    keys = list(pks)
    return _fetch(_invoice_sql(status), [*params, business_id, keys, keys])


@cache
def _payment_sql() -> str:
    return f"""
SELECT row_to_json(document)::text FROM (
  SELECT {encode_sql("payment", "d.id")} AS id,
         d.date,
         trim_scale(d.currency_rate) AS currency_rate,
         {_reference("account", "d.account_id")} AS payment_account,
         round(d.amount, d.places) AS amount,
         d.description,
         json_build_object('code', d.currency) AS currency,
         {_reference("partner", "d.partner_id")} AS customer,
         round(d.unallocated, d.places) AS unallocated_amount,
         (SELECT coalesce(json_agg(json_build_object(
              'invoice', {_reference("invoice", "a.invoice_id")},
              'amount', round(a.amount, d.places)) ORDER BY a.id), '[]'::json)
          FROM payments_allocation a
          WHERE a.business_id = d.business_id AND a.payment_id = d.id) AS allocations,
         d.version
  FROM (SELECT payments_payment.*,
               {exponent_sql("payments_payment.currency")} AS places
        FROM payments_payment
        WHERE business_id = %s AND id = ANY(%s)) d
  ORDER BY array_position(%s, d.id)) document"""  # noqa: S608 - constants only


def payments(business_id: int, pks: Sequence[int]) -> list[Rendered]:
    """The payments with these keys as JSON texts, in this order; one query."""
    keys = list(pks)
    return _fetch(_payment_sql(), [business_id, keys, keys]) if keys else []


def array(documents: Sequence[Rendered]) -> Rendered:
    """One JSON array of these texts."""
    return Rendered(b"[" + b",".join(documents) + b"]")


def _fetch(sql: str, params: list[Any]) -> list[Rendered]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Rendered(row[0].encode()) for row in cursor.fetchall()]
