"""Schemathesis: requests made up from the OpenAPI document, answers held to it.

In this process, with an owner's key, EXAMPLES times per operation, half of them on
rows that exist and with parts of good bodies; each request is undone again.
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
from partners.models import Business
from tests.api.finario.routes import OPERATIONS, Rows, urls
from tests.factories import a_key

EXAMPLES = 25
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The document, as a client gets it; requests leave the test's connection open."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/finario.json", application)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_as_the_document_says(
    schema: Any, business: Business, method: str, path: str
) -> None:
    rows = Rows.of(business, "alpha")
    headers = {"x-api-token": a_key(business)}
    [url] = [url for url in urls() if url.braced == path]
    parts = rows.body(url, method) or {}
    answers: Counter[int] = Counter()

    @given(case=schema[path][method].as_strategy(), ours=booleans())
    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=[*HealthCheck]
    )
    def check(case: schemathesis.Case, ours: bool) -> None:
        # Made-up tokens open nothing.
        (case.query or {}).pop("token", None)
        if ours:
            case.path_parameters = {**(case.path_parameters or {}), **rows.ids(url)}
            case.body = mended(case.body, parts)
        with transaction.atomic():
            response = case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)
        answers[response.status_code] += 1

    check()
    assert answers[401] == 0
    print(f"{answers.total()} cases: {dict(answers)}")  # noqa: T201 - for -s


def mended(body: Any, parts: dict[str, Any]) -> Any:
    """A body that has nearly everything good, and something made up."""
    if not isinstance(body, dict):
        return body
    made_up = dict(list(body.items())[:1])
    return parts | made_up
