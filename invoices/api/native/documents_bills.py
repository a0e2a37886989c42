"""Bills in the contract's words, written as JSON by PostgreSQL; see `documents`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cache

from invoices.api.native.documents import (
    asked,
    asked_sql,
    fetch,
    head_sql,
    lines_sql,
    partner_sql,
    reference_sql,
    standing_sql,
)
from invoices.querysets import State, Status
from partners.public_ids import encode_sql

STATUS_WORDS = {
    Status.RECEIVED: "Outstanding",
    Status.APPROVED: "Outstanding",
    Status.PARTLY_PAID: "Paid Partially",
    Status.PAID: "Paid",
    Status.OVERDUE: "Overdue",
    Status.CANCELLED: "Cancelled",
}

_ADDRESS = ("line1", "line2", "city", "province", "postal_code", "country")


def _vendor_line_sql(line: str) -> str:
    """As `Partner.snapshot`: without a vendor's address, the billing one."""
    of_vendor = " || ".join(f"p.vendor_{part}" for part in _ADDRESS)
    column = f"CASE {of_vendor} WHEN '' THEN p.billing_{line} ELSE p.vendor_{line} END"
    return (
        f"(SELECT {column} FROM partners_partner p "  # noqa: S608 - constants only
        "WHERE p.business_id = d.business_id AND p.id = d.partner_id)"
    )


def _shares_sql() -> str:
    return f"""
    SELECT coalesce(json_agg(json_build_object(
        'cost', {reference_sql("cost", "s.cost_id")}, 'percent', s.percent)
        ORDER BY s.id), '[]'::json)
    FROM invoices_costshare s
    WHERE s.business_id = d.business_id AND s.invoice_id = d.id"""  # noqa: S608


@cache
def _bill_sql() -> str:
    return f"""
SELECT row_to_json(document)::text FROM (
  SELECT {head_sql("bill_no")},
         json_build_object('id', {encode_sql("partner", "d.partner_id")},
                           'name', coalesce(d.seller->>'name', {partner_sql("name")}))
             AS vendor,
         coalesce(d.seller->>'line1', {_vendor_line_sql("line1")}) AS address_line_1,
         coalesce(d.seller->>'line2', {_vendor_line_sql("line2")}) AS address_line_2,
         {standing_sql(State.CANCELLED)},
         d.state = 'approved' AS approved,
         d.expected_total,
         d.duplicate_reason,
         d.reference,
         d.description,
         d.terms,
         {reference_sql("project", "d.project_id")} AS project,
         ({_shares_sql()}) AS cost_shares,
         d.version,
         ({lines_sql()}) AS details
  FROM ({asked_sql(STATUS_WORDS)}) d
  ORDER BY d.place) document"""  # noqa: S608 - constants only


def bills(business_id: int, pks: Sequence[int], today: datetime.date) -> list[str]:
    """The bills with these keys as JSON texts, in this order; one query."""
    if not pks:
        return []
    return fetch(_bill_sql(), asked(STATUS_WORDS, business_id, pks, today))
