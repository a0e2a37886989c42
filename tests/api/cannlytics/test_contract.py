"""Schemathesis: requests made up from the OpenAPI document, answers held to it.

In this process, with an owner's key, EXAMPLES times per operation, half of them about
documents that exist; each request is undone again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from invoices.api.cannlytics.posting import post
from partners.models import Business
from tests.api.cannlytics.test_schema import STATUSES
from tests.factories import TODAY, a_key, actor, an_issued_invoice

EXAMPLES = 50
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
GOOD = {
    "invoice_id": "OURS",
    "amount": "5",
    "total": 5,
    "currency": "USD",
    "status": "unpaid",
    "due_at": "12/31/2999",
    "billing_email": "ap@example.com",
    "limit": 5,
    "order_by": "total",
    "items": "OURS",
}


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The document, as a client gets it; requests leave the test's connection open."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/cannlytics.json", application)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path"), STATUSES)
def test_answers_are_as_the_document_says(
    schema: Any, business: Business, method: str, path: str
) -> None:
    # Not through Django's client, which would close the connection after requests.
    ours = {"invoice_id": "OURS", "amount": "350", "mine": {"a": ["1"]}}
    post(business, [ours], by=actor(business), today=TODAY)
    an_issued_invoice(business, reference="ISSUED")
    headers = {"Authorization": f"Bearer {a_key(business)}"}
    answers: Counter[int] = Counter()

    @given(case=schema[path][method].as_strategy(), known=booleans())
    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=[*HealthCheck]
    )
    def check(case: schemathesis.Case, known: bool) -> None:
        # Made-up values mean little, so half of the time they are replaced.
        case.query["organization_id"] = business.slug
        if known:
            case.query = mended(case.query)
            case.body = mended(case.body)
            if case.path_parameters:
                case.path_parameters["invoice_id"] = "OURS"
        with transaction.atomic():
            response = case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)
        answers[response.status_code] += 1

    check()
    assert answers[200] > 0
    print(f"{method} {path}: {dict(answers)}")  # noqa: T201 - for -s


def mended(value: Any) -> Any:
    """The value with every word replaced for which a good one is known."""
    if isinstance(value, dict):
        return {
            name: GOOD[name] if name in GOOD else mended(inner)
            for name, inner in value.items()
        }
    return [mended(each) for each in value] if isinstance(value, list) else value
