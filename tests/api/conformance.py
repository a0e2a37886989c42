"""Schemathesis on one dialect: requests made up from its document, answers held to it.

In this process; each request is undone again. Every file that uses it makes up its
requests its own way, half of the time with rows that exist, because made-up ids find
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

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

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
Headers = dict[str, str]
Prepare = Callable[[schemathesis.Case, bool], Headers]


@contextmanager
def described(dialect: str) -> Iterator[Any]:
    """The document, as a client gets it; requests leave the test's connection open."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        yield schemathesis.openapi.from_wsgi(f"/api/schema/{dialect}.json", application)
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)


def holds(schema: Any, method: str, path: str, prepare: Prepare, examples: int) -> Any:
    """How many answers had which status; fails where one is not as the document says.

    `prepare` is given a made-up request and whether to mend it, and gives the headers.
    """
    answers: Counter[int] = Counter()

    @given(case=schema[path][method].as_strategy(), ours=booleans())
    @settings(max_examples=examples, suppress_health_check=[*HealthCheck])
    def check(case: schemathesis.Case, ours: bool) -> None:
        headers = prepare(case, ours)
        with transaction.atomic():
            response = case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)
        answers[response.status_code] += 1

    check()
    print(f"{method} {path}: {answers.total()} cases: {dict(answers)}")  # noqa: T201
    return answers


def mended(value: Any, parts: Mapping[str, Any]) -> Any:
    """The value with every attribute replaced for which a good one is known."""
    if isinstance(value, dict):
        return {
            name: parts[name] if name in parts else mended(inner, parts)
            for name, inner in value.items()
        }
    return [mended(each, parts) for each in value] if isinstance(value, list) else value
