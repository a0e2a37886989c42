"""Requests made up from the OpenAPI document, answers held to it (`conformance`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis

from partners.models import Business
from tests.api.conformance import Headers, described, holds
from tests.api.finario.routes import OPERATIONS, Rows, urls
from tests.factories import a_key

EXAMPLES = 25


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The dialect's document."""
    with described("finario") as found:
        yield found


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_as_the_document_says(
    schema: Any, business: Business, method: str, path: str
) -> None:
    rows = Rows.of(business, "alpha")
    headers = {"x-api-token": a_key(business)}
    [url] = [url for url in urls() if url.braced == path]
    parts = rows.body(url, method) or {}

    def prepare(case: schemathesis.Case, ours: bool) -> Headers:
        # Made-up tokens open nothing.
        (case.query or {}).pop("token", None)
        if ours:
            case.path_parameters = {**(case.path_parameters or {}), **rows.ids(url)}
            case.body = nearly_good(case.body, parts)
        return headers

    assert holds(schema, method, path, prepare, EXAMPLES)[401] == 0


def nearly_good(body: Any, parts: dict[str, Any]) -> Any:
    """A body that has nearly everything good, and something made up."""
    if not isinstance(body, dict):
        return body
    made_up = dict(list(body.items())[:1])
    return parts | made_up
