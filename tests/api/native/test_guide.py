"""The page of the native dialect, read once and pasted from top to bottom."""

from __future__ import annotations

import json
from string import Template
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config import demo_books
from invoices.api.guide import Example
from invoices.api.native.guide import GUIDE
from partners.models import ApiKey, Business, User


@pytest.fixture
def names(db: None, settings: Any) -> dict[str, str]:
    """What the page shows of a demo as it was made."""
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    demo_books.create(timezone.now())
    business = Business.objects.get(slug=GUIDE.business)
    owner = User.objects.get(email=demo_books.OWNER)
    _, key = ApiKey.create(business, owner, dialects=["native"])
    return {"key": key, "user": owner.email, **GUIDE.names(business)}


def send(method: str, example: Example, names: dict[str, str]) -> Any:
    """The answer to an example, filled in as the page is."""

    def filled(text: str) -> str:
        return Template(text).substitute(names)

    headers = {name: filled(value) for name, value in GUIDE.headers}
    body = "" if example.body is None else filled(json.dumps(example.body))
    path = filled(example.path)
    return Client().generic(method, path, body, "application/json", headers=headers)


def test_every_command_works_as_pasted_from_a_fresh_page(names: dict[str, str]) -> None:
    """Also where an earlier command has made, changed or deleted rows meanwhile."""
    answers = [
        (
            endpoint.method,
            example.path,
            example.status,
            send(endpoint.method, example, names),
        )
        for endpoint in GUIDE.endpoints
        for example in endpoint.examples
    ]
    wrong = [
        (method, path, status, answer.status_code, answer.content)
        for method, path, status, answer in answers
        if answer.status_code != status
    ]
    assert wrong == []
    assert len(answers) > 140


PANCAKES = {"product": {"id": "$o89j"}, "quantity": 20, "unit_price": 100}
WAFFLES = {
    "product": {"id": "$p7lk"},
    "quantity": 5,
    "unit_price": 400,
    "tax": {"id": "$ty1n"},
}
POSTED = {
    "invoice_no": "INV00000001",
    "date": "2017-01-26",
    "due_date": "2017-02-26",
    "currency": {"code": "THB"},
    "currency_rate": 1,
    "details": [PANCAKES],
}
PUT = POSTED | {
    "id": "$ib0v",
    "customer": {"id": "$bef8"},
    "details": [PANCAKES, WAFFLES],
}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "invoices?per_page=50&page=2", None),
        ("GET", "partners/$bef8/invoices?from_date=2017-01-01", None),
        ("GET", "invoices/$ib0v/", None),
        ("POST", "partners/$bef8/invoices/", POSTED),
        ("POST", "invoices/", PUT),
        ("PUT", "invoices/", PUT),
        ("DELETE", "invoices/$ib0v/", None),
    ],
)
def test_the_requests_of_the_contracts_page_are_there(
    method: str, path: str, body: Any
) -> None:
    printed = [
        example
        for endpoint in GUIDE.endpoints
        for example in endpoint.examples
        if endpoint.method == method and example.body == body
    ]
    assert f"/businesses/$business/{path}" in [each.path for each in printed]


def test_the_refusals_are_in_the_one_shape() -> None:
    for refusal in GUIDE.refusals:
        error = json.loads(refusal.body)["apierror"]
        assert list(error) == ["status", "code", "message", "fields"]
        assert error["status"] == refusal.status


def test_what_is_beyond_the_contract_is_marked_as_in_its_openapi_document() -> None:
    paths = json.loads(Client().get("/api/schema/native.json").content)["paths"]

    def unnamed(path: str) -> str:
        words = path.strip("/").replace("<", "{").replace(">", "}").split("/")
        return "/".join("*" if word.startswith("{") else word for word in words)

    beyond = {
        (method.upper(), unnamed(path))
        for path, operations in paths.items()
        for method, operation in operations.items()
        if operation.get("x-beyond-contract")
    }
    assert beyond == {
        (each.method, unnamed(each.path)) for each in GUIDE.endpoints if each.beyond
    }
