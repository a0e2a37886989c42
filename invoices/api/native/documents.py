"""Sales documents in the contract's words, written as JSON by PostgreSQL itself.

Building a page of 100 documents with their lines from ORM objects and
serializers costs several times what the database takes to write the same text,
so every native answer about documents and payments comes from here and from
`documents_bills`, one statement for one or a hundred. `InvoiceOut` and `PaymentOut`
describe the shapes for the OpenAPI document; a test holds both to each other.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection

from invoices.api.json import Rendered
from invoices.models import Invoice
from invoices.querysets import State, Status, status_case
from partners import prepared
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


def reference_sql(kind: str, column: str) -> str:
    """`{"id": …}`, or null for null; an id needs no escaping."""
    return f"""('{{"id":"' || {encode_sql(kind, column)} || '"}}')::json"""


def partner_sql(column: str) -> str:
    """What the partner of a document `d` says today; a draft has no copy of it."""
    return (
        f"(SELECT p.{column} FROM partners_partner p "  # noqa: S608 - a constant
        "WHERE p.business_id = d.business_id AND p.id = d.partner_id)"
    )


def moment_sql(column: str) -> str:
    """A moment of a document `d` as RFC 3339 writes it, in UTC."""
    return (
        f"to_char(d.{column} AT TIME ZONE 'UTC', "
        """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    )


def lines_sql() -> str:
    """The lines of a document `d`."""
    return f"""
    SELECT json_agg(line) FROM (
      SELECT {reference_sql("product", "l.product_id")} AS product,
             l.description,
             l.quantity,
             l.unit_price,
             l.amount AS line_amount,
             {reference_sql("tax", "l.tax_id")} AS tax,
             l.tax_amount,
             l.amount + l.tax_amount AS total_amount,
             l.discount AS discount_amount
      FROM invoices_invoiceline l
      WHERE l.business_id = d.business_id AND l.invoice_id = d.id
      ORDER BY l.position) line"""  # noqa: S608 - constants only


@cache
def _status_sql(words: tuple[tuple[Status, str], ...]) -> tuple[str, tuple[Any, ...]]:
    case = status_case(datetime.date.max, dict(words))
    query = Invoice.objects.annotate(status=case).query
    compiler = query.get_compiler(connection=connection)
    return compiler.compile(query.annotations["status"])


def asked_sql(words: Mapping[Status, str]) -> str:
    """Whole rows of documents with their status in these words, in the asked order.

    Its parameters are what `asked` makes.
    """
    status, _ = _status_sql(tuple(words.items()))
    return f"""
        SELECT invoices_invoice.*, asked.place, {status} AS status
        FROM invoices_invoice
        JOIN unnest(%s::bigint[]) WITH ORDINALITY AS asked (pk, place)
          ON invoices_invoice.id = asked.pk
        WHERE invoices_invoice.business_id = %s"""  # noqa: S608 - constants only


def asked(
    words: Mapping[Status, str],
    business_id: int,
    pks: Sequence[int],
    today: datetime.date,
) -> list[Any]:
    """The parameters of `asked_sql`; among those compiled a date stands for today."""
    _, params = _status_sql(tuple(words.items()))
    dated = [today if isinstance(p, datetime.date) else p for p in params]
    return [*dated, list(pks), business_id]


def head_sql(number: str) -> str:
    """The attributes that every document `d` begins with; its number goes by a name."""
    return f"""{encode_sql("invoice", "d.id")} AS id,
         d.number AS {number},
         d.date, d.due_date,
         json_build_object('code', d.currency) AS currency,
         d.currency_rate,
         d.purchase_order AS po_so_no,
         d.memo"""


def standing_sql(withdrawn: State) -> str:
    """How a document `d` stands; on one in the state `withdrawn` nothing is due."""
    return f"""d.status,
         d.discount_percent AS discount,
         d.subtotal AS sub_total,
         d.tax_total AS tax_total,
         d.total,
         d.amount_paid AS paid_amount,
         CASE d.state WHEN '{withdrawn}' THEN d.balance - d.balance ELSE d.balance END
           AS due_amount,
         d.amount_credited AS credited_amount"""


@cache
def _invoice_sql() -> str:
    return f"""
SELECT row_to_json(document)::text FROM (
  SELECT {head_sql("invoice_no")},
         json_build_object('id', {encode_sql("partner", "d.partner_id")},
                           'name', coalesce(d.buyer->>'name', {partner_sql("name")}))
             AS customer,
         coalesce(d.buyer->>'line1', {partner_sql("billing_line1")}) AS address_line_1,
         coalesce(d.buyer->>'line2', {partner_sql("billing_line2")}) AS address_line_2,
         {standing_sql(State.VOID)},
         {reference_sql("invoice", "d.credited_invoice_id")} AS credits,
         d.reference,
         d.description,
         d.terms,
         {reference_sql("project", "d.project_id")} AS project,
         {moment_sql("sent_at")} AS sent_at,
         {moment_sql("viewed_at")} AS viewed_at,
         {moment_sql("disputed_at")} AS disputed_at,
         d.dispute_reason AS dispute,
         {moment_sql("held_at")} AS held_at,
         d.version,
         ({lines_sql()}) AS details
  FROM ({asked_sql(STATUS_WORDS)}) d
  ORDER BY d.place) document"""  # noqa: S608 - constants only


def invoices(business_id: int, pks: Sequence[int], today: datetime.date) -> list[str]:
    """The documents with these keys as JSON texts, in this order; one query."""
    if not pks:
        return []
    return fetch(_invoice_sql(), asked(STATUS_WORDS, business_id, pks, today))


@cache
def _payment_sql(partner: str, document: str) -> str:
    return f"""
SELECT row_to_json(document)::text FROM (
  SELECT {encode_sql("payment", "d.id")} AS id,
         d.date,
         d.currency_rate,
         {reference_sql("account", "d.account_id")} AS payment_account,
         d.amount,
         d.description,
         json_build_object('code', d.currency) AS currency,
         {reference_sql("partner", "d.partner_id")} AS {partner},
         d.unallocated AS unallocated_amount,
         (SELECT coalesce(json_agg(json_build_object(
              '{document}', {reference_sql("invoice", "a.invoice_id")},
              'amount', a.amount) ORDER BY a.id), '[]'::json)
          FROM payments_allocation a
          WHERE a.business_id = d.business_id AND a.payment_id = d.id) AS allocations,
         d.version
  FROM payments_payment d
  WHERE d.business_id = %s AND d.id = ANY(%s)
  ORDER BY array_position(%s, d.id)) document"""  # noqa: S608 - constants only


def payments(
    business_id: int,
    pks: Sequence[int],
    *,
    partner: str = "customer",
    document: str = "invoice",
) -> list[str]:
    """The payments with these keys as JSON texts, in this order; one query.

    Whom and what they are for goes by the given names.
    """
    keys = list(pks)
    sql = _payment_sql(partner, document)
    return fetch(sql, [business_id, keys, keys]) if keys else []


def one(document: str) -> Rendered:
    """One of these texts as a body."""
    return Rendered(document.encode())


def array(documents: Sequence[str]) -> Rendered:
    """One JSON array of these texts."""
    return Rendered(f"[{','.join(documents)}]".encode())


def fetch(sql: str, params: list[Any]) -> list[str]:
    """The one column of every row."""
    return [text for (text,) in prepared.fetch(sql, params)]
