"""The documentation page says what is there: every operation, and nothing else."""

from __future__ import annotations

import json
import re
from string import Template

import pytest
from django.test import Client
from django.utils import timezone

from config import demo_books
from invoices.api.nutcache import schema
from invoices.api.nutcache.guide import GUIDE
from partners.models import ApiKey, Business, User
from tests.api.nutcache.door import credential, unchanged


@pytest.fixture(scope="module")
def told() -> set[tuple[str, str]]:
    """Methods and paths of the page, ids left open."""
    return {(each.method, each.path) for each in GUIDE.endpoints}


def test_every_operation_is_told_with_an_example(told: set[tuple[str, str]]) -> None:
    offered = {
        (method.upper(), re.sub(r"\{\w+\}", "<id>", path).rstrip("/"))
        for path, methods in schema.document()["paths"].items()
        for method in methods
    }
    shared = {("GET", "/api/invoices"), ("GET", "/api/invoices/<id>")}
    assert told == offered | shared
    assert all(each.examples for each in GUIDE.endpoints)


def test_every_documented_refusal_is_told() -> None:
    assert [each.status for each in GUIDE.refusals] == [400, 401, 403, 404, 405, 429]


@pytest.mark.django_db
def test_every_example_answers_as_told_with_the_demo_s_books() -> None:
    demo_books.create(timezone.now())
    business = Business.objects.get(slug=GUIDE.business)
    owner = User.objects.get(email=demo_books.OWNER)
    _, key = ApiKey.create(business, owner)
    header = credential(key, owner.email, demo_books.PASSWORD)
    names = {"nut_basic": header.partition(" ")[2], **GUIDE.names(business)}

    def filled(text: str) -> str:
        return Template(text).substitute(names)

    headers = {name: filled(value) for name, value in GUIDE.headers}
    examples = [
        (each, example) for each in GUIDE.endpoints for example in each.examples
    ]
    with unchanged():
        for endpoint, example in examples:
            body = "" if example.body is None else filled(json.dumps(example.body))
            path = filled(example.path)
            response = Client().generic(
                endpoint.method, path, body, "application/json", headers=headers
            )
            assert response.status_code == example.status, (path, response.content)
            if response.status_code == 200 and "members" not in path:
                arrays = [
                    each for each in json.loads(response.content).values() if each
                ]
                assert arrays, f"{path} shows nothing"
