"""Requests made up from the OpenAPI document, answers held to it (`conformance`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis

from invoices.api.nutcache.schema import document
from partners.models import Business
from tests.api.conformance import Headers, described, holds
from tests.api.nutcache.door import Door, unchanged
from tests.api.nutcache.test_isolation import rows

EXAMPLES = 25
OPERATIONS = [
    (method.upper(), path)
    for path, methods in document()["paths"].items()
    for method in methods
]


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The dialect's document."""
    with described("nutcache") as found:
        yield found


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_as_the_document_says(
    schema: Any, api: Door, business: Business, method: str, path: str
) -> None:
    mine = rows(business, "alpha")
    name = path.split("/")[2]
    known = {"invoice_id": mine.invoice.pk, "id": mine.ids.get(name, 840)}
    if name == "states":
        known["id"] = int("USNY", 36)

    def prepare(case: schemathesis.Case, ours: bool) -> Headers:
        if ours and case.path_parameters:
            case.path_parameters = {each: known[each] for each in case.path_parameters}
        headers = dict(api.headers)
        if not ours and "OrganizationGuid" in (case.headers or {}):
            headers.pop("OrganizationGuid")
        return headers

    with unchanged():
        holds(schema, method, path, prepare, EXAMPLES)
