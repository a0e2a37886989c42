"""Whatever a client sends, the fault is never ours: no answer above 499.

Every word of a document and of a query, and the id in the path, are set to what should
not be there; what is accepted is read again, also in a list that it orders.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction

from partners.access import Actor
from partners.models import Business
from tests.api.cannlytics.door import Door, text_of
from tests.api.nasty import NASTY as ANYWHERE
from tests.factories import a_draft

NASTY = [
    *ANYWHERE,
    "9" * 400,
    '"12/31/9999"',
    '"00/00/0000"',
    '"2199-03-10T00:00:00Z"',
    '"9999-12-31T23:59:59.999999-14:00"',
    '{"invoice_id": "A"}',
]
WORDS = [
    "invoice_id",
    "project_id",
    "organization",
    "billing_address",
    "billing_city",
    "billing_state",
    "billing_zip_code",
    "billing_email",
    "amount",
    "currency",
    "total",
    "status",
    "due_at",
    "notes",
    "created_at",
    "description",
    "mine",
]


@pytest.mark.parametrize("whose", ["new", "ours", "elsewhere"])
@pytest.mark.parametrize("word", WORDS)
def test_any_value_of_any_word_is_kept_or_refused(
    api: Door, business: Business, owner: Actor, word: str, whose: str
) -> None:
    if whose == "ours":
        api.saved({"invoice_id": "A", "organization": "Acme", "amount": "1"})
    if whose == "elsewhere":
        a_draft(business, by=owner, reference="A")
    for value in NASTY if whose == "ours" else NASTY[len(word) % 3 :: 3]:
        known = {"invoice_id": '"A"', "organization": '"Acme"', word: value}
        text = ",".join(f"{json.dumps(name)}:{known[name]}" for name in known)
        with transaction.atomic():
            check(api, f"{{{text}}}".encode(), word)
            transaction.set_rollback(True)


def check(api: Door, body: bytes, word: str) -> None:
    """The body is echoed and can be read and repeated, or is refused."""
    response = api.post(body)
    assert response.status_code in (200, 400, 409, 413), response.content
    if response.status_code != 200:
        assert json.loads(response.content)["error"] is True
        return
    name = json.loads(text_of(response))["invoice_id"]
    assert api.one(quote(name)) is not None
    assert api.send("GET", query={"order_by": word}).status_code == 200
    assert api.post(body).status_code == 200


@pytest.mark.parametrize(
    "word", ["organization_id", "limit", "order_by", "desc", "items", "none"]
)
def test_any_value_of_any_parameter_is_an_answer(api: Door, word: str) -> None:
    api.saved({"invoice_id": "A", "mine": 1})
    values: list[Any] = [json.loads(text) for text in NASTY if len(text) < 2000]
    for value in [*values, "\0", "%", "%s", "{}", "a,b,,c", "👾", "x" * 5000]:
        query = {"order_by": "mine", word: str(value)}
        for method in ("GET", "HEAD"):
            status = api.send(method, query=query).status_code
            assert status in (200, 400, 403), (word, value)
