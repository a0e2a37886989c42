"""Schemathesis: requests made up from the OpenAPI document, answers held to it.

In this process, with an owner's key, EXAMPLES times per operation, half of them on
rows that exist; each request is undone again.
"""

from __future__ import annotations

import re
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
from tests.api.native.routes import Rows, Url, urls
from tests.factories import a_key

EXAMPLES = 25
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


OPERATIONS = [
    (method, "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", url.template))
    for url in urls()
    if url.template.endswith("/")
    for method in url.actions
]


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The document, as a client gets it; requests leave the test's connection open."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/native.json", application)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_as_the_document_says(
    schema: Any, business: Business, method: str, path: str
) -> None:
    rows = Rows.of(business, "alpha")
    headers = {"Authorization": f"Bearer {a_key(business)}"}
    url = Url(re.sub(r"{(\w+)}", r"<str:\1>", path), {})
    ids, parts = rows.ids(url), known_parts(rows, url)
    answers: Counter[int] = Counter()

    @given(case=schema[path][method].as_strategy(), ours=booleans())
    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=[*HealthCheck]
    )
    def check(case: schemathesis.Case, ours: bool) -> None:
        # Made-up ids find nothing, so half of the time they are replaced.
        known = ids if ours else {"business_id": business.public_id}
        case.path_parameters = {**(case.path_parameters or {}), **known}
        if ours:
            case.body = mended(case.body, parts)
        with transaction.atomic():
            response = case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)
        answers[response.status_code] += 1

    check()
    print(f"{answers.total()} cases: {dict(answers)}")  # noqa: T201 - for -s


def known_parts(rows: Rows, url: Url) -> dict[str, Any]:
    """Parts of valid bodies by their attribute."""
    invoice, payment = rows.bodies()["invoices"], rows.bodies()["inc_payments"]
    names = ("customer", "currency", "currency_rate")
    parts = {name: invoice[name] for name in names} | invoice["details"][0]
    parts |= {"payment_account": payment["payment_account"]}
    parts |= {"type": "Equity", "line": 1, "due_date": "2999-12-31"}
    bill, cost = rows.bodies()["bills"], rows.bodies()["costs"]
    parts |= {name: bill[name] for name in ("vendor", "project", "cost_shares")}
    parts |= {"cost": bill["cost_shares"][0]["cost"], "category": cost["category"]}
    parts |= {"parent": None, "owner": None, "expected_total": None}
    if url.words[-1] == "projects":
        del parts["category"]  # there it is a text
    target = (
        rows.ids(Url(f"{url.template}<str:id>/", {}))["id"] if writable(url) else ""
    )
    return parts | rows.bodies()["products"] | {"id": target}


def writable(url: Url) -> bool:
    """Whether it is a collection whose rows are written by their id in the body."""
    return url.parameters == ["business_id"] and not url.template.endswith("taxes/")


def mended(value: Any, parts: dict[str, Any]) -> Any:
    """The value with every attribute replaced for which a good one is known."""
    if isinstance(value, dict):
        return {
            name: parts[name] if name in parts else mended(inner, parts)
            for name, inner in value.items()
        }
    return [mended(each, parts) for each in value] if isinstance(value, list) else value
