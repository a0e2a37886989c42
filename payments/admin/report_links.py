"""Where the figures of a report are proved: the lists and pages that rows lead to."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from invoices.querysets import Direction
from partners import public_ids
from payments.reports.counting import COUNTED

Row = Mapping[str, Any]
Links = dict[str, str]
"""Addresses by the names of the columns that lead there."""


def links(report: str, asked: Any, row: Row) -> Links:
    """What a row of a report leads to; `asked` is the report's question."""
    find = _FOUND.get(report)
    return find(asked, row) if find else {}


def _aging(asked: Any, row: Row) -> Links:
    if not row["code"]:
        return {}
    start = datetime.date(asked.as_of.year - 1, 1, 1)
    return _account(row["code"], row["currency"], start, asked.as_of)


def _statement(asked: Any, row: Row) -> Links:
    if row["kind"] not in ("invoice", "credit_note", "write_off"):
        return {}
    return {"number": _list("invoice", number=row["number"])}


def _tax(asked: Any, row: Row) -> Links:
    if not row["direction"]:
        return {}
    sold = row["direction"] == Direction.ISSUED
    days = {"date__gte": row["since"], "date__lte": row["until"]}
    counted = {"currency": row["currency"], "state__in": ",".join(COUNTED)}
    where = _list("invoice" if sold else "bill", **days, **counted)
    return {"documents": where}


def _sales_by_partner(asked: Any, row: Row) -> Links:
    pk = public_ids.decode("partner", row["partner_id"])
    if pk is None:
        return {}
    days = {"date__gte": asked.since, "date__lte": asked.until}
    counted = {"currency": row["currency"], "state__in": ",".join(COUNTED)}
    of = {"partner__id__exact": pk, **days, **counted}
    return {
        **_account(row["partner_id"], row["currency"], asked.since, asked.until),
        "invoices": _list("invoice", **of, kind__exact="invoice"),
        "credit_notes": _list("invoice", **of, kind__exact="credit_note"),
    }


def _sales_by_product(asked: Any, row: Row) -> Links:
    pk = public_ids.decode("product", row["product_id"])
    if pk is None:
        return {}
    return {"product": reverse("admin:invoices_product_change", args=[pk])}


def _realised(asked: Any, row: Row) -> Links:
    pk = public_ids.decode("payment", row["payment_id"])
    if pk is None:
        return {}
    return {"date": reverse("admin:payments_payment_change", args=[pk])}


def _journal(asked: Any, row: Row) -> Links:
    for room in ("invoices", "partners", "payments"):
        try:
            name = f"admin:{room}_{row['subject']}_change"
            return {"name": reverse(name, args=[row["subject_id"]])}
        except NoReverseMatch:
            continue
    return {}


_FOUND = {
    "aging": _aging,
    "statement": _statement,
    "tax": _tax,
    "sales-by-partner": _sales_by_partner,
    "sales-by-product": _sales_by_product,
    "realised": _realised,
    "journal": _journal,
}


def _account(
    partner: str, currency: str, since: datetime.date, until: datetime.date
) -> Links:
    """The partner's statement of account."""
    asked: dict[str, Any] = {
        "partner": partner,
        "currency": currency,
        "since": since,
        "until": until,
    }
    return {"partner": f"{reverse('admin:report_statement')}?{urlencode(asked)}"}


def _list(model: str, **conditions: Any) -> str:
    """The list of documents that meet the conditions."""
    where = reverse(f"admin:invoices_{model}_changelist")
    return f"{where}?{urlencode(conditions)}"
