"""The OpenAPI document tells the truth, and its page needs nobody else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from drf_spectacular.validation import validate_schema

from invoices.api.nutcache import schema
from invoices.api.nutcache.urls import with_slash

JSON = "/api/schema/nutcache.json"
PAGE = "/api/schema/nutcache/"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document as a client gets it."""
    response = Client().get(JSON)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return json.loads(response.content)


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation by its method and path."""
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate_schema(document)


def test_it_has_every_url_and_no_other(document: dict[str, Any]) -> None:
    offered = {
        (
            "POST" if "filtered" in str(each.pattern) else "GET",
            "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(each.pattern)),
        )
        for each in with_slash
    }
    shared = {"/api/invoices/", "/api/invoices/{invoice_id}/"}
    assert set(operations(document)) == offered | {("GET", path) for path in shared}
    assert len(offered) == 33


def test_every_operation_has_its_name_and_its_answers(
    document: dict[str, Any],
) -> None:
    found = operations(document)
    names = [operation["operationId"] for operation in found.values()]
    assert len(set(names)) == len(names)
    for (method, path), operation in found.items():
        answers = set(operation["responses"])
        assert operation["description"], path
        assert {"200", "400", "401", "403", "406", "429"} <= answers, path
        assert ("404" in answers) == ("{" in path), path
        posted = {"411", "413", "415"} & answers
        assert bool(posted) == (method == "POST"), path


def test_every_refusal_has_the_one_shape(document: dict[str, Any]) -> None:
    shapes = document["components"]["responses"]
    for operation in operations(document).values():
        for status, answer in operation["responses"].items():
            if status != "200":
                assert answer == {"$ref": f"#/components/responses/Refused{status}"}
    for shape in shapes.values():
        content = shape["content"]["application/json"]["schema"]
        assert content == {"$ref": "#/components/schemas/errors"}
    assert "Retry-After" in shapes["Refused429"]["headers"]
    assert "WWW-Authenticate" in shapes["Refused401"]["headers"]


def test_headers_are_asked_for_where_they_are_read(document: dict[str, Any]) -> None:
    worldwide = ("organizations", "currencies", "countries", "states")
    for (_, path), operation in operations(document).items():
        names = {
            each.get("$ref", "").rpartition("/")[2] for each in operation["parameters"]
        }
        assert "version" in names
        without = path.split("/")[2] in worldwide
        assert ({"organization", "company"} <= names) != without, path


def test_the_credential_is_a_header(document: dict[str, Any]) -> None:
    [(name, scheme)] = document["components"]["securitySchemes"].items()
    assert (scheme["type"], scheme["in"], scheme["name"]) == (
        "apiKey",
        "header",
        "Authorization",
    )
    assert document["security"] == [{name: []}]


def test_the_page_loads_nothing_from_elsewhere_and_shows_this_document() -> None:
    response = Client().get(PAGE)
    page = response.content.decode()
    assert response.status_code == 200
    assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", page)
    local = re.findall(r'(?:src|href)="([^"]+)"', page)
    for path in local:
        assert path.startswith("/")
        if path.startswith("/static/"):
            assert finders.find(path.removeprefix("/static/"))
    [script] = [path for path in local if "script" in path and path.startswith("/api")]
    assert JSON in Client().get(script).content.decode()
    policy = response["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy


def test_the_document_is_only_read() -> None:
    assert Client().post(JSON).status_code == 405
    assert schema.document() is schema.document()
