"""Requests made up from the OpenAPI document, answers held to it (`conformance`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis

from invoices.api.cannlytics.posting import post
from partners.models import Business
from tests.api.cannlytics.test_schema import STATUSES
from tests.api.conformance import Headers, described, holds, mended
from tests.factories import TODAY, a_key, actor, an_issued_invoice

EXAMPLES = 50
GOOD = {
    "invoice_id": "OURS",
    "amount": "5",
    "total": 5,
    "currency": "USD",
    "status": "unpaid",
    "due_at": "12/31/2199",
    "billing_email": "ap@example.com",
    "limit": 5,
    "order_by": "total",
    "items": "OURS",
}


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The dialect's document."""
    with described("cannlytics") as found:
        yield found


@pytest.mark.parametrize(("method", "path"), STATUSES)
def test_answers_are_as_the_document_says(
    schema: Any, business: Business, method: str, path: str
) -> None:
    # Not through Django's client, which would close the connection after requests.
    ours = {"invoice_id": "OURS", "amount": "350", "mine": {"a": ["1"]}}
    post(business, [ours], by=actor(business), today=TODAY)
    an_issued_invoice(business, reference="ISSUED")
    headers = {"Authorization": f"Bearer {a_key(business)}"}

    def prepare(case: schemathesis.Case, known: bool) -> Headers:
        case.query["organization_id"] = business.slug
        if known:
            case.query = mended(case.query, GOOD)
            case.body = mended(case.body, GOOD)
            if case.path_parameters:
                case.path_parameters["invoice_id"] = "OURS"
        return headers

    assert holds(schema, method, path, prepare, EXAMPLES)[200] > 0
