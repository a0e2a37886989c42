"""Schemathesis: requests made up from the OpenAPI document, answers held to it.

In this process, with an owner's key, EXAMPLES times per operation, half of them on
rows that exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
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
from invoices.api.nutcache import schema as described
from partners.models import Business
from tests.api.nutcache.door import Door, unchanged
from tests.api.nutcache.test_isolation import rows

EXAMPLES = 25
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    (method.upper(), path)
    for path, methods in described.document()["paths"].items()
    for method in methods
]


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The document, as a client gets it; requests leave the test's connection open."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/nutcache.json", application)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_as_the_document_says(
    schema: Any, api: Door, business: Business, method: str, path: str
) -> None:
    mine = rows(business, "alpha")
    name = path.split("/")[2]
    known = {"invoice_id": mine.invoice.pk, "id": mine.ids.get(name, 840)}
    if name == "states":
        known["id"] = int("USNY", 36)
    answers: Counter[int] = Counter()

    @given(case=schema[path][method].as_strategy(), ours=booleans())
    @settings(max_examples=EXAMPLES, suppress_health_check=[*HealthCheck])
    def check(case: schemathesis.Case, ours: bool) -> None:
        # Made-up ids and organizations find nothing, so half of the time they are ours.
        if ours and case.path_parameters:
            case.path_parameters = {each: known[each] for each in case.path_parameters}
        headers = dict(api.headers)
        if not ours and "OrganizationGuid" in (case.headers or {}):
            headers.pop("OrganizationGuid")
        response = case.call_and_validate(headers=headers, checks=CHECKS)
        answers[response.status_code] += 1

    with unchanged():
        check()
    print(f"{answers.total()} cases: {dict(answers)}")  # noqa: T201 - for -s
