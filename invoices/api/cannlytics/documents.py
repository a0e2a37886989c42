"""Documents as they are read: the client's words, with the books' truth in the known.

A posted form that still means the truth comes back as it was posted (`'350'`, `$`,
`07/01/2026`); otherwise the truth stands there in a plain form. A document that no
Cannlytics client has posted yet shows all the words of the console's forms.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from invoices.api.cannlytics.words import (
    AMOUNTS,
    BILLING,
    STATUS_WORDS,
    meaning,
)
from invoices.api.cannlytics.written import Number, read
from invoices.models import Invoice
from invoices.querysets import status_case
from partners import public_ids
from partners.exceptions import Invalid
from partners.models import Business
from partners.naming import UNNAMED


class Row(NamedTuple):
    """What a document's words are made of."""

    pk: int
    reference: str
    client_document: str
    status: str
    total: Decimal
    currency: str
    date: datetime.date
    due_date: datetime.date
    memo: str
    created_at: datetime.datetime
    buyer: dict[str, str]
    project: str | None
    code: str
    name: str
    email: str
    billing_line1: str
    billing_city: str
    billing_province: str
    billing_postal_code: str


_PARTNER = ("code", "name", "email", *sorted(set(BILLING.values()) - {"email"}))
_COLUMNS = [
    {"project": "project__code"}.get(name, f"partner__{name}" * (name in _PARTNER))
    or name
    for name in Row._fields
]


def sales(business: Business) -> QuerySet[Invoice]:
    """All that this dialect ever sees: invoices issued or drafted by the business."""
    return Invoice.objects.for_business(business).sales()


def identified(business: Business, ids: list[str]) -> QuerySet[Invoice]:
    """The documents with these ids: the client's own keys, or else our public ids."""
    keys = [name for name in ids if name and "\0" not in name]
    pks = [public_ids.decode("invoice", name) for name in keys]
    known = Q(reference__in=keys) | Q(pk__in=[pk for pk in pks if pk is not None])
    return sales(business).filter(known)


def one_identified(business: Business, name: str) -> QuerySet[Invoice]:
    """At most one: a client's own key comes before a public id that looks like it."""
    own = Case(
        When(reference=name.replace("\0", ""), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return identified(business, [name]).order_by(own, "pk")[:1]


def rows(found: QuerySet[Invoice], today: datetime.date) -> list[Row]:
    """These documents as rows; one query for any number."""
    told = found.annotate(status=status_case(today, STATUS_WORDS))
    return [Row._make(values) for values in told.values_list(*_COLUMNS)]


def invoice_id(row: Row) -> str:
    """The client's own key, or the public id of a document that has none."""
    return row.reference or public_ids.encode("invoice", row.pk)


def truth(row: Row) -> dict[str, Any]:
    """What the books say, by word, in the terms of `meaning`.

    A customer who is not named has no billing words that the books would know.
    """
    return {
        "invoice_id": invoice_id(row),
        "project_id": row.project or "",
        **_customer(row),
        "amount": row.total,
        "currency": row.currency,
        "total": row.total,
        "status": row.status,
        "due_at": row.due_date,
        "notes": row.memo,
    }


def _customer(row: Row) -> dict[str, str]:
    """As frozen on an issued document, as known today on a draft."""
    told = row.buyer or row._asdict()
    if told["code"] == UNNAMED:
        return {"organization": ""}
    billing = {
        word: told.get(column.removeprefix("billing_") if row.buyer else column, "")
        for word, column in BILLING.items()
    }
    return {"organization": told["name"], **billing}


def shown(row: Row, business: Business) -> dict[str, Any]:
    """The document as a client reads it."""
    known = truth(row)
    posted = read(row.client_document)
    if not posted:
        return _whole(known, row)
    told = {
        word: _told(word, value, known, row, business) for word, value in posted.items()
    }
    return told | _news(known, posted, row, business)


def _whole(known: dict[str, Any], row: Row) -> dict[str, Any]:
    words = {word: _plain(word, None, value) for word, value in known.items()}
    return words | {"created_at": row.created_at.isoformat()}


def _told(
    word: str, value: Any, known: dict[str, Any], row: Row, business: Business
) -> Any:
    if word not in known or is_true(word, value, known, row, business):
        return value
    return _plain(word, value, known[word])


def is_true(
    word: str, value: Any, known: dict[str, Any], row: Row, business: Business
) -> bool:
    """Whether a value of a known word means what the books say."""
    try:
        return bool(meaning(word, value, business, row.date) == known[word])
    except Invalid:
        return False


def _plain(word: str, value: Any, fact: Any) -> Any:
    """The truth in a plain form; an amount is a text, as on the seed page.

    Unless the client posts it as a number. A total is always one.
    """
    if word == "total" or (word == "amount" and isinstance(value, Number)):
        return fact
    if isinstance(fact, Decimal):
        return format(fact, "f")
    if isinstance(fact, datetime.date):
        return fact.isoformat()
    return fact if fact or word not in ("project_id", "organization") else None


def _news(
    known: dict[str, Any], posted: dict[str, Any], row: Row, business: Business
) -> dict[str, Any]:
    """Words that were not posted and yet have something to say."""
    usual = {
        "status": "unpaid",
        "notes": "",
        "project_id": "",
        "organization": "",
        "due_at": row.date,
        "currency": business.currency,
        "amount": Decimal(0),
    }
    if any(word in posted for word in AMOUNTS):
        del usual["amount"]
    return {
        word: _plain(word, None, known[word])
        for word, nothing in usual.items()
        if word not in posted and known[word] != nothing
    }
