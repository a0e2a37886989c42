"""The list: `items`, `order_by`, `desc` and `limit`."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.db.models import (
    Case,
    F,
    Func,
    JSONField,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Collate, NullIf
from django.db.models.lookups import Exact, IsNull
from django.http import QueryDict

from invoices.api.cannlytics import documents
from invoices.api.cannlytics.words import BILLING, STATUS_WORDS
from invoices.models import Invoice
from invoices.querysets import status_case
from partners.exceptions import Invalid
from partners.models import Business
from partners.naming import UNNAMED
from partners.public_ids import encode_sql

DEFAULT_LIMIT = 1000
_MOST = 2**31 - 1


def asked_for(
    business: Business, query: QueryDict, today: datetime.date
) -> QuerySet[Invoice]:
    """The documents that the query string asks for, in its order.

    Only keys are sorted; what the rows show is joined to those that are left.
    """
    words = [word for text in query.getlist("items") for word in text.split(",")]
    found = documents.sales(business)
    if any(words):
        found = documents.identified(business, words)
    field, desc = query.get("order_by", ""), bool(query.get("desc"))
    limit = _limit(query.get("limit", ""))
    first = _ordered(found, field, today, desc=desc).values("pk")[:limit]
    rest = documents.sales(business).filter(pk__in=first)
    return _ordered(rest, field, today, desc=desc)


def _limit(text: str) -> int:
    if not text:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"[0-9]{1,10}", text) or not 0 < int(text) <= _MOST:
        raise Invalid("Use a whole number above 0.", field="limit")
    return int(text)


def _ordered(
    found: QuerySet[Invoice], field: str, today: datetime.date, *, desc: bool
) -> QuerySet[Invoice]:
    """Those that have the field, by it; equal ones, or all without one, by id."""
    found = found.annotate(document_id=_invoice_id())
    if not field:
        return found.order_by("document_id", "pk")
    if "\0" in field:
        raise Invalid("The name of a field has no NUL in it.", field="order_by")
    found = found.annotate(sort_key=_key(field, today))
    key = F("sort_key").desc() if desc else F("sort_key").asc()
    return found.filter(IsNull(F("sort_key"), False)).order_by(key, "document_id", "pk")


def _key(field: str, today: datetime.date) -> Any:
    """The field as SQL: the truth where the books know it, else the client's value."""
    if field == "status":
        return status_case(today, STATUS_WORDS)
    if field == "organization" or field in BILLING:
        return _customers(field)
    if field == "created_at":
        elsewhere = When(client_document="", then=_json(F("created_at")))
        return Case(elsewhere, default=_own(field))
    known = {
        "invoice_id": F("document_id"),
        "project_id": F("project__code"),
        "amount": F("total"),
        "total": F("total"),
        "currency": F("currency"),
        "due_at": F("due_date"),
        "notes": _filled("memo"),
    }
    return known.get(field) or _own(field)


def _customers(field: str) -> Any:
    """The customer's words; those of one who is not named are the document's own."""
    column = BILLING.get(field, "name")
    told = _frozen(column.removeprefix("billing_"), f"partner__{column}")
    is_unnamed = Exact(_frozen("code", "partner__code"), Value(UNNAMED))
    own = _own(field) if field in BILLING else Cast(Value(None), JSONField())
    return Case(When(is_unnamed, then=own), default=_json(told))


def _frozen(name: str, column: str) -> Any:
    """The customer's column as the document froze it, or as it is on a draft."""
    said = Coalesce(KT(f"buyer__{name}"), F(column), output_field=TextField())
    return _filled(said)


def _own(field: str) -> Any:
    """The client's own value, as jsonb, which compares values of any kinds."""
    document = Cast(_filled("client_document"), JSONField())
    name = Cast(Value(field), TextField())
    return Func(
        document,
        name,
        template="(%(expressions)s)",
        arg_joiner=" -> ",
        output_field=JSONField(),
    )


def _filled(text: Any) -> Any:
    """The text, null for an empty one."""
    return NullIf(text, Value(""), output_field=TextField())


def _json(value: Any) -> Func:
    return Func(value, function="to_jsonb", output_field=JSONField())


def _invoice_id() -> Any:
    public_id = Func(
        F("pk"),
        template=encode_sql("invoice", "%(expressions)s"),
        output_field=TextField(),
    )
    own = _filled("reference")
    return Collate(Coalesce(own, public_id, output_field=TextField()), "C")
