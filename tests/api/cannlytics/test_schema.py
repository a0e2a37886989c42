"""The OpenAPI document tells the truth, and its page needs nobody else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.validation import validate_schema

JSON = "/api/schema/cannlytics.json"
PAGE = "/api/schema/cannlytics/"
WRITING = {"200", "400", "401", "403", "409", "411", "413", "415"}
STATUSES = {
    ("get", "/api/invoices"): {"200", "400", "401", "403"},
    ("post", "/api/invoices"): WRITING,
    ("delete", "/api/invoices"): WRITING,
    ("get", "/api/invoices/{invoice_id}"): {"200", "401", "403", "404"},
    ("post", "/api/invoices/{invoice_id}"): WRITING | {"404"},
    ("delete", "/api/invoices/{invoice_id}"): WRITING | {"404"},
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document, generated without a single warning."""
    reset_generator_stats()
    response = Client().get(JSON)
    assert response.status_code == 200
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    return json.loads(response.content)


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate_schema(document)


def test_it_has_every_endpoint_with_every_status(document: dict[str, Any]) -> None:
    described = {
        (method, path): set(operation["responses"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert described == STATUSES


def test_every_operation_needs_a_key_and_the_organization(
    document: dict[str, Any],
) -> None:
    assert document["components"]["securitySchemes"] == {
        "key": {"type": "http", "scheme": "bearer"}
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["security"] == [{"key": []}]
            parameters = {one["name"]: one for one in operation["parameters"]}
            assert parameters["organization_id"]["required"] is True


def test_names_of_operations_are_words(document: dict[str, Any]) -> None:
    names = [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    ]
    assert sorted(names) == [
        "delete_invoice",
        "delete_invoices",
        "read_invoice",
        "read_invoices",
        "save_invoice",
        "save_invoices",
    ]


def test_the_page_loads_nothing_from_elsewhere() -> None:
    response = Client().get(PAGE)
    page = response.content.decode()
    assert response.status_code == 200
    assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", page)
    assert "style-src 'self' 'unsafe-inline'" in response["Content-Security-Policy"]
