"""The documentation page says what is there: every operation, and nothing else."""

from __future__ import annotations

import re

import pytest

from invoices.api.nutcache import schema
from invoices.api.nutcache.guide import GUIDE


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
